"""/oracles: the operator's list of oracles."""

from __future__ import annotations

from typing import Any, Final

import orjson

from loopyard.engine.call import Call
from loopyard.engine.operations import operation
from loopyard.transport.messages import Reply
from simulators.hub.state import Hub
from simulators.hub.wire import admin, als_admin
from simulators.hub.wire.fspiop import JSON


@operation("hub.oracles.list", "GET", "/oracles")
async def list_oracles(hub: Hub, call: Call) -> Reply:
    """The active oracles."""
    rows = [als_admin.oracle(each) for each in hub.directory.active()]
    names = {"type": "oracleIdType", "currency": "currency"}
    found = [row for row in rows if all(row.get(names[name]) == value for name, value in call.query.items())]
    return Reply(200, orjson.dumps(found), JSON)


@operation("hub.oracles.add", "POST", "/oracles")
async def add(hub: Hub, call: Call) -> Reply:
    """A new oracle."""
    hub.directory.add_oracle(*_members(call.body), hub.site.clock.now(), own=not hub.settings.asks_oracles)
    return Reply(201)


@operation("hub.oracles.change", "PUT", "/oracles/{id}")
async def change(hub: Hub, call: Call) -> Reply:
    """Another definition of an oracle."""
    hub.directory.change_oracle(call.params["id"], *_members(call.body))
    return Reply(204)


@operation("hub.oracles.remove", "DELETE", "/oracles/{id}")
async def remove(hub: Hub, call: Call) -> Reply:
    """Deactivate an oracle; an unknown one is no error."""
    hub.directory.remove_oracle(call.params["id"])
    return Reply(204)


@operation("hub.oracles.health", "GET", "/health")
async def health(hub: Hub, call: Call) -> Reply:
    """Always well."""
    return admin.answer(admin.health(hub, "17.16.1", ("datastore",)))


def _members(body: Any) -> tuple[str, str, str | None, bool]:
    return body["oracleIdType"], body["endpoint"]["value"], body.get("currency"), bool(body.get("isDefault", False))


OPERATIONS: Final = (list_oracles, add, change, remove, health)
