"""Bulks of outgoing payments, and those that come in: each payment held, made, released or credited by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from core_connector_yard import AMINA, Yard, prepare, quote_request

pytestmark = pytest.mark.asyncio

ON, OFF = {"enabled": True}, {"enabled": False}


def order(*amounts: str, home: str = "salaries", kind: str = "SEND", **options: Any) -> dict[str, Any]:
    return {
        "bulkHomeTransactionID": home,
        "options": {"autoAcceptParty": ON, "autoAcceptQuote": ON} | options,
        "from": {"name": "Amina Banda", "partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": AMINA}},
        "individualTransfers": [
            {
                "homeTransactionId": f"{home}-{number}", "amountType": kind, "currency": "MWK", "amount": amount,
                "to": {"partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": f"99{number}"}},
            }
            for number, amount in enumerate(amounts, start=1)
        ],
    }  # fmt: skip


class Bulk:
    """One bulk between the channel and a Mojaloop connector whose notices a test gives."""

    def __init__(self, yard: Yard) -> None:
        self.yard = yard
        self.id = ""

    async def order(self, *amounts: str, **more: Any) -> tuple[int, Any]:
        status, content = await self.yard.call("dfsp", "POST", "/bulkTransactions", order(*amounts, **more))
        self.id = self.id or str((content or {}).get("bulkTransactionId", ""))
        return status, content

    async def tell(self, state: str, *results: dict[str, Any]) -> int:
        """The Mojaloop connector's notice, a result for each payment in order; an empty one says nothing of it."""
        listed = [
            {"homeTransactionId": f"salaries-{number}", "transferId": f"T{number}", **each}
            for number, each in enumerate(results, start=1)
        ]
        body = {
            "bulkHomeTransactionID": "salaries", "bulkTransactionId": self.id, "currentState": state,
            "individualTransferResults": listed,
        }  # fmt: skip
        return (await self.yard.call("sdk", "PUT", f"/bulkTransactions/{self.id}", body))[0]

    async def decide(self, **decisions: bool) -> int:
        listed = [{"transferId": id_, "acceptQuote": yes} for id_, yes in decisions.items()]
        path = f"/bulkTransactions/{self.id}"
        return (await self.yard.call("dfsp", "PUT", path, {"individualTransfers": listed}))[0]

    async def states(self) -> list[str]:
        status, content = await self.yard.call("dfsp", "GET", f"/bulkTransactions/{self.id}")
        assert status == 200, content
        return [
            each["currentState"] + f" {each.get('statusCode', '')}".rstrip() for each in content["individualTransferResults"]
        ]

    def words(self) -> list[Any]:
        """What the Mojaloop connector was told of payments: by transfer, yes or no."""
        puts = [content for method, path, content in self.yard.mojaloop.bulks if method == "PUT"]
        return [{each["transferId"]: each["acceptQuote"] for each in put["individualTransfers"]} for put in puts]


def terms(amount: str, fee: str = "0") -> dict[str, Any]:
    receives = str(int(amount) - int(fee))
    amounts = {"transferAmount": amount, "payeeReceiveAmount": receives, "payeeFspFee": fee}
    quote = {name: {"amount": value, "currency": "MWK"} for name, value in amounts.items()}
    to = {"name": "Bob", "partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": "99", "fspId": "blue-wallet"}}
    return {"to": to, "quoteResponse": quote | {"expiration": "2026-03-02T09:00:00.000Z"}}


def failed(code: str) -> dict[str, Any]:
    error = {"errorInformation": {"errorCode": code, "errorDescription": "as told"}}
    return {"lastError": {"httpStatusCode": 500, "mojaloopError": error}}


MADE = {"fulfil": {"transferId": "T", "transferState": "COMMITTED", "fulfilment": "f" * 43}}
HALT = "WAITING_FOR_QUOTE_ACCEPTANCE"


async def test_terms_are_never_accepted_there_and_money_is_held_before_they_are_here(store: Path) -> None:
    async with Yard(store) as yard:
        bulk = Bulk(yard)
        assert (await bulk.order("100", "50"))[0] == 202
        sent = yard.mojaloop.bulks[0][2]
        assert (sent["options"]["autoAcceptQuote"], sent["options"]["autoAcceptParty"]) == (OFF, ON)
        held: list[str] = []
        yard.mojaloop.on_decision = lambda: held.append(str(yard.amina.held))
        assert await bulk.tell(HALT, terms("100"), terms("50")) == 202
        assert (held, bulk.words()) == (["150"], [{"T1": True, "T2": True}])
        assert await bulk.states() == ["PENDING", "PENDING"]
        await bulk.tell("COMPLETED", MADE, failed("5001"))
        assert await bulk.states() == ["COMPLETED", "ABORTED 5001"]
        assert (str(yard.amina.balance), str(yard.amina.held)) == ("400", "0")
        assert await yard.unresolved() == []


