"""Errors: those that messages carry, and those that translation raises."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest

from loopyard.protocols.iso20022 import tree
from loopyard.protocols.iso20022.amounts import shortest
from loopyard.protocols.iso20022.errors import MalformedMessage, NoIsoForm, Untranslatable
from loopyard.protocols.iso20022.messages import MESSAGES
from loopyard.protocols.iso20022.profile import LIKE_SDK, STRICT, Profile
from tests.protocols.iso20022 import bodies, material

ERRORS = sorted(each for each in MESSAGES if each.endswith("error") and "parties" not in each)
profiles = pytest.mark.parametrize("profile", [STRICT, LIKE_SDK], ids=["strict", "like-sdk"])


def error(code: Any, text: str | None = None) -> dict[str, Any]:
    information = {"errorCode": code} | ({} if text is None else {"errorDescription": text})
    return {"errorInformation": information}


def to_iso(operation: str, body: Any, profile: Profile = STRICT) -> Any:
    return MESSAGES[operation].to_iso(body, bodies.envelope(operation, profile), profile)


@profiles
@pytest.mark.parametrize("operation", ERRORS)
@pytest.mark.parametrize("length, left", [(1, 1), (104, 104), (105, 105), (106, 105), (128, 105)])
def test_an_error_s_text_is_cut_at_105_characters(profile: Profile, operation: str, length: int, left: int) -> None:
    iso = to_iso(operation, error("5101", "ü" * length), profile)
    assert iso["TxInfAndSts"]["StsRsnInf"] == {"Rsn": {"Prtry": "5101"}, "AddtlInf": "ü" * left}
    assert material.CONTRACT.request_errors(operation, iso) == []


@pytest.mark.parametrize("operation", ERRORS)
def test_an_error_without_words_has_no_element_for_them(operation: str) -> None:
    for body in (error("5101"), error("5101", "")):
        iso = to_iso(operation, body)
        assert iso["TxInfAndSts"] == {"StsRsnInf": {"Rsn": {"Prtry": "5101"}}}
        assert material.CONTRACT.request_errors(operation, iso) == []
        assert MESSAGES[operation].from_iso(iso) == error("5101")


@pytest.mark.parametrize("operation", [*ERRORS, "PUT /parties/{Type}/{ID}/error"])
def test_an_integer_for_a_code_becomes_text(operation: str) -> None:
    assert to_iso(operation, error(3204, "x")) == to_iso(operation, error("3204", "x"))


@pytest.mark.parametrize("code", [None, True, "", [], {}])
def test_an_error_without_a_code_cannot_be_told(code: Any) -> None:
    with pytest.raises(NoIsoForm, match=r"^errorInformation\.errorCode"):
        to_iso("PUT /quotes/{ID}/error", error(code, "x"))


@pytest.mark.parametrize("reason", [{"Prtry": "5101"}, {"Cd": "5101"}])
def test_either_kind_of_reason_is_read(reason: dict[str, str]) -> None:
    status = {"GrpHdr": {"MsgId": "m", "CreDtTm": "t"}, "TxInfAndSts": {"StsRsnInf": {"Rsn": reason}}}
    assert MESSAGES["PUT /transfers/{ID}/error"].from_iso(status) == error("5101")
    report = copy.deepcopy(material.vector("parties_put_error_3204").iso) | {"Rpt": {"OrgnlId": "o", "Rsn": reason}}
    read = MESSAGES["PUT /parties/{Type}/{ID}/error"].from_iso(report)
    assert read == error("5101", "Payee rejected quote")


@pytest.mark.parametrize(
    "code, strictly, by_family",
    [
        ("3204", "Party not found", "Identifier Error"),
        ("3100", "Generic validation error", "Client Validation Error"),
        ("5400", "Generic Payee blocked error", "Payee Blocker Error"),
        ("9999", "Unknown error", "Unknown error"),
    ],
)
def test_a_party_s_error_comes_back_with_the_words_of_its_code_or_its_family(code: str, strictly: str, by_family: str) -> None:
    message = MESSAGES["PUT /parties/{Type}/{ID}/error"]
    iso = to_iso("PUT /parties/{Type}/{ID}/error", error(code, "the FSP's own words"))
    assert message.from_iso(iso, STRICT) == error(code, strictly)
    assert material.without(message.from_iso(iso, LIKE_SDK), ("errorInformation.extensionList",)) == error(code, by_family)


MISSING_IN_ISO = [
    ("parties_put_person", "Assgnmt.MsgId"),
    ("parties_put_person", "Rpt.UpdtdPtyAndAcctId.Pty.Id.OrgId.Othr.Id"),
    ("parties_put_error_3204", "Rpt.Rsn.Cd"),
    ("quotes_post_send", "GrpHdr.CreDtTm"),
    ("quotes_post_send", "CdtTrfTxInf.PmtId.TxId"),
    ("quotes_post_send", "CdtTrfTxInf.ChrgBr"),
    ("quotes_post_send", "CdtTrfTxInf.IntrBkSttlmAmt.Ccy"),
    ("quotes_post_send", "CdtTrfTxInf.IntrBkSttlmAmt.ActiveCurrencyAndAmount"),
    ("quotes_post_send", "CdtTrfTxInf.Purp.Prtry"),
    ("quotes_put", "CdtTrfTxInf.VrfctnOfTerms.IlpV4PrepPacket"),
    ("quotes_put", "GrpHdr.PmtInstrXpryDtTm"),
    ("quotes_put_error_5101", "TxInfAndSts.StsRsnInf.Rsn.Prtry"),
    ("transfers_post", "CdtTrfTxInf.DbtrAgt.FinInstnId.Othr.Id"),
    ("transfers_put_committed", "TxInfAndSts.TxSts"),
    ("fxQuotes_put", "CdtTrfTxInf.InstrForCdtrAgt.InstrInf"),
    ("fxTransfers_post", "CdtTrfTxInf.VrfctnOfTerms.Sh256Sgntr"),
]


@profiles
@pytest.mark.parametrize("name, path", MISSING_IN_ISO)
def test_a_missing_element_is_named(profile: Profile, name: str, path: str) -> None:
    vector = material.vector(name)
    paths = (path, path.replace(".OrgId.", ".PrvtId."))
    with pytest.raises(MalformedMessage) as caught:
        MESSAGES[vector.operation].from_iso(material.without(vector.iso, paths), profile)
    assert caught.value.path == path
    assert str(caught.value) == f"{path} is missing"


@pytest.mark.parametrize(
    "name, path, value, problem",
    [
        ("transfers_put_committed", "TxInfAndSts.TxSts", "DONE", "is 'DONE'; known are COMM, RESV, RECV, ABOR"),
        ("quotes_post_send", "CdtTrfTxInf.PmtId", "x", "must be an object"),
        ("quotes_post_send", "CdtTrfTxInf.PmtId.TxId", 7, "must be text"),
        ("quotes_put", "CdtTrfTxInf.VrfctnOfTerms.IlpV4PrepPacket", "AAAA", "is not an ILP packet"),
    ],
)
def test_a_garbled_element_is_named(name: str, path: str, value: Any, problem: str) -> None:
    vector = material.vector(name)
    iso = copy.deepcopy(vector.iso)
    tree.put(iso, path, value)
    with pytest.raises(MalformedMessage) as caught:
        MESSAGES[vector.operation].from_iso(iso)
    assert caught.value.path == path
    assert str(caught.value).startswith(f"{path} {problem}")


@pytest.mark.parametrize(
    "name, path, value",
    [
        ("quotes_post_send", "quoteId", None),
        ("quotes_post_send", "payee.partyIdInfo.partyIdentifier", None),
        ("quotes_post_send", "payee.partyIdInfo.fspId", None),
        ("quotes_post_send", "payee.supportedCurrencies", [7]),
        ("quotes_post_send", "payee.personalInfo.complexName", {"firstName": "A;B"}),
        ("quotes_post_send", "amountType", "BOTH"),
        ("quotes_post_send", "amount.amount", 100),
        ("quotes_put", "ilpPacket", "x"),
        ("quotes_put", "expiration", None),
        ("transfers_put_committed", "transferState", "DONE"),
        ("fxQuotes_post_send", "conversionTerms.sourceAmount.amount", None),
        ("fxTransfers_post", "condition", None),
    ],
)
def test_a_body_that_cannot_be_told_is_refused_by_its_path(name: str, path: str, value: Any) -> None:
    vector = material.vector(name)
    body = material.without(vector.fspiop, (path,))
    tree.put(body, path, value)
    with pytest.raises(NoIsoForm) as caught:
        MESSAGES[vector.operation].to_iso(body, vector.envelope)
    assert caught.value.path == path


@pytest.mark.parametrize("body", [None, [], "x", 7])
def test_what_is_no_object_is_no_body(body: Any) -> None:
    with pytest.raises(Untranslatable, match=r"^the body must be an object"):
        MESSAGES["POST /quotes"].from_iso(body)
    with pytest.raises(Untranslatable, match=r"^the body must be an object"):
        MESSAGES["POST /quotes"].to_iso(body, material.ENVELOPE)


@pytest.mark.parametrize("name", ["message_id", "created_at", "source", "destination", "original_id"])
def test_what_the_envelope_lacks_is_named(name: str) -> None:
    body, envelope = material.vector("parties_put_person").fspiop, replace(material.ENVELOPE, **{name: ""})
    with pytest.raises(NoIsoForm, match=rf"^envelope\.{name} is missing"):
        MESSAGES["PUT /parties/{Type}/{ID}"].to_iso(body, envelope)


def test_uuids_are_translated_but_break_the_contract_which_knows_ulids_only() -> None:
    vector = material.vector("quotes_post_send")
    assert any("TxId" in each for each in material.CONTRACT.request_errors(vector.operation, vector.iso))


@pytest.mark.parametrize(
    "amount, left",
    [
        ("100", "100"),
        ("100.", "100"),
        ("100.00", "100"),
        ("100.50", "100.5"),
        ("0.0", "0"),
        ("10.05", "10.05"),
        ("x.0", "x.0"),
    ],
)
def test_an_amount_is_left_without_trailing_zeros(amount: str, left: str) -> None:
    assert shortest(amount) == left
