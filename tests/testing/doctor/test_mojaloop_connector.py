"""What doctor says of Mojaloop connectors: the FSPIOP messages that they really send, and the callbacks that they miss."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.foreign.yard import free_ports
from tests.testing.doctor.stubs import Bench, Mojaloop, bench, mojaloop, told

PLACE = "mojaloop_connector"
KIND = "application/vnd.interoperability.parties+json;version="


@pytest.fixture
def at(tmp_path: Path) -> Bench:
    return bench(tmp_path)


def seen_of(at: Bench, stub: Mojaloop, level: str = "problem") -> str:
    with mojaloop(at, stub) as faces:
        return told(at.examined(PLACE, faces=faces, patience=1), level)


@pytest.mark.parametrize(
    "headers, refusal, remedy",
    [
        ({"Content-Type": "application/json"}, "3101", "application/vnd.interoperability.<resource>+json"),
        ({"Content-Type": f"{KIND}2.0; charset=utf-8"}, "3101", "application/vnd.interoperability.<resource>+json"),
        ({"Content-Type": f"{KIND}3.0"}, "406 3001", "1.0, 1.1, 2.0"),
        ({"Accept": f"{KIND}7"}, "406 3001", "1.0, 1.1, 2.0"),
        ({"Content-Type": ""}, "3102", "send what is missing"),
        ({"Date": ""}, "3102", "send what is missing"),
    ],
)
def test_headers_that_the_hub_refuses_are_shown_with_its_words(
    at: Bench, headers: dict[str, str], refusal: str, remedy: str
) -> None:
    problems = seen_of(at, Mojaloop(at.url("hub.fspiop"), headers))
    line = next(each for each in problems.splitlines() if each.startswith("the hub refuses GET /parties/"))
    assert refusal in line
    assert remedy in line


def test_media_types_and_versions_are_told_as_they_were_sent(at: Bench) -> None:
    stub = Mojaloop(at.url("hub.fspiop"), {"Content-Type": f"{KIND}1.1", "Accept": f"{KIND}1"})
    assert "/parties: Content-Type version 1.1, Accept version 1" in seen_of(at, stub, "ok")


def test_a_signature_is_noticed_where_none_is_looked_at(at: Bench) -> None:
    stub = Mojaloop(at.url("hub.fspiop"), {"FSPIOP-Signature": '{"signature":"x","protectedHeader":"y"}'})
    assert "1 messages of green-bank carry FSPIOP-Signature" in seen_of(at, stub, "warning")


def test_another_participants_name_is_noticed(at: Bench) -> None:
    problems = seen_of(at, Mojaloop(at.url("hub.fspiop"), {"FSPIOP-Source": "greenbank"}))
    assert "somebody called the hub as 'greenbank' -> fspiop-source must be green-bank" in problems


def test_the_date_of_its_messages_is_compared_with_the_worlds_clock(at: Bench) -> None:
    assert "120 s ahead of the world's clock, in green-bank: GET /parties/" in seen_of(
        at, Mojaloop(at.url("hub.fspiop"), ahead=120)
    )


def test_a_hub_that_is_not_reached_is_named(at: Bench) -> None:
    (nowhere,) = free_ports(1)
    problems = seen_of(at, Mojaloop(f"http://127.0.0.1:{nowhere}"))
    assert f"let the Mojaloop connector call the hub at {at.url('hub.fspiop')} (PEER_ENDPOINT)" in problems


def test_callbacks_that_are_refused_are_shown(at: Bench) -> None:
    problems = seen_of(at, Mojaloop(at.url("hub.fspiop"), callback_status=404))
    assert f"the hub called {at.url('mojaloop_connector.inbound')}/parties/" in problems
    assert "which was refused: 404" in problems


def test_a_lookup_that_is_taken_and_never_answered_is_told_apart(at: Bench) -> None:
    problems = seen_of(at, Mojaloop(at.url("hub.fspiop")))
    assert "no terms within 1 s" in problems
    assert "was taken with 202, and no answer came to the hub" in problems


def test_a_callback_that_cannot_be_delivered_is_told_with_the_address_that_was_called(at: Bench) -> None:
    with mojaloop(at, Mojaloop(at.url("hub.fspiop"))) as faces:
        dead = {**faces, "mojaloop_connector.inbound": "http://127.0.0.1:9"}
        problems = told(at.examined(PLACE, faces=dead, patience=1), "problem")
    assert "the hub called http://127.0.0.1:9/parties/MSISDN/" in problems
    assert "(PUT) and got no answer: refused" in problems
    assert '"mojaloop_connector.inbound" in [sut.faces] of loopyard.toml' in problems