async def test_a_notice_that_comes_again_changes_nothing(store: Path) -> None:
    async with Yard(store) as yard:
        bulk = Bulk(yard)
        await bulk.order("100")
        for _ in range(2):
            await bulk.tell(HALT, terms("100"))
        for _ in range(2):
            await bulk.tell("COMPLETED", MADE)
        assert (bulk.words(), str(yard.amina.balance)) == ([{"T1": True}], "400")


async def test_what_the_customer_has_not_fails_and_is_refused_there(store: Path) -> None:
    async with Yard(store) as yard:
        bulk = Bulk(yard)
        await bulk.order("400", "200", "50")
        await bulk.tell(HALT, terms("400"), terms("200"), terms("50"))
        assert await bulk.states() == ["PENDING", "ERROR_OCCURRED 4000", "PENDING"]
        assert {"T2": False} in bulk.words()
        assert {"T1": True, "T3": True} in bulk.words()


@pytest.mark.parametrize(("limits", "waits"), [([{"currency": "MWK", "amount": "1"}], True), ([], True), (None, False)])
async def test_fees_above_the_limit_or_without_one_wait_for_the_channel(store: Path, limits: Any, waits: bool) -> None:
    async with Yard(store) as yard:
        bulk = Bulk(yard)
        quotes = ON | ({} if limits is None else {"perTransferFeeLimits": limits})
        await bulk.order("100", "50", autoAcceptQuote=quotes)
        await bulk.tell(HALT, terms("100", fee="2"), terms("50"))
        assert (await bulk.states())[0] == (HALT if waits else "PENDING")
        assert (await bulk.states())[1] == "PENDING"


async def test_the_channel_decides_what_waits_and_once(store: Path) -> None:
    async with Yard(store) as yard:
        bulk = Bulk(yard)
        await bulk.order("100", "50", autoAcceptQuote=OFF)
        await bulk.tell(HALT, terms("100"), terms("50"))
        assert bulk.words() == []
        assert await bulk.decide(T1=True, T2=False) == 202
        assert await bulk.decide(T1=False, T2=True) == 202
        assert bulk.words() == [{"T1": True, "T2": False}]
        assert (await bulk.states(), str(yard.amina.held)) == (["PENDING", "ABORTED"], "100")
        assert await bulk.decide(T9=True) == 404


async def test_terms_that_are_not_what_was_asked_for_are_refused(store: Path) -> None:
    async with Yard(store) as yard:
        bulk = Bulk(yard)
        await bulk.order("100", "50")
        await bulk.tell(HALT, terms("101"), terms("50"))
        assert await bulk.states() == ["ERROR_OCCURRED 5101", "PENDING"]
        assert {"T1": False} in bulk.words()


async def test_an_error_that_says_nothing_of_the_end_releases_nothing(store: Path) -> None:
    async with Yard(store) as yard:
        bulk = Bulk(yard)
        await bulk.order("100")
        await bulk.tell(HALT, terms("100"))
        await bulk.tell("COMPLETED", failed("2001"))
        assert (await bulk.states(), str(yard.amina.held)) == (["PENDING 2001"], "100")
        yard.mojaloop.hub["T1"] = "COMMITTED"
        await yard.clock.advance(200)
        assert (await bulk.states(), str(yard.amina.balance)) == (["COMPLETED"], "400")


async def test_an_acceptance_that_may_not_have_arrived_is_said_again_until_the_bulks_time_is_over(store: Path) -> None:
    async with Yard(store) as yard:
        bulk = Bulk(yard)
        await bulk.order("100", bulkExpiration="2026-03-02T08:10:00.000Z")
        yard.mojaloop.bulk_status = 503
        await bulk.tell(HALT, terms("100"))
        yard.mojaloop.bulk_status = 202
        await yard.clock.advance(150)
        assert bulk.words()[-1] == {"T1": True}
        assert len(bulk.words()) > 1
        assert str(yard.amina.held) == "100"
        await yard.clock.advance(900)  # the hub never saw it, and it can no longer come
        assert ((await bulk.states())[0][:7], str(yard.amina.held)) == ("ABORTED", "0")


