"""Conversions at the hub: the provider's promise follows the transfer that determines it, wherever that goes."""

from __future__ import annotations

from typing import Any

import pytest

from loopyard.kernel.money import Money
from tests.simulators.hub.yard import (
    CONVERSION,
    FULFILMENT,
    MWK,
    PARTICIPANTS,
    TRANSFER,
    ZMW,
    Yard,
    changed,
    participant,
    run,
)  # fmt: skip

FX_PATH = f"/fxTransfers/{CONVERSION}"
PREPARED = {"green-bank MWK": "100"}
RESERVED = {"green-bank MWK": "100", "quick-fx ZMW": "20"}
DONE = {"green-bank MWK": "100", "quick-fx MWK": "-100", "quick-fx ZMW": "20", "blue-wallet ZMW": "-20"}


async def to_promise(yard: Yard, **changes: Any) -> None:
    await yard.convert(**changes)
    await yard.promise()


async def to_transfer(yard: Yard, **changes: Any) -> None:
    await to_promise(yard)
    await yard.prepare(amount={"currency": ZMW, "amount": "20"}, **changes)
    yard.taken()


def test_a_conversion_moves_source_to_the_provider_and_target_to_the_payee() -> None:
    async def work(yard: Yard) -> None:
        assert (await yard.convert()).status == 202
        (forwarded,) = yard.taken()
        assert (forwarded.line, forwarded.source) == ("POST /fxTransfers to quick-fx", "green-bank")
        assert forwarded.json == yard.conversion()
        assert yard.positions() == PREPARED

        assert (await yard.promise()).status == 200
        (promised,) = yard.taken()
        assert (promised.line, promised.source) == (f"PUT {FX_PATH} to green-bank", "quick-fx")
        assert promised.json["conversionState"] == "RESERVED"
        assert (yard.positions(), yard.state(CONVERSION)) == (PREPARED, "RECEIVED_FULFIL_DEPENDENT")

        await yard.prepare(amount={"currency": ZMW, "amount": "20"})
        assert yard.lines() == ["POST /transfers to blue-wallet"]
        assert (yard.positions(), yard.in_flight()) == (RESERVED, {MWK: "100", ZMW: "20"})

        await yard.fulfil()
        *transfer, patched = yard.taken()
        assert [each.line for each in transfer] == [
            f"PUT /transfers/{TRANSFER} to {who}" for who in ("green-bank", "blue-wallet")
        ]
        assert (patched.line, patched.source) == (f"PATCH {FX_PATH} to quick-fx", "Hub")
        assert patched.json == {"conversionState": "COMMITTED", "completedTimestamp": "2026-03-02T08:00:00.000Z"}
        assert (yard.positions(), yard.in_flight()) == (DONE, {})
        assert (yard.state(), yard.state(CONVERSION)) == ("COMMITTED", "COMMITTED")

    run(work)


def test_the_initiators_cover_counts_at_the_conversion_the_providers_at_the_transfer() -> None:
    async def poor_initiator(yard: Yard) -> None:
        await yard.convert()
        (refused,) = yard.taken()
        assert (refused.line, refused.error[0]) == (f"PUT {FX_PATH}/error to green-bank", "4001")
        assert (yard.positions(), yard.in_flight()) == ({}, {})

    async def poor_provider(yard: Yard) -> None:
        await to_promise(yard)
        yard.taken()
        await yard.prepare(amount={"currency": ZMW, "amount": "20"})
        refused, patched = yard.taken()
        assert (refused.line, refused.error[0]) == (f"PUT /transfers/{TRANSFER}/error to green-bank", "4001")
        assert (patched.line, patched.json) == (f"PATCH {FX_PATH} to quick-fx", {"conversionState": "ABORTED"})
        assert (yard.positions(), yard.in_flight()) == ({}, {})

    async def capped_provider(yard: Yard) -> None:
        await to_promise(yard)
        yard.taken()
        await yard.prepare(amount={"currency": ZMW, "amount": "20"})
        assert yard.taken()[0].error[0] == "4200"

    empty = {MWK: Money("1000", MWK), ZMW: Money("0", ZMW)}
    caps = {MWK: Money("1000", MWK), ZMW: Money("19", ZMW)}
    run(poor_initiator, participants=changed(PARTICIPANTS, "green-bank", funds={MWK: Money("99", MWK)}))
    run(poor_provider, participants=changed(PARTICIPANTS, "quick-fx", funds=empty))
    run(capped_provider, participants=changed(PARTICIPANTS, "quick-fx", net_debit_cap=caps))


def test_a_refused_transfer_leaves_the_conversion_where_the_deployment_does() -> None:
    async def work(yard: Yard) -> None:
        await to_promise(yard)
        await yard.prepare(amount={"currency": ZMW, "amount": "2001"}, payeeFsp="nobody")
        assert (yard.positions(), yard.state(CONVERSION)) == (PREPARED, "RECEIVED_FULFIL_DEPENDENT")

    run(work, unwind_refused=False)


