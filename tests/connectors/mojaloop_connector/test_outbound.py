"""Outbound transfers: every halt, refusal and failure of the outbound API, against a hub that plays the other side."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest
from mojaloop_connector_yard import PAYEE_ID, SWITCH, Say, Yard, error, order

Open = Callable[..., Yard]
PAYEE: dict[str, Any] = {"reserve_notification": True}
HALTING = {"auto_accept_party": False, "auto_accept_quotes": False}
ACCEPTANCES = ("acceptParty", "acceptQuote", "acceptConversion", "acceptQuoteOrConversion")
CONVERTING = {"supported_currencies": ["XXX"], "get_services_fxp_response": ["fxp"]}


def asked(yard: Yard) -> list[str]:
    """What the payer said to the hub, in order."""
    return [call.key for call in yard.hub.calls if call.header("fspiop-source") == "payer"]


# -- halts ----------------------------------------------------------------------------------------------------------


def test_one_call_completes_when_everything_is_accepted_at_once(open_yard: Open) -> None:
    yard = open_yard(payer={}, payee=PAYEE)
    told = yard.transfer()
    assert (told.status, told.body["currentState"]) == (200, "COMPLETED")
    assert asked(yard) == ["GET /parties", "POST /quotes", "POST /transfers"]


def test_a_transfer_halts_for_party_and_quote_and_goes_on_when_accepted(open_yard: Open) -> None:
    yard = open_yard(payer=HALTING, payee=PAYEE)
    party = yard.transfer()
    assert (party.status, party.body["currentState"]) == (200, "WAITING_FOR_PARTY_ACCEPTANCE")
    assert asked(yard) == ["GET /parties"]
    transfer_id = party.body["transferId"]
    quote = yard.accept(transfer_id, acceptParty=True)
    assert quote.body["currentState"] == "WAITING_FOR_QUOTE_ACCEPTANCE"
    assert asked(yard) == ["GET /parties", "POST /quotes"]
    done = yard.accept(transfer_id, acceptQuote=True)
    assert done.body["currentState"] == "COMPLETED"
    assert done.body["fulfil"]["body"]["transferState"] == "COMMITTED"


@pytest.mark.parametrize("acceptances, reason, sent", [
    ([{"acceptParty": False}], "Payee rejected by backend", ["GET /parties"]),
    ([{"acceptQuote": True}], "Payee rejected by backend", ["GET /parties"]),
    ([{"acceptParty": True}, {"acceptQuote": False}], "Quote rejected by backend", ["GET /parties", "POST /quotes"]),
    ([{"acceptParty": True}, {"acceptQuoteOrConversion": False}], "Quote rejected by backend",
     ["GET /parties", "POST /quotes"]),
    ([{"acceptParty": True}, {"acceptParty": True}], "Quote rejected by backend", ["GET /parties", "POST /quotes"]),
])  # fmt: skip
def test_a_refusal_aborts_and_sends_nothing_more(
    open_yard: Open, acceptances: list[dict[str, bool]], reason: str, sent: list[str]
) -> None:
    yard = open_yard(payer=HALTING, payee=PAYEE)
    transfer_id = yard.transfer().body["transferId"]
    for acceptance in acceptances:
        told = yard.accept(transfer_id, **acceptance)
    assert (told.status, told.body["currentState"], told.body["abortedReason"]) == (200, "ABORTED", reason)
    assert asked(yard) == sent
    again = yard.accept(transfer_id, **acceptances[-1])
    assert (again.status, again.body["currentState"]) == (200, "ABORTED")


def test_accept_quote_or_conversion_accepts_a_quote(open_yard: Open) -> None:
    yard = open_yard(payer={"auto_accept_quotes": False}, payee=PAYEE)
    transfer_id = yard.transfer().body["transferId"]
    assert yard.accept(transfer_id, acceptQuoteOrConversion=True).body["currentState"] == "COMPLETED"


def test_a_second_acceptance_changes_nothing(open_yard: Open) -> None:
    yard = open_yard(payer={"auto_accept_quotes": False}, payee=PAYEE)
    transfer_id = yard.transfer().body["transferId"]
    first = yard.accept(transfer_id, acceptQuote=True)
    second = yard.accept(transfer_id, acceptQuote=True)
    assert (second.status, second.body) == (first.status, first.body)
    assert yard.hub.heard().count("POST /transfers") == 1


def test_an_acceptance_while_the_first_is_at_work_joins_it(open_yard: Open) -> None:
    yard = open_yard(payer={"auto_accept_quotes": False}, payee=PAYEE)
    transfer_id = yard.transfer().body["transferId"]
    url = yard.hosts["payer"].listeners["outbound"].url + f"/transfers/{transfer_id}"
    yard.backend.delay["POST /transfers"] = 3
    states = []

    async def accept() -> None:
        answer = await yard.client.call("PUT", url, body=b'{"acceptQuote":true}')
        states.append((answer.status, answer.body))

    async def both() -> None:
        yard.clock.spawn(accept())
        await yard.clock.sleep(1)
        await accept()

    yard.runner.run(yard.clock.drive(both()))
    assert len(states) == 2
    assert states[0] == states[1]
    assert yard.hub.heard().count("POST /transfers") == 1


# -- terms ----------------------------------------------------------------------------------------------------------


def test_a_merchant_payment_fixes_what_the_payee_gets(open_yard: Open) -> None:
    yard = open_yard(payer={"supported_currencies": ["XXX"]}, payee=PAYEE)
    told = yard.transfer(amountType="RECEIVE")
    assert told.body["currentState"] == "COMPLETED"
    assert yard.hub.last("POST /quotes").body["amountType"] == "RECEIVE"


def test_the_prepare_carries_the_amount_of_the_quote_not_of_the_order(open_yard: Open) -> None:
    yard = open_yard(payer={}, payee=PAYEE)
    terms = {"transferAmountCurrency": "XXX", "transferAmount": "101.5", "expiration": "2026-11-21T02:00:00.000Z"}
    yard.backend.plan["POST /quoterequests"] = lambda call: (200, {"quoteId": "q", "transactionId": "t", **terms})
    assert yard.transfer().body["currentState"] == "COMPLETED"
    assert yard.hub.last("POST /transfers").body["amount"] == {"currency": "XXX", "amount": "101.5"}


def test_a_known_payee_is_not_looked_up(open_yard: Open) -> None:
    yard = open_yard(payer=HALTING, payee=PAYEE)
    to = {"idType": "MSISDN", "idValue": PAYEE_ID, "fspId": "payee"}
    told = yard.transfer(to=to, skipPartyLookup=True)
    assert told.body["currentState"] == "WAITING_FOR_QUOTE_ACCEPTANCE"
    assert asked(yard) == ["POST /quotes"]


def test_an_unknown_payee_cannot_be_left_unasked(open_yard: Open) -> None:
    told = open_yard(payer={}).transfer(skipPartyLookup=True)
    assert (told.status, told.body["transferState"]) == (500, {})
    assert told.body["message"] == "fspId of to party must be specific id when skipPartyLookup is truthy"


def test_expiry_and_extensions_of_the_order_reach_the_messages(open_yard: Open) -> None:
    yard = open_yard(payer={}, payee=PAYEE)
    pair = [{"key": "KYC", "value": "checked"}]
    yard.transfer(quoteExpirySeconds=10, prepareExpirySeconds=20, quoteRequestExtensions=pair, transferRequestExtensions=pair)
    quote, prepare = yard.hub.last("POST /quotes").body, yard.hub.last("POST /transfers").body
    assert quote["expiration"] == "2026-11-21T01:00:10.000Z"
    assert prepare["expiration"] == "2026-11-21T01:00:20.000Z"
    assert quote["extensionList"] == prepare["extensionList"] == {"extension": pair}
    assert yard.backend.last("POST /transfers").body["quoteRequestExtensions"] == pair


def test_each_message_of_a_conversion_expires_as_the_order_says(open_yard: Open) -> None:
    yard = open_yard(payer=CONVERTING, payee=PAYEE, fxp={})
    yard.backends["payee"].currency = "XTS"
    seconds = {"fxQuoteExpirySeconds": 5, "quoteExpirySeconds": 10, "fxPrepareExpirySeconds": 30, "prepareExpirySeconds": 40}
    yard.accept(yard.transfer(**seconds).body["transferId"], acceptConversion=True)
    terms = yard.hub.last("POST /fxQuotes").body["conversionTerms"]
    others = [yard.hub.last(f"POST /{resource}").body for resource in ("quotes", "fxTransfers", "transfers")]
    assert [each["expiration"] for each in (terms, *others)] == [
        f"2026-11-21T01:00:{seconds:02d}.000Z" for seconds in (5, 10, 30, 40)
    ]


@pytest.mark.parametrize("merged, seen", [
    ({"amount": "7"}, ("7", PAYEE_ID)),
    ({"amount": "7.5", "to": {"idType": "MSISDN", "idValue": PAYEE_ID, "fspId": "payee", "displayName": "Somebody"}},
     ("7.5", PAYEE_ID)),
    ({"to": {"idType": "MSISDN", "idValue": "27713404", "fspId": "payee"}}, ("5", "27713404")),
])  # fmt: skip
def test_amount_and_payee_that_come_with_an_acceptance_take_the_place_of_the_orders(
    open_yard: Open, merged: dict[str, Any], seen: tuple[str, str]
) -> None:
    yard = open_yard(payer={"auto_accept_party": False}, payee=PAYEE)
    transfer_id = yard.transfer(amount="5").body["transferId"]
    assert yard.accept(transfer_id, acceptParty=True, **merged).body["currentState"] == "COMPLETED"
    quote = yard.hub.last("POST /quotes").body
    assert (quote["amount"]["amount"], quote["payee"]["partyIdInfo"]["partyIdentifier"]) == seen


def test_an_amount_that_comes_with_the_last_acceptance_does_not_change_what_was_quoted(open_yard: Open) -> None:
    yard = open_yard(payer={"auto_accept_quotes": False}, payee=PAYEE)
    transfer_id = yard.transfer(amount="5").body["transferId"]
    yard.accept(transfer_id, acceptQuote=True, amount="500")
    quoted = yard.hub.last("PUT /quotes").body["transferAmount"]
    assert yard.hub.last("POST /transfers").body["amount"] == quoted


def test_a_sub_id_is_echoed_in_path_and_body(open_yard: Open) -> None:
    yard = open_yard(payer={}, payee=PAYEE)
    yard.backend.plan["GET /parties"] = lambda call: (
        200,
        {"idType": "BUSINESS", "idValue": PAYEE_ID, "idSubValue": "till 3"},
    )
    told = yard.transfer(to={"idType": "BUSINESS", "idValue": PAYEE_ID, "idSubValue": "till 3"})
    assert told.body["currentState"] == "COMPLETED"
    assert yard.hub.calls[0].path == f"/parties/BUSINESS/{PAYEE_ID}/till%203"
    assert yard.hub.last("POST /quotes").body["payee"]["partyIdInfo"]["partySubIdOrType"] == "till 3"


# -- conversions ----------------------------------------------------------------------------------------------------


def test_a_conversion_is_never_accepted_by_itself(open_yard: Open) -> None:
    yard = open_yard(payer=CONVERTING, payee=PAYEE, fxp={})
    yard.backends["payee"].currency = "XTS"
    told = yard.transfer()
    assert told.body["currentState"] == "WAITING_FOR_CONVERSION_ACCEPTANCE"
    refused = yard.accept(told.body["transferId"], acceptConversion=False)
    assert (refused.body["currentState"], refused.body["abortedReason"]) == ("ABORTED", "FX quote rejected by backend")
    assert asked(yard) == ["GET /parties", "POST /fxQuotes"]


def test_a_conversion_and_its_quote_both_ask_when_quotes_are_not_auto_accepted(open_yard: Open) -> None:
    yard = open_yard(payer=CONVERTING | {"auto_accept_quotes": False}, payee=PAYEE, fxp={})
    yard.backends["payee"].currency = "XTS"
    transfer_id = yard.transfer().body["transferId"]
    quoted = yard.accept(transfer_id, acceptQuoteOrConversion=True)
    assert quoted.body["currentState"] == "WAITING_FOR_QUOTE_ACCEPTANCE"
    # A yes to the conversion is none to the quote.
    assert yard.accept(transfer_id, acceptConversion=True).body["currentState"] == "ABORTED"


def test_what_the_payee_takes_is_sent_as_it_is_whatever_the_payers_own_currencies(open_yard: Open) -> None:
    yard = open_yard(payer=CONVERTING | {"supported_currencies": ["XTS"]}, payee=PAYEE)
    party = {"idType": "MSISDN", "idValue": PAYEE_ID, "supportedCurrencies": ["XXX", "XTS"]}
    yard.backend.plan["GET /parties"] = lambda call: (200, party)
    assert yard.transfer(currency="XXX").body["currentState"] == "COMPLETED"
    assert asked(yard) == ["GET /parties", "POST /quotes", "POST /transfers"]


def test_without_a_provider_a_conversion_fails_with_its_reason(open_yard: Open) -> None:
    yard = open_yard(payer={"supported_currencies": ["XXX"]}, payee=PAYEE)
    yard.backends["payee"].currency = "XTS"
    told = yard.transfer()
    assert (told.status, told.body["message"], told.body["statusCode"]) == (500, "No FX provider detected", "500")
    assert told.body["transferState"]["currentState"] == "ERROR_OCCURRED"
    assert told.body["transferState"]["lastError"] == {}


@pytest.mark.parametrize("silent", ["POST /fxQuotes", "POST /fxTransfers"])
def test_a_provider_that_says_nothing_is_a_plain_failure(open_yard: Open, silent: str) -> None:
    yard = open_yard(payer=CONVERTING, payee=PAYEE, fxp={})
    yard.backends["payee"].currency = "XTS"
    yard.hub.script[silent] = lambda call: []
    told = yard.transfer()
    if silent == "POST /fxTransfers":
        told = yard.accept(told.body["transferId"], acceptConversion=True)
    assert (told.status, told.body["statusCode"]) == (500, "500")
    assert "POST /transfers" not in asked(yard)


@pytest.mark.parametrize("resource, doing", [("fxQuotes", "fxQuote"), ("fxTransfers", "fxTransfers")])
def test_a_provider_that_refuses_is_told_with_its_code(open_yard: Open, resource: str, doing: str) -> None:
    yard = open_yard(payer=CONVERTING, payee=PAYEE, fxp={})
    yard.backends["payee"].currency = "XTS"
    yard.backends["fxp"].plan[f"POST /{resource}"] = lambda call: (400, {"statusCode": "5001", "message": "no liquidity"})
    told = yard.transfer()
    if resource == "fxTransfers":
        told = yard.accept(told.body["transferId"], acceptConversion=True)
    assert (told.status, told.body["statusCode"]) == (500, "5001")
    assert told.body["message"].startswith(f"Got an error response requesting {doing}: ")
    assert "POST /transfers" not in asked(yard)


def test_a_wrong_fulfilment_of_the_provider_stops_the_transfer(open_yard: Open) -> None:
    yard = open_yard(payer=CONVERTING, payee=PAYEE, fxp={})
    yard.backends["payee"].currency = "XTS"
    answer = {"homeTransactionId": "h", "conversionState": "RESERVED", "fulfilment": "A" * 43}
    yard.backends["fxp"].plan["POST /fxTransfers"] = lambda call: (200, answer)
    told = yard.accept(yard.transfer().body["transferId"], acceptConversion=True)
    assert (told.status, told.body["message"]) == (500, "Invalid fulfilment received")
    assert "POST /transfers" not in asked(yard)


# -- failures -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lost, message", [
    ("GET /parties", "Timeout resolving payee for transfer "),
    ("POST /quotes", "Timeout requesting quote for transfer "),
    ("POST /transfers", "Timeout waiting for fulfil for transfer "),
])  # fmt: skip
def test_a_callback_that_never_comes_is_a_504_after_the_set_time(open_yard: Open, lost: str, message: str) -> None:
    yard = open_yard(payer={}, payee=PAYEE)
    yard.hub.script[lost] = lambda call: []
    told = yard.transfer()
    state = told.body["transferState"]
    assert (told.status, told.body["statusCode"], state["currentState"]) == (504, "504", "ERROR_OCCURRED")
    assert told.body["message"] == message + state["transferId"]
    assert state["lastError"] == {"httpStatusCode": 504}
    assert yard.clock.monotonic() == 15
    assert list(told.body) == ["message", "transferState", "statusCode"]


@pytest.mark.parametrize("key, resource, doing", [
    ("GET /parties", "parties", "resolving party"),
    ("POST /quotes", "quotes", "requesting quote"),
    ("POST /transfers", "transfers", "preparing transfer"),
])  # fmt: skip
def test_an_error_callback_is_a_500_with_its_code(open_yard: Open, key: str, resource: str, doing: str) -> None:
    yard = open_yard(payer={}, payee=PAYEE)

    def refuse(call: Any) -> list[Say]:
        ids = {"quotes": "quoteId", "transfers": "transferId"}
        path = call.path if resource == "parties" else f"{call.path}/{call.body[ids[resource]]}"
        return [Say("PUT", f"{path}/error", error("5002", "custom"), source=SWITCH)]

    yard.hub.script[key] = refuse
    told = yard.transfer()
    assert (told.status, told.body["statusCode"]) == (500, "5002")
    text = '{"errorInformation":{"errorCode":"5002","errorDescription":"custom"}}'
    assert told.body["message"] == f"Got an error response {doing}: {text}"
    assert told.body["transferState"]["lastError"] == {"httpStatusCode": 500, "mojaloopError": error("5002", "custom")}


def test_the_status_code_may_be_taken_from_an_extension(open_yard: Open) -> None:
    yard = open_yard(payer={"outbound_error_statuscode_extension_key": "inner"}, payee=PAYEE)
    told_error = error("5000")
    told_error["errorInformation"]["extensionList"] = {"extension": [{"key": "inner", "value": "E77"}]}
    yard.hub.script["GET /parties"] = lambda call: [Say("PUT", f"{call.path}/error", told_error)]
    assert yard.transfer().body["statusCode"] == "E77"


@pytest.mark.parametrize("changes, message", [
    ({"partyIdType": "EMAIL"}, "Expecting resolved payee party IdType to be MSISDN but got EMAIL"),
    ({"partyIdentifier": "9"}, f"Expecting resolved payee party identifier to be {PAYEE_ID} but got 9"),
    ({"partySubIdOrType": "x"}, "Expecting resolved payee party subTypeId to be undefined but got x"),
    ({"fspId": None}, "Expecting resolved payee party to have an FSPID: "
                      f'{{"partyIdType":"MSISDN","partyIdentifier":"{PAYEE_ID}"}}'),
])  # fmt: skip
def test_another_party_than_asked_for_is_refused(open_yard: Open, changes: dict[str, Any], message: str) -> None:
    yard = open_yard(payer={})
    info = {"partyIdType": "MSISDN", "partyIdentifier": PAYEE_ID, "fspId": "payee"} | changes
    party = {"party": {"partyIdInfo": {name: value for name, value in info.items() if value is not None}}}
    yard.hub.script["GET /parties"] = lambda call: [Say("PUT", call.path, party)]
    told = yard.transfer()
    assert (told.status, told.body["message"], told.body["transferState"]["lastError"]) == (500, message, {})


def test_a_payee_without_currencies_is_an_error_and_no_quote_is_asked(open_yard: Open) -> None:
    yard = open_yard(payer={})
    info = {"partyIdType": "MSISDN", "partyIdentifier": PAYEE_ID, "fspId": "payee"}
    party = {"party": {"partyIdInfo": info, "supportedCurrencies": []}}
    yard.hub.script["GET /parties"] = lambda call: [Say("PUT", call.path, party)]
    assert yard.transfer().body["message"] == "No payee supportedCurrencies received"
    assert asked(yard) == ["GET /parties"]


def fulfils_with(state: str, fulfilment: str | None = "A" * 43) -> Callable[[Any], list[Say]]:
    def script(call: Any) -> list[Say]:
        body = {"completedTimestamp": "2026-11-21T01:00:00.000Z", "transferState": state}
        body |= {"fulfilment": fulfilment} if fulfilment else {}
        return [Say("PUT", f"/transfers/{call.body['transferId']}", body, source=SWITCH)]

    return script


def test_a_wrong_fulfilment_is_refused(open_yard: Open) -> None:
    yard = open_yard(payer={}, payee=PAYEE)
    yard.hub.script["POST /transfers"] = fulfils_with("COMMITTED")
    told = yard.transfer()
    assert (told.status, told.body["message"]) == (500, "Invalid fulfilment received from peer DFSP.")


def test_a_replaced_fulfilment_check_is_the_one_that_is_asked(open_yard: Open) -> None:
    yard = open_yard(payer={"parts": {"fulfilment_check": lambda fulfilment, condition: True}}, payee=PAYEE)
    yard.hub.script["POST /transfers"] = fulfils_with("COMMITTED")
    assert yard.transfer().body["currentState"] == "COMPLETED"


def test_without_check_ilp_any_fulfilment_passes(open_yard: Open) -> None:
    yard = open_yard(payer={"check_ilp": False}, payee=PAYEE)
    yard.hub.script["POST /transfers"] = fulfils_with("COMMITTED")
    assert yard.transfer().body["currentState"] == "COMPLETED"


def test_an_aborted_fulfil_is_never_reported_as_success(open_yard: Open) -> None:
    yard = open_yard(payer={}, payee=PAYEE)
    yard.hub.script["POST /transfers"] = fulfils_with("ABORTED", None)
    told = yard.transfer()
    assert (told.status, told.body["currentState"]) == (200, "ABORTED")


def test_a_reserved_fulfil_is_not_the_end(open_yard: Open) -> None:
    yard = open_yard(payer={"check_ilp": False}, payee=PAYEE)
    yard.hub.script["POST /transfers"] = fulfils_with("RESERVED")
    assert yard.transfer().status == 504


def test_like_sdk_takes_a_reserved_fulfil_for_the_end(open_yard: Open) -> None:
    yard = open_yard(payer={"check_ilp": False, "like_sdk": {"reserved_is_completed": True}}, payee=PAYEE)
    yard.hub.script["POST /transfers"] = fulfils_with("RESERVED")
    assert yard.transfer().body["currentState"] == "COMPLETED"


def test_between_two_peers_the_payer_confirms(open_yard: Open) -> None:
    yard = open_yard(payer={"check_ilp": False, "send_final_notification_if_requested": True}, payee=PAYEE)
    yard.hub.script["POST /transfers"] = fulfils_with("RESERVED")
    assert yard.transfer().body["currentState"] == "COMPLETED"
    assert yard.hub.last("PATCH /transfers").body["transferState"] == "COMMITTED"


@pytest.mark.parametrize("setting, late, message", [
    ("reject_expired_quote_responses", "POST /quoterequests", "Quote response missed expiry deadline"),
    ("reject_expired_transfer_fulfils", "POST /transfers", "Transfer fulfil missed expiry deadline"),
])  # fmt: skip
def test_answers_after_their_expiry_are_refused_when_strict(open_yard: Open, setting: str, late: str, message: str) -> None:
    yard = open_yard(payer={setting: True, "expiry_seconds": 5}, payee=PAYEE)
    yard.backend.delay[late] = 8
    told = yard.transfer()
    assert (told.status, told.body["message"]) == (504, message)


def test_a_message_that_the_hub_refuses_fails_with_the_hubs_code(open_yard: Open) -> None:
    yard = open_yard(payer={}, payee=PAYEE)
    yard.hub.trouble["POST /quotes"] = [(400, error("3100", "bad"))]
    told = yard.transfer()
    assert (told.status, told.body["statusCode"]) == (500, "3100")
    assert yard.clock.monotonic() < 1


def test_a_passing_fault_of_the_hub_is_overcome_with_the_same_message(open_yard: Open) -> None:
    yard = open_yard(payer={}, payee=PAYEE)
    yard.hub.trouble["POST /transfers"] = [503, "close", 503]
    assert yard.transfer().body["currentState"] == "COMPLETED"
    prepares = yard.hub.all("POST /transfers")
    assert len(prepares) == 4
    assert all(each.body == prepares[0].body for each in prepares)


def test_a_prepare_that_the_hub_took_without_answering_still_completes(open_yard: Open) -> None:
    yard = open_yard(payer={}, payee=PAYEE)
    relay = yard.hub.relay

    def take_and_hang(call: Any) -> Any:
        yard.hub.trouble["POST /transfers"] = ["close"] * 9
        return relay(call)

    yard.hub.script["POST /transfers"] = take_and_hang
    assert yard.transfer().body["currentState"] == "COMPLETED"


def test_a_prepare_without_any_answer_stays_unknown_until_the_time_is_over(open_yard: Open) -> None:
    yard = open_yard(payer={}, payee=PAYEE)
    yard.hub.trouble["POST /transfers"] = ["close"] * 9
    told = yard.transfer()
    assert (told.status, yard.clock.monotonic()) == (504, 15)


def test_like_sdk_reports_an_unanswered_prepare_at_once(open_yard: Open) -> None:
    yard = open_yard(payer={"like_sdk": {"unanswered_prepare_is_final": True}}, payee=PAYEE)
    yard.hub.trouble["POST /transfers"] = ["close"] * 9
    told = yard.transfer()
    assert told.status == 500
    assert yard.clock.monotonic() < 1


WORD = {"message": "accepted"}


def test_a_body_in_the_hubs_acknowledgement_is_passed_over(open_yard: Open) -> None:
    yard = open_yard(payer={}, payee=PAYEE)
    for key in ("GET /parties", "POST /quotes", "POST /transfers"):
        yard.hub.words[key] = WORD
    assert yard.transfer().body["currentState"] == "COMPLETED"


@pytest.mark.parametrize("key", ["GET /parties", "POST /quotes", "POST /transfers"])
def test_like_sdk_takes_a_body_in_the_hubs_acknowledgement_for_a_failure(open_yard: Open, key: str) -> None:
    yard = open_yard(payer={"like_sdk": {"refuses_bodies_of_the_hub": True}}, payee=PAYEE)
    yard.hub.words[key] = WORD
    told = yard.transfer()
    assert (told.status, told.body["message"], told.body["statusCode"]) == (500, "Expected empty response body", "500")
    assert told.body["transferState"]["currentState"] == "ERROR_OCCURRED"
    assert yard.clock.monotonic() < 1


def test_like_sdk_has_nothing_against_an_empty_acknowledgement(open_yard: Open) -> None:
    yard = open_yard(payer={"like_sdk": {"refuses_bodies_of_the_hub": True}}, payee=PAYEE)
    assert yard.transfer().body["currentState"] == "COMPLETED"


# -- the API itself -------------------------------------------------------------------------------------------------


def test_an_unknown_transfer_cannot_be_resumed(open_yard: Open) -> None:
    told = open_yard(payer={}).accept("01M7XTJ7GFXG3C9G7F1VMGHQBN", acceptParty=True)
    assert (told.status, told.body["statusCode"]) == (500, "500")
    assert told.body["message"] == "No cached data found for transferId: 01M7XTJ7GFXG3C9G7F1VMGHQBN"


def test_a_failed_transfer_tells_its_failure_again(open_yard: Open) -> None:
    yard = open_yard(payer={}, payee=PAYEE)
    yard.hub.script["POST /transfers"] = lambda call: []
    first = yard.transfer()
    transfer_id = first.body["transferState"]["transferId"]
    again = yard.accept(transfer_id, acceptQuote=True)
    assert (again.status, again.body) == (first.status, first.body)


@pytest.mark.parametrize("changes, words", [
    ({"amount": "1.10"}, "/requestBody/amount must match pattern"),
    ({"homeTransactionId": None}, "must be string"),
    ({"transactionType": "GIFT"}, "/requestBody/transactionType must be equal to one of the allowed values"),
])  # fmt: skip
def test_an_order_that_the_api_does_not_allow_is_a_400_with_a_number(
    open_yard: Open, changes: dict[str, Any], words: str
) -> None:
    yard = open_yard(payer={})
    body = order(**changes)
    if body["homeTransactionId"] is None:
        body["homeTransactionId"], words = {}, "/requestBody/homeTransactionId must be string"
    told = yard.outbound("POST", "/transfers", body)
    assert (told.status, told.body["statusCode"]) == (400, 400)
    assert words in told.body["message"]
    assert yard.hub.calls == []


@pytest.mark.parametrize("consent", [
    *({one: True, other: True} for one, other in itertools.combinations(ACCEPTANCES, 2)),
    dict.fromkeys(ACCEPTANCES, True), {}, {"amount": "5"}, {"acceptParty": "yes"}, {"acceptQuote": 1}, {"acceptAnything": True},
])  # fmt: skip
def test_an_acceptance_is_one_of_four_alone_and_true_or_false(open_yard: Open, consent: dict[str, Any]) -> None:
    yard = open_yard(payer=HALTING, payee=PAYEE)
    transfer_id = yard.transfer().body["transferId"]
    told = yard.accept(transfer_id, **consent)
    assert (told.status, told.body["statusCode"]) == (400, 400)
    assert yard.accept(transfer_id, acceptParty=True).body["currentState"] == "WAITING_FOR_QUOTE_ACCEPTANCE", "it still waits"


def test_an_amount_that_is_a_number_becomes_a_text(open_yard: Open) -> None:
    yard = open_yard(payer={}, payee=PAYEE)
    assert yard.transfer(amount=10.5).body["amount"] == "10.5"


def silent(call: Any) -> list[Say]:
    return []


@pytest.mark.parametrize("method, path, body, status, told", [
    ("POST", "/transfers", order(amount="1.10"), 400,
     b'{"message":"/requestBody/amount must match pattern \\"^([0]|([1-9][0-9]{0,17}))([.][0-9]{0,3}[1-9])?$\\"",'
     b'"statusCode":400}'),
    ("PUT", "/transfers/01M7XTJ7GFXG3C9G7F1VMGHQBN", {"acceptQuote": True}, 500,
     b'{"message":"No cached data found for transferId: 01M7XTJ7GFXG3C9G7F1VMGHQBN",'
     b'"transferState":{},"statusCode":"500"}'),
    ("POST", "/transfers", order(skipPartyLookup=True), 500,
     b'{"message":"fspId of to party must be specific id when skipPartyLookup is truthy",'
     b'"transferState":{},"statusCode":"500"}'),
    ("GET", "/parties/MSISDN/1", None, 504,
     b'{"message":"Timeout","requestPartiesInformationState":{},"statusCode":"504"}'),
])  # fmt: skip
def test_errors_have_the_real_softwares_form_byte_for_byte(
    open_yard: Open, method: str, path: str, body: Any, status: int, told: bytes
) -> None:
    yard = open_yard(payer={})
    yard.hub.script["GET /parties"] = silent
    assert yard.outbound_bytes(method, path, body) == (status, told)


def test_a_failed_transfer_is_told_with_its_state_between_message_and_code(open_yard: Open) -> None:
    yard = open_yard(payer={})
    yard.hub.script["GET /parties"] = silent
    status, told = yard.outbound_bytes("POST", "/transfers", order())
    body = json.loads(told)
    transfer_id = body["transferState"]["transferId"]
    assert (status, list(body)) == (504, ["message", "transferState", "statusCode"])
    assert (body["message"], body["statusCode"]) == (f"Timeout resolving payee for transfer {transfer_id}", "504")
    assert body["transferState"]["lastError"] == {"httpStatusCode": 504}


def test_health_and_unknown_paths(open_yard: Open) -> None:
    yard = open_yard(payer={})
    assert yard.outbound("GET", "/").status == 200
    assert yard.outbound("GET", "/nothing").status == 404
    assert yard.outbound("DELETE", "/transfers").status == 405


def test_a_party_is_looked_up_in_one_call(open_yard: Open) -> None:
    yard = open_yard(payer={}, payee=PAYEE)
    found = yard.outbound("GET", f"/parties/MSISDN/{PAYEE_ID}")
    assert (found.status, found.body["currentState"]) == (200, "COMPLETED")
    assert found.body["party"]["body"]["party"]["name"] == "Payee Test"
    missing = yard.outbound("GET", "/parties/MSISDN/999")
    assert missing.status == 404
    assert missing.body["party"]["body"]["errorInformation"]["errorCode"] == "3204"
    yard.hub.script["GET /parties"] = lambda call: []
    assert yard.outbound("GET", "/parties/MSISDN/1").status == 504


# -- resynchronisation ----------------------------------------------------------------------------------------------


def says_of_transfer(state: str, **more: Any) -> Callable[[Any], list[Say]]:
    def script(call: Any) -> list[Say]:
        body = {"transferState": state, "completedTimestamp": "2026-11-21T01:00:00.000Z", **more}
        return [Say("PUT", call.path, body, source=SWITCH)]

    return script


def lost_fulfil(yard: Yard) -> str:
    yard.hub.script["POST /transfers"] = lambda call: []
    return str(yard.transfer().body["transferState"]["transferId"])


@pytest.mark.parametrize("state, status, current", [
    ("COMMITTED", 200, "COMPLETED"),
    ("ABORTED", 200, "ABORTED"),
    ("RESERVED", 504, "ERROR_OCCURRED"),
    ("RECEIVED", 504, "ERROR_OCCURRED"),
])  # fmt: skip
def test_a_lost_transfer_takes_the_state_that_the_hub_tells(open_yard: Open, state: str, status: int, current: str) -> None:
    yard = open_yard(payer={}, payee=PAYEE)
    transfer_id = lost_fulfil(yard)
    yard.hub.script["GET /transfers"] = says_of_transfer(state)
    told = yard.outbound("GET", f"/transfers/{transfer_id}")
    shown = told.body if status == 200 else told.body["transferState"]
    assert (told.status, shown["currentState"]) == (status, current)
    assert shown["homeTransactionId"] == order()["homeTransactionId"]


def test_like_sdk_reports_completed_whatever_the_hub_says(open_yard: Open) -> None:
    yard = open_yard(payer={"like_sdk": {"resync_reports_completed": True}}, payee=PAYEE)
    transfer_id = lost_fulfil(yard)
    yard.hub.script["GET /transfers"] = says_of_transfer("ABORTED")
    assert yard.outbound("GET", f"/transfers/{transfer_id}").body["currentState"] == "COMPLETED"


def test_a_transfer_that_the_hub_does_not_know_is_a_500_with_3208(open_yard: Open) -> None:
    yard = open_yard(payer={}, payee=PAYEE)
    transfer_id = lost_fulfil(yard)
    yard.hub.script["GET /transfers"] = lambda call: [Say("PUT", f"{call.path}/error", error("3208"), source=SWITCH)]
    told = yard.outbound("GET", f"/transfers/{transfer_id}")
    assert (told.status, told.body["statusCode"]) == (500, "3208")
    assert told.body["message"].startswith("Got an error response retrieving transfer: ")


def test_a_hub_that_does_not_answer_leaves_the_state_unknown(open_yard: Open) -> None:
    yard = open_yard(payer={}, payee=PAYEE)
    transfer_id = lost_fulfil(yard)
    yard.hub.script["GET /transfers"] = lambda call: []
    told = yard.outbound("GET", f"/transfers/{transfer_id}")
    assert (told.status, told.body["message"]) == (504, f"Timeout getting transfer {transfer_id}")


def test_a_completed_transfer_stays_completed_when_asked_again(open_yard: Open) -> None:
    yard = open_yard(payer={}, payee=PAYEE)
    done = yard.transfer().body
    yard.hub.script["GET /transfers"] = lambda call: []
    again = yard.outbound("GET", f"/transfers/{done['transferId']}")
    assert again.status == 200
    assert again.body["fulfil"] == done["fulfil"]


def test_a_refused_transfer_is_not_asked_of_the_hub(open_yard: Open) -> None:
    yard = open_yard(payer=HALTING, payee=PAYEE)
    transfer_id = yard.transfer().body["transferId"]
    yard.accept(transfer_id, acceptParty=False)
    assert yard.outbound("GET", f"/transfers/{transfer_id}").body["currentState"] == "ABORTED"
    assert "GET /transfers" not in asked(yard)


def test_a_transfer_unknown_here_is_asked_of_the_hub(open_yard: Open) -> None:
    yard = open_yard(payer={})
    yard.hub.script["GET /transfers"] = says_of_transfer("COMMITTED")
    told = yard.outbound("GET", "/transfers/01M7XTJ7GFXG3C9G7F1VMGHQBN")
    assert (told.status, told.body["currentState"]) == (200, "COMPLETED")
    assert told.body["fulfil"]["body"]["transferState"] == "COMMITTED"


def test_a_fulfil_that_comes_after_the_time_is_still_taken(open_yard: Open) -> None:
    yard = open_yard(payer={}, payee=PAYEE)
    yard.backend.delay["POST /transfers"] = 25
    told = yard.transfer()
    assert told.status == 504
    yard.advance(30)
    yard.hub.script["GET /transfers"] = lambda call: []
    again = yard.outbound("GET", f"/transfers/{told.body['transferState']['transferId']}")
    assert (again.status, again.body["currentState"]) == (200, "COMPLETED")
    assert "lastError" not in again.body
