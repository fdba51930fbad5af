"""Two peers and an FX provider, through a hub that only relays: what leaves one book arrives in the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from peers_yard import Yard, dfsp, fxp, person

from simulators import dfsp as peers
from simulators import fxp as providers

Make = Callable[..., Yard]
MUTALE, BOB = "260971000301", "265881000201"
PAY = {"fsp": "zed", "payer": {"id_value": MUTALE}, "payee": {"id_value": BOB}}


@pytest.fixture
def yard() -> Iterator[Yard]:
    """Mutale at Zed Bank has 800 ZMW, Bob at Blue Wallet has MWK, Lake FX has both."""
    participants = (
        dfsp("zed", {"ZMW": "1000"}, sending_fee="2"),
        dfsp("blue", {"MWK": "50000"}, fee="1"),
        fxp("lake", {"ZMW": "1000", "MWK": "50000"}, rates={"ZMW/MWK": "78"}, charges="1", grace_seconds=1000),
    )
    people = (person("Mutale Zulu", "zed", MUTALE, "800", "ZMW"), person("Bob Kamanga", "blue", BOB, "0"))
    built = Yard({"dfsp": peers.SIMULATOR, "fxp": providers.SIMULATOR}, participants, people, relays=True)
    yield built
    built.assert_sound()
    built.close()


def states(yard: Yard) -> dict[str, str]:
    rows = yard.control("dfsp.transfers") + yard.control("fxp.conversions")
    return {row.get("direction", "conversion"): row["state"] for row in rows}


def changes(yard: Yard) -> dict[str, str]:
    at_zed, at_blue, at_lake = yard.balances("zed"), yard.balances("blue"), yard.balances("lake")
    return {
        "Mutale": at_zed[f"MSISDN:{MUTALE}"], "zed clearing": at_zed["scheme-clearing:ZMW"],
        "lake ZMW": at_lake["treasury:ZMW"], "lake MWK": at_lake["treasury:MWK"],
        "blue clearing": at_blue["scheme-clearing:MWK"], "Bob": at_blue.get(f"MSISDN:{BOB}", "0"),
    }  # fmt: skip


UNTOUCHED = {
    "Mutale": "800", "zed clearing": "1000", "lake ZMW": "1000", "lake MWK": "50000", "blue clearing": "50000", "Bob": "0",
}  # fmt: skip


def test_a_payment_in_another_currency_moves_through_three_books(yard: Yard) -> None:
    yard.control("dfsp.send", **PAY, amount="100")
    assert states(yard) == {"outbound": "COMMITTED", "inbound": "COMMITTED", "conversion": "COMMITTED"}
    assert changes(yard) == {
        "Mutale": "698", "zed clearing": "900", "lake ZMW": "1100", "lake MWK": "42278", "blue clearing": "57722",
        "Bob": "7721",
    }  # fmt: skip


def test_a_payee_that_fixes_the_amount_gets_it_to_the_tambala(yard: Yard) -> None:
    yard.control("dfsp.send", **PAY, amount="7799", currency="MWK", amount_type="RECEIVE")
    after = changes(yard)
    assert (after["Bob"], after["blue clearing"]) == ("7799", "57800")
    assert (after["Mutale"], after["lake ZMW"]) == ("697", "1101")


@pytest.mark.parametrize(
    "instance, on, do, options",
    [
        ("dfsp", "transfers", "error", {"code": "5104"}),
        ("dfsp", "transfers", "abort", {}),
        ("fxp", "fxTransfers", "error", {"code": "5001"}),
        ("fxp", "fxTransfers", "abort", {}),
        ("fxp", "fxTransfers", "wrong-fulfilment", {}),
    ],
)
def test_whoever_fails_nothing_moves(yard: Yard, instance: str, on: str, do: str, options: Any) -> None:
    yard.control(f"{instance}.behave", on=on, do=do, **{"with": options})
    yard.control("dfsp.send", **PAY, amount="100")
    assert states(yard)["outbound"] == "ABORTED"
    assert changes(yard) == UNTOUCHED
    assert str(yard.account("zed", f"MSISDN:{MUTALE}").held) == "0"
    if instance == "dfsp":
        assert states(yard)["conversion"] == "ABORTED"
        assert str(yard.account("lake", "treasury:MWK").held) == "0"


def test_the_same_world_twice_sends_the_same_messages(yard: Yard) -> None:
    yard.control("dfsp.send", **PAY, amount="100")
    first = [(each.at, each.method, each.path, each.raw) for each in yard.got]
    again = Yard(yard.simulators, yard.plan.participants, yard.plan.people, relays=True)
    try:
        again.control("dfsp.send", **PAY, amount="100")
        assert [(each.at, each.method, each.path, each.raw) for each in again.got] == first
    finally:
        again.close()