async def test_a_bulk_that_only_validates_ends_with_its_payees(store: Path) -> None:
    async with Yard(store) as yard:
        bulk = Bulk(yard)
        await bulk.order("100", "50", onlyValidateParty=True)
        found = {"to": terms("1")["to"]}
        await bulk.tell("COMPLETED", found, failed("3204"))
        assert await bulk.states() == ["COMPLETED", "ERROR_OCCURRED 3204"]
        _, content = await yard.call("dfsp", "GET", f"/bulkTransactions/{bulk.id}")
        assert content["individualTransferResults"][0]["payeeDetails"] == {"fspId": "blue-wallet", "name": "Bob"}
        assert str(yard.amina.available) == "500"


async def test_the_same_order_is_the_same_bulk_and_another_of_its_id_is_refused(store: Path) -> None:
    async with Yard(store) as yard:
        bulk = Bulk(yard)
        first = await bulk.order("100")
        assert await bulk.order("100") == first
        assert (await bulk.order("101"))[1]["statusCode"] == "3106"
        assert len(yard.mojaloop.bulks) == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"individualTransfers": []}, "3102"),
        ({"options": {"autoAcceptParty": ON, "autoAcceptQuote": ON, "bulkExpiration": "2026-03-02T07:00:00.000Z"}}, "3100"),
        ({"options": {"autoAcceptParty": {"enabled": "yes"}, "autoAcceptQuote": ON}}, "3101"),
        ({"individualTransfers": order("1")["individualTransfers"] * 2}, "3100"),
        ({"from": {}}, "3102"),
    ],
)
async def test_an_order_that_is_none_is_refused_before_anybody_is_asked(store: Path, change: Any, code: str) -> None:
    async with Yard(store) as yard:
        Bulk(yard)
        status, content = await yard.call("dfsp", "POST", "/bulkTransactions", order("1") | change)
        assert (status, content["statusCode"], yard.mojaloop.bulks) == (400, code, [])


async def test_a_mojaloop_connector_that_is_down_gets_the_order_later(store: Path) -> None:
    async with Yard(store) as yard:
        bulk = Bulk(yard)
        yard.mojaloop.bulk_status = 503
        assert (await bulk.order("100"))[0] == 202
        assert await yard.unresolved() == ["SUBMITTING"]
        yard.mojaloop.bulk_status = 202
        await yard.clock.advance(5)
        first, again = yard.mojaloop.bulks
        assert (first[2], await yard.unresolved()) == (again[2], [])


async def test_a_bulk_that_the_mojaloop_connector_refuses_fails_as_a_whole(store: Path) -> None:
    async with Yard(store) as yard:
        bulk = Bulk(yard)
        yard.mojaloop.bulk_status = 400
        assert (await bulk.order("100"))[1]["statusCode"] == "3100"


async def test_nothing_is_known_of_a_bulk_that_is_not_there(store: Path) -> None:
    async with Yard(store) as yard:
        status, content = await yard.call("dfsp", "GET", "/bulkTransactions/none")
        assert (status, content["statusCode"]) == (404, "3210")


async def test_a_bank_that_cannot_hold_offers_no_bulks(store: Path) -> None:
    async with Yard(store, {"profile": "published"}) as yard:
        status, content = await yard.call("dfsp", "POST", "/bulkTransactions", order("100"))
        assert (status, content["statusCode"]) == (501, "2002")


async def test_of_a_bulk_that_comes_in_each_payment_gets_terms_and_is_reserved_by_itself(store: Path) -> None:
    async with Yard(store) as yard:
        asked = [quote_request("T1", "50", "SEND"), quote_request("T2", "7", "SEND", payee="999")]
        whole = {"bulkQuoteId": "B1", "from": asked[0]["from"], "individualQuotes": asked}
        status, content = await yard.call("sdk", "POST", "/bulkQuotes", whole)
        fine, refused = content["individualQuoteResults"]
        assert (status, fine["payeeReceiveAmount"], refused["errorResponse"]["statusCode"]) == (200, "50", "3204")
        quote = fine | {"transactionId": "T1"}
        unknown = prepare(quote | {"quoteId": "Q9", "transactionId": "T9"})
        bulk = {"bulkTransferId": "B2", "individualTransfers": [prepare(quote), unknown]}
        status, content = await yard.call("sdk", "POST", "/bulkTransfers", bulk)
        reserved, missing = content["individualTransferResults"]
        assert (status, "errorResponse" in reserved, "errorResponse" in missing) == (200, False, True)
        assert str(yard.bob.balance) == "10"
        await yard.notice("T1", "COMPLETED")
        assert str(yard.bob.balance) == "60"
