"""Requests to pay: asked for by the payee's side, paid by the payer's, with halts, one-time password and refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from mojaloop_connector_yard import PAYEE_ID, SWITCH, Call, Say, Told, Yard, error
from mojaloop_connector_yard import media_type as media

from loopyard.protocols import schemas

Open = Callable[..., Yard]
REQUEST = "01KB00000000000000000000R2"
ROLE = {"payer": {}, "payee": {"reserve_notification": True}}
PARTY = {"idType": "MSISDN", "idValue": "17039811907", "firstName": "Pay", "lastName": "Er"}
OTP = {"authenticationType": "OTP"}


def wish(**changes: Any) -> dict[str, Any]:
    """POST /requestToPay: the customer of the connector `payer` asks the party that the hub finds at `payee` for money."""
    return {
        "homeR2PTransactionId": "home-1", "from": PARTY | {"type": "CONSUMER"}, "to": {"idType": "MSISDN", "idValue": PAYEE_ID},
        "amountType": "RECEIVE", "currency": "XXX", "amount": "100", "transactionType": "PAYMENT", **OTP,
    } | changes  # fmt: skip


def payment(**changes: Any) -> dict[str, Any]:
    """POST /requestToPayTransfer: the customer of the connector `payer` pays a request."""
    to = {"idType": "MSISDN", "idValue": PAYEE_ID, "fspId": "payee"}
    return {
        "homeR2PTransactionId": "home-2", "transactionRequestId": REQUEST, "from": PARTY, "to": to, "amountType": "RECEIVE",
        "currency": "XXX", "amount": "100", "scenario": "PAYMENT", "initiator": "PAYEE", "initiatorType": "CONSUMER",
    } | changes  # fmt: skip


def received(**changes: Any) -> dict[str, Any]:
    """POST /transactionRequests as it comes in."""
    return {
        "transactionRequestId": REQUEST,
        "payee": {"partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": "1", "fspId": "payee"}, "name": "Shop"},
        "payer": {"partyIdType": "MSISDN", "partyIdentifier": "17039811907", "fspId": "payer"},
        "amount": {"currency": "XXX", "amount": "100"},
        "transactionType": {"scenario": "PAYMENT", "initiator": "PAYEE", "initiatorType": "CONSUMER"}, **OTP,
    } | changes  # fmt: skip


def agree(yard: Yard, name: str, state: str = "RECEIVED") -> None:
    answer = {"transactionId": "01KB00000000000000000000TX", "transactionRequestState": state}
    yard.backends[name].plan["POST /transactionrequests"] = lambda call: (200, answer)


def said(yard: Yard, key: str, source: str = "") -> list[Call]:
    return [call for call in yard.hub.all(key) if not source or call.header("fspiop-source") == source]


def error_of(call: Call) -> str:
    return str(call.body["errorInformation"]["errorCode"])


# -- the payee's side -------------------------------------------------------------------------------------------------


def test_a_request_halts_for_the_party_and_then_goes_out(open_yard: Open) -> None:
    yard = open_yard(**ROLE)
    agree(yard, "payee")
    found = yard.outbound("POST", "/requestToPay", wish())
    assert (found.status, found.body["currentState"]) == (200, "WAITING_FOR_PARTY_ACCEPTANCE")
    assert (found.body["to"]["fspId"], found.body["from"]["fspId"]) == ("payee", "payer")
    assert said(yard, "POST /transactionRequests") == []
    place = f"/requestToPay/{found.body['transactionRequestId']}"
    done = yard.outbound("PUT", place, {"acceptParty": True})
    assert (done.status, done.body["currentState"]) == (200, "COMPLETED")
    assert done.body["transactionRequestResponse"]["body"]["transactionRequestState"] == "RECEIVED"
    (sent,) = said(yard, "POST /transactionRequests")
    assert schemas.load("fspiop_2.0").request_errors("POST /transactionRequests", sent.body) == []
    assert (sent.body["payer"]["partyIdentifier"], sent.body["payee"]["partyIdInfo"]["partyIdentifier"]) == (
        PAYEE_ID, "17039811907",
    )  # fmt: skip
    assert sent.body["transactionType"] == {"scenario": "PAYMENT", "initiator": "PAYEE", "initiatorType": "CONSUMER"}
    (asked,) = yard.backends["payee"].all("POST /transactionrequests")
    assert schemas.load("backend_2.1").request_errors("POST /transactionrequests", asked.body) == []
    assert (asked.body["from"]["idValue"], asked.body["to"]["idValue"]) == (PAYEE_ID, "17039811907")
    assert asked.body["expiration"] == sent.body["expiration"] == "2026-11-21T01:10:00.000Z"
    again = yard.outbound("PUT", place, {"acceptParty": True})
    assert again.body["currentState"] == "COMPLETED"
    assert len(said(yard, "POST /transactionRequests")) == 1


def test_a_party_that_is_not_accepted_is_not_asked(open_yard: Open) -> None:
    yard = open_yard(**ROLE)
    request_id = yard.outbound("POST", "/requestToPay", wish()).body["transactionRequestId"]
    told = yard.outbound("PUT", f"/requestToPay/{request_id}", {"acceptParty": False})
    assert (told.status, told.body["currentState"]) == (200, "ABORTED")
    assert said(yard, "POST /transactionRequests") == []


def test_a_party_may_be_accepted_beforehand(open_yard: Open) -> None:
    yard = open_yard(payer={"auto_accept_r2p_party": True}, payee=ROLE["payee"])
    agree(yard, "payee")
    assert yard.outbound("POST", "/requestToPay", wish()).body["currentState"] == "COMPLETED"


def test_roles_are_swapped_like_the_real_software_does(open_yard: Open) -> None:
    yard = open_yard(payer={"auto_accept_r2p_party": True, "like_sdk": {"swaps_request_roles": True}}, payee=ROLE["payee"])
    agree(yard, "payee")
    yard.outbound("POST", "/requestToPay", wish())
    assert said(yard, "POST /transactionRequests")[0].body["payer"]["partyIdentifier"] == "17039811907"


@pytest.mark.parametrize("accepted", [True, False])
def test_a_refused_request_is_the_error_s_code(open_yard: Open, accepted: bool) -> None:
    yard = open_yard(payer={"auto_accept_r2p_party": accepted}, payee=ROLE["payee"])
    yard.backends["payee"].plan["POST /transactionrequests"] = lambda call: (400, {"statusCode": "4101", "message": "no"})
    told = yard.outbound("POST", "/requestToPay", wish())
    if not accepted:
        told = yard.outbound("PUT", f"/requestToPay/{told.body['transactionRequestId']}", {"acceptParty": True})
    assert (told.status, told.body["statusCode"]) == (500, "4101")
    state = told.body["requestToPayState" if accepted else "transferState"]
    assert state["lastError"]["mojaloopError"]["errorInformation"]["errorCode"] == "4101"


def test_an_unknown_party_and_silence_are_told_apart(open_yard: Open) -> None:
    yard = open_yard(payer={"auto_accept_r2p_party": True})
    told = yard.outbound("POST", "/requestToPay", wish(to={"idType": "MSISDN", "idValue": "404"}))
    assert (told.status, told.body["statusCode"]) == (500, "3204")
    late = yard.outbound("POST", "/requestToPay", wish())
    assert (late.status, late.body["statusCode"]) == (504, "504")
    assert yard.outbound("PUT", "/requestToPay/none", {"acceptParty": True}).status == 500


@pytest.mark.parametrize("state", ["ACCEPTED", "REJECTED"])
def test_a_later_word_goes_to_the_backend(open_yard: Open, state: str) -> None:
    yard = open_yard(payer={"auto_accept_r2p_party": True}, payee=ROLE["payee"])
    agree(yard, "payee")
    yard.backends["payer"].plan["PUT /requestToPay"] = lambda call: (200, None)
    request_id = yard.outbound("POST", "/requestToPay", wish()).body["transactionRequestId"]
    yard.say(Say("PUT", f"/transactionRequests/{request_id}", {"transactionRequestState": state}))
    yard.settle()
    (told,) = yard.backends["payer"].all("PUT /requestToPay")
    assert (told.path, told.body) == (
        f"/requestToPay/{request_id}", {"transactionRequestState": state, "homeR2PTransactionId": "home-1"},
    )  # fmt: skip


def test_a_later_error_ends_the_request_for_the_backend_too(open_yard: Open) -> None:
    yard = open_yard(payer={"auto_accept_r2p_party": True}, payee=ROLE["payee"])
    agree(yard, "payee")
    yard.backends["payer"].plan["PUT /requestToPay"] = lambda call: (200, None)
    request_id = yard.outbound("POST", "/requestToPay", wish()).body["transactionRequestId"]
    yard.say(Say("PUT", f"/transactionRequests/{request_id}/error", error("4100")))
    yard.settle()
    assert yard.backends["payer"].last("PUT /requestToPay").body["transactionRequestState"] == "REJECTED"


@pytest.mark.parametrize(("settings", "resource"), [
    ({}, "transactionRequests"), ({"like_sdk": {"request_errors_on_quotes": True}}, "quotes"),
])  # fmt: skip
def test_a_backend_that_fails_on_a_later_word_is_an_error_of_the_request(
    open_yard: Open, settings: dict[str, Any], resource: str
) -> None:
    yard = open_yard(payer=settings)
    yard.backends["payer"].plan["PUT /requestToPay"] = lambda call: (500, {"statusCode": "2001", "message": "broken"})
    yard.say(Say("PUT", f"/transactionRequests/{REQUEST}", {"transactionRequestState": "REJECTED"}))
    yard.settle()
    (told,) = [call for call in yard.hub.calls if call.path.endswith("/error")]
    assert (told.path, error_of(told)) == (f"/{resource}/{REQUEST}/error", "2001")


@pytest.mark.parametrize(("answer", "path", "body"), [
    ((200, {"otpValue": "123456"}), "", {"authenticationInfo": {"authentication": "OTP", "authenticationValue": "123456"},
                                         "responseType": "ENTERED"}),
    ((404, {"statusCode": "3206", "message": "no such request"}), "/error", error("3206", "no such request")),
    ((200, {}), "/error", None),
    ((200, None), "/error", None),
])  # fmt: skip
def test_a_password_is_what_the_backend_has(open_yard: Open, answer: tuple[int, Any], path: str, body: Any) -> None:
    yard = open_yard(payer={})
    yard.backends["payer"].plan["GET /otp"] = lambda call: answer
    yard.say(Say("GET", f"/authorizations/{REQUEST}", None))
    yard.settle()
    (told,) = yard.hub.calls
    assert told.path == f"/authorizations/{REQUEST}{path}"
    assert told.body == body if body is not None else error_of(told) == "2001"


def test_a_quote_for_a_request_names_the_backend_s_own_id(open_yard: Open) -> None:
    yard = open_yard(payer={"auto_accept_r2p_party": True}, payee=ROLE["payee"])
    agree(yard, "payee")
    request_id = yard.outbound("POST", "/requestToPay", wish()).body["transactionRequestId"]
    party = {"partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": "1", "fspId": "payee"}}
    kind = {"scenario": "PAYMENT", "initiator": "PAYEE", "initiatorType": "CONSUMER"}
    amount = {"currency": "XXX", "amount": "100"}
    quote = {"quoteId": REQUEST, "transactionId": REQUEST, "transactionRequestId": request_id, "payer": party, "payee": party}
    yard.say(Say("POST", "/quotes", quote | {"amountType": "RECEIVE", "amount": amount, "transactionType": kind}))
    yard.settle()
    asked = yard.backends["payer"].last("POST /quoterequests").body
    assert (asked["transactionRequestId"], asked["homeR2PTransactionId"]) == (request_id, "home-1")
    assert (asked["initiator"], asked["transactionType"]) == ("PAYEE", "PAYMENT")


# -- the payer's side -------------------------------------------------------------------------------------------------


def pays(yard: Yard, *answers: dict[str, bool], **changes: Any) -> Told:
    told = yard.outbound("POST", "/requestToPayTransfer", payment(**changes))
    for answer in answers:
        told = yard.outbound("PUT", f"/requestToPayTransfer/{REQUEST}", answer)
    return told


def otp(yard: Yard, value: str = "123456") -> None:
    yard.backends["payee"].plan["GET /otp"] = lambda call: (200, {"otpValue": value})


def test_a_request_without_password_is_paid_when_the_terms_are_accepted(open_yard: Open) -> None:
    yard = open_yard(**ROLE)
    halted = pays(yard)
    assert (halted.status, halted.body["currentState"]) == (200, "WAITING_FOR_QUOTE_ACCEPTANCE")
    quote = yard.hub.last("POST /quotes").body
    assert (quote["transactionRequestId"], quote["transactionType"]["initiator"]) == (REQUEST, "PAYEE")
    done = yard.outbound("PUT", f"/requestToPayTransfer/{REQUEST}", {"acceptQuote": True})
    assert (done.body["currentState"], done.body["fulfil"]["body"]["transferState"]) == ("COMPLETED", "COMMITTED")
    assert said(yard, "GET /authorizations") == []


def test_a_password_is_shown_before_the_transfer_is_made(open_yard: Open) -> None:
    yard = open_yard(**ROLE)
    otp(yard)
    halted = pays(yard, {"acceptQuote": True}, **OTP)
    assert (halted.status, halted.body["currentState"]) == (200, "WAITING_FOR_AUTH_ACCEPTANCE")
    assert halted.body["authorizationResponse"]["body"]["authenticationInfo"]["authenticationValue"] == "123456"
    assert said(yard, "POST /transfers") == []
    still = yard.outbound("PUT", f"/requestToPayTransfer/{REQUEST}", {"acceptQuote": True})
    assert (still.body["currentState"], said(yard, "POST /transfers")) == ("WAITING_FOR_AUTH_ACCEPTANCE", [])
    done = yard.outbound("PUT", f"/requestToPayTransfer/{REQUEST}", {"acceptOTP": True})
    assert done.body["currentState"] == "COMPLETED"


@pytest.mark.parametrize("answers", [[{"acceptQuote": False}], [{"acceptQuote": True}, {"acceptOTP": False}]])
def test_a_no_is_told_to_the_payee_s_institution(open_yard: Open, answers: list[dict[str, bool]]) -> None:
    yard = open_yard(**ROLE)
    otp(yard)
    yard.backends["payee"].plan["PUT /requestToPay"] = lambda call: (200, None)
    told = pays(yard, *answers, **OTP)
    assert (told.status, told.body) == (200, {"status": f"{REQUEST} has been REJECTED"})
    (rejected,) = said(yard, "PUT /transactionRequests", "payer")
    assert (rejected.path, rejected.body) == (f"/transactionRequests/{REQUEST}", {"transactionRequestState": "REJECTED"})
    assert pays(yard, **OTP).body["currentState"] == "ABORTED"
    assert said(yard, "POST /transfers") == []


def test_a_new_attempt_before_the_prepare_has_new_terms_and_a_new_transfer(open_yard: Open) -> None:
    yard = open_yard(**ROLE)
    otp(yard)
    first = pays(yard, {"acceptQuote": True}, **OTP).body
    second = pays(yard, {"acceptQuote": True}, **OTP).body
    assert first["transferId"] != second["transferId"]
    assert len(said(yard, "GET /authorizations")) == 2


@pytest.mark.parametrize(("settings", "transfers"), [({}, 1), ({"like_sdk": {"pays_requests_again": True}}, 2)])
def test_a_request_that_was_paid_is_not_paid_again(open_yard: Open, settings: dict[str, Any], transfers: int) -> None:
    yard = open_yard(payer=settings, payee=ROLE["payee"])
    pays(yard, {"acceptQuote": True})
    again = pays(yard, {"acceptQuote": True})
    assert again.body["currentState"] == "COMPLETED"
    assert len(said(yard, "POST /transfers")) == transfers


def test_a_prepare_without_answer_is_not_made_again_either(open_yard: Open) -> None:
    yard = open_yard(**ROLE)
    yard.hub.script["POST /transfers"] = lambda call: ()
    lost = pays(yard, {"acceptQuote": True})
    assert (lost.status, lost.body["transferState"]["currentState"]) == (504, "ERROR_OCCURRED")
    again = pays(yard)
    assert (again.status, len(said(yard, "POST /transfers"))) == (504, 1)


def test_a_business_s_terms_and_a_device_s_password_may_be_accepted_beforehand(open_yard: Open) -> None:
    settings = {"auto_accept_r2p_business_quotes": True, "auto_accept_r2p_device_otp": True}
    yard = open_yard(payer=settings, payee=ROLE["payee"])
    otp(yard)
    assert pays(yard, initiatorType="BUSINESS", **OTP).body["currentState"] == "COMPLETED"
    assert said(yard, "GET /authorizations") == []
    other = "01KB00000000000000000000R3"
    yard.outbound("POST", "/requestToPayTransfer", payment(transactionRequestId=other, initiatorType="DEVICE", **OTP))
    done = yard.outbound("PUT", f"/requestToPayTransfer/{other}", {"acceptQuote": True})
    assert (done.body["currentState"], len(said(yard, "GET /authorizations"))) == ("COMPLETED", 1)


def test_another_kind_of_authentication_is_not_supported(open_yard: Open) -> None:
    yard = open_yard(**ROLE)
    told = pays(yard, {"acceptQuote": True}, authenticationType="QRCODE")
    assert (told.status, told.body["message"]) == (500, "authenticationType is not supported")


def test_a_password_that_does_not_come_in_time_ends_the_attempt(open_yard: Open) -> None:
    yard = open_yard(**ROLE)
    yard.hub.script["GET /authorizations"] = lambda call: ()
    told = pays(yard, {"acceptQuote": True}, **OTP)
    assert (told.status, told.body["statusCode"]) == (504, "504")
    assert pays(yard, **OTP).body["currentState"] == "WAITING_FOR_QUOTE_ACCEPTANCE"


def test_an_error_in_place_of_a_password_is_the_attempt_s(open_yard: Open) -> None:
    yard = open_yard(**ROLE)
    yard.backends["payee"].plan["GET /otp"] = lambda call: (400, {"statusCode": "5100", "message": "walked away"})
    assert pays(yard, {"acceptQuote": True}, **OTP).body["statusCode"] == "5100"


# -- requests that come in --------------------------------------------------------------------------------------------


def test_a_request_is_answered_by_the_backend_and_its_repeat_from_memory(open_yard: Open) -> None:
    yard = open_yard(payer={})
    agree(yard, "payer")
    for body in (received(), received(), received(note="another")):
        yard.say(Say("POST", "/transactionRequests", body))
        yard.settle()
    yard.say(Say("GET", f"/transactionRequests/{REQUEST}", None))
    yard.settle()
    states = [call.body.get("transactionRequestState") or error_of(call) for call in yard.hub.calls]
    assert states == ["RECEIVED", "RECEIVED", "3106", "RECEIVED"]
    assert len(yard.backends["payer"].all("POST /transactionrequests")) == 1


def test_a_question_about_a_request_finds_what_was_decided(open_yard: Open) -> None:
    yard = open_yard(**ROLE)
    agree(yard, "payer")
    yard.say(Say("POST", "/transactionRequests", received()))
    yard.settle()
    pays(yard, {"acceptQuote": True})
    yard.say(Say("GET", f"/transactionRequests/{REQUEST}", None))
    yard.settle()
    assert said(yard, "PUT /transactionRequests", "payer")[-1].body["transactionRequestState"] == "ACCEPTED"


@pytest.mark.parametrize(("answer", "code"), [
    ((400, {"statusCode": "3204", "message": "nobody"}), "3204"),
    ((200, None), "2001"),
    ((200, {"transactionId": "x"}), "2001"),
])  # fmt: skip
def test_a_backend_that_cannot_take_a_request_is_an_error_of_it(open_yard: Open, answer: tuple[int, Any], code: str) -> None:
    yard = open_yard(payer={})
    yard.backends["payer"].plan["POST /transactionrequests"] = lambda call: answer
    yard.say(Say("POST", "/transactionRequests", received()))
    yard.settle()
    (told,) = yard.hub.calls
    assert (told.path, error_of(told)) == (f"/transactionRequests/{REQUEST}/error", code)


def test_an_expired_request_reaches_no_backend_and_is_not_paid(open_yard: Open) -> None:
    yard = open_yard(**ROLE)
    agree(yard, "payer")
    yard.say(Say("POST", "/transactionRequests", received(expiration="2026-11-21T00:59:00.000Z")))
    yard.settle()
    assert error_of(yard.hub.calls[0]) == "3301"
    assert yard.backends["payer"].calls == []
    told = pays(yard)
    assert (told.status, told.body["statusCode"]) == (500, "3301")
    assert said(yard, "POST /quotes") == []


def test_a_request_that_is_not_known_is_3206_and_a_transaction_3207(open_yard: Open) -> None:
    yard = open_yard(payer={})
    for resource in ("transactionRequests", "transactions"):
        yard.say(Say("GET", f"/{resource}/{REQUEST}", None))
        yard.settle()
    assert [error_of(call) for call in yard.hub.calls] == ["3206", "3207"]


def test_a_transaction_stands_as_its_transfer(open_yard: Open) -> None:
    yard = open_yard(**ROLE)
    transfer_id = yard.transfer().body["transferId"]
    for to in ("payer", "payee"):
        yard.say(Say("GET", f"/transactions/{transfer_id}", None, source=SWITCH, to=to))
        yard.settle()
    assert [call.body["transactionState"] for call in said(yard, "PUT /transactions")] == ["COMPLETED", "COMPLETED"]


def test_a_malformed_request_is_refused_at_once(open_yard: Open) -> None:
    yard = open_yard(payer={})
    headers = {
        "accept": media("/transactionRequests"), "content-type": media("/transactionRequests"), "fspiop-source": "payee",
        "date": "Sat, 21 Nov 2026 01:00:00 GMT",
    }  # fmt: skip
    told = yard.raw("POST", "/transactionRequests", headers, b'{"transactionRequestId":"x"}', to="payer")
    assert (told.status, told.body["errorInformation"]["errorCode"][:2]) == (400, "31")
