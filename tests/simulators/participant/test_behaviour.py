"""Behaviour on request: whom a deviation strikes, how often, and what a wrong order is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from loopyard.kernel.errors import UsageError
from simulators.participant.behaviour import GOOD, Behaviours, Conduct

DEEDS = {"error": ("quotes", "transfers"), "no-callback": ("quotes",)}
TRIGGERS = (("7", "amount", "quotes", "error", {"code": "5001"}),)


def facts(**known: Any) -> Callable[[str], Any]:
    return known.get


def test_a_deviation_strikes_the_message_and_the_participant_that_it_is_for() -> None:
    behaviours = Behaviours(DEEDS)
    behaviours.add({"fsp": "blue", "on": "quotes", "do": "error"}, "test")
    assert behaviours.of("blue", "quotes", facts()).do == "error"
    assert behaviours.of("green", "quotes", facts()) is GOOD
    assert behaviours.of("blue", "transfers", facts()) is GOOD


def test_it_strikes_as_often_as_ordered() -> None:
    behaviours = Behaviours(DEEDS)
    behaviours.add({"on": "quotes", "do": "error", "times": 2}, "test")
    assert [behaviours.of("blue", "quotes", facts()).do for _ in range(3)] == ["error", "error", ""]


def test_where_compares_members_as_texts() -> None:
    behaviours = Behaviours(DEEDS)
    behaviours.add({"on": "quotes", "do": "error", "where": {"amount": 5}}, "test")
    assert behaviours.of("blue", "quotes", facts(amount="5")).do == "error"
    assert behaviours.of("blue", "quotes", facts(amount="6")) is GOOD


def test_what_was_ordered_comes_before_the_triggers_of_amounts() -> None:
    behaviours = Behaviours(DEEDS, TRIGGERS)
    assert behaviours.of("lake", "quotes", facts(amount="7")).options == {"code": "5001"}
    behaviours.add({"on": "quotes", "do": "no-callback"}, "test")
    assert behaviours.of("lake", "quotes", facts(amount="7")).do == "no-callback"


@pytest.mark.parametrize(
    ("order", "key", "remedy"),
    [
        ({"on": "quotes", "do": "sulk"}, "do", "choose one of error, no-callback"),
        ({"on": "transfers", "do": "no-callback"}, "on", "choose one of quotes"),
        ({"on": "quotes", "do": "error", "until": "noon"}, "until", "known are do, fsp, on"),
    ],
)
def test_a_wrong_order_is_told_what_it_may_say(order: dict[str, Any], key: str, remedy: str) -> None:
    with pytest.raises(UsageError) as caught:
        Behaviours(DEEDS).add(order, "control of the test")
    assert caught.value.key == key
    assert remedy in caught.value.remedy


@pytest.mark.parametrize(("do", "delays"), [("", (3.0,)), ("no-callback", ()), ("twice", (0.0, 3.0)), ("delay", (3.0,))])
def test_when_a_message_leaves(do: str, delays: tuple[float, ...]) -> None:
    assert Conduct(do, {"seconds": 3}).delays == delays
