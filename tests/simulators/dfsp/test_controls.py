"""Controls: `pay`, which answers when a payment is over, for those who measure how long that takes; and funds in and out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from peers_yard import Yard, dfsp, person

from loopyard.kernel.errors import UsageError
from simulators.dfsp import SIMULATOR

MUTALE, BOB, NOBODY = "260971000301", "265881000201", "265000000000"
ORDER = {"fsp": "zed", "payer": {"id_value": MUTALE}, "payee": {"id_value": BOB}, "amount": "100"}


@pytest.fixture
def yard() -> Iterator[Yard]:
    """Two peers, a customer at each, and a hub that relays between them."""
    people = (person("Mutale Zulu", "zed", MUTALE, "800", "ZMW"), person("Bob Kamanga", "blue", BOB, "0", "ZMW"))
    yard = Yard({"dfsp": SIMULATOR}, (dfsp("zed", {"ZMW": "5000"}), dfsp("blue", {"ZMW": "5000"})), people, relays=True)
    yield yard
    yard.assert_sound()
    yard.close()


def pay(yard: Yard, **changes: Any) -> Any:
    return yard.control("dfsp.pay", **{**ORDER, **changes})


def test_it_is_answered_when_the_payment_is_committed(yard: Yard) -> None:
    row = pay(yard)
    assert (row["state"], row["error"]) == ("COMMITTED", None)
    assert str(yard.account("blue", f"MSISDN:{BOB}").balance) == "100"


def test_a_payment_that_fails_is_over_too(yard: Yard) -> None:
    row = pay(yard, payee={"id_value": NOBODY})
    assert (row["state"], row["error"]["code"]) == ("ABORTED", "3204")
    assert yard.clock.monotonic() < 1


def test_a_payment_of_unknown_outcome_is_answered_as_it_stands_and_goes_on(yard: Yard) -> None:
    yard.control("dfsp.behave", fsp="blue", on="transfers", do="ignore", times=1)
    row = pay(yard, timeout=5)
    assert row["state"] == "PREPARED"
    assert yard.clock.monotonic() == pytest.approx(5, abs=0.5)
    assert yard.control("dfsp.transfer", id=row["transferId"], fsp="zed")["state"] == "PREPARED"


@pytest.mark.parametrize("timeout", [0, -1, "soon", True])
def test_a_timeout_that_is_no_time_is_refused_before_anybody_pays(yard: Yard, timeout: Any) -> None:
    with pytest.raises(UsageError, match="timeout"):
        pay(yard, timeout=timeout)
    assert yard.control("dfsp.transfers") == []


def test_a_bank_books_its_side_of_funds(yard: Yard) -> None:
    told = yard.control("dfsp.funds-in", fsp="zed", amount="50", currency="ZMW", reference="F1")
    assert told == {"currency": "ZMW", "schemeClearing": "5050"}
    told = yard.control("dfsp.funds-out", fsp="zed", amount="20.5", currency="ZMW", reference="F2")
    assert told == {"currency": "ZMW", "schemeClearing": "5029.5"}
    assert str(yard.account("zed", "settlement-bank:ZMW").balance) == "-29.5"
