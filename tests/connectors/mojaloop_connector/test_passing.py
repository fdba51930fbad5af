"""POST /quotes and /simpleTransfers of the outbound API: a backend's own messages, passed on as they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from mojaloop_connector_yard import LATER, PAYEE_ID, Yard, error
from mojaloop_connector_yard import Say as Saying

from loopyard.protocols import ilp

Open = Callable[..., Yard]
PAYEE = {"reserve_notification": True}
QUOTE = "01KB00000000000000000000QT"
TRANSFER = "01KB00000000000000000000TR"


def party(number: str, fsp: str) -> dict[str, Any]:
    return {"partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": number, "fspId": fsp}}


def refund() -> dict[str, Any]:
    info = {"originalTransactionId": "01KB00000000000000000000PR", "refundReason": "returned"}
    kind = {"scenario": "REFUND", "initiator": "PAYER", "initiatorType": "CONSUMER", "refundInfo": info}
    return {
        "quoteId": QUOTE, "transactionId": TRANSFER, "payee": party(PAYEE_ID, "payee"), "payer": party("1", "payer"),
        "amountType": "RECEIVE", "amount": {"currency": "XXX", "amount": "100"}, "transactionType": kind,
    }  # fmt: skip


def prepare(quote: dict[str, Any]) -> dict[str, Any]:
    return {
        "transferId": TRANSFER, "payeeFsp": "payee", "payerFsp": "payer", "amount": quote["transferAmount"],
        "ilpPacket": quote["ilpPacket"], "condition": quote["condition"], "expiration": LATER,
    }  # fmt: skip


def quoted(yard: Yard) -> dict[str, Any]:
    told = yard.outbound("POST", "/quotes", {"fspId": "payee", "quotesPostRequest": refund()})
    assert (told.status, told.body["currentState"]) == (200, "COMPLETED")
    return dict(told.body["quotes"]["body"])


def test_a_quote_and_a_transfer_go_through_unchanged(open_yard: Open) -> None:
    yard = open_yard(payer={}, payee=PAYEE)
    quote = quoted(yard)
    assert yard.hub.last("POST /quotes").body == refund()
    told = yard.outbound("POST", "/simpleTransfers", {"fspId": "payee", "transfersPostRequest": prepare(quote)})
    assert (told.status, told.body["currentState"]) == (200, "COMPLETED")
    assert yard.hub.last("POST /transfers").body == prepare(quote)
    body = told.body["transfer"]["body"]
    assert (body["transferState"], ilp.fulfils(body["fulfilment"], quote["condition"])) == ("COMMITTED", True)


def test_errors_come_back_as_they_are(open_yard: Open) -> None:
    yard = open_yard(payer={}, payee=PAYEE)
    quote = quoted(yard)
    yard.backends["payee"].plan["POST /transfers"] = lambda call: (400, {"statusCode": "5104", "message": "no"})
    told = yard.outbound("POST", "/simpleTransfers", {"fspId": "payee", "transfersPostRequest": prepare(quote)})
    assert (told.status, told.body["statusCode"]) == (500, "5104")
    state = told.body["requestSimpleTransfersInformationState"]
    assert state["transfer"]["body"] == error("5104", "no")
    yard.backends["payee"].plan["POST /quoterequests"] = lambda call: (400, {"statusCode": "5103", "message": "no"})
    other = refund() | {"quoteId": TRANSFER, "transactionId": QUOTE}
    told = yard.outbound("POST", "/quotes", {"fspId": "payee", "quotesPostRequest": other})
    assert (told.status, told.body["statusCode"], "requestQuotesInformationState" in told.body) == (500, "5103", True)


def test_silence_is_a_timeout_and_no_failure(open_yard: Open) -> None:
    yard = open_yard(payer={}, payee=PAYEE)
    quote = quoted(yard)
    yard.hub.script["POST /transfers"] = lambda call: [
        Saying("PUT", f"/transfers/{TRANSFER}", {"transferState": "RESERVED", "fulfilment": "A" * 43}),
    ]
    told = yard.outbound("POST", "/simpleTransfers", {"fspId": "payee", "transfersPostRequest": prepare(quote)})
    assert (told.status, told.body["statusCode"]) == (504, "504")


@pytest.mark.parametrize(("trouble", "status"), [((400, error("3100")), 500), ((503, None), 504)])
def test_only_a_hub_that_surely_refused_a_prepare_ends_the_wait(open_yard: Open, trouble: Any, status: int) -> None:
    yard = open_yard(payer={"http_retries": 0}, payee=PAYEE)
    quote = quoted(yard)
    yard.hub.trouble["POST /transfers"] = [trouble]
    told = yard.outbound("POST", "/simpleTransfers", {"fspId": "payee", "transfersPostRequest": prepare(quote)})
    assert told.status == status


@pytest.mark.parametrize(("path", "body"), [("/quotes", {"fspId": "payee"}), ("/simpleTransfers", {"fspId": "payee"})])
def test_a_message_that_is_none_is_refused_at_once(open_yard: Open, path: str, body: Any) -> None:
    yard = open_yard(payer={})
    told = yard.outbound("POST", path, body)
    assert (told.status, told.body["statusCode"]) == (400, 400)
    assert yard.hub.calls == []


def test_a_prepare_that_iso_20022_cannot_say_without_its_quote_is_refused_with_the_reason(open_yard: Open) -> None:
    yard = open_yard(payer={}, payee=PAYEE)
    quote = quoted(yard)
    other = open_yard(payer={"api_type": "iso20022"})
    told = other.outbound("POST", "/simpleTransfers", {"fspId": "payee", "transfersPostRequest": prepare(quote)})
    assert told.status == 500
    assert told.body["message"].startswith("POST /transfers cannot be said in ISO 20022: envelope.answers.")
    assert not other.hub.all("POST /transfers")
