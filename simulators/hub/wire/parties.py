"""Parties and participants as FSPIOP messages: keys from paths, bodies of the directory's answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from loopyard.engine.call import Call
from simulators.hub.state.errors import HubError
from simulators.hub.state.parties import PartyKey
from simulators.hub.wire.errors import as_fspiop


def key_of(call: Call) -> PartyKey:
    """The party in the path."""
    return PartyKey(call.params["type"], call.params["id"], call.params.get("subId"))


def key_in(party: Mapping[str, Any]) -> PartyKey:
    """The party in an entry of a batch."""
    return PartyKey(party["partyIdType"], party["partyIdentifier"], party.get("partySubIdOrType"))


def party_in(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry of a batch with texts for the numbers that the validator lets pass."""
    return {name: str(value) if isinstance(value, int | float) else value for name, value in entry.items()}


def holder(fsp: str) -> dict[str, Any]:
    """Who holds a party."""
    return {"fspId": fsp}


def party_out(key: PartyKey, fsp: str, currency: str | None) -> dict[str, Any]:
    """What another oracle is told of a party."""
    told = {"fspId": fsp, "currency": currency, "partySubIdOrType": key.sub_id}
    return {name: value for name, value in told.items() if value is not None}


def registered(key: PartyKey, fsp: str, currency: str | None) -> dict[str, Any]:
    """What a registration is confirmed with: a list, other than the API document says."""
    party = {"partyIdType": key.type, "partyIdentifier": key.id, "fspId": fsp}
    if key.sub_id is not None:
        party["partySubIdOrType"] = key.sub_id
    return {"partyList": [party]} | ({"currency": currency} if currency else {})


def batch_result(entries: Iterable[Mapping[str, Any]], currency: str | None) -> dict[str, Any]:
    """What a batch came to: the refused first, then the others by type in order of first occurrence."""
    return {"partyList": list(entries)} | ({"currency": currency} if currency else {})


def refused_entry(party: Mapping[str, Any], error: HubError) -> dict[str, Any]:
    """An entry of a batch that was not registered."""
    body = as_fspiop(error).body["errorInformation"]
    pair = {"key": party["partyIdType"], "value": party["partyIdentifier"]}
    return {"partyId": party, "errorInformation": body | {"extensionList": {"extension": [pair]}}}
