"""Parties in the two forms: the backend's flat one and the scheme's. Nothing is looked up here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_NAMES = ("firstName", "middleName", "lastName")


def to_scheme(party: dict[str, Any], fsp_id: str | None, currencies: Sequence[str] = ()) -> dict[str, Any]:
    """A backend's party as the scheme writes it. `currencies` are those stated when the party has none of its own."""
    scheme: dict[str, Any] = {
        "partyIdInfo": present(
            partyIdType=party.get("idType"),
            partyIdentifier=party.get("idValue"),
            partySubIdOrType=party.get("idSubValue"),
            fspId=fsp_id,
            extensionList={"extension": party["extensionList"]} if party.get("extensionList") else None,
        )
    }
    supported = party.get("supportedCurrencies") or list(currencies)
    if supported:
        scheme["supportedCurrencies"] = supported
    personal = present(
        complexName=present(**{name: party.get(name) for name in _NAMES}) or None,
        dateOfBirth=party.get("dateOfBirth"),
        kycInformation=party.get("kycInformation"),
    )
    if personal:
        scheme["personalInfo"] = personal
    return scheme | present(name=party.get("displayName"), merchantClassificationCode=party.get("merchantClassificationCode"))


def to_backend(party: dict[str, Any]) -> dict[str, Any]:
    """A scheme's party as the backend reads it."""
    info, personal = party.get("partyIdInfo", {}), party.get("personalInfo", {})
    name = personal.get("complexName", {})
    return present(
        idType=info.get("partyIdType"),
        idValue=info.get("partyIdentifier"),
        idSubValue=info.get("partySubIdOrType"),
        fspId=info.get("fspId"),
        extensionList=info.get("extensionList", {}).get("extension"),
        displayName=party.get("name"),
        dateOfBirth=personal.get("dateOfBirth"),
        **{each: name.get(each) for each in _NAMES},
        merchantClassificationCode=party.get("merchantClassificationCode"),
        supportedCurrencies=party.get("supportedCurrencies"),
        kycInformation=personal.get("kycInformation"),
    )


def present(**elements: Any) -> dict[str, Any]:
    """The elements that there are, in order: what is None does not go on the wire."""
    return {name: value for name, value in elements.items() if value is not None}
