"""Which bodies are ISO 20022, and what later messages are built on."""

from __future__ import annotations

from typing import Any

import pytest

from loopyard.protocols.iso20022.contexts import Contexts
from loopyard.protocols.iso20022.errors import MalformedMessage
from loopyard.protocols.iso20022.messages import MESSAGES
from loopyard.protocols.iso20022.notation import is_iso, notation, written
from loopyard.protocols.iso20022.profile import STRICT, Envelope
from tests.protocols.iso20022 import material
from tests.protocols.iso20022.material import vector

ISO = (("Content-Type", "application/vnd.interoperability.iso20022.transfers+json;version=2.0"),)
FSPIOP = (("content-type", "application/vnd.interoperability.transfers+json;version=2.0"),)


@pytest.mark.parametrize("operation", sorted(MESSAGES))
def test_every_message_is_found_whatever_its_places_are_called(operation: str) -> None:
    renamed = operation.replace("{ID}", "{id}").replace("{Type}", "{type}")
    found = written(renamed)
    assert found is not None
    assert (found.key, found.message) == (operation, MESSAGES[operation])


@pytest.mark.parametrize("operation", ["GET /parties/{Type}/{ID}", "POST /participants", "POST /bulkQuotes"])
def test_what_has_no_iso_body_is_fspiop_whatever_its_media_type(operation: str) -> None:
    assert notation(operation, ISO) is None


def test_the_media_type_tells_the_form() -> None:
    assert notation("POST /transfers", ISO) is not None
    assert notation("POST /transfers", FSPIOP) is None
    assert notation("POST /transfers", ()) is None
    assert is_iso("application/vnd.interoperability.iso20022.parties+json")


@pytest.mark.parametrize("each", material.vectors(), ids=lambda each: each.name)
def test_the_meaning_of_every_vector_is_its_strict_reading(each: material.Vector) -> None:
    form = written(each.operation)
    assert form is not None
    assert form.meaning(each.iso) == MESSAGES[each.operation].from_iso(each.iso, STRICT)
    assert form.contract.request_errors(form.key, each.iso) == form.contract.request_errors(each.operation, each.iso)


def test_what_cannot_be_read_is_told() -> None:
    form = written("POST /transfers")
    assert form is not None
    with pytest.raises(MalformedMessage):
        form.meaning({})


def test_a_body_without_its_extensions_says_the_same_under_every_message_id() -> None:
    message, iso = MESSAGES["POST /quotes"], vector("quotes_post_extensions_kyc").iso
    read = message.from_iso(iso)
    again = message.from_iso({**iso, "GrpHdr": {**iso["GrpHdr"], "MsgId": "01M7XT3MDE8J8JK2EQ9XPSZ219"}})
    assert "extensionList" in read
    assert "extensionList" not in message.without_extensions(read)
    assert message.without_extensions(read) == message.without_extensions(again)
    party = MESSAGES["PUT /parties/{Type}/{ID}"]
    found = party.from_iso(vector("parties_put_business_extensions").iso)
    assert "extensionList" in found["party"]["partyIdInfo"]
    assert "extensionList" not in party.without_extensions(found)["party"]["partyIdInfo"]
    assert "extensionList" in found["party"]["partyIdInfo"], "the body itself stays as it was"
    assert party.without_extensions({}) == {}


# -- contexts ---------------------------------------------------------------------------------------------------------------


def noted(*names: str) -> Contexts:
    contexts = Contexts()
    for name in names:
        each = vector(name)
        contexts.note(each.operation, _quote(vector("quotes_post_send").iso), each.iso)
    return contexts


def _quote(iso: Any) -> str:
    return str(iso["CdtTrfTxInf"]["PmtId"]["TxId"])


def _transaction() -> str:
    return str(vector("quotes_post_send").iso["CdtTrfTxInf"]["PmtId"]["EndToEndId"])


def test_an_answer_is_built_on_its_request_and_a_prepare_on_the_answer() -> None:
    contexts, quote = noted("quotes_post_send", "quotes_put"), _quote(vector("quotes_post_send").iso)
    request = contexts.answers("PUT /quotes/{ID}", quote, {})
    answer = contexts.answers("POST /transfers", "", {"transferId": _transaction()})
    for found, name in ((request, "quotes_post_send"), (answer, "quotes_put")):
        whole = vector(name).iso["CdtTrfTxInf"]
        assert found == {"CdtTrfTxInf": {key: whole[key] for key in ("Cdtr", "CdtrAgt", "Dbtr", "DbtrAgt", "ChrgBr")}}


def test_what_is_kept_suffices_for_the_vectors() -> None:
    contexts, each = noted("quotes_post_send", "quotes_put"), vector("transfers_post")
    answers = contexts.answers("POST /transfers", "", {"transferId": _transaction()})
    envelope = Envelope(each.envelope.message_id, each.envelope.created_at, answers=answers)
    assert MESSAGES["POST /transfers"].to_iso(each.fspiop, envelope) == each.iso


def test_of_other_quotes_and_other_messages_nothing_is_known() -> None:
    contexts = noted("quotes_post_send", "quotes_put")
    assert contexts.answers("PUT /quotes/{ID}", "another", {}) is None
    assert contexts.answers("POST /transfers", "", {"transferId": "another", "ilpPacket": "no packet"}) is None
    assert contexts.answers("POST /fxTransfers", "", {"transferId": _transaction()}) is None
    assert noted("quotes_put").answers("POST /transfers", "", {"transferId": _transaction()}) is None


@pytest.mark.parametrize("content", [None, [], {}, {"CdtTrfTxInf": 7}, {"CdtTrfTxInf": {"PmtId": {"TxId": 7}}}])
def test_what_cannot_be_read_is_passed_over(content: Any) -> None:
    contexts = Contexts()
    contexts.note("POST /quotes", "", content)
    assert contexts.answers("PUT /quotes/{ID}", "", {}) is None


def test_a_transaction_is_forgotten_whole() -> None:
    contexts, quote = noted("quotes_post_send", "quotes_put"), _quote(vector("quotes_post_send").iso)
    contexts.forget({"another"})
    assert contexts.answers("PUT /quotes/{ID}", quote, {}) is not None
    contexts.forget({_transaction()})
    assert contexts.answers("PUT /quotes/{ID}", quote, {}) is None
    assert contexts.answers("POST /transfers", "", {"transferId": _transaction()}) is None
