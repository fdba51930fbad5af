"""Recordings of the real connector in ISO mode, against what it held in FSPIOP: what it sent, and what it received."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from loopyard.protocols.iso20022.message import Message
from loopyard.protocols.iso20022.messages import MESSAGES
from loopyard.protocols.iso20022.profile import LIKE_SDK, STRICT
from tests.protocols.iso20022 import material
from tests.protocols.iso20022.material import Recorded

ACCEPTED = [each for each in material.all_recorded() if not each.is_refused]

HELD_BY_PAYER = {
    "quoteRequest": "POST /quotes",
    "prepare": "POST /transfers",
    "fxQuoteRequest": "POST /fxQuotes",
    "fxTransferRequest": "POST /fxTransfers",
}
GOT_BY_PAYER = {
    "getPartiesResponse": "PUT /parties/{Type}/{ID}",
    "quoteResponse": "PUT /quotes/{ID}",
    "fxQuoteResponse": "PUT /fxQuotes/{ID}",
    "fxTransferResponse": "PUT /fxTransfers/{ID}",
    "fulfil": "PUT /transfers/{ID}",
}


WORDS = {"3204": "Party not found at backend", "5101": "Payee rejected quote", "5104": "Payee rejected transfer"}
"""What the back end said, by code."""


def message(sent: Recorded) -> Message:
    return MESSAGES[sent.operation]


def messages(run: str, operation: str, leg: str) -> list[Recorded]:
    return [each for each in material.recorded(run) if each.operation == operation and each.leg == leg]


def read_by_receivers(run: str, operation: str) -> list[Any]:
    """The FSPIOP bodies of what participants received."""
    return [message(each).from_iso(each.body, LIKE_SDK) for each in messages(run, operation, "hub->fsp")]


def octets(body: Any) -> str:
    return json.dumps(body)


# Sent: what the connector held in FSPIOP becomes, octet by octet, what it put on the wire.


def held_and_sent() -> list[tuple[Recorded, Any]]:
    """Each message that the connector composed, with the FSPIOP body that it composed it from."""
    found = {}
    for run, state in material.transfer_states():
        for name, operation in HELD_BY_PAYER.items():
            if held := state.get(name, {}).get("body"):
                found[_sent_for(run, operation, held)] = held
    for run in material.RUNS:
        for call, asked, _ in material.backend_calls(run):
            if call == "PUT transfers":
                for name, operation in (("quoteResponse", "PUT /quotes/{ID}"), ("fulfil", "PUT /transfers/{ID}")):
                    found[_sent_for(run, operation, asked[name]["body"])] = asked[name]["body"]
    return list(found.items())


def _sent_for(run: str, operation: str, held: Any) -> Recorded:
    """The one message of the run whose own id, packet or fulfilment is in the FSPIOP body."""
    names = ("quoteId", "transferId", "conversionRequestId", "commitRequestId", "ilpPacket", "fulfilment")
    marks = [held[name] for name in names if name in held]
    (sent,) = [each for each in messages(run, operation, "fsp->hub") if any(f'"{mark}"' in octets(each.body) for mark in marks)]
    return sent


@pytest.mark.parametrize("sent, held", [pytest.param(*each, id=str(each[0])) for each in held_and_sent()])
def test_what_the_connector_held_becomes_what_it_sent_to_the_octet(sent: Recorded, held: Any) -> None:
    envelope = material.envelope_of(message(sent), sent.body, sent.answers)
    assert octets(message(sent).to_iso(held, envelope, LIKE_SDK)) == octets(sent.body)


def test_what_the_connector_held_covers_every_kind_of_message_that_participants_send_but_parties_errors_and_offers() -> None:
    covered = {sent.operation for sent, _ in held_and_sent()}
    sent = {each.operation for each in ACCEPTED if each.leg == "fsp->hub"}
    assert sent - covered == {
        "PUT /parties/{Type}/{ID}",
        "PUT /parties/{Type}/{ID}/error",
        "PUT /quotes/{ID}/error",
        "PUT /transfers/{ID}/error",
        "PUT /fxQuotes/{ID}",
        "PUT /fxTransfers/{ID}",
    }


def test_an_offer_is_the_back_end_s_terms_with_a_condition_and_overridden_by_the_request_s_own_extensions() -> None:
    told = [answer for call, _, answer in material.backend_calls("fx") if call == "POST fxQuotes"]
    answers = {answer["conversionTerms"]["conversionId"]: answer for answer in told}
    offers = messages("fx", "PUT /fxQuotes/{ID}", "fsp->hub")
    assert len(offers) == 2
    for sent in offers:
        terms = sent.body["CdtTrfTxInf"]
        answer = answers[terms["PmtId"]["InstrId"]]
        body = {"condition": terms["VrfctnOfTerms"]["Sh256Sgntr"], "conversionTerms": answer["conversionTerms"]}
        written = message(sent).to_iso(body, material.envelope_of(message(sent), sent.body), LIKE_SDK)
        assert octets(written) == octets(sent.body)
        fresh = message(sent).to_iso(body, material.ENVELOPE, LIKE_SDK)
        assert fresh["GrpHdr"]["MsgId"] == sent.body["GrpHdr"]["MsgId"]
        strict = message(sent).to_iso(body, material.ENVELOPE, STRICT)
        assert strict["GrpHdr"]["MsgId"] == material.ENVELOPE.message_id


def test_errors_are_the_back_end_s_code_and_words() -> None:
    for sent in ACCEPTED:
        if sent.operation.endswith("error") and sent.leg == "fsp->hub":
            code = re.search(r'"(?:Cd|Prtry)": "(\d{4})"', octets(sent.body))
            assert code is not None
            body = {"errorInformation": {"errorCode": code[1], "errorDescription": WORDS[code[1]]}}
            written = message(sent).to_iso(body, material.envelope_of(message(sent), sent.body), LIKE_SDK)
            assert octets(written) == octets(sent.body)


# Received: what came over the wire becomes what the connector then held in FSPIOP.


@pytest.mark.parametrize("run, state", list(material.transfer_states()))
def test_the_payer_s_connector_held_what_the_like_sdk_reader_reads(run: str, state: dict[str, Any]) -> None:
    checked = 0
    for name, operation in GOT_BY_PAYER.items():
        held = state.get(name, {}).get("body")
        if held and "errorInformation" not in held:
            assert held in read_by_receivers(run, operation)
            checked += 1
    if error := state.get("lastError", {}).get("mojaloopError"):
        received = [each for each in material.recorded(run) if each.operation.endswith("error") and each.leg == "hub->fsp"]
        assert error in [message(each).from_iso(each.body, LIKE_SDK) for each in received]
        checked += 1
    assert checked


def test_the_payee_s_connector_held_what_the_like_sdk_reader_reads() -> None:
    checked = 0
    for run in material.RUNS:
        for call, asked, _ in material.backend_calls(run):
            if call != "PUT transfers":
                continue
            for name, operation in (("quoteRequest", "POST /quotes"), ("prepare", "POST /transfers")):
                assert asked[name]["body"] in read_by_receivers(run, operation)
                checked += 1
            notices = read_by_receivers(run, "PATCH /transfers/{ID}")
            told = asked["finalNotification"]
            assert {**told, "extensionList": {"extension": told["extensionList"]}} in notices
    assert checked >= 6


def test_the_fx_provider_s_back_end_was_asked_what_the_like_sdk_reader_reads() -> None:
    calls = list(material.backend_calls("fx"))
    quotes = [asked for call, asked, _ in calls if call == "POST fxQuotes"]
    assert len(quotes) == 2
    assert read_by_receivers("fx", "POST /fxQuotes") == quotes
    commitments = [material.without(asked, ("homeTransactionId",)) for call, asked, _ in calls if call == "POST fxTransfers"]
    assert read_by_receivers("fx", "POST /fxTransfers") == commitments
