"""A hub whose participants speak FSPIOP and ISO 20022: what goes on untouched, what is translated, and what it says itself."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from loopyard.protocols import ilp, schemas
from loopyard.protocols.fspiop import dates
from loopyard.protocols.iso20022 import tree
from loopyard.protocols.iso20022.messages import MESSAGES
from loopyard.protocols.iso20022.profile import STRICT, Envelope
from loopyard.transport.client import Answer
from tests.protocols.iso20022.material import vector
from tests.simulators.hub.yard import MWK, PARTICIPANTS, START, ZMW, Got, Yard, run

GREEN, BLUE = "green-bank", "blue-wallet"
ISO = schemas.load("iso20022_2.0")
TRANSFER, QUOTE = "01KJPRZB00TRANSFER00000001", "01KJPRZB00QVTE000000000001"
MESSAGE = "01KJPRZB00MESSAGE000000001"
PARTY = {"partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": "265991000001", "fspId": GREEN}, "name": "Amina"}
PAYER = {"partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": "265991000002", "fspId": BLUE}, "name": "Bob"}
UNTIL = dates.to_iso(START + timedelta(minutes=1))
REQUEST: dict[str, Any] = {
    "quoteId": QUOTE, "transactionId": TRANSFER, "payee": PARTY, "payer": PAYER, "amountType": "SEND",
    "amount": {"amount": "100", "currency": MWK}, "expiration": UNTIL, "note": "for the roof",
    "transactionType": {"scenario": "TRANSFER", "initiator": "PAYER", "initiatorType": "CONSUMER"},
}  # fmt: skip
TERMS: dict[str, Any] = {
    "transferAmount": {"amount": "100", "currency": MWK}, "payeeReceiveAmount": {"amount": "99", "currency": MWK},
    "payeeFspFee": {"amount": "1", "currency": MWK}, "expiration": UNTIL,
}  # fmt: skip
SEALED = ilp.build_quote("v4", "secret", REQUEST, TERMS)
QUOTED = TERMS | {"ilpPacket": SEALED.packet, "condition": SEALED.condition}
PREPARE: dict[str, Any] = {
    "transferId": TRANSFER, "payerFsp": BLUE, "payeeFsp": GREEN, "amount": {"amount": "100", "currency": MWK},
    "ilpPacket": SEALED.packet, "condition": SEALED.condition, "expiration": UNTIL,
}  # fmt: skip
FULFIL = {"transferState": "RESERVED", "fulfilment": SEALED.fulfilment, "completedTimestamp": dates.to_iso(START)}


def speaking(green: str | None = None, blue: str | None = None) -> dict[str, Any]:
    forms = {GREEN: green, BLUE: blue}
    return {"participants": tuple(replace(each, api=forms.get(each.id)) for each in PARTICIPANTS)}


def in_iso(operation: str, body: Any, source: str, to: str, id_: str = "", answers: Any = None, message: str = MESSAGE) -> Any:
    envelope = Envelope(message, dates.to_iso(START), source, to, id_, message, answers)
    return MESSAGES[operation].to_iso(body, envelope, STRICT)


async def say(yard: Yard, method: str, path: str, body: Any, source: str, to: str, *, iso: bool) -> Answer:
    resource, form = path.split("/")[1], "iso20022." if iso else ""
    media = f"application/vnd.interoperability.{form}{resource}+json;version=2.0"
    accept = {"accept": media} if method in ("GET", "POST") else {}
    headers = {"content-type": media, "date": dates.to_http(yard.clock.now()), "fspiop-source": source, **accept}
    return await yard.call(method, path, body=body, headers=headers | ({"fspiop-destination": to} if to else {}))


def media_of(got: Got) -> str:
    return got.headers["content-type"]


def sound(operation: str, got: Got) -> Any:
    """The message, which must satisfy the contract."""
    assert ".iso20022." in media_of(got)
    assert ISO.request_errors(operation, got.json) == []
    return got.json


async def quoted(yard: Yard, *, blue: bool, green: bool) -> Got:
    """Terms asked for by Blue Wallet and given by Green Bank, each in its own form; what Blue Wallet got."""
    asked = in_iso("POST /quotes", REQUEST, BLUE, GREEN) if blue else REQUEST
    assert (await say(yard, "POST", "/quotes", asked, BLUE, GREEN, iso=blue)).status == 202
    heard = yard.got[-1]
    answers = heard.json if green else None
    given = in_iso("PUT /quotes/{ID}", QUOTED, GREEN, BLUE, QUOTE, answers) if green else QUOTED
    assert (await say(yard, "PUT", f"/quotes/{QUOTE}", given, GREEN, BLUE, iso=green)).status == 200
    return yard.got[-1]


def test_between_two_of_the_same_form_the_bytes_go_on_as_they_came() -> None:
    async def work(yard: Yard) -> None:
        got = await quoted(yard, blue=True, green=True)
        body = in_iso("POST /transfers", PREPARE, BLUE, GREEN, answers=got.json)
        raw = json.dumps(body, indent=1).encode()
        assert (await say(yard, "POST", "/transfers", raw, BLUE, GREEN, iso=True)).status == 202
        assert yard.got[-1].body == raw
        assert ".iso20022.transfers+json" in media_of(yard.got[-1])

    run(work, **speaking("iso20022", "iso20022"))


def test_a_quote_goes_both_ways_between_the_forms_with_the_parties_of_its_request() -> None:
    async def work(yard: Yard) -> None:
        got = await quoted(yard, blue=True, green=False)
        asked = next(each for each in yard.got if each.method == "POST")
        assert asked.json == {key: value for key, value in REQUEST.items() if key != "note"}
        assert media_of(asked) == "application/vnd.interoperability.quotes+json;version=2.0"
        terms = sound("PUT /quotes/{ID}", got)["CdtTrfTxInf"]
        assert terms["Cdtr"] == {
            "Id": {"PrvtId": {"Othr": {"SchmeNm": {"Prtry": "MSISDN"}, "Id": "265991000001"}}},
            "Nm": ";;;Amina",
        }
        assert (terms["PmtId"]["TxId"], terms["ChrgBr"]) == (QUOTE, "CRED")

    run(work, **speaking("fspiop", "iso20022"))


def test_a_prepare_is_built_on_the_quote_that_its_payee_gave() -> None:
    async def work(yard: Yard) -> None:
        got = await quoted(yard, blue=False, green=True)
        assert got.json == QUOTED
        assert (await say(yard, "POST", "/transfers", PREPARE, BLUE, GREEN, iso=False)).status == 202
        told = sound("POST /transfers", yard.got[-1])
        assert told["CdtTrfTxInf"]["Dbtr"]["Nm"] == ";;;Bob"
        assert MESSAGES["POST /transfers"].from_iso(told) == PREPARE

    run(work, **speaking("iso20022", "fspiop"))


def test_a_prepare_without_a_quote_reaches_its_payee_all_the_same() -> None:
    async def work(yard: Yard) -> None:
        await say(yard, "POST", "/transfers", PREPARE, BLUE, GREEN, iso=False)
        told = yard.got[-1].json
        assert told["CdtTrfTxInf"]["ChrgBr"] == "SHAR"

    run(work, **speaking("iso20022", "fspiop"))


def test_a_packet_that_does_not_say_its_condition_is_refused_at_once_and_reserves_nothing() -> None:
    async def work(yard: Yard) -> None:
        old = PREPARE | {"ilpPacket": ilp.build_quote("v1", "secret", REQUEST, TERMS).packet}
        answer = await say(yard, "POST", "/transfers", old, BLUE, GREEN, iso=False)
        assert answer.status == 400
        error = json.loads(answer.body)["errorInformation"]
        assert error["errorCode"] == "3100"
        assert "version 1" in error["errorDescription"]
        assert list(yard.hub.records()) == []

    run(work, **speaking("iso20022", "fspiop"))


def test_each_hears_how_a_transfer_ended_in_its_own_form() -> None:
    async def work(yard: Yard) -> None:
        await quoted(yard, blue=False, green=True)
        await say(yard, "POST", "/transfers", PREPARE, BLUE, GREEN, iso=False)
        fulfil = in_iso("PUT /transfers/{ID}", FULFIL, GREEN, BLUE)
        assert (await say(yard, "PUT", f"/transfers/{TRANSFER}", fulfil, GREEN, BLUE, iso=True)).status == 200
        to_payer, to_payee = (next(got for got in reversed(yard.got) if got.to == who) for who in (BLUE, GREEN))
        assert (to_payer.json["transferState"], to_payer.json["fulfilment"]) == ("COMMITTED", SEALED.fulfilment)
        assert sound("PATCH /transfers/{ID}", to_payee)["TxInfAndSts"]["TxSts"] == "COMM"

    run(work, **speaking("iso20022", "fspiop"))


@pytest.mark.parametrize("element", ["MsgId", "CreDtTm"])
def test_a_resend_with_another_message_id_or_time_is_the_same_request(element: str) -> None:
    async def work(yard: Yard) -> None:
        got = await quoted(yard, blue=True, green=True)
        body = in_iso("POST /transfers", PREPARE, BLUE, GREEN, answers=got.json)
        await say(yard, "POST", "/transfers", body, BLUE, GREEN, iso=True)
        body["GrpHdr"][element] = {"MsgId": MESSAGE[:-1] + "2", "CreDtTm": dates.to_iso(START + timedelta(seconds=1))}[element]
        await say(yard, "POST", "/transfers", body, BLUE, GREEN, iso=True)
        assert [got.path for got in yard.got if "error" in got.path] == []
        assert len(list(yard.hub.records())) == 1

    run(work, **speaking("iso20022", "iso20022"))


def test_a_resend_with_another_amount_is_a_changed_request_and_is_told_in_iso() -> None:
    async def work(yard: Yard) -> None:
        got = await quoted(yard, blue=True, green=True)
        body = in_iso("POST /transfers", PREPARE, BLUE, GREEN, answers=got.json)
        await say(yard, "POST", "/transfers", body, BLUE, GREEN, iso=True)
        body["CdtTrfTxInf"]["IntrBkSttlmAmt"]["ActiveCurrencyAndAmount"] = "101"
        await say(yard, "POST", "/transfers", body, BLUE, GREEN, iso=True)
        assert yard.got[-1].line == f"PUT /transfers/{TRANSFER}/error to {BLUE}"
        report = sound("PUT /transfers/{ID}/error", yard.got[-1])["TxInfAndSts"]["StsRsnInf"]
        assert report["Rsn"]["Prtry"] == "3106"
        assert len(report["AddtlInf"]) <= 105

    run(work, **speaking("iso20022", "iso20022"))


def test_words_are_cut_for_who_speaks_iso() -> None:
    async def work(yard: Yard) -> None:
        error = {"errorInformation": {"errorCode": "5101", "errorDescription": "x" * 128}}
        await say(yard, "PUT", f"/quotes/{QUOTE}/error", error, GREEN, BLUE, iso=False)
        report = sound("PUT /quotes/{ID}/error", yard.got[-1])["TxInfAndSts"]["StsRsnInf"]
        assert report == {"Rsn": {"Prtry": "5101"}, "AddtlInf": "x" * 105}

    run(work, **speaking("fspiop", "iso20022"))


def test_a_lookup_names_the_form_of_whoever_gets_it() -> None:
    async def work(yard: Yard) -> None:
        assert (await say(yard, "GET", "/parties/MSISDN/265991000001", None, BLUE, GREEN, iso=True)).status == 202
        asked = yard.got[-1]
        assert media_of(asked) == "application/vnd.interoperability.parties+json;version=2.0"
        assert asked.headers["accept"] == "application/vnd.interoperability.parties+json;version=2"
        await say(yard, "PUT", "/parties/MSISDN/265991000001", {"party": PARTY}, GREEN, BLUE, iso=False)
        found = sound("PUT /parties/{Type}/{ID}", yard.got[-1])
        assert found["Rpt"]["UpdtdPtyAndAcctId"]["Pty"]["Nm"] == ";;;Amina"
        assert found["Assgnmt"]["Assgnr"]["Agt"]["FinInstnId"]["Othr"]["Id"] == GREEN

    run(work, **speaking("fspiop", "iso20022"))


def test_elements_without_a_place_in_fspiop_travel_as_extensions_where_they_fit_there() -> None:
    async def work(yard: Yard) -> None:
        body = in_iso("POST /quotes", REQUEST, BLUE, GREEN)
        body["CdtTrfTxInf"]["Purp"]["Cd"] = "MP2P"
        body["CdtTrfTxInf"]["Dbtr"]["Id"]["PrvtId"]["DtAndPlcOfBirth"] = {
            "BirthDt": "1990-05-17", "CityOfBirth": "Lilongwe", "CtryOfBirth": "MW",
        }  # fmt: skip
        await say(yard, "POST", "/quotes", body, BLUE, GREEN, iso=True)
        assert yard.got[-1].json["extensionList"] == {"extension": [{"key": "CdtTrfTxInf.Purp.Cd", "value": "MP2P"}]}
        assert schemas.load("fspiop_2.0").request_errors("POST /quotes", yard.got[-1].json) == []

    run(work, **speaking("fspiop", "iso20022"))


def test_a_translated_message_is_not_signed_in_its_sender_s_name() -> None:
    async def work(yard: Yard) -> None:
        await yard.call("POST", "/quotes", body=REQUEST, headers={
            "content-type": "application/vnd.interoperability.quotes+json;version=2.0",
            "accept": "application/vnd.interoperability.quotes+json;version=2",
            "date": dates.to_http(START), "fspiop-source": BLUE, "fspiop-destination": GREEN, "fspiop-signature": "{}",
        })  # fmt: skip
        assert "fspiop-signature" not in yard.got[-1].headers

    run(work, **speaking("iso20022", "fspiop"))


# -- which form a participant speaks ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("told", "says"), [("fspiop", True), ("iso20022", False)])
def test_another_form_than_was_laid_down_is_no_media_type(told: str, says: bool) -> None:
    async def work(yard: Yard) -> None:
        answer = await say(yard, "GET", "/parties/MSISDN/265991000001", None, BLUE, GREEN, iso=says)
        error = json.loads(answer.body)["errorInformation"]
        assert (answer.status, error["errorCode"]) == (400, "3101")
        assert error["errorDescription"] == "Malformed syntax - Invalid accept header"

    run(work, **speaking(blue=told))


def test_where_nothing_is_laid_down_a_participant_speaks_as_it_spoke_last() -> None:
    async def work(yard: Yard) -> None:
        for iso in (True, False):
            await say(yard, "GET", "/parties/MSISDN/265991999999", None, BLUE, "", iso=iso)
            assert (".iso20022." in media_of(yard.got[-1])) == iso
            assert yard.got[-1].to == BLUE

    run(work, **speaking())


def test_iso_exists_from_version_two_on() -> None:
    async def work(yard: Yard) -> None:
        media = "application/vnd.interoperability.iso20022.parties+json;version=1.1"
        headers = {"content-type": media, "accept": media, "date": dates.to_http(START), "fspiop-source": BLUE}
        answer = await yard.call("GET", "/parties/MSISDN/265991000001", headers=headers)
        error = json.loads(answer.body)["errorInformation"]
        assert (answer.status, error["errorCode"]) == (406, "3001")
        assert error["extensionList"]["extension"] == [{"key": "2", "value": "0"}]

    run(work, **speaking(blue="iso20022"))


def test_resources_without_iso_bodies_keep_fspiop_s_whatever_media_type_is_named() -> None:
    async def work(yard: Yard) -> None:
        for iso in (True, False):
            body = {"fspId": BLUE, "currency": MWK}
            answer = await say(yard, "POST", f"/participants/MSISDN/26599100777{int(iso)}", body, BLUE, "", iso=iso)
            assert answer.status == 202, answer.body
            assert "partyList" in yard.got[-1].json

    run(work, **speaking(blue="iso20022"))


# -- what is refused ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "code", "text"),
    [
        (lambda body: body.pop("GrpHdr"), "3102", "must have required property 'GrpHdr'"),
        (lambda body: body["CdtTrfTxInf"]["PmtId"].pop("TxId"), "3102", "must have required property 'TxId'"),
        (lambda body: body["CdtTrfTxInf"]["VrfctnOfTerms"].update(IlpV4PrepPacket="AYIBgQ"), "3100", "IlpV4PrepPacket"),
        (lambda body: body["CdtTrfTxInf"]["IntrBkSttlmAmt"].update(Ccy="ABC"), "3100", "IntrBkSttlmAmt/Ccy must be"),
        (lambda body: body["CdtTrfTxInf"]["IntrBkSttlmAmt"].update(ActiveCurrencyAndAmount="1.00001"), "3100", "amount"),
        (lambda body: body["CdtTrfTxInf"]["CdtrAgt"]["FinInstnId"]["Othr"].update(Id=7), "3100", "must be text"),
    ],
)
def test_what_is_wrong_in_iso_or_in_what_it_says_is_refused_at_once(change: Any, code: str, text: str) -> None:
    async def work(yard: Yard) -> None:
        body = in_iso("POST /transfers", PREPARE, BLUE, GREEN, answers=vector("quotes_put").iso)
        change(body)
        answer = await say(yard, "POST", "/transfers", body, BLUE, GREEN, iso=True)
        error = json.loads(answer.body)["errorInformation"]
        assert (answer.status, error["errorCode"]) == (400, code), error
        assert text in error["errorDescription"]
        assert list(yard.hub.records()) == []

    run(work, **speaking("iso20022", "iso20022"))


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b'"x"'])
def test_no_json_and_no_object_are_refused_at_once(body: bytes) -> None:
    async def work(yard: Yard) -> None:
        answer = await say(yard, "POST", "/transfers", body, BLUE, GREEN, iso=True)
        assert answer.status == 400

    run(work, **speaking(blue="iso20022"))


def test_a_hub_forgets_what_messages_were_built_on_with_the_transfer() -> None:
    async def work(yard: Yard) -> None:
        await quoted(yard, blue=False, green=True)
        assert yard.hub.contexts.answers("POST /transfers", "", PREPARE) is not None
        yard.hub.contexts.forget({TRANSFER})
        assert yard.hub.contexts.answers("POST /transfers", "", PREPARE) is None

    run(work, **speaking("iso20022", "fspiop"))


# -- ids that only FSPIOP has ---------------------------------------------------------------------------------------------

UUID = "b51ec534-ee48-4575-b6a9-ead2955b8069"
FX = "quick-fx"
RATE: dict[str, Any] = {
    "conversionRequestId": QUOTE,
    "conversionTerms": {
        "conversionId": MESSAGE, "determiningTransferId": TRANSFER, "initiatingFsp": BLUE, "counterPartyFsp": FX,
        "amountType": "SEND", "sourceAmount": {"currency": MWK, "amount": "100"},
        "targetAmount": {"currency": ZMW, "amount": "20"}, "expiration": UNTIL,
    },
}  # fmt: skip
OFFER: dict[str, Any] = {"conversionTerms": RATE["conversionTerms"], "condition": SEALED.condition}
CONVERSION: dict[str, Any] = {
    "commitRequestId": QUOTE, "determiningTransferId": TRANSFER, "initiatingFsp": BLUE, "counterPartyFsp": FX,
    "sourceAmount": {"currency": MWK, "amount": "100"}, "targetAmount": {"currency": ZMW, "amount": "20"},
    "condition": SEALED.condition, "expiration": UNTIL,
}  # fmt: skip
BY_EXTENSION = {"key": "CdtTrfTxInf.PmtId.InstrId", "value": UUID}


def with_uuid(body: dict[str, Any], path: str) -> dict[str, Any]:
    """A body that says a UUID at a path, which may be new."""
    made = json.loads(json.dumps(body))
    tree.put(made, path, UUID)
    return made


async def said_to_iso(yard: Yard, line: str, body: Any) -> Answer:
    """A message of Blue Wallet, or of the provider that gives it an offer, which speak FSPIOP."""
    method, path = line.split(" ")
    to = FX if "/fx" in path and method == "POST" else GREEN
    return await say(yard, method, path, body, BLUE, to, iso=False)


BOTH_ISO = {
    "participants": tuple(replace(each, api="fspiop" if each.id == BLUE else "iso20022") for each in PARTICIPANTS),
}  # fmt: skip


@pytest.mark.parametrize(
    ("line", "body", "path"),
    [
        ("POST /quotes", REQUEST, "quoteId"),
        ("POST /quotes", REQUEST, "transactionId"),
        ("POST /quotes", REQUEST, "transactionRequestId"),
        ("POST /quotes", REQUEST, "transactionType.refundInfo.originalTransactionId"),
        ("POST /transfers", PREPARE, "transferId"),
        ("POST /fxQuotes", RATE, "conversionRequestId"),
        ("POST /fxQuotes", RATE, "conversionTerms.conversionId"),
        ("POST /fxQuotes", RATE, "conversionTerms.determiningTransferId"),
        ("PUT /fxQuotes/" + QUOTE, OFFER, "conversionTerms.conversionId"),
        ("PUT /fxQuotes/" + QUOTE, OFFER, "conversionTerms.determiningTransferId"),
        ("POST /fxTransfers", CONVERSION, "commitRequestId"),
        ("POST /fxTransfers", CONVERSION, "determiningTransferId"),
    ],
)
def test_an_id_that_is_no_ulid_is_refused_at_once_towards_iso_and_reserves_nothing(line: str, body: Any, path: str) -> None:
    async def work(yard: Yard) -> None:
        answer = await said_to_iso(yard, line, with_uuid(body, path))
        receiver = FX if line.startswith("POST /fx") else GREEN
        words = f"Generic validation error - {path} must be a ULID: {receiver} speaks ISO 20022, which has no UUIDs"
        assert (answer.status, refused(answer)) == (400, ("3100", words[:128]))
        assert (yard.got, yard.positions(), list(yard.hub.records())) == ([], {}, [])
        assert (await said_to_iso(yard, line, body)).status in (200, 202)
        assert [got.line for got in yard.got] == [f"{line} to {receiver}"]

    run(work, **BOTH_ISO)


def refused(answer: Answer) -> tuple[str, str]:
    error = json.loads(answer.body)["errorInformation"]
    return error["errorCode"], error["errorDescription"]


@pytest.mark.parametrize(("line", "body"), [("PUT /quotes/" + UUID, QUOTED), ("PUT /fxQuotes/" + UUID, OFFER)])
def test_an_answer_whose_path_has_a_uuid_cannot_be_told_in_iso_either(line: str, body: Any) -> None:
    async def work(yard: Yard) -> None:
        answer = await said_to_iso(yard, line, body)
        assert (answer.status, refused(answer)[0], yard.got) == (400, "3100", [])
        assert "the path's id must be a ULID: green-bank speaks ISO 20022" in refused(answer)[1]

    run(work, **BOTH_ISO)


def test_an_extension_gives_a_message_no_id_that_iso_does_not_have() -> None:
    async def work(yard: Yard) -> None:
        answer = await said_to_iso(yard, "POST /transfers", PREPARE | {"extensionList": {"extension": [BY_EXTENSION]}})
        assert (answer.status, refused(answer)[0], yard.got) == (400, "3100", [])
        assert "CdtTrfTxInf.PmtId.InstrId must be a ULID" in refused(answer)[1]

    run(work, **BOTH_ISO)


def test_errors_and_questions_about_a_uuid_reach_who_speaks_iso() -> None:
    async def work(yard: Yard) -> None:
        error = {"errorInformation": {"errorCode": "5101", "errorDescription": "no"}}
        for resource in ("quotes", "fxQuotes"):
            assert (await said_to_iso(yard, f"PUT /{resource}/{UUID}/error", error)).status == 200
            sound(f"PUT /{resource}/{{ID}}/error", yard.got[-1])
            assert (await said_to_iso(yard, f"GET /{resource}/{UUID}", None)).status == 202
            assert yard.got[-1].line == f"GET /{resource}/{UUID} to {GREEN}"

    run(work, **BOTH_ISO)


def test_where_nobody_hears_it_in_iso_a_uuid_goes_on() -> None:
    async def work(yard: Yard) -> None:
        assert (await said_to_iso(yard, "POST /quotes", with_uuid(REQUEST, "quoteId"))).status == 202
        assert yard.got[-1].json["quoteId"] == UUID

    run(work, **speaking("fspiop", "fspiop"))


def test_the_hub_sends_any_id_at_all_when_it_is_told_to() -> None:
    async def work(yard: Yard) -> None:
        says = with_uuid(REQUEST, "quoteId")
        await yard.clock.drive(yard.control("raw", to=GREEN, source=BLUE, method="POST", path="/quotes", says=says))
        assert yard.got[-1].json["CdtTrfTxInf"]["PmtId"]["TxId"] == UUID
        (finding,) = yard.checker.findings
        assert finding.injected, finding

    run(work, breach="/CdtTrfTxInf/PmtId/TxId", **BOTH_ISO)
