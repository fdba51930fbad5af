"""An oracle's API as JSON: what it is asked, and how it answers and refuses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from loopyard.engine.call import Call
from loopyard.protocols.fspiop.errors import FspiopError
from loopyard.transport.messages import Reply
from simulators.hub.state import Hub
from simulators.hub.state.errors import HubError, PartyRegistered
from simulators.hub.state.parties import Entry, PartyAbsent, PartyKey
from simulators.hub.wire import admin
from simulators.hub.wire.errors import as_fspiop
from simulators.hub.wire.fspiop import JSON
from simulators.hub.wire.hapi import Field, text

PARTY: Final = {"fspId": Field(text, required=True), "currency": Field(text), "partySubIdOrType": Field(text)}
BATCH: Final = {
    "requestId": Field(text, required=True),
    "partyList": Field(
        required=True,
        fewest=1,
        items={
            "partyIdType": Field(text, required=True),
            "partyIdentifier": Field(text, required=True),
            "partySubIdOrType": Field(text),
            "fspId": Field(text, required=True),
            "extensionList": Field(),
        },
    ),
    "currency": Field(text),
}
QUERY: Final = {"currency": Field(text), "partySubIdOrType": Field(text)}
_STATUS: Final[Mapping[type[HubError], int]] = {PartyRegistered: 409, PartyAbsent: 404}


def reject(hub: Hub, call: Call, error: Exception) -> Reply:
    """The oracle's answer to an error: other statuses than the ledger's for what is there already, and for what is not."""
    if isinstance(error, HubError) and type(error) in _STATUS:
        return Reply(_STATUS[type(error)], as_fspiop(error).body_bytes, JSON)
    return admin.reject(hub, call, error)


def key(hub: Hub, type_: str, id_: str, sub_id: str | None) -> PartyKey:
    """A party of a type that this oracle serves. Raises FspiopError."""
    served = hub.settings.oracle_types
    if type_ not in served:
        raise FspiopError("3101", f"This service supports only {', '.join(served)} ID types")
    return PartyKey(type_, id_, sub_id)


def holders(asked: PartyKey, entries: Iterable[Entry]) -> dict[str, Any]:
    """Who holds a party. The oracle of telephone numbers knows no currencies."""
    rows = []
    for each in entries:
        row = {"fspId": each.fsp}
        if each.currency is not None and asked.knows_currencies:
            row["currency"] = each.currency
        if each.sub_id is not None:
            row["partySubIdOrType"] = each.sub_id
        if row not in rows:
            rows.append(row)
    return {"partyList": rows}
