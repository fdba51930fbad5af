"""Customers: their names, identifiers and currencies, and who of them initiates."""

from __future__ import annotations

from typing import Any

import pytest

from loopyard.protocols.iso20022 import tree
from loopyard.protocols.iso20022.messages import MESSAGES, is_iso_media
from loopyard.protocols.iso20022.profile import LIKE_SDK, STRICT, Profile
from tests.protocols.iso20022 import bodies, material

PARTY, QUOTE = "PUT /parties/{Type}/{ID}", "POST /quotes"


def told(party: dict[str, Any], profile: Profile = STRICT) -> Any:
    """What a party report says of a party."""
    body = {"party": {"partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": "1"}} | party}
    return MESSAGES[PARTY].to_iso(body, bodies.envelope(PARTY, profile), profile)["Rpt"]["UpdtdPtyAndAcctId"]


def read(name: str, profile: Profile = STRICT) -> Any:
    """The names that are read from the one element."""
    iso = tree.copied(material.vector("parties_put_person").iso)
    iso["Rpt"]["UpdtdPtyAndAcctId"]["Pty"]["Nm"] = name
    party = MESSAGES[PARTY].from_iso(iso, profile)["party"]
    return party.get("name"), party.get("personalInfo", {}).get("complexName")


@pytest.mark.parametrize(
    "names, joined",
    [
        ({"name": "Bob"}, ";;;Bob"),
        ({"personalInfo": {"complexName": {"firstName": "A", "lastName": "C"}}}, "A;;C;"),
        ({"name": "D;E", "personalInfo": {"complexName": {"middleName": "B"}}}, ";B;;D;E"),
        ({"personalInfo": {"dateOfBirth": "1984-01-01"}}, None),
        ({}, None),
    ],
)
def test_names_are_joined_by_semicolons(names: dict[str, Any], joined: str | None) -> None:
    for profile in (STRICT, LIKE_SDK):
        assert told(names, profile)["Pty"].get("Nm") == joined


def test_like_sdk_joins_names_that_hold_a_semicolon_themselves() -> None:
    names = {"personalInfo": {"complexName": {"firstName": "A;X", "lastName": "C"}}}
    assert told(names, LIKE_SDK)["Pty"]["Nm"] == "A;X;;C;"
    assert read("A;X;;C;", LIKE_SDK) == ("C", {"firstName": "A", "middleName": "X"})


@pytest.mark.parametrize(
    "name, strictly, like_sdk",
    [
        ("A;B;C;D", ("D", {"firstName": "A", "middleName": "B", "lastName": "C"}), None),
        (";;;D", ("D", None), None),
        ("A;;;", (None, {"firstName": "A"}), None),
        (";;;", (None, None), None),
        ("John Doe", ("John Doe", None), (None, {"firstName": "John Doe"})),
        ("A;B;C", ("A;B;C", None), (None, {"firstName": "A", "middleName": "B", "lastName": "C"})),
        ("A;;C;D;E", ("D;E", {"firstName": "A", "lastName": "C"}), ("D", {"firstName": "A", "lastName": "C"})),
    ],
)
def test_names_are_parted_at_semicolons(name: str, strictly: Any, like_sdk: Any) -> None:
    assert read(name) == strictly
    assert read(name, LIKE_SDK) == (like_sdk or strictly)


@pytest.mark.parametrize("kind", ["BUSINESS", "ALIAS", "DEVICE"])
@pytest.mark.parametrize("profile", [STRICT, LIKE_SDK], ids=["strict", "like-sdk"])
def test_either_form_of_an_organisation_s_identification_is_read_by_either_reader(kind: str, profile: Profile) -> None:
    about = {"partyIdType": kind, "partyIdentifier": "SHOP1"}
    for writer in (STRICT, LIKE_SDK):
        iso = MESSAGES[PARTY].to_iso({"party": {"partyIdInfo": about}}, bodies.envelope(PARTY, writer), writer)
        assert len(iso["Rpt"]["UpdtdPtyAndAcctId"]["Pty"]["Id"]) == (1 if writer is STRICT else 2)
        read_back = MESSAGES[PARTY].from_iso(iso, profile)["party"]["partyIdInfo"]
        assert {name: read_back[name] for name in about} == about


def test_like_sdk_takes_an_identifier_that_is_a_type_s_name_for_the_type() -> None:
    assert told({"partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": "DEVICE"}}, LIKE_SDK)["Pty"]["Id"] == {
        "PrvtId": {"Othr": {"SchmeNm": {"Prtry": "MSISDN"}}},
        "OrgId": {"Othr": {"Id": "DEVICE"}},
    }


@pytest.mark.parametrize("currencies, first", [(["MWK", "ZMW"], "MWK"), ("MWK", "MWK"), ([], None), (None, None)])
def test_the_first_currency_alone_is_told(currencies: Any, first: str | None) -> None:
    party = {} if currencies is None else {"supportedCurrencies": currencies}
    assert told(party).get("Acct", {}).get("Ccy") == first


@pytest.mark.parametrize(
    "changes, initiator, kind",
    [
        ({}, "PAYER", "CONSUMER"),
        ({"payer.partyIdInfo.partyIdType": "BUSINESS"}, "PAYER", "BUSINESS"),
        ({"payee.partyIdInfo.partyIdType": "BUSINESS"}, "PAYER", "CONSUMER"),
        ({"transactionRequestId": "r"}, "PAYEE", "CONSUMER"),
        ({"transactionRequestId": "r", "payee.partyIdInfo.partyIdType": "BUSINESS"}, "PAYEE", "BUSINESS"),
        ({"transactionRequestId": "r", "payer.partyIdInfo.partyIdType": "BUSINESS"}, "PAYEE", "CONSUMER"),
        ({"transactionType.refundInfo": {"originalTransactionId": "o"}}, "PAYER", "CONSUMER"),
    ],
)
def test_the_strict_reader_concludes_who_initiates_from_what_the_quote_belongs_to(
    changes: dict[str, Any], initiator: str, kind: str
) -> None:
    body = tree.copied(material.vector("quotes_post_send").fspiop)
    for path, value in changes.items():
        tree.put(body, path, value)
    iso = MESSAGES[QUOTE].to_iso(body, bodies.envelope(QUOTE, STRICT), STRICT)
    concluded = MESSAGES[QUOTE].from_iso(iso, STRICT)["transactionType"]
    assert (concluded["initiator"], concluded["initiatorType"]) == (initiator, kind)


@pytest.mark.parametrize("bearer, amount_type", [("DEBT", "RECEIVE"), ("CRED", "SEND"), ("SHAR", "SEND")])
def test_who_bears_the_charges_tells_the_amount_type(bearer: str, amount_type: str) -> None:
    iso = tree.copied(material.vector("quotes_post_send").iso)
    iso["CdtTrfTxInf"]["ChrgBr"] = bearer
    assert MESSAGES[QUOTE].from_iso(iso)["amountType"] == amount_type


def test_resources_without_an_iso_body_have_the_iso_media_type_all_the_same_but_for_two() -> None:
    assert is_iso_media("participants")
    assert is_iso_media("quotes")
    assert not is_iso_media("authorizations")
    assert not is_iso_media("transactionRequests")
