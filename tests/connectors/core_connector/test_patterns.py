"""The pattern `single`, where this connector accepts within limits, and the published bank, where the channel debits first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from core_connector_yard import AMINA, Yard

pytestmark = pytest.mark.asyncio

SINGLE: dict[str, Any] = {"pattern": "single"}
PUBLISHED: dict[str, Any] = {"profile": "published"}


async def test_single_pays_in_one_call(store: Path) -> None:
    async with Yard(store, SINGLE) as yard:
        status, terms = await yard.send()
        assert (status, terms["sendAmount"]) == (200, "100")
        assert str(yard.amina.balance) == "400"
        assert (await yard.send())[1] == terms
        assert str(yard.amina.balance) == "400"


async def test_single_answers_an_abort_and_silence_as_the_second_call_would(store: Path) -> None:
    async with Yard(store, SINGLE) as yard:
        yard.mojaloop.ends = ["5104", "slow"]
        assert (await yard.send(home="a"))[1]["statusCode"] == "5104"
        assert (await yard.send(home="b"))[1]["statusCode"] == "2004"
        assert yard.bank.states() == ["payer RELEASED", "payer RESERVED"]
        assert (await yard.send(home="b"))[1]["statusCode"] == "2004"
        assert len(yard.bank.reserves) == 2


@pytest.mark.parametrize(
    "limits",
    [
        {"max_fee": {"MWK": "0.5"}},
        {"max_amount": {"MWK": "99.9999"}},
        {"payee_fsps": ["zed-bank"]},
    ],
)
async def test_single_stops_outside_the_limits_before_money_moves(store: Path, limits: dict[str, Any]) -> None:
    async with Yard(store, SINGLE | limits) as yard:
        yard.mojaloop.fee = 1  # type: ignore[assignment]
        status, content = await yard.send()
        assert (status, content["statusCode"]) == (400, "4200")
        assert yard.mojaloop.puts() == [{"acceptQuote": False}]
        assert yard.bank.reserves == []


@pytest.mark.parametrize(("reference", "expected"), [("0.0125", 200), ("0.0127", 200), ("0.0128", 400)])
async def test_single_checks_the_rate(store: Path, reference: str, expected: int) -> None:
    limits = {"max_rate_deviation": "0.02", "reference_rates": {"MWK/ZMW": reference}}
    async with Yard(store, SINGLE | limits) as yard:
        yard.mojaloop.payee_currency = "ZMW"
        assert (await yard.send("400", receive="ZMW"))[0] == expected


async def test_a_published_bank_is_asked_for_nothing_but_a_refund(store: Path) -> None:
    async with Yard(store, PUBLISHED) as yard:
        transfer = await yard.offered()
        yard.bank.debit_for_transfer("home-1", AMINA, "100")
        assert (await yard.accept(transfer))[0] == 200
        assert yard.bank.calls == []
        yard.mojaloop.ends = ["5104"]
        transfer = await yard.offered(home="home-2")
        yard.bank.debit_for_transfer("home-2", AMINA, "50")
        assert (await yard.accept(transfer, home="home-2"))[1]["statusCode"] == "5104"
        assert str(yard.amina.balance) == "400"
        assert yard.bank.count("POST /funds/refund") == 1


async def test_a_published_bank_refunds_for_expired_terms_and_never_before_the_end(store: Path) -> None:
    async with Yard(store, PUBLISHED) as yard:
        yard.mojaloop.ends = ["slow"]
        transfer = await yard.offered()
        yard.bank.debit_for_transfer("home-1", AMINA, "100")
        assert (await yard.accept(transfer))[0] == 504
        await yard.clock.advance(200)
        assert str(yard.amina.balance) == "400"
        yard.mojaloop.hub[transfer] = "ABORTED"
        await yard.clock.advance(100)
        assert str(yard.amina.balance) == "500"

        late = await yard.offered(home="home-2")
        yard.bank.debit_for_transfer("home-2", AMINA, "100")
        await yard.clock.advance(61)
        assert (await yard.accept(late, home="home-2"))[1]["statusCode"] == "3302"
        assert str(yard.amina.balance) == "500"


@pytest.mark.parametrize("fault", ["applied-no-reply", "not-applied-no-reply", "empty", "html", "error"])
async def test_a_refund_of_unknown_outcome_is_repeated_until_it_is_done(store: Path, fault: str) -> None:
    async with Yard(store, PUBLISHED) as yard:
        yard.bank.fail("POST /funds/refund", fault, fault)
        yard.mojaloop.ends = ["5104"]
        transfer = await yard.offered()
        yard.bank.debit_for_transfer("home-1", AMINA, "100")
        assert (await yard.accept(transfer))[1]["statusCode"] == "5104"
        await yard.clock.advance(30)
        assert str(yard.amina.balance) == "500"
        assert await yard.unresolved() == []


async def test_a_refund_that_the_bank_refuses_waits_for_a_person(store: Path) -> None:
    async with Yard(store, PUBLISHED) as yard:
        yard.mojaloop.ends = ["5104"]
        await yard.accept(await yard.offered())
        assert await yard.unresolved() == ["RELEASING parked"]
