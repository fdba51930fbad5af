"""The sequence diagram is a well-formed, self-contained SVG that says who, what, when and how it was answered."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from evidence_samples import exchange

from loopyard.testing.evidence import svg
from loopyard.testing.evidence.sequence import sequence_diagram


def texts(diagram: str) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(diagram).iter() if node.tag.endswith("}text")]


def test_participants_stand_in_the_given_order_and_then_as_they_appear() -> None:
    exchanges = [
        exchange(1, sender="hub", receiver="blue-wallet"),
        exchange(2, sender="channel", receiver="connector"),
        exchange(3, sender="connector", receiver="hub"),
    ]
    words = texts(sequence_diagram(exchanges, order=("channel", "nobody", "connector", "hub")))
    names = [word for word in words if word in ("channel", "connector", "hub", "blue-wallet", "nobody")]
    assert names == ["channel", "connector", "hub", "blue-wallet"]


def test_exchanges_are_drawn_in_the_order_of_their_numbers() -> None:
    words = texts(sequence_diagram([exchange(2, url="/second"), exchange(1, url="/first")]))
    assert words.index("POST /first") < words.index("POST /second")


def test_a_refused_callback_is_red_and_says_why() -> None:
    error = {"errorInformation": {"errorCode": "3100", "errorDescription": "no trailing zeros"}}
    diagram = sequence_diagram([exchange(status=400, answer=error)])
    assert svg.BAD in diagram
    assert "3100 no trailing zeros" in texts(diagram)
    assert svg.BAD not in sequence_diagram([exchange(status=202)])


@pytest.mark.parametrize(
    "outcome, words",
    [("closed", "closed, no answer"), ("timed out", "timed out"), ("refused", "refused"), ("lost", "lost")],
)
def test_an_unanswered_exchange_says_how_it_ended(outcome: str, words: str) -> None:
    diagram = sequence_diagram([exchange(status=None, outcome=outcome)])
    assert words in texts(diagram)
    assert svg.BAD in diagram


def test_faults_and_attempts_are_marked() -> None:
    words = texts(sequence_diagram([exchange(fault="applied-no-reply", attempt=3)]))
    assert {"fault: applied-no-reply", "attempt 3"} <= set(words)


def test_time_stands_at_the_left_and_long_gaps_are_compressed() -> None:
    near = sequence_diagram([exchange(1), exchange(2, after=0.214)])
    far = sequence_diagram([exchange(1), exchange(2, after=40)])
    assert "+0.214 s" in texts(near)
    assert "40 s later" in texts(far)
    assert _height(far) - _height(near) < 60


def test_hostile_texts_are_escaped() -> None:
    hostile = '<script>alert("&")</script>'
    diagram = sequence_diagram([exchange(sender=hostile, url=f"/{hostile}", fault=hostile)], title=hostile)
    assert "<script" not in diagram
    assert any("alert" in word for word in texts(diagram))


def test_nothing_is_loaded_from_outside() -> None:
    diagram = sequence_diagram([exchange(url="http://10.0.0.1:4000/transfers")])
    assert re.findall(r"https?://[^\"\s<]+", re.sub(r"<title>.*?</title>", "", diagram, flags=re.S)) == [
        "http://www.w3.org/2000/svg"
    ]
    assert "url(" not in diagram


def test_a_message_to_oneself_and_an_empty_scenario_can_be_drawn() -> None:
    assert "POST /transfers" in texts(sequence_diagram([exchange(sender="hub", receiver="hub")]))
    assert "No interaction took place." in texts(sequence_diagram([]))


def test_participants_are_named_again_at_the_foot_of_a_long_diagram() -> None:
    words = texts(sequence_diagram([exchange(number, after=number / 100) for number in range(1, 41)]))
    assert words.count("green-bank") == 2


def _height(diagram: str) -> float:
    return float(ElementTree.fromstring(diagram).attrib["height"])
