"""The payee as the hub names it: whether it is the one that was asked for, and whether paying it needs a conversion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from connectors.mojaloop_connector.errors import OutboundFailure, information
from connectors.mojaloop_connector.kit import Kit
from connectors.mojaloop_connector.parties import present
from loopyard.protocols import canonical

Data = dict[str, Any]


def party_path(party: Data) -> tuple[str, ...]:
    """Type, id and, where there is one, sub-id. Raises OutboundFailure for one that would lead to another path."""
    ids = (party["idType"], party["idValue"], party.get("idSubValue"))
    return addressable(tuple(str(each) for each in ids if each is not None))


def addressable(ids: tuple[str, ...]) -> tuple[str, ...]:
    """These ids, if each can be a segment of a path: `.` and `..` cannot, however they are escaped. Raises OutboundFailure."""
    for each in ids:
        if each in ("", ".", ".."):
            text = f"Malformed syntax - {each!r} is no party identifier"
            raise OutboundFailure(text, 400, information("3101", text))
    return ids


def party_key(party: Data) -> str:
    """The key under which a party's callback is awaited."""
    return "/".join(("parties", *party_path(party)))


def adopt_party(kit: Kit, data: Data, *, pays_us: bool = False) -> None:
    """Take the resolved payee into the transfer. Raises OutboundFailure when it is another one, or names no FSP.

    Whoever `pays_us` is asked in our currency: converting is for the payer's side."""
    party = _checked(data["to"], data["getPartiesResponse"]["body"])
    _enrich(data["to"], party["partyIdInfo"], party.get("personalInfo"))
    if not pays_us:
        _decide_conversion(kit, data, party)


def resolved(to: Data, answer: Data) -> Data:
    """The payee that was asked for as one of several answers has it. Raises OutboundFailure."""
    party, found = _checked(to, answer), dict(to)
    _enrich(found, party["partyIdInfo"], party.get("personalInfo"))
    return found | present(supportedCurrencies=party.get("supportedCurrencies"))


def chosen(kit: Kit, data: Data) -> None:
    """Go on with the one payee that the backend has chosen. Raises OutboundFailure while there are several."""
    to = data["to"]
    if isinstance(to, list):
        if len(to) != 1:
            names = ", ".join(each["fspId"] for each in to)
            raise _plain(f"The payee is known to {names}: choose one in the element to")
        (to,) = to
    data["to"] = {name: value for name, value in to.items() if name != "supportedCurrencies"}
    _decide_conversion(kit, data, to)


def named(resolved: Data | list[Data], given: Data) -> Data | list[Data]:
    """The payee whom an acceptance names, over what is known of it. Of another party than was found only the institution stays;
    of several institutions the one that is named is taken, and all are left when none is."""
    if isinstance(resolved, list):
        fitting = [each for each in resolved if given.get("fspId", each["fspId"]) == each["fspId"]]
        if len(fitting) != 1:
            return given if "fspId" in given else resolved
        (resolved,) = fitting
    is_same = all(given.get(name, resolved.get(name)) == resolved.get(name) for name in ("idType", "idValue", "idSubValue"))
    return (resolved if is_same else present(fspId=resolved.get("fspId"))) | given


def _checked(to: Data, answer: Data) -> Data:
    """The party of an answer. Raises OutboundFailure when it is another one, or names no FSP."""
    party = answer.get("party")
    if not isinstance(party, dict):
        raise _plain(f"Resolved payee has no party object: {_text(answer)}")
    info = party.get("partyIdInfo", {})
    expected = (
        ("party IdType", "partyIdType", to["idType"]),
        ("party identifier", "partyIdentifier", to["idValue"]),
        ("party subTypeId", "partySubIdOrType", to.get("idSubValue")),
    )
    for what, element, wanted in expected:
        if info.get(element) != wanted:
            raise _plain(f"Expecting resolved payee {what} to be {_js(wanted)} but got {_js(info.get(element))}")
    if not info.get("fspId"):
        raise _plain(f"Expecting resolved payee party to have an FSPID: {_text(info)}")
    return party


def _enrich(to: Data, info: Data, personal: Data | None) -> None:
    to["fspId"] = info["fspId"]
    if info.get("extensionList"):
        to["extensionList"] = info["extensionList"].get("extension")
    if personal:
        names = personal.get("complexName", {})
        to |= present(**{name: names.get(name) for name in ("firstName", "middleName", "lastName")})
        to |= present(dateOfBirth=personal.get("dateOfBirth"))


def _decide_conversion(kit: Kit, data: Data, party: Data) -> None:
    currencies = party.get("supportedCurrencies")
    if not isinstance(currencies, list):
        return
    if not currencies:
        raise _plain("No payee supportedCurrencies received")
    own = data["from"].get("supportedCurrencies") or kit.settings.supported_currencies
    data["needFx"] = needs_conversion(own, currencies, data["currency"], data["amountType"])
    data["supportedCurrencies"] = currencies


def needs_conversion(own: Sequence[str], payee: Sequence[str], currency: str, amount_type: str) -> bool:
    """Whether an amount in `currency` can reach the payee only through a conversion: to a payee without that currency, and in a
    RECEIVE from a payer without it. An empty `own` is not looked at."""
    return currency not in payee or (amount_type == "RECEIVE" and bool(own) and currency not in own)


def _plain(message: str) -> OutboundFailure:
    return OutboundFailure(message, plain=True)


def _text(value: Any) -> str:
    return canonical.insertion_json(value).decode()


def _js(value: Any) -> str:
    return "undefined" if value is None else str(value)