def test_an_aborted_transfer_unwinds_both_currencies_and_tells_the_provider() -> None:
    async def work(yard: Yard) -> None:
        await to_transfer(yard)
        await yard.fail("5105")
        *_, patched = yard.taken()
        assert (patched.line, patched.json) == (f"PATCH {FX_PATH} to quick-fx", {"conversionState": "ABORTED"})
        assert (yard.positions(), yard.in_flight()) == ({}, {})
        assert (yard.state(), yard.state(CONVERSION)) == ("ABORTED_ERROR", "ABORTED_ERROR")

    run(work)


def test_a_wrong_fulfilment_of_the_transfer_unwinds_the_conversion() -> None:
    async def work(yard: Yard) -> None:
        await to_transfer(yard)
        await yard.fulfil("RESERVED", fulfilment="B" * 43)
        assert yard.lines() == [
            f"PUT /transfers/{TRANSFER}/error to green-bank",
            f"PATCH /transfers/{TRANSFER} to blue-wallet",
            f"PATCH {FX_PATH} to quick-fx",
        ]
        assert yard.positions() == {}

    run(work)


def test_an_expired_transfer_takes_its_conversion_along() -> None:
    async def work(yard: Yard) -> None:
        await to_transfer(yard)
        await yard.clock.advance(75)
        told = yard.taken()
        assert {each.error for each in told} == {("3303", "Transfer expired")}
        assert [each.line for each in told] == [
            f"PUT /transfers/{TRANSFER}/error to green-bank",
            f"PUT /transfers/{TRANSFER}/error to blue-wallet",
            f"PUT {FX_PATH}/error to green-bank",
            f"PUT {FX_PATH}/error to quick-fx",
        ]
        assert (yard.positions(), yard.in_flight(), yard.state(CONVERSION)) == ({}, {}, "EXPIRED_RESERVED")

    run(work)


def test_an_unanswered_conversion_expires_by_itself() -> None:
    async def work(yard: Yard) -> None:
        await yard.convert()
        yard.taken()
        await yard.clock.advance(75)
        assert yard.lines() == [f"PUT {FX_PATH}/error to green-bank", f"PUT {FX_PATH}/error to quick-fx"]
        assert yard.positions() == {}
        await yard.promise()
        refused, patched = yard.taken()
        assert refused.error == ("3100", "Generic validation error - Non-RESERVED fxTransfer state")
        assert patched.json == {"conversionState": "ABORTED"}

    run(work)


@pytest.mark.parametrize(("expires", "left"), [(False, PREPARED), (True, {})])
def test_a_fulfilled_conversion_waits_for_its_transfer_unless_set_to_expire(expires: bool, left: dict[str, str]) -> None:
    async def work(yard: Yard) -> None:
        await to_promise(yard)
        await yard.clock.advance(600)
        assert yard.positions() == left

    run(work, expire_fulfilled_conversions=expires)


def test_a_late_promise_is_refused_before_the_scan() -> None:
    async def work(yard: Yard) -> None:
        await yard.convert(expiration=yard.after(50))
        yard.taken()
        await yard.clock.advance(55)
        await yard.promise()
        refused, patched = yard.taken()
        assert (refused.to, refused.error) == ("quick-fx", ("3303", "Transfer expired - fxTransfer expired"))
        assert patched.json == {"conversionState": "ABORTED"}

    run(work)


@pytest.mark.parametrize("state", ["RESERVED", "COMMITTED"])
def test_a_wrong_promise_aborts_the_conversion(state: str) -> None:
    async def work(yard: Yard) -> None:
        await yard.convert()
        yard.taken()
        await yard.promise(state, fulfilment="B" * 43)
        refused, patched = yard.taken()
        assert (refused.line, refused.error[0]) == (f"PUT {FX_PATH}/error to green-bank", "3100")
        assert patched.line == f"PATCH {FX_PATH} to quick-fx"
        assert (yard.positions(), yard.state(CONVERSION)) == ({}, "ABORTED_ERROR")

    run(work)


@pytest.mark.parametrize(
    ("source", "to", "text"),
    [
        ("blue-wallet", "green-bank", "fspiop-source header does not match counterPartyFsp on the fxFulfil callback response"),
        ("quick-fx", "blue-wallet", "fspiop-destination header does not match initiatingFsp on the fxFulfil callback response"),
    ],
)
def test_a_promise_with_wrong_headers_aborts(source: str, to: str, text: str) -> None:
    async def work(yard: Yard) -> None:
        await yard.convert()
        yard.taken()
        await yard.promise(source=source, to=to)
        assert yard.taken()[0].error == ("3100", f"Generic validation error - {text}"[:128])
        assert yard.positions() == {}

    run(work, classic_abort_text=True)


