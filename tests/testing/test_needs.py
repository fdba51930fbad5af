"""What a scenario declares against what it has shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from loopyard.engine.traffic import Interaction
from loopyard.testing.config import Sut
from loopyard.testing.needs import idle, missing, of_host, used
from loopyard.testing.stage import opened
from loopyard.world.defaults import default_world


def row(operation: str, sender: str, receiver: str, path: str = "/x") -> Interaction:
    return Interaction(1, datetime(2026, 3, 2, tzinfo=UTC), sender, receiver, operation, "POST", path, (), b"", None)


def test_operations_and_messages_show_what_was_needed() -> None:
    rows = [
        row("hub.fx-quotes.request", "green-bank", "hub"),
        row("channel.merchant-payment", "channel", "c", "/merchant-payment"),
    ]
    operations = {("connectors.crash", "core_connector"), ("connectors.skew", "mojaloop_connector"), ("clock.advance", "")}
    shown = used(operations, rows, {"green-bank"}, True)
    assert shown == {"core-restart", "mojaloop-clock", "fx", "merchant-payment", "worklist"}


def test_a_scenario_that_asks_whether_the_world_signs_needs_signatures() -> None:
    assert used({("jws.profile", "")}, [], {"green-bank"}, False) == {"mojaloop-signatures"}
    assert used({("jws.publish", "")}, [], {"green-bank"}, False) == {"mojaloop-keys"}
    assert used({("jws.hub-validates", "")}, [], {"green-bank"}, False) == set()


def test_requests_to_pay_and_refunds_are_needs_of_their_own() -> None:
    came = row("hub.transaction-requests.request-notice", "hub", "green-bank")
    assert used((), [came], {"green-bank"}, False) == {"request-to-pay"}
    assert used((), [row("channel.request-to-pay", "channel", "c", "/request-to-pay/1")], {"g"}, False) == {"request-to-pay"}
    assert used((), [row("channel.refunds", "channel", "c", "/refunds")], {"g"}, False) == {"refunds"}
    assert used((), [row("hub.transaction-requests.request-notice", "hub", "blue-wallet")], {"g"}, False) == set()


def test_a_call_of_the_management_api_shows_that_onboarding_was_needed() -> None:
    for path in ("/states", "/reonboard", "/recreate/JWS"):
        rows = [row("channel.call", "channel", "mojaloop_connector", path)]
        assert used((), rows, {"green-bank"}, False) == {"onboarding"}


def test_a_world_without_a_management_api_lacks_onboarding(tmp_path: Path) -> None:
    sut = Sut(runs="url", places=("mojaloop_connector",))
    with opened(str(default_world()), sut, waits=False) as stage:
        assert "mojaloop_connector.management" in stage.lacks["onboarding"]
    there = replace(sut, faces={"mojaloop_connector.management": "http://127.0.0.1:9"})
    with opened(str(default_world()), there, waits=False) as stage:
        assert "onboarding" not in stage.lacks


def test_conversions_between_others_need_nothing_of_the_system_under_test() -> None:
    assert used((), [row("hub.fx-quotes.request", "zed-bank", "hub")], {"green-bank"}, False) == set()


def test_a_bulk_is_needed_where_the_system_under_test_or_its_channel_takes_part() -> None:
    homes = {"green-bank"}
    assert used((), [row("channel.bulkTransactions", "channel", "c", "/bulkTransactions")], homes, False) == {"bulk"}
    assert used((), [row("hub.bulk-transfers.prepare-notice", "hub", "green-bank", "/bulkTransfers")], homes, False) == {"bulk"}
    assert used((), [row("hub.bulk-transfers.prepare", "zed-bank", "hub", "/bulkTransfers")], homes, False) == set()


def test_a_missing_tag_is_told_with_its_remedy() -> None:
    assert "@needs:core-restart" in missing((), False, {"core-restart"}, 5)[0]
    assert "@slow" in missing((), False, (), 31)[0]
    assert missing({"core-restart"}, True, {"core-restart"}, 31) == []


def test_an_idle_tag_is_told_too() -> None:
    assert "@needs:core-restart" in idle({"core-restart"}, False, (), 5)[0]
    assert "@slow" in idle((), True, (), 30)[0]
    assert idle({"core-restart"}, True, {"core-restart"}, 31) == []


def test_a_connector_elsewhere_takes_the_needs_of_its_own_host_with_it() -> None:
    assert of_host("core_connector") == ["core-restart", "core-settings", "core-clock"]
    assert of_host("mojaloop_connector") == [
        "mojaloop-restart", "mojaloop-settings", "mojaloop-signatures", "mojaloop-keys", "mojaloop-logs", "mojaloop-clock",
    ]  # fmt: skip
    assert of_host("another") == []
