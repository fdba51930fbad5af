"""What the outbound API lets in, and what a body that it must not let in leaves untouched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from mojaloop_connector_yard import PAYEE_ID, Yard, order

from connectors.mojaloop_connector.outbound.bodies import LONGEST_EXPIRY
from connectors.mojaloop_connector.outbound.resolution import named

Open = Callable[..., Yard]
PAYEE: dict[str, Any] = {"reserve_notification": True}
HALTING = {"auto_accept_party": False, "auto_accept_quotes": False}
OTHER_ID = "27713404"


# -- what comes with an acceptance ----------------------------------------------------------------------------------


@pytest.mark.parametrize("merged, words", [
    ({"to": "abc"}, "/requestBody/to must be object"),
    ({"to": None}, "/requestBody/to must be object"),
    ({"to": {}}, "/requestBody/to must have required property 'idType'"),
    ({"to": {"idType": "FOO", "idValue": "1"}}, "/requestBody/to/idType must be equal to one of the allowed values"),
    ({"to": [{"idType": "MSISDN", "idValue": "1"}]}, "/requestBody/to must be object"),
    ({"amount": "x"}, "/requestBody/amount must match pattern"),
    ({"amount": {"a": 1}}, "/requestBody/amount must be string"),
])  # fmt: skip
def test_what_comes_with_an_acceptance_is_checked_before_anything_is_kept(
    open_yard: Open, merged: dict[str, Any], words: str
) -> None:
    yard = open_yard(payer=HALTING, payee=PAYEE)
    transfer_id = yard.transfer().body["transferId"]
    refused = yard.accept(transfer_id, acceptParty=True, **merged)
    assert (refused.status, refused.body["statusCode"]) == (400, 400)
    assert refused.body["message"].startswith(words)
    assert yard.hub.all("POST /quotes") == []
    yard.crash("payer")
    yard.restart("payer")
    assert yard.accept(transfer_id, acceptParty=True).body["currentState"] == "WAITING_FOR_QUOTE_ACCEPTANCE"
    assert yard.accept(transfer_id, acceptQuote=True).body["currentState"] == "COMPLETED"


def test_an_amount_that_is_a_number_becomes_a_text_there_too(open_yard: Open) -> None:
    yard = open_yard(payer=HALTING, payee=PAYEE)
    told = yard.accept(yard.transfer().body["transferId"], acceptParty=True, amount=7)
    assert told.body["amount"] == yard.hub.last("POST /quotes").body["amount"]["amount"] == "7"


@pytest.mark.parametrize("halt", ["acceptParty", "acceptQuote"])
def test_a_payee_named_without_an_institution_stays_at_the_one_that_was_found(open_yard: Open, halt: str) -> None:
    yard = open_yard(payer=HALTING, payee=PAYEE)
    transfer_id, payee = yard.transfer().body["transferId"], {"idType": "MSISDN", "idValue": OTHER_ID}
    yard.accept(transfer_id, acceptParty=True, **({"to": payee} if halt == "acceptParty" else {}))
    done = yard.accept(transfer_id, acceptQuote=True, **({"to": payee} if halt == "acceptQuote" else {}))
    assert done.body["currentState"] == "COMPLETED"
    assert done.body["to"] == payee | {"fspId": "payee"}
    quote = yard.hub.last("POST /quotes")
    assert quote.header("fspiop-destination") == "payee"
    assert quote.body["payee"]["partyIdInfo"]["partyIdentifier"] == (OTHER_ID if halt == "acceptParty" else PAYEE_ID)
    assert yard.hub.last("POST /transfers").body["payeeFsp"] == "payee"


FOUND = {"idType": "MSISDN", "idValue": "1", "idSubValue": "till", "fspId": "payee", "firstName": "Test"}
ELSEWHERE = FOUND | {"fspId": "other", "firstName": "Else"}
NOWHERE = {"idType": "MSISDN", "idValue": "1", "fspId": "x"}


@pytest.mark.parametrize("resolved, given, payee", [
    (FOUND, {"idType": "MSISDN", "idValue": "1"}, FOUND),
    (FOUND, {"idType": "MSISDN", "idValue": "1", "firstName": "T."}, FOUND | {"firstName": "T."}),
    (FOUND, {"idType": "MSISDN", "idValue": "1", "idSubValue": "shop"},
     {"fspId": "payee", "idType": "MSISDN", "idValue": "1", "idSubValue": "shop"}),
    (FOUND, {"idType": "MSISDN", "idValue": "2", "fspId": "x"}, {"fspId": "x", "idType": "MSISDN", "idValue": "2"}),
    ({"idType": "MSISDN", "idValue": "1"}, {"idType": "MSISDN", "idValue": "2"}, {"idType": "MSISDN", "idValue": "2"}),
    ([FOUND, ELSEWHERE], {"idType": "MSISDN", "idValue": "1", "fspId": "other"}, ELSEWHERE),
    ([FOUND, ELSEWHERE], {"idType": "MSISDN", "idValue": "1"}, [FOUND, ELSEWHERE]),
    ([FOUND, ELSEWHERE], NOWHERE, NOWHERE),
    ([FOUND], {"idType": "MSISDN", "idValue": "1"}, FOUND),
])  # fmt: skip
def test_a_payee_that_is_named_goes_before_what_was_found(resolved: Any, given: dict[str, Any], payee: Any) -> None:
    assert named(resolved, given) == payee


# -- when a message expires -----------------------------------------------------------------------------------------

EXPIRIES = ("prepareExpirySeconds", "fxPrepareExpirySeconds", "quoteExpirySeconds", "fxQuoteExpirySeconds")
PAID_REQUEST = {
    "homeR2PTransactionId": "r-1", "transactionRequestId": "01KB00000000000000000000RQ", "amountType": "RECEIVE",
    "currency": "XXX", "amount": "100", "scenario": "PAYMENT", "initiator": "PAYEE", "initiatorType": "CONSUMER",
    "from": {"idType": "MSISDN", "idValue": "1"}, "to": {"idType": "MSISDN", "idValue": PAYEE_ID, "fspId": "payee"},
}  # fmt: skip


@pytest.mark.parametrize("seconds", [10**18, 10**13, LONGEST_EXPIRY + 1, -LONGEST_EXPIRY - 1, 1.5, "soon"])
@pytest.mark.parametrize("name", EXPIRIES)
@pytest.mark.parametrize("path, body", [("/transfers", order()), ("/requestToPayTransfer", PAID_REQUEST)])
def test_a_message_that_would_expire_beyond_all_bounds_is_refused(
    open_yard: Open, path: str, body: dict[str, Any], name: str, seconds: Any
) -> None:
    yard = open_yard(payer={})
    told = yard.outbound("POST", path, body | {name: seconds})
    assert (told.status, told.body["statusCode"]) == (400, 400)
    assert told.body["message"].startswith(f"/requestBody/{name} must be ")
    assert yard.hub.calls == []


@pytest.mark.parametrize("seconds, moment", [(LONGEST_EXPIRY, "2027-11-21T01:00:00.000Z"), (-5, "2026-11-21T00:59:55.000Z")])
def test_a_message_may_expire_within_a_year_or_have_expired(open_yard: Open, seconds: int, moment: str) -> None:
    yard = open_yard(payer={}, payee=PAYEE)
    yard.transfer(quoteExpirySeconds=seconds)
    assert yard.hub.last("POST /quotes").body["expiration"] == moment


# -- identifiers ----------------------------------------------------------------------------------------------------

HALF = "\ud800"


@pytest.mark.parametrize("method, path, body, where", [
    ("POST", "/transfers", order(to={"idType": "MSISDN", "idValue": HALF}), "to/idValue"),
    ("POST", "/transfers", order(to={"idType": "MSISDN", "idValue": "1", "idSubValue": HALF}), "to/idSubValue"),
    ("POST", "/transfers", order(to={"idType": "MSISDN", "idValue": "1", "fspId": HALF}), "to/fspId"),
    ("POST", "/transfers", order(homeTransactionId=HALF), "homeTransactionId"),
    ("POST", "/accounts", [{"idType": "MSISDN", "idValue": "1"}, {"idType": "MSISDN", "idValue": HALF}], "1/idValue"),
    ("PUT", "/transfers/01M7XTJ7GFXG3C9G7F1VMGHQBN",
     {"acceptParty": True, "to": {"idType": "MSISDN", "idValue": HALF}}, "to/idValue"),
])  # fmt: skip
def test_an_identifier_with_half_a_character_is_malformed(
    open_yard: Open, method: str, path: str, body: Any, where: str
) -> None:
    yard = open_yard(payer={})
    told = yard.outbound(method, path, body)
    assert (told.status, told.body) == (400, {"message": f"/requestBody/{where} has half a character", "statusCode": 400})
    assert yard.hub.calls == []


def test_a_note_may_have_half_a_character(open_yard: Open) -> None:
    yard = open_yard(payer={}, payee=PAYEE)
    yard.hub.script["POST /quotes"] = lambda call: []
    assert yard.transfer(note=HALF).status == 504
    assert yard.hub.last("POST /quotes").body["note"] == HALF
