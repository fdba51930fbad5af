"""What a scenario declares against what it has shown."""

from __future__ import annotations

from datetime import UTC, datetime

from loopyard.engine.traffic import Interaction
from loopyard.testing.needs import idle, missing, used


def row(operation: str, sender: str, receiver: str, path: str = "/x") -> Interaction:
    return Interaction(1, datetime(2026, 3, 2, tzinfo=UTC), sender, receiver, operation, "POST", path, (), b"", None)


def test_operations_and_messages_show_what_was_needed() -> None:
    rows = [
        row("hub.fx-quotes.request", "green-bank", "hub"),
        row("channel.merchant-payment", "channel", "c", "/merchant-payment"),
    ]
    shown = used({"connectors.crash", "connectors.skew", "clock.advance"}, rows, {"green-bank"}, True)
    assert shown == {"restart", "clock", "fx", "merchant-payment", "worklist"}


def test_conversions_between_others_need_nothing_of_the_system_under_test() -> None:
    assert used((), [row("hub.fx-quotes.request", "zed-bank", "hub")], {"green-bank"}, False) == set()


def test_a_missing_tag_is_told_with_its_remedy() -> None:
    assert "@needs:restart" in missing((), False, {"restart"}, 5)[0]
    assert "@slow" in missing((), False, (), 31)[0]
    assert missing({"restart"}, True, {"restart"}, 31) == []


def test_an_idle_tag_is_told_too() -> None:
    assert "@needs:restart" in idle({"restart"}, False, (), 5)[0]
    assert "@slow" in idle((), True, (), 30)[0]
    assert idle({"restart"}, True, {"restart"}, 31) == []
