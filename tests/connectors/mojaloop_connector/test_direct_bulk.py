"""POST and GET of /bulkQuotes and /bulkTransfers on the outbound face: one FSPIOP bulk, asked for and waited for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from mojaloop_connector_yard import SWITCH, Call, Say, Yard, error

from loopyard.protocols import ilp

Open = Callable[..., Yard]
QUOTE, BULK, PART = "01M7XTJ7J0XAA9M43VEMFFJM17", "01M7XTJ7GFXG3C9G7F1VMGHQBN", "01HZA000000000000000000001"
OTHER_PART = "01HZA000000000000000000002"
FULFILMENT = "A" * 43
PACKET = "DIICtgAAAAAAD0JAMjAyNDEyMDUxNjA4MDM5MDcYjF3nFyiGSaedeiWlO_87HCnJof_86Krj0lO8KjynIAZQ"
PAYER = {"idType": "MSISDN", "idValue": "1", "displayName": "Pay Er"}


def part(name: str, id_: str = PART, fsp: str = "payee", **more: Any) -> dict[str, Any]:
    to = {"idType": "MSISDN", "idValue": "2"} | ({"fspId": fsp} if fsp else {})
    return {name: id_, "to": to, "amountType": "SEND", "currency": "XXX", "amount": "10", "transactionType": "TRANSFER"} | more


def quotes(*parts: Any) -> dict[str, Any]:
    return {"homeTransactionId": "home", "bulkQuoteId": QUOTE, "from": PAYER, "individualQuotes": list(parts)}


def transfers(*parts: Any) -> dict[str, Any]:
    whole = {"homeTransactionId": "home", "bulkTransferId": BULK, "bulkQuoteId": QUOTE, "from": PAYER}
    return whole | {"individualTransfers": list(parts)}


def sealed(**more: Any) -> dict[str, Any]:
    return part("transferId", **({"ilpPacket": PACKET, "condition": ilp.condition_of(FULFILMENT)} | more))


@pytest.fixture
def yard(open_yard: Open) -> Yard:
    return open_yard(payer={})


def answering(yard: Yard, key: str, path: str, body: Any) -> None:
    def say(call: Call) -> Iterable[Say]:
        return [Say("PUT", path, body, source=SWITCH)]

    yard.hub.script[key] = say


def test_terms_come_back_with_the_error_of_each_that_has_none(yard: Yard) -> None:
    results = [{"quoteId": PART, "ilpPacket": PACKET}, {"quoteId": OTHER_PART, **error("5400")}]
    answer = {"individualQuoteResults": results, "expiration": "2026-11-21T02:00:00.000Z"}
    answering(yard, "POST /bulkQuotes", f"/bulkQuotes/{QUOTE}", answer)
    told = yard.outbound("POST", "/bulkQuotes", quotes(part("quoteId"), part("quoteId", OTHER_PART)))
    assert (told.status, told.body["currentState"], told.body["homeTransactionId"]) == (200, "COMPLETED", "home")
    fine, refused = told.body["individualQuoteResults"]
    assert (fine["ilpPacket"], refused["lastError"]["mojaloopError"]) == (PACKET, error("5400"))
    assert yard.hub.last("POST /bulkQuotes").header("fspiop-destination") == "payee"
    answering(yard, "GET /bulkQuotes", f"/bulkQuotes/{QUOTE}", answer)
    again = yard.outbound("GET", f"/bulkQuotes/{QUOTE}")
    assert (again.status, len(again.body["individualQuotes"])) == (200, 2)
    assert yard.outbound("GET", f"/bulkQuotes/{BULK}").status == 500


def test_payees_of_two_institutions_or_of_none_are_refused(yard: Yard) -> None:
    for wrong in (part("quoteId", OTHER_PART, fsp="another"), part("quoteId", OTHER_PART, fsp="")):
        assert yard.outbound("POST", "/bulkQuotes", quotes(part("quoteId"), wrong)).status == 400
    assert yard.hub.heard() == []


def test_transfers_come_back_with_fulfilments_and_errors(yard: Yard) -> None:
    results = [{"transferId": PART, "fulfilment": FULFILMENT}, {"transferId": OTHER_PART, **error("5001")}]
    answer = {"bulkTransferState": "COMPLETED", "individualTransferResults": results}
    answering(yard, "POST /bulkTransfers", f"/bulkTransfers/{BULK}", answer)
    told = yard.outbound("POST", "/bulkTransfers", transfers(sealed(), sealed(id_=OTHER_PART)))
    assert [each["transferState"] for each in told.body["individualTransferResults"]] == ["COMMITTED", "ABORTED"]
    answering(yard, "GET /bulkTransfers", f"/bulkTransfers/{BULK}", answer)
    assert yard.outbound("GET", f"/bulkTransfers/{BULK}").body["fulfils"] == [{"fulfilment": FULFILMENT}]


def test_a_fulfilment_that_proves_nothing_is_an_error(yard: Yard) -> None:
    answer = {"bulkTransferState": "COMPLETED", "individualTransferResults": [{"transferId": PART, "fulfilment": "B" * 43}]}
    answering(yard, "POST /bulkTransfers", f"/bulkTransfers/{BULK}", answer)
    told = yard.outbound("POST", "/bulkTransfers", transfers(sealed()))
    assert (told.status, told.body["message"]) == (500, "Invalid fulfilment received from peer DFSP.")


def test_the_hubs_error_and_its_silence_are_told_apart(yard: Yard) -> None:
    answering(yard, "POST /bulkTransfers", f"/bulkTransfers/{BULK}/error", error("3203"))
    told = yard.outbound("POST", "/bulkTransfers", transfers(sealed()))
    assert (told.status, told.body["statusCode"]) == (500, "3203")
    assert told.body["bulkTransferState"]["lastError"]["mojaloopError"] == error("3203")
    yard.hub.script["POST /bulkQuotes"] = lambda call: []
    silent = yard.outbound("POST", "/bulkQuotes", quotes(part("quoteId")))
    assert (silent.status, silent.body["bulkQuoteState"]["currentState"]) == (504, "ERROR_OCCURRED")
