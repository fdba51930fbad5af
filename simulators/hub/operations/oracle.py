"""The oracle that stands behind every entry of the operator's list: who holds which party, asked and told directly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from loopyard.engine.call import Call
from loopyard.engine.operations import operation
from loopyard.transport.messages import Reply
from simulators.hub.state import Hub
from simulators.hub.state.errors import HubError
from simulators.hub.state.parties import PartyKey
from simulators.hub.wire import admin, hapi
from simulators.hub.wire import oracle as wire
from simulators.hub.wire.errors import as_fspiop


@operation("hub.oracle.health", "GET", "/health")
async def health(hub: Hub, call: Call) -> Reply:
    """Always well."""
    return admin.answer(admin.health(hub, "2.0.0", ("datastore",)))


@operation("hub.oracle-parties.get", "GET", "/participants/{type}/{id}")
async def get(hub: Hub, call: Call) -> Reply:
    """Who holds a party; nobody is an empty list."""
    query = hapi.check(call.query, wire.QUERY)
    key = _key(hub, call, query)
    currency = query.get("currency") if key.knows_currencies else None
    return admin.answer(wire.holders(key, hub.parties.find(key, currency)))


@operation("hub.oracle-parties.register", "POST", "/participants/{type}/{id}")
async def register(hub: Hub, call: Call) -> Reply:
    """Add a party."""
    body = hapi.body(call, wire.PARTY)
    hub.parties.register(_key(hub, call, body), body["fspId"], body.get("currency"))
    return Reply(201)


@operation("hub.oracle-parties.update", "PUT", "/participants/{type}/{id}")
async def update(hub: Hub, call: Call) -> Reply:
    """Give a party another holder."""
    body = hapi.body(call, wire.PARTY)
    hub.parties.replace(_key(hub, call, body), body["fspId"], body.get("currency"))
    return admin.answer(body)


@operation("hub.oracle-parties.remove", "DELETE", "/participants/{type}/{id}")
async def remove(hub: Hub, call: Call) -> Reply:
    """Delete a party."""
    hub.parties.remove(_key(hub, call, hapi.check(call.query, wire.QUERY)))
    return Reply(204)


@operation("hub.oracle-parties.register-batch", "POST", "/participants")
async def register_batch(hub: Hub, call: Call) -> Reply:
    """Add many parties; each is accepted or refused by itself."""
    body = hapi.body(call, wire.BATCH)
    return admin.answer({"partyList": [_added(hub, party, body.get("currency")) for party in body["partyList"]]}, 201)


def _added(hub: Hub, party: Mapping[str, Any], currency: str | None) -> dict[str, Any]:
    key = wire.key(hub, party["partyIdType"], party["partyIdentifier"], party.get("partySubIdOrType"))
    try:
        hub.parties.register(key, party["fspId"], currency)
    except HubError as error:
        return {"partyId": party} | as_fspiop(error).body
    return {"partyId": party}


def _key(hub: Hub, call: Call, found: Mapping[str, Any]) -> PartyKey:
    return wire.key(hub, call.params["type"], call.params["id"], found.get("partySubIdOrType"))


OPERATIONS: Final = (health, get, register, update, remove, register_batch)
