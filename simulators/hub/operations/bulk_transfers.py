"""/bulkTransfers: handed to the state, which has the rules; what it has to say goes out as notices."""

from __future__ import annotations

from typing import Final

from loopyard.engine.call import Call
from loopyard.engine.operations import operation
from loopyard.transport.messages import Reply
from simulators.hub.state import Hub
from simulators.hub.wire import bulk_transfers as wire
from simulators.hub.wire import transfers
from simulators.hub.wire.fspiop import ACCEPTED, OK


@operation("hub.bulk-transfers.prepare", "POST", "/bulkTransfers", refs=("bulkTransferId",))
async def prepare(hub: Hub, call: Call) -> Reply:
    """Prepare many transfers."""
    hub.bulks.prepare(wire.prepare(call))
    return ACCEPTED


@operation("hub.bulk-transfers.get", "GET", "/bulkTransfers/{id}", refs=("{id}",))
async def get(hub: Hub, call: Call) -> Reply:
    """Ask for the state of a bulk, and of its transfers."""
    hub.bulks.ask(call.params["id"], call.header("fspiop-source") or "", call)
    return ACCEPTED


@operation("hub.bulk-transfers.fulfil", "PUT", "/bulkTransfers/{id}", refs=("{id}",))
async def fulfil(hub: Hub, call: Call) -> Reply:
    """The payee's answer."""
    hub.bulks.fulfil(wire.fulfil(hub, call))
    return OK


@operation("hub.bulk-transfers.error", "PUT", "/bulkTransfers/{id}/error", refs=("{id}",))
async def error(hub: Hub, call: Call) -> Reply:
    """The payee's error for the whole."""
    hub.bulks.reject(transfers.rejection(hub, call))
    return OK


OPERATIONS: Final = (prepare, get, fulfil, error)
