"""Refunds: what was received goes back by a quote and a prepare of our own, never more than was received."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from core_connector_mojaloop import JSON, Mojaloop
from core_connector_yard import BOB, Yard

from loopyard.protocols import ilp, schemas
from loopyard.transport.messages import Reply

pytestmark = pytest.mark.asyncio

FULFILMENT = "A" * 43


class Scheme:
    """Passes quotes and prepares on; `end` is the state or error of the next prepare."""

    def __init__(self, mojaloop: Mojaloop) -> None:
        self.mojaloop = mojaloop
        self.end = "COMMITTED"
        self.fee = "1"
        self.fulfilment = FULFILMENT
        self.currencies = ["MWK"]
        self.party_error: Any = None
        self.quotes: list[Any] = []
        self.prepares: list[Any] = []
        mojaloop.more = self

    async def __call__(self, method: str, path: str, content: Any) -> Reply | None:
        if path.startswith("/parties/"):
            info = {"partyIdType": "MSISDN", "partyIdentifier": path.rsplit("/", 1)[1], "fspId": "blue-wallet"}
            party = {"partyIdInfo": info, "name": "Payer", "supportedCurrencies": self.currencies}
            body = self.party_error or {"party": party}
            told = {"party": {"body": body, "headers": {}}, "currentState": "COMPLETED"}
            return _reply(404 if self.party_error else 200, told)
        if path == "/quotes":
            self.quotes.append(content)
            return _reply(200, {"quotes": {"body": self._terms(content["quotesPostRequest"]), "headers": {}}})
        if path == "/simpleTransfers":
            self.prepares.append(content)
            return self._prepare(content["transfersPostRequest"])
        return None

    def _terms(self, request: Any) -> Any:
        amount = request["amount"]["amount"]
        money = {"currency": request["amount"]["currency"], "amount": str(int(amount) + int(self.fee))}
        return {
            "transferAmount": money, "payeeReceiveAmount": request["amount"], "expiration": self.mojaloop._expiration(),
            "payeeFspFee": {"currency": "MWK", "amount": self.fee}, "ilpPacket": "AA",
            "condition": ilp.condition_of(FULFILMENT),
        }  # fmt: skip

    def _prepare(self, prepare: Any) -> Reply:
        self.mojaloop.hub[prepare["transferId"]] = "COMMITTED" if self.end in ("COMMITTED", "504") else "ABORTED"
        if self.end == "504":
            return _reply(504, {"message": "Timeout", "statusCode": "504", "requestSimpleTransfersInformationState": {}})
        if self.end.isdecimal():
            body = {"errorInformation": {"errorCode": self.end, "errorDescription": "no"}}
            state = {"transfer": {"body": body}, "currentState": "ERROR_OCCURRED"}
            return _reply(500, {"message": "no", "statusCode": self.end, "requestSimpleTransfersInformationState": state})
        body = {"transferState": self.end, "fulfilment": self.fulfilment}
        return _reply(200, {"transfer": {"body": body, "headers": {}}, "currentState": "COMPLETED"})


def _reply(status: int, content: Any) -> Reply:
    return Reply(status, orjson.dumps(content), JSON)


async def received(yard: Yard, amount: str = "100") -> None:
    """Somebody has paid Bob, by the transfer T1."""
    quote = await yard.quoted("T1", amount)
    await yard.prepared(quote)
    await yard.notice("T1", "COMPLETED")


async def refund(yard: Yard, home: str = "r-1", **more: Any) -> tuple[int, Any]:
    wish = {"homeTransactionId": home, "transferId": "T1", "name": "Bob Kamanga", "refundReason": "returned"} | more
    return await yard.call("dfsp", "POST", "/refunds", wish)


async def accept(yard: Yard, transfer: str, home: str = "r-1", yes: bool = True) -> tuple[int, Any]:
    return await yard.call("dfsp", "PUT", f"/refunds/{transfer}", {"acceptQuote": yes, "homeTransactionId": home})


async def test_all_that_was_received_goes_back_and_names_what_it_is(store: Path) -> None:
    async with Yard(store) as yard:
        scheme = Scheme(yard.mojaloop)
        await received(yard)
        status, terms = await refund(yard)
        assert (status, terms["totalAmount"], terms["receiveAmount"]) == (200, "101", "100")
        (quote,) = scheme.quotes
        kind = quote["quotesPostRequest"]["transactionType"]
        assert (kind["scenario"], kind["refundInfo"]) == (
            "REFUND", {"originalTransactionId": "T1", "refundReason": "returned"},
        )  # fmt: skip
        sent = quote["quotesPostRequest"] | {"transactionType": kind | {"refundInfo": {"originalTransactionId": "0" * 26}}}
        assert schemas.load("outbound_2.1").request_errors("POST /quotes", quote | {"quotesPostRequest": sent}) == []
        assert await accept(yard, terms["transactionId"]) == (200, {"transferId": terms["transactionId"]})
        assert (str(yard.bob.balance), str(yard.bob.held)) == ("9", "0")
        (prepare,) = scheme.prepares
        assert schemas.load("outbound_2.1").request_errors("POST /simpleTransfers", prepare) == []
        assert prepare["transfersPostRequest"]["transferId"] == terms["transactionId"]
        assert await accept(yard, terms["transactionId"]) == (200, {"transferId": terms["transactionId"]})
        assert len(scheme.prepares) == 1


async def test_no_more_goes_back_than_was_received(store: Path) -> None:
    async with Yard(store) as yard:
        Scheme(yard.mojaloop)
        await received(yard)
        _, first = await refund(yard, "r-1", amount="70")
        assert (await refund(yard, "r-2", amount="31"))[1]["statusCode"] == "3100"
        assert (await refund(yard, "r-3", amount="30"))[0] == 200
        await accept(yard, first["transactionId"], yes=False)
        assert (await refund(yard, "r-4", amount="70"))[0] == 200
        assert (await refund(yard, "r-5", amount="101"))[1]["statusCode"] == "3100"


async def test_only_what_was_received_can_go_back(store: Path) -> None:
    async with Yard(store) as yard:
        Scheme(yard.mojaloop)
        assert (await refund(yard))[1]["statusCode"] == "3208"
        await yard.prepared(await yard.quoted("T1", "100"))
        assert (await refund(yard))[1]["statusCode"] == "3100"
        wish = {"transferId": "T1"}
        assert (await yard.call("dfsp", "POST", "/refunds", wish))[1]["statusCode"] == "3102"


async def test_the_same_refund_again_is_the_same_and_refused_moves_nothing(store: Path) -> None:
    async with Yard(store) as yard:
        scheme = Scheme(yard.mojaloop)
        await received(yard)
        first, second = await refund(yard), await refund(yard)
        assert first == second
        assert (await accept(yard, first[1]["transactionId"], yes=False))[1]["statusCode"] == "4101"
        assert (str(yard.bob.balance), scheme.prepares) == ("110", [])


async def test_a_refund_that_is_refused_gives_the_money_back(store: Path) -> None:
    async with Yard(store) as yard:
        scheme = Scheme(yard.mojaloop)
        await received(yard)
        scheme.end = "5104"
        _, terms = await refund(yard)
        assert (await accept(yard, terms["transactionId"]))[1]["statusCode"] == "5104"
        assert (str(yard.bob.balance), str(yard.bob.held)) == ("110", "0")


@pytest.mark.parametrize("end", ["504", "wrong fulfilment"])
async def test_an_outcome_that_nobody_knows_is_asked_for(store: Path, end: str) -> None:
    async with Yard(store) as yard:
        scheme = Scheme(yard.mojaloop)
        await received(yard)
        if end == "504":
            scheme.end = end
        else:
            scheme.fulfilment = "B" * 43
        _, terms = await refund(yard)
        status, told = await accept(yard, terms["transactionId"])
        assert (status, told["statusCode"]) == (504, "2004")
        assert (await yard.state(terms["transactionId"]))["currentState"] == "COMPLETED"
        assert str(yard.bob.balance) == "9"


async def test_where_giving_back_needs_a_conversion_or_nobody_is_found_it_is_refused(store: Path) -> None:
    async with Yard(store) as yard:
        scheme = Scheme(yard.mojaloop)
        await received(yard)
        scheme.currencies = ["ZMW"]
        assert (await refund(yard, "r-1"))[1]["statusCode"] == "5106"
        scheme.party_error = {"errorInformation": {"errorCode": "3204", "errorDescription": "gone"}}
        assert (await refund(yard, "r-2"))[1]["statusCode"] == "3204"


async def test_a_bank_that_accepts_for_its_customers_asks_for_a_refund_all_the_same(store: Path) -> None:
    async with Yard(store, {"pattern": "single"}) as yard:
        scheme = Scheme(yard.mojaloop)
        await received(yard)
        assert (await refund(yard))[0] == 200
        assert scheme.prepares == []
        assert BOB in str(scheme.quotes[0])
