"""A bank that does not answer, or answers badly: at each step the money is conserved and moves once."""

from __future__ import annotations

from pathlib import Path

import pytest
from core_connector_yard import Yard

pytestmark = pytest.mark.asyncio

UNCLEAR = ["applied-no-reply", "not-applied-no-reply", "empty", "html", "truncated", "error", "late"]


@pytest.mark.parametrize("fault", UNCLEAR)
async def test_an_unclear_reserve_is_found_or_repeated(store: Path, fault: str) -> None:
    async with Yard(store) as yard:
        yard.bank.fail("POST /funds/reserve", fault)
        assert (await yard.accept(await yard.offered()))[0] == 200
        assert yard.bank.states() == ["payer COMMITTED"]


@pytest.mark.parametrize("fault", ["applied-no-reply", "empty", "html", "truncated", "late"])
async def test_a_bank_that_holds_twice_is_asked_and_never_told_twice(store: Path, fault: str) -> None:
    async with Yard(store, {"repeat_is_safe": False}, duplicates="second-hold") as yard:
        yard.bank.fail("POST /funds/reserve", fault)
        assert (await yard.accept(await yard.offered()))[0] == 200
        assert yard.bank.states() == ["payer COMMITTED"]


async def test_a_reserve_that_cannot_be_found_withdraws_the_payment(store: Path) -> None:
    async with Yard(store, {"repeat_is_safe": False}, duplicates="second-hold") as yard:
        yard.bank.fail("POST /funds/reserve", "not-applied-no-reply")
        transfer = await yard.offered()
        status, content = await yard.accept(transfer)
        assert (status, content["statusCode"]) == (504, "2004")
        assert yard.mojaloop.puts() == [{"acceptQuote": False}]
        assert await yard.unresolved() == ["WITHDRAWING"]
        await yard.clock.advance(30)
        assert await yard.unresolved() == []
        assert (await yard.state(transfer))["currentState"] == "ABORTED"
        assert yard.bank.states() == []


async def test_a_hold_that_shows_late_is_released(store: Path) -> None:
    async with Yard(store, {"repeat_is_safe": False}, duplicates="second-hold") as yard:
        yard.bank.fail("POST /funds/reserve", "applied-no-reply")
        yard.bank.fail("GET /funds/", "not-applied-no-reply")
        transfer = await yard.offered()
        assert (await yard.accept(transfer))[0] == 504
        assert yard.bank.states() == ["payer RESERVED"]
        await yard.clock.advance(30)
        assert yard.bank.states() == ["payer RELEASED"]
        assert await yard.unresolved() == []


async def test_a_reserve_that_the_bank_fails_ends_the_payment(store: Path) -> None:
    async with Yard(store) as yard:
        yard.bank.fail("POST /funds/reserve", "decline")
        status, content = await yard.accept(await yard.offered())
        assert (status, content["statusCode"]) == (400, "4400")
        assert yard.mojaloop.puts() == [{"acceptQuote": False}]
        assert await yard.unresolved() == []


@pytest.mark.parametrize("fault", UNCLEAR)
async def test_an_unclear_capture_is_made_good_and_made_once(store: Path, fault: str) -> None:
    async with Yard(store) as yard:
        yard.bank.fail("POST /funds/commit", fault)
        yard.bank.fail("GET /funds/", "error")
        assert (await yard.accept(await yard.offered()))[0] == 200
        assert await yard.unresolved() == ["CAPTURING"]
        await yard.clock.advance(30)
        assert yard.bank.states() == ["payer COMMITTED"]
        assert (str(yard.amina.balance), str(yard.amina.held)) == ("400", "0")
        assert await yard.unresolved() == []


async def test_a_capture_that_the_bank_fails_is_owed_and_tried_again(store: Path) -> None:
    async with Yard(store) as yard:
        yard.bank.fail("POST /funds/commit", "decline", "decline")
        assert (await yard.accept(await yard.offered()))[0] == 200
        assert await yard.unresolved() == ["CAPTURING"]
        await yard.clock.advance(30)
        assert str(yard.amina.balance) == "400"


@pytest.mark.parametrize("fault", UNCLEAR)
async def test_an_unclear_release_is_made_good(store: Path, fault: str) -> None:
    async with Yard(store) as yard:
        yard.bank.fail("POST /funds/unreserve", fault)
        yard.mojaloop.ends = ["5104"]
        assert (await yard.accept(await yard.offered()))[1]["statusCode"] == "5104"
        await yard.clock.advance(30)
        assert yard.bank.states() == ["payer RELEASED"]
        assert (str(yard.amina.balance), str(yard.amina.held)) == ("500", "0")


async def test_a_release_that_the_bank_refuses_waits_for_a_person(store: Path) -> None:
    async with Yard(store) as yard:
        yard.bank.fail("POST /funds/unreserve", "decline")
        yard.mojaloop.ends = ["5104"]
        await yard.accept(await yard.offered())
        await yard.clock.advance(1000)
        assert await yard.unresolved() == ["RELEASING parked"]


async def test_an_answer_that_belongs_to_another_transfer_is_no_answer(store: Path) -> None:
    async with Yard(store) as yard:
        answer = yard.bank._reserved
        yard.bank._reserved = lambda reserve, status: (  # type: ignore[method-assign]
            setattr(yard.bank, "_reserved", answer)
            or answer(type(reserve)(**{**reserve.__dict__, "transfer": "another"}), status)
        )
        assert (await yard.accept(await yard.offered()))[0] == 200
        assert yard.bank.states() == ["payer COMMITTED"]


async def test_no_fee_without_the_bank(store: Path) -> None:
    async with Yard(store) as yard:
        yard.bank.fail("POST /quotes", "error")
        status, content = await yard.send()
        assert (status, content["statusCode"]) == (503, "2003")
        assert yard.mojaloop.puts() == [{"acceptQuote": False}]
        yard.amina.refuses = "ACCOUNT_BLOCKED"
        assert (await yard.send())[1]["statusCode"] == "4400"
        yard.amina.refuses = "LIMIT_EXCEEDED"
        assert (await yard.send())[1]["statusCode"] == "4200"
