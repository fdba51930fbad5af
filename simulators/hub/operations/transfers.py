"""/transfers: handed to the state, which has the rules; what it has to say goes out as notices."""

from __future__ import annotations

from typing import Final

from loopyard.engine.call import Call
from loopyard.engine.operations import operation
from loopyard.protocols.fspiop import media
from loopyard.protocols.fspiop.errors import FspiopError
from loopyard.transport.messages import Reply
from simulators.hub.state import Hub
from simulators.hub.webhooks import messages
from simulators.hub.webhooks.sending import in_form_of
from simulators.hub.wire import transfers as wire
from simulators.hub.wire.fspiop import ACCEPTED, OK


@operation("hub.transfers.prepare", "POST", "/transfers", refs=("transferId",))
async def prepare(hub: Hub, call: Call) -> Reply:
    """Prepare a transfer, of which the payee can be told."""
    request = wire.prepare(call)
    in_form_of(hub, call, messages.TRANSFER, request.payee, {})
    hub.transfers.prepare(request)
    return ACCEPTED


@operation("hub.transfers.get", "GET", "/transfers/{id}", refs=("{id}",))
async def get(hub: Hub, call: Call) -> Reply:
    """Ask for a transfer's state."""
    hub.transfers.desk.ask(call.params["id"], call.header("fspiop-source") or "", call)
    return ACCEPTED


@operation("hub.transfers.fulfil", "PUT", "/transfers/{id}", refs=("{id}",))
async def fulfil(hub: Hub, call: Call) -> Reply:
    """The payee's answer. Real hubs silently ignore a reservation that is said in version 1.0."""
    answer = wire.fulfil(hub, call, "transfer")
    ignored = hub.settings.ignores_reserved_at_1_0 and answer.state == "RESERVED" and _version(call) == "1.0"
    if not ignored:
        hub.transfers.fulfil(answer)
    return OK


@operation("hub.transfers.error", "PUT", "/transfers/{id}/error", refs=("{id}",))
async def error(hub: Hub, call: Call) -> Reply:
    """The payee's error."""
    hub.transfers.reject(wire.rejection(hub, call))
    return OK


@operation("hub.transfers.patch", "PATCH", "/transfers/{id}", refs=("{id}",))
async def patch(hub: Hub, call: Call) -> Reply:
    """Only the hub sends this message; it is not there to be sent to it."""
    raise FspiopError("2002")


def _version(call: Call) -> str:
    return media.parse_content_type(call.header("content-type") or "").version


OPERATIONS: Final = (prepare, get, fulfil, error, patch)