def test_an_error_of_the_provider_goes_to_the_initiator() -> None:
    async def work(yard: Yard) -> None:
        await yard.convert()
        yard.taken()
        await yard.fail("5001", path=f"{FX_PATH}/error", source="quick-fx")
        (told,) = yard.taken()
        assert (told.line, told.source, told.error) == (f"PUT {FX_PATH}/error to green-bank", "quick-fx", ("5001", "not today"))
        assert yard.positions() == {}

    run(work)


def test_a_transfer_before_the_promise_is_refused() -> None:
    async def work(yard: Yard) -> None:
        await yard.convert()
        yard.taken()
        await yard.prepare(amount={"currency": ZMW, "amount": "20"})
        (refused,) = yard.taken()
        assert refused.error == ("3100", "Generic validation error - Related FX Transfer is not fulfilled")
        assert yard.positions() == PREPARED

    run(work)


def test_a_conversion_after_its_transfer_is_not_implemented() -> None:
    async def work(yard: Yard) -> None:
        await yard.prepare()
        yard.taken()
        await yard.convert()
        (refused,) = yard.taken()
        assert (refused.line, refused.error) == (f"PUT {FX_PATH}/error to green-bank", ("2002", "Not implemented"))
        assert yard.positions() == {"green-bank MWK": "100"}

    run(work)


def test_a_conversion_needs_an_expiration_and_may_stand_alone() -> None:
    async def work(yard: Yard) -> None:
        body = yard.conversion()
        await yard.convert({name: value for name, value in body.items() if name != "expiration"})
        assert yard.taken()[0].error == (
            "3100", "Generic validation error - Expiration is required for conditional transfer",
        )  # fmt: skip
        other = CONVERSION.replace("77c", "88c")
        alone = {name: value for name, value in body.items() if name != "determiningTransferId"} | {"commitRequestId": other}
        await yard.convert(alone)
        assert yard.lines() == ["POST /fxTransfers to quick-fx"]
        await yard.clock.advance(75)
        assert yard.positions() == {}

    run(work)


@pytest.mark.parametrize(
    ("who", "codes", "text"),
    [
        ("green-bank", ZMW, "Participant green-bank MWK account not found"),
        ("quick-fx", ZMW, "Participant quick-fx MWK account not found"),
        ("quick-fx", MWK, "Participant quick-fx ZMW account not found"),
    ],
)
def test_a_conversion_needs_three_accounts(who: str, codes: str, text: str) -> None:
    async def work(yard: Yard) -> None:
        await yard.convert()
        assert yard.taken()[0].error == ("3100", f"Generic validation error - {text}")

    others = tuple(each for each in PARTICIPANTS if each.id != who)
    run(work, participants=(*others, participant(who, "fxp" if who == "quick-fx" else "dfsp", codes=codes)))


def test_repeats_and_questions() -> None:
    async def work(yard: Yard) -> None:
        await yard.send("green-bank", "GET", FX_PATH)
        text = "Transfer ID not found - Provided commitRequest ID was not found on the server."
        assert yard.taken()[0].error == ("3208", text)
        await yard.promise()
        assert yard.taken()[0].error == ("3208", "Transfer ID not found - fxTransfer not found")
        await to_promise(yard)
        yard.taken()
        await yard.convert()
        (told,) = yard.taken()
        stamp = "2026-03-02T08:00:00.000Z"
        assert told.json == {"conversionState": "RESERVED", "fulfilment": FULFILMENT, "completedTimestamp": stamp}
        await yard.convert(source_amount="101")
        assert yard.taken()[0].error == ("3106", "Modified request")
        await yard.promise()
        assert yard.lines() == [], "a repeat is answered when it is final"
        await yard.send("blue-wallet", "GET", FX_PATH)
        assert yard.taken()[0].error == ("3000", "Generic client error")

    run(work)


def test_the_conversions_of_many_participants_leave_the_ledger_balanced() -> None:
    async def work(yard: Yard) -> None:
        await to_transfer(yard)
        await yard.fulfil()
        sums: dict[str, int] = {}
        for account in yard.hub.book.accounts:
            sign = 1 if account.normal == "debit" else -1
            sums[account.currency.code] = sums.get(account.currency.code, 0) + sign * account.balance.units
        assert sums == {MWK: 0, ZMW: 0}

    run(work)


def test_providers_are_those_with_positions_in_both_currencies() -> None:
    async def work(yard: Yard) -> None:
        await yard.send("green-bank", "GET", "/services/FXP/MWK/ZMW")
        await yard.send("green-bank", "GET", "/services/FXP/MWK/USD")
        await yard.send("green-bank", "GET", "/services/FXP")
        assert [(each.line, each.json["providers"]) for each in yard.taken()] == [
            ("PUT /services/FXP/MWK/ZMW to green-bank", ["quick-fx"]),
            ("PUT /services/FXP/MWK/USD to green-bank", []),
            ("PUT /services/FXP to green-bank", ["quick-fx"]),
        ]

    run(work)
