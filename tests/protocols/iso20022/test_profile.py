"""Each setting by itself: what it changes against the strict way."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest

from loopyard.protocols.iso20022 import tree
from loopyard.protocols.iso20022.errors import NoIsoForm, Untranslatable
from loopyard.protocols.iso20022.messages import MESSAGES
from loopyard.protocols.iso20022.profile import LIKE_SDK, STRICT, Profile
from tests.protocols.iso20022 import bodies, material

REQUEST = "POST /quotes"
QUOTE = "PUT /quotes/{ID}"
PARTY = "PUT /parties/{Type}/{ID}"
PARTY_ERROR = "PUT /parties/{Type}/{ID}/error"
OFFER_WANTED = "POST /fxQuotes"

Changes = dict[str, Any]


def fspiop(name: str, changes: Changes | None = None) -> Any:
    return _changed(material.vector(name).fspiop, changes or {})


def iso(name: str, changes: Changes | None = None) -> Any:
    return _changed(material.vector(name).iso, changes or {})


def _changed(body: Any, changes: Changes) -> Any:
    body = copy.deepcopy(body)
    for path, value in changes.items():
        tree.put(body, path, value)
    return body


def to_iso(operation: str, body: Any, profile: Profile) -> Any:
    return MESSAGES[operation].to_iso(body, bodies.envelope(operation, profile), profile)


def from_iso(operation: str, body: Any, profile: Profile) -> Any:
    return MESSAGES[operation].from_iso(body, profile)


def at(path: str, body: Any) -> Any:
    return tree.find(body, path, Untranslatable)


def extensions(pairs: dict[str, Any]) -> dict[str, Any]:
    return {"extensionList.extension": [{"key": key, "value": value} for key, value in pairs.items()]}


INSTRUCTION, CREDITOR = "CdtTrfTxInf.PmtId.InstrId", "CdtTrfTxInf.Cdtr"
BUSINESS = {"payee.partyIdInfo.partyIdType": "BUSINESS"}
BIRTH_PLACE = "CdtTrfTxInf.Dbtr.Id.PrvtId.DtAndPlcOfBirth.CityOfBirth"

CASES: dict[str, tuple[Callable[[Profile], Any], Any, Any]] = {
    "unrolls_extensions": (
        lambda p: at(BIRTH_PLACE, to_iso(REQUEST, fspiop("quotes_post_extensions_kyc"), p)),
        "Lusaka",
        None,
    ),
    "rolls_up_extensions": (
        lambda p: from_iso(REQUEST, iso("quotes_post_extensions_kyc"), p).get("extensionList") is None,
        False,
        True,
    ),
    "splits_organisation_ids": (
        lambda p: at(f"{CREDITOR}.Id", to_iso(REQUEST, fspiop("quotes_post_send", BUSINESS), p)),
        {"OrgId": {"Othr": {"SchmeNm": {"Prtry": "BUSINESS"}, "Id": "16135551212"}}},
        {"OrgId": {"Othr": {"SchmeNm": {"Prtry": "BUSINESS"}}}, "PrvtId": {"Othr": {"Id": "16135551212"}}},
    ),
    "drops_transaction_requests": (
        lambda p: at(INSTRUCTION, to_iso(REQUEST, fspiop("quotes_post_transactionRequest"), p)),
        "22222222-2222-4222-8222-222222222222",
        None,
    ),
    "misnames_refund_reasons": (
        lambda p: from_iso(REQUEST, iso("quotes_post_refund"), p)["transactionType"]["refundInfo"],
        {"originalTransactionId": "11111111-1111-4111-8111-111111111111", "refundReason": "goods returned"},
        {"originalTransactionId": "11111111-1111-4111-8111-111111111111", "reason": "goods returned"},
    ),
    "extensions_override": (
        lambda p: at("GrpHdr.MsgId", to_iso(REQUEST, fspiop("quotes_post_send", extensions({"GrpHdr.MsgId": "theirs"})), p)),
        material.ENVELOPE.message_id,
        "theirs",
    ),
    "rolls_up_everything": (
        lambda p: from_iso(PARTY, iso("parties_put_person"), p)["party"]["partyIdInfo"].get("extensionList"),
        None,
        material.vector("parties_put_person").back["party"]["partyIdInfo"]["extensionList"],
    ),
    "reads_references_twice": (
        lambda p: from_iso(REQUEST, iso("quotes_post_refund"), p).get("transactionRequestId"),
        None,
        "11111111-1111-4111-8111-111111111111",
    ),
    "every_initiator_is_a_business": (
        lambda p: from_iso(REQUEST, iso("quotes_post_send"), p)["transactionType"]["initiatorType"],
        "CONSUMER",
        "BUSINESS",
    ),
    "describes_party_errors_by_family": (
        lambda p: from_iso(PARTY_ERROR, iso("parties_put_error_3204"), p)["errorInformation"]["errorDescription"],
        "Party not found",
        "Identifier Error",
    ),
    "splits_names_blindly": (
        lambda p: from_iso(REQUEST, iso("quotes_post_send", {f"{CREDITOR}.Nm": "John Doe"}), p)["payee"].get("name"),
        "John Doe",
        None,
    ),
    "keeps_zero_amounts": (
        lambda p: from_iso(OFFER_WANTED, iso("fxQuotes_post_send"), p)["conversionTerms"]["targetAmount"],
        {"currency": "MWK"},
        {"currency": "MWK", "amount": "0"},
    ),
    "keeps_trailing_zeros": (
        lambda p: from_iso(
            REQUEST, iso("quotes_post_send", {"CdtTrfTxInf.IntrBkSttlmAmt.ActiveCurrencyAndAmount": "100.50"}), p
        )["amount"]["amount"],
        "100.5",
        "100.50",
    ),
}
"""By setting: what is looked at, what the strict way gives, and what the other value of the setting gives."""
ELSEWHERE = {"testing_mode", "sends_packets_unread"}
"""Where the strict way is a refusal."""


def test_every_setting_has_its_case() -> None:
    assert {each.name for each in fields(Profile)} == set(CASES) | ELSEWHERE


def test_today_s_connectors_have_all_the_defects() -> None:
    assert {each.name for each in fields(Profile) if not getattr(LIKE_SDK, each.name)} == {"testing_mode"}
    harmless = {"unrolls_extensions", "rolls_up_extensions"}
    assert {each.name for each in fields(Profile) if getattr(STRICT, each.name)} == harmless


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_setting_does_what_it_says(name: str) -> None:
    look, strict, other = CASES[name]
    assert look(STRICT) == strict
    assert look(replace(STRICT, **{name: not getattr(STRICT, name)})) == other


def test_a_packet_that_the_reader_cannot_use_is_refused_unless_packets_go_out_unread() -> None:
    (version_1, *_) = [each for each in bodies.ilp_vectors() if each["version"] == "v1"]
    body = fspiop("quotes_put", {"ilpPacket": version_1["ilpPacket"], "condition": version_1["condition"]})
    with pytest.raises(NoIsoForm, match=r"^ilpPacket is a packet of version 1"):
        to_iso(QUOTE, body, STRICT)
    sent = to_iso(QUOTE, body, replace(STRICT, sends_packets_unread=True))
    with pytest.raises(Untranslatable, match="IlpV4PrepPacket is a packet of version 1"):
        from_iso(QUOTE, sent, LIKE_SDK)


def test_a_condition_that_is_not_the_packet_s_is_refused_because_the_reader_would_never_see_it() -> None:
    body = fspiop("quotes_put", {"condition": "x" * 43})
    with pytest.raises(NoIsoForm, match=r"^condition is not the packet's"):
        to_iso(QUOTE, body, STRICT)
    sent = to_iso(QUOTE, body, LIKE_SDK)
    assert from_iso(QUOTE, sent, LIKE_SDK)["condition"] == fspiop("quotes_put")["condition"]


@pytest.mark.parametrize("name", ["quotes_put", "transfers_post"])
def test_without_the_message_it_builds_on_a_message_is_made_in_testing_mode_only(name: str) -> None:
    vector = material.vector(name)
    message, alone = MESSAGES[vector.operation], replace(material.ENVELOPE, answers=None)
    with pytest.raises(NoIsoForm, match=r"^envelope\.answers\.CdtTrfTxInf\.\w+ is missing"):
        message.to_iso(vector.fspiop, alone, STRICT)
    written = message.to_iso(vector.fspiop, alone, replace(LIKE_SDK, testing_mode=True))
    terms = written["CdtTrfTxInf"]
    assert terms["ChrgBr"] == "SHAR"
    assert terms["DbtrAgt"] == {"FinInstnId": {"Othr": {"Id": _of(name, "payeefsp", "payerfsp")}}}
    assert terms["Cdtr"] == {"Id": {"OrgId": {"Othr": {"Id": _of(name, "payerfsp", "payeefsp")}}}}
    assert terms.get("ChrgsInf", {}).get("Agt") == _of(name, {"FinInstnId": {"Othr": {"Id": "Testing"}}}, None)


def _of(name: str, quote: Any, prepare: Any) -> Any:
    """The envelope goes from payer to payee, which for a quote makes the payer the creditor."""
    return quote if name == "quotes_put" else prepare
