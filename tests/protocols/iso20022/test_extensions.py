"""Extensions as elements of the message, and back: what is known about a customer travels at its ISO 20022 path."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopyard.protocols.iso20022 import tree
from loopyard.protocols.iso20022.errors import NoIsoForm
from loopyard.protocols.iso20022.messages import MESSAGES
from loopyard.protocols.iso20022.profile import LIKE_SDK, STRICT, Profile
from tests.protocols.iso20022 import bodies, material

BORN = "CdtTrfTxInf.Dbtr.Id.PrvtId.DtAndPlcOfBirth"
KNOWN_OF_CUSTOMERS = {
    f"{BORN}.BirthDt": "1980-01-02",
    f"{BORN}.PrvcOfBirth": "Lusaka Province",
    f"{BORN}.CityOfBirth": "Lusaka",
    f"{BORN}.CtryOfBirth": "ZM",
    "CdtTrfTxInf.Dbtr.CtryOfRes": "ZM",
    "CdtTrfTxInf.Dbtr.PstlAdr.TwnNm": "Lusaka",
    "CdtTrfTxInf.CdtrAgt.FinInstnId.LEI": "9876543210ABCDEFGH12",
    "CdtTrfTxInf.RgltryRptg.DbtCdtRptgInd": "CRED",
}


def body_with(pairs: dict[str, Any], operation: str = "POST /quotes") -> Any:
    message = MESSAGES[operation]
    name = next(each.name for each in material.vectors() if each.operation == operation)
    body = material.without(material.vector(name).fspiop, (message.extensions,))
    tree.put(body, f"{message.extensions}.extension", [{"key": key, "value": value} for key, value in pairs.items()])
    return body


def written(body: Any, profile: Profile = STRICT, operation: str = "POST /quotes") -> Any:
    return MESSAGES[operation].to_iso(body, bodies.envelope(operation, profile), profile)


def told(iso: Any, profile: Profile = STRICT, operation: str = "POST /quotes") -> dict[str, Any]:
    message = MESSAGES[operation]
    pairs = tree.find(message.from_iso(iso, profile), f"{message.extensions}.extension", NoIsoForm) or []
    return {each["key"]: each["value"] for each in pairs}


def elements(iso: Any) -> dict[str, Any]:
    return dict(tree.leaves(iso))


def test_what_is_known_of_customers_stands_at_its_path_and_comes_back_as_it_was() -> None:
    iso = written(body_with(KNOWN_OF_CUSTOMERS))
    assert {path: elements(iso)[path] for path in KNOWN_OF_CUSTOMERS} == KNOWN_OF_CUSTOMERS
    assert told(iso) == KNOWN_OF_CUSTOMERS
    assert material.CONTRACT.request_errors("POST /quotes", iso) == material.CONTRACT.request_errors(
        "POST /quotes", written(body_with({}))
    )


def test_like_sdk_brings_it_back_among_everything_else() -> None:
    back = told(written(body_with(KNOWN_OF_CUSTOMERS), LIKE_SDK), LIKE_SDK)
    assert back.items() >= KNOWN_OF_CUSTOMERS.items()
    assert back.keys() - KNOWN_OF_CUSTOMERS.keys() == {
        "GrpHdr.MsgId",
        "GrpHdr.CreDtTm",
        "GrpHdr.NbOfTxs",
        "GrpHdr.SttlmInf.SttlmMtd",
        "CdtTrfTxInf.ChrgBr",
    }


@pytest.mark.parametrize("operation", sorted({each.operation for each in material.vectors()}))
def test_every_message_has_a_place_for_extensions(operation: str) -> None:
    root = next(iter(written(body_with({}, operation), operation=operation)))
    pairs = {f"{root}.XtrInf": "x"}
    iso = written(body_with(pairs, operation), operation=operation)
    assert elements(iso)[f"{root}.XtrInf"] == "x"
    assert told(iso, operation=operation) == pairs


@pytest.mark.parametrize(
    "key",
    [
        "note",
        "CdtTrfTxInf",
        "Document.CdtTrfTxInf.Dbtr.Nm",
        "CdtTrfTxInf..Dbtr.X",
        "CdtTrfTxInf.Dbtr.X ",
        "CdtTrfTxInf.Dbtr.Nm",
        "CdtTrfTxInf.Dbtr.Nm.X",
        "CdtTrfTxInf.Dbtr",
        "CdtTrfTxInf.Purp.Cd",
        "CdtTrfTxInf.Dbtr.Id.OrgId.LEI",
        "CdtTrfTxInf.IntrBkSttlmAmt.ActiveCurrencyAndAmount",
        "GrpHdr.MsgId",
    ],
)
def test_the_strict_emitter_leaves_out_what_is_no_path_or_would_alter_the_message(key: str) -> None:
    assert written(body_with({key: "x"})) == written(body_with({}))


def test_a_value_that_is_no_single_value_is_left_out() -> None:
    assert written(body_with({"CdtTrfTxInf.Dbtr.X": {"Y": "z"}, "CdtTrfTxInf.Dbtr.Z": ["z"]})) == written(body_with({}))


def test_like_sdk_lets_an_extension_alter_even_the_amount() -> None:
    amount = "CdtTrfTxInf.IntrBkSttlmAmt.ActiveCurrencyAndAmount"
    iso = written(body_with({amount: "1000000"}), LIKE_SDK)
    assert elements(iso)[amount] == "1000000"
    assert MESSAGES["POST /quotes"].from_iso(iso, LIKE_SDK)["amount"]["amount"] == "1000000"


def test_like_sdk_takes_any_key_for_an_element() -> None:
    assert written(body_with({"note": "x", "A.B": True}), LIKE_SDK).items() >= {"note": "x", "A": {"B": True}}.items()


@pytest.mark.parametrize("pairs", [{"A.B": "x", "A.B.C": "y"}, {"CdtTrfTxInf.Dbtr.Nm.X": "y"}], ids=["among-them", "message"])
def test_like_sdk_fails_where_a_path_goes_through_a_text(pairs: dict[str, Any]) -> None:
    with pytest.raises(NoIsoForm, match=r"A\.B\.C goes through|CdtTrfTxInf\.Dbtr\.Nm is an object"):
        written(body_with(pairs), LIKE_SDK)


@pytest.mark.parametrize("listed", [{"extension": "x"}, {"extension": [{"value": "x"}]}, {"extension": [7]}, ["x"], "x"])
def test_a_malformed_list_is_refused_by_its_path(listed: Any) -> None:
    body = body_with({}) | {"extensionList": listed}
    with pytest.raises(NoIsoForm, match=r"^extensionList"):
        written(body)


def test_a_bare_array_is_taken_for_the_list() -> None:
    pair = {"key": "CdtTrfTxInf.Dbtr.CtryOfRes", "value": "ZM"}
    assert told(written(body_with({}) | {"extensionList": [pair]})) == {pair["key"]: pair["value"]}


def test_values_of_other_types_become_words_when_strictly_read() -> None:
    iso = written(body_with({}))
    iso["CdtTrfTxInf"]["X"] = {"A": True, "B": 7, "C": None, "D": ["x"], "E": False}
    assert told(iso) == {"CdtTrfTxInf.X.A": "true", "CdtTrfTxInf.X.B": "7", "CdtTrfTxInf.X.E": "false"}
    verbatim = told(iso, LIKE_SDK)
    assert [verbatim[f"CdtTrfTxInf.X.{key}"] for key in "ABCDE"] == [True, 7, None, ["x"], False]


def test_an_instruction_to_the_creditor_s_agent_that_is_no_refund_is_read_as_an_extension() -> None:
    iso = written(body_with({}))
    iso["CdtTrfTxInf"]["InstrForCdtrAgt"] = {"Cd": "PHOB", "InstrInf": "call first"}
    pairs = {"CdtTrfTxInf.InstrForCdtrAgt.Cd": "PHOB", "CdtTrfTxInf.InstrForCdtrAgt.InstrInf": "call first"}
    assert told(iso) == pairs


def test_no_extension_makes_a_quote_one_for_a_refund() -> None:
    assert written(body_with({"CdtTrfTxInf.InstrForCdtrAgt.Cd": "REFD"})) == written(body_with({}))


PLACES = sorted({path for each in material.vectors() for path, _ in tree.leaves(each.iso)})
KEYS = st.sampled_from(PLACES) | st.text("ABC.", max_size=8) | st.sampled_from(PLACES).map(lambda path: f"{path}.X")


@given(operation=st.sampled_from(bodies.OPERATIONS), pairs=st.dictionaries(KEYS, st.text(max_size=5), max_size=8))
def test_no_extension_alters_what_the_strict_emitter_says(operation: str, pairs: dict[str, str]) -> None:
    plain = elements(written(body_with({}, operation), operation=operation))
    extended = elements(written(body_with(pairs, operation), operation=operation))
    assert extended.items() >= plain.items()
    assert list(material.doubled(written(body_with(pairs, operation), operation=operation))) == []
    assert all(pairs[path] == value for path, value in extended.items() if path not in plain)


@given(operation=st.sampled_from(bodies.OPERATIONS), pairs=st.dictionaries(KEYS, st.text(max_size=5), max_size=8))
def test_what_the_strict_emitter_took_in_comes_back_as_it_was(operation: str, pairs: dict[str, str]) -> None:
    plain = written(body_with({}, operation), operation=operation)
    iso = written(body_with(pairs, operation), operation=operation)
    taken = {path: value for path, value in elements(iso).items() if path not in elements(plain)}
    assert told(iso, operation=operation) == taken


def test_translating_leaves_what_it_was_given_alone() -> None:
    for vector in material.vectors():
        before = copy.deepcopy((vector.fspiop, vector.iso, vector.answers))
        for profile in (STRICT, LIKE_SDK):
            written_body = MESSAGES[vector.operation].to_iso(vector.fspiop, vector.envelope, profile)
            MESSAGES[vector.operation].from_iso(vector.iso, profile)
            for node in _objects(written_body):
                node["intruder"] = "x"
        assert (vector.fspiop, vector.iso, vector.answers) == before


def _objects(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        for child in list(node.values()):
            yield from _objects(child)
        yield node
