"""Incoming payments: who is found, which terms are given, and when the payee has the money."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from core_connector_yard import BOB, Yard, quote_request

pytestmark = pytest.mark.asyncio

UNCLEAR = ["applied-no-reply", "not-applied-no-reply", "empty", "html", "truncated", "error", "late"]


async def test_a_party_is_found_with_name_and_currencies(store: Path) -> None:
    async with Yard(store) as yard:
        yard.bob.name = "Bob van der Kamanga"
        status, party = await yard.call("sdk", "GET", f"/parties/MSISDN/{BOB}/home")
        assert status == 200
        assert party == {
            "idType": "MSISDN", "idValue": BOB, "idSubValue": "home", "type": "CONSUMER", "displayName": "Bob van der Kamanga",
            "firstName": "Bob", "middleName": "van der", "lastName": "Kamanga", "fspId": "green-bank",
            "supportedCurrencies": ["MWK"],
        }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "expected"),
    [("MSISDN/999", (404, "3204")), ("EMAIL/a", (400, "3100")), (f"MSISDN/{BOB}", (400, "5400"))],
)
async def test_who_cannot_receive_is_told_apart(store: Path, path: str, expected: tuple[int, str]) -> None:
    async with Yard(store) as yard:
        yard.bob.active = False
        status, content = await yard.call("sdk", "GET", f"/parties/{path}")
        assert (status, content["statusCode"]) == expected
        assert set(content) == {"statusCode", "message"}


async def test_how_an_inactive_party_is_answered_is_a_setting(store: Path) -> None:
    async with Yard(store, {"inactive_party": "3204"}) as yard:
        yard.bob.active = False
        assert (await yard.call("sdk", "GET", f"/parties/MSISDN/{BOB}"))[1]["statusCode"] == "3204"


@pytest.mark.parametrize("fault", ["empty", "html", "truncated", "error", "not-applied-no-reply"])
async def test_a_bank_without_an_answer_never_makes_silence(store: Path, fault: str) -> None:
    async with Yard(store) as yard:
        yard.bank.fail("GET /accounts", fault)
        status, content = await yard.call("sdk", "GET", f"/parties/MSISDN/{BOB}")
        assert (status, content["statusCode"]) == (503, "2003")


async def test_an_account_id_is_the_banks_account_number(store: Path) -> None:
    async with Yard(store) as yard:
        yard.bank.open("000017", "1", id_type="ACCOUNT_NUMBER")
        assert (await yard.call("sdk", "GET", "/parties/ACCOUNT_ID/000017"))[1]["idType"] == "ACCOUNT_ID"


@pytest.mark.parametrize(
    ("kind", "transfer", "receives", "fee"),
    [("SEND", "100", "97", "3"), ("RECEIVE", "103.06", "100", "3.06")],
)
async def test_terms_leave_exactly_what_they_promise(store: Path, kind: str, transfer: str, receives: str, fee: str) -> None:
    async with Yard(store) as yard:
        yard.bank.receiving_fee, yard.bank.receiving_percent = Decimal(1), Decimal(2)
        quote = await yard.quoted(amount="100", kind=kind)
        assert (quote["transferAmount"], quote["payeeReceiveAmount"], quote["payeeFspFeeAmount"]) == (transfer, receives, fee)
        assert quote["expiration"] == "2026-03-02T08:01:00.000Z"
        await yard.prepared(quote)
        await yard.notice("T1", "COMPLETED")
        assert str(yard.bob.balance) == str(10 + Decimal(receives))


@pytest.mark.parametrize(
    ("refuses", "code"),
    [("LIMIT_EXCEEDED", "5200"), ("ACCOUNT_BLOCKED", "5400"), ("CURRENCY_MISMATCH", "5106"), ("ANYTHING", "5103")],
)
async def test_no_terms_for_what_the_bank_would_not_credit(store: Path, refuses: str, code: str) -> None:
    async with Yard(store) as yard:
        yard.bob.refuses = refuses
        status, content = await yard.call("sdk", "POST", "/quoterequests", quote_request("T1", "50", "SEND"))
        assert (status, content["statusCode"]) == (400, code)


async def test_no_terms_in_another_currency_or_for_nobody_or_for_less_than_the_fee(store: Path) -> None:
    async with Yard(store) as yard:
        ask = lambda **more: yard.call("sdk", "POST", "/quoterequests", quote_request("T1", "50", "SEND", **more))  # noqa: E731
        assert (await ask(currency="ZMW"))[1]["statusCode"] == "5106"
        assert (await ask(payee="999"))[1]["statusCode"] == "3204"
        yard.bank.receiving_fee = Decimal(50)
        assert (await ask())[1]["statusCode"] == "5103"


async def test_reserve_then_commit_credits_once_and_only_after_the_hub(store: Path) -> None:
    async with Yard(store) as yard:
        quote = await yard.quoted()
        status, content = await yard.prepared(quote)
        assert (status, content["transferState"]) == (200, "RESERVED")
        assert (yard.bank.states(), str(yard.bob.balance)) == (["payee RESERVED"], "10")
        assert (await yard.prepared(quote)) == (200, content)
        assert yard.bank.count("POST /funds/reserve") == 1
        for _ in range(3):
            assert await yard.notice("T1", "COMPLETED") == (200, None)
        assert (yard.bank.states(), str(yard.bob.balance)) == (["payee COMMITTED"], "60")
        assert yard.bank.count("POST /funds/commit") == 1
        assert (await yard.call("sdk", "GET", "/transfers/T1"))[1]["transferState"] == "COMMITTED"


async def test_an_abort_releases_once_however_often_it_comes(store: Path) -> None:
    async with Yard(store) as yard:
        await yard.prepared(await yard.quoted())
        for _ in range(5):
            assert await yard.notice("T1", "ABORTED") == (200, None)
        assert yard.bank.states() == ["payee RELEASED"]
        assert yard.bank.count("POST /funds/unreserve") == 1


async def test_a_notice_that_contradicts_the_end_is_refused_loudly(store: Path) -> None:
    async with Yard(store) as yard:
        await yard.prepared(await yard.quoted())
        await yard.notice("T1", "COMPLETED")
        assert (await yard.notice("T1", "ABORTED"))[0] == 500
        assert str(yard.bob.balance) == "60"


async def test_a_notice_for_an_unknown_transfer(store: Path) -> None:
    async with Yard(store) as yard:
        status, content = await yard.notice("T9", "COMPLETED")
        assert (status, content["statusCode"]) == (404, "3208")


@pytest.mark.parametrize(("at_hub", "state"), [("COMMITTED", "payee COMMITTED"), ("ABORTED", "payee RELEASED")])
async def test_an_unclear_notice_and_a_missing_one_are_settled_by_asking(store: Path, at_hub: str, state: str) -> None:
    async with Yard(store) as yard:
        yard.mojaloop.hub |= {"T1": at_hub, "T2": at_hub}
        await yard.prepared(await yard.quoted("T1"))
        await yard.prepared(await yard.quoted("T2"))
        assert await yard.notice("T1", "ERROR_OCCURRED") == (200, None)
        assert yard.bank.states() == [state, "payee RESERVED"]
        await yard.clock.advance(100)
        assert yard.bank.states() == [state, state]


async def test_a_transfer_that_is_not_the_quoted_one_is_refused(store: Path) -> None:
    async with Yard(store) as yard:
        quote = await yard.quoted()
        assert (await yard.prepared(quote | {"transferAmount": "51"}))[1]["statusCode"] == "5104"
        packet = {"ilpPacket": {"data": {"amount": {"amount": "51", "currency": "MWK"}}}}
        assert (await yard.prepared(quote, **packet))[1]["statusCode"] == "5104"
        assert (await yard.prepared(quote | {"quoteId": "Q-other"}))[1]["statusCode"] == "3205"
        assert yard.bank.reserves == []
        assert (await yard.prepared(quote))[0] == 200
        assert (await yard.prepared(quote | {"transferAmount": "51"}))[1]["statusCode"] == "3106"


async def test_a_refusal_of_the_bank_is_answered_the_same_again(store: Path) -> None:
    async with Yard(store) as yard:
        quote = await yard.quoted()
        yard.bob.refuses = "ACCOUNT_BLOCKED"
        for _ in range(2):
            status, content = await yard.prepared(quote)
            assert (status, content["statusCode"]) == (400, "5400")
        assert yard.bank.count("POST /funds/reserve") == 1


async def test_a_fee_that_changed_since_the_quote_refuses_the_transfer(store: Path) -> None:
    async with Yard(store) as yard:
        quote = await yard.quoted()
        yard.bank.receiving_fee = Decimal(9)
        assert (await yard.prepared(quote))[1]["statusCode"] == "2001"
        assert yard.bank.states() == ["payee RELEASED"]


@pytest.mark.parametrize("fault", UNCLEAR)
async def test_an_unclear_reserve_is_found_or_repeated(store: Path, fault: str) -> None:
    async with Yard(store) as yard:
        quote = await yard.quoted()
        yard.bank.fail("POST /funds/reserve", fault)
        assert (await yard.prepared(quote))[0] == 200
        await yard.notice("T1", "COMPLETED")
        assert str(yard.bob.balance) == "60"
        assert len(yard.bank.reserves) == 1


async def test_a_reserve_nobody_knows_of_refuses_the_transfer_and_is_released_when_it_shows(store: Path) -> None:
    async with Yard(store, {"repeat_is_safe": False}, duplicates="second-hold") as yard:
        quote = await yard.quoted()
        yard.bank.fail("POST /funds/reserve", "applied-no-reply")
        yard.bank.fail("GET /funds", "error")
        assert (await yard.prepared(quote))[1]["statusCode"] == "2001"
        assert await yard.unresolved() == ["WITHDRAWING"]
        await yard.clock.advance(30)
        assert yard.bank.states() == ["payee RELEASED"]


async def test_a_published_bank_that_does_not_answer_parks_the_transfer(store: Path) -> None:
    async with Yard(store, {"profile": "published"}, duplicates="second-hold") as yard:
        quote = await yard.quoted()
        yard.bank.fail("POST /funds/reserve", "applied-no-reply")
        assert (await yard.prepared(quote))[1]["statusCode"] == "2001"
        await yard.clock.advance(1000)
        assert await yard.unresolved() == ["WITHDRAWING parked"]
        assert len(yard.bank.reserves) == 1


async def test_a_published_bank_that_replays_is_told_again(store: Path) -> None:
    async with Yard(store, {"profile": "published", "repeat_is_safe": True}) as yard:
        quote = await yard.quoted()
        yard.bank.fail("POST /funds/reserve", "applied-no-reply")
        yard.bank.fail("POST /funds/commit", "empty")
        assert (await yard.prepared(quote))[0] == 200
        await yard.notice("T1", "COMPLETED")
        assert str(yard.bob.balance) == "60"


@pytest.mark.parametrize("fault", [*UNCLEAR, "decline"])
async def test_a_credit_after_commit_is_owed_until_it_is_made_good(store: Path, fault: str) -> None:
    async with Yard(store) as yard:
        await yard.prepared(await yard.quoted())
        yard.bank.fail("POST /funds/commit", fault, fault)
        yard.bank.fail("GET /funds", "error")
        assert await yard.notice("T1", "COMPLETED") == (200, None)
        assert await yard.unresolved() == ["COMMITTING"]
        await yard.clock.advance(60)
        assert str(yard.bob.balance) == "60"
        assert await yard.unresolved() == []


async def test_single_on_patch_does_nothing_before_the_hub_has_committed(store: Path) -> None:
    async with Yard(store, {"receipts": "single-on-patch"}) as yard:
        quote = await yard.quoted()
        before = len(yard.bank.calls)
        assert (await yard.prepared(quote))[1]["transferState"] == "RESERVED"
        assert len(yard.bank.calls) == before
        for _ in range(2):
            assert await yard.notice("T1", "COMPLETED") == (200, None)
        assert (str(yard.bob.balance), yard.bank.states()) == ("60", ["payee COMMITTED"])
        await yard.prepared(await yard.quoted("T2"))
        await yard.notice("T2", "ABORTED")
        assert yard.bank.states() == ["payee COMMITTED"]


@pytest.mark.parametrize("fault", [*UNCLEAR, "decline"])
async def test_single_on_patch_queues_a_credit_that_fails(store: Path, fault: str) -> None:
    async with Yard(store, {"receipts": "single-on-patch"}) as yard:
        await yard.prepared(await yard.quoted())
        yard.bank.fail("POST /funds/reserve", fault, fault)
        yard.bank.fail("POST /funds/commit", fault)
        assert await yard.notice("T1", "COMPLETED") == (200, None)
        await yard.clock.advance(60)
        assert (str(yard.bob.balance), yard.bank.states()) == ("60", ["payee COMMITTED"])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{",
        {"transferId": "T1"},
        {"quote": {"quoteId": "Q-T1", "transferAmount": "1.10", "transferAmountCurrency": "MWK"}},
    ],
)
async def test_a_transfer_that_cannot_be_read_is_refused(store: Path, content: Any) -> None:
    async with Yard(store) as yard:
        status, answer = await yard.call("sdk", "POST", "/transfers", content)
        assert status == 400
        assert answer["statusCode"] in ("3101", "3102")


async def test_a_reservation_may_be_answered_committed_and_is_credited_afterwards_all_the_same(store: Path) -> None:
    async with Yard(store, {"transfer_state": "COMMITTED"}) as yard:
        before = yard.bob.balance
        status, answer = await yard.prepared(await yard.quoted())
        assert (status, answer["transferState"], "fulfilment" in answer) == (200, "COMMITTED", False)
        assert yard.bob.balance == before


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("mlCode", (404, {"mlCode": "3204", "message": "no account for MSISDN 999"})),
        ("status", (404, {"status": 404, "message": "no account for MSISDN 999", "details": {"code": "3204"}})),
        ("none", (404, None)),
        ("empty-success", (200, None)),
    ],
)
async def test_errors_have_the_forms_of_other_core_connectors_on_the_schemes_side_only(
    store: Path, form: str, expected: tuple[int, Any]
) -> None:
    async with Yard(store, {"like_others": {"error_body": form}}) as yard:
        assert await yard.call("sdk", "GET", "/parties/MSISDN/999") == expected
        status, content = await yard.call("dfsp", "GET", "/transfers/unknown")
        assert (status, content["statusCode"]) == (404, "3208")


async def test_a_fulfilment_of_its_own_is_stated(store: Path) -> None:
    async with Yard(store, {"like_others": {"fulfilment": "F"}}) as yard:
        _, answer = await yard.prepared(await yard.quoted())
        assert answer["fulfilment"] == "F"
