"""/fxTransfers and /services/FXP: conversions, and who offers them."""

from __future__ import annotations

from typing import Final

from loopyard.engine.call import Call
from loopyard.engine.operations import operation
from loopyard.protocols.fspiop.errors import FspiopError
from loopyard.transport.messages import Reply
from simulators.hub.state import Hub
from simulators.hub.state.participants import POSITION
from simulators.hub.webhooks import messages
from simulators.hub.webhooks.sending import in_form_of, say
from simulators.hub.wire import transfers as wire
from simulators.hub.wire.fspiop import ACCEPTED, OK


@operation("hub.fx-transfers.prepare", "POST", "/fxTransfers", refs=("commitRequestId", "determiningTransferId"))
async def prepare(hub: Hub, call: Call) -> Reply:
    """Prepare a conversion, of which the provider can be told."""
    request = wire.conversion(call)
    in_form_of(hub, call, messages.FX_TRANSFER, request.payee, {})
    hub.conversions.prepare(request)
    return ACCEPTED


@operation("hub.fx-transfers.get", "GET", "/fxTransfers/{id}", refs=("{id}",))
async def get(hub: Hub, call: Call) -> Reply:
    """Ask for a conversion's state."""
    hub.conversions.desk.ask(call.params["id"], call.header("fspiop-source") or "", call)
    return ACCEPTED


@operation("hub.fx-transfers.fulfil", "PUT", "/fxTransfers/{id}", refs=("{id}",))
async def fulfil(hub: Hub, call: Call) -> Reply:
    """The provider's answer."""
    hub.conversions.fulfil(wire.fulfil(hub, call, "conversion"))
    return OK


@operation("hub.fx-transfers.error", "PUT", "/fxTransfers/{id}/error", refs=("{id}",))
async def error(hub: Hub, call: Call) -> Reply:
    """The provider's error."""
    hub.conversions.reject(wire.rejection(hub, call))
    return OK


@operation("hub.fx-transfers.patch", "PATCH", "/fxTransfers/{id}", refs=("{id}",))
async def patch(hub: Hub, call: Call) -> Reply:
    """Only the hub sends this message; it is not there to be sent to it."""
    raise FspiopError("2002")


@operation("hub.services.get", "GET", "/services/FXP")
async def services(hub: Hub, call: Call) -> Reply:
    """Who offers conversions at all."""
    body = {"providers": [each.name for each in hub.participants if each.provides_conversion and each.is_active]}
    say(hub, call, messages.SERVICES, call.header("fspiop-source") or "", {}, body)
    return ACCEPTED


@operation("hub.services.get-pair", "GET", "/services/FXP/{source}/{target}")
async def services_for(hub: Hub, call: Call) -> Reply:
    """Who offers a conversion: the providers with positions in both currencies."""
    pair = call.params["source"], call.params["target"]
    body = {
        "providers": [
            each.name
            for each in hub.participants
            if each.provides_conversion and each.is_active and all(each.account(POSITION, code) for code in pair)
        ]
    }
    say(hub, call, messages.SERVICES_PAIR, call.header("fspiop-source") or "", call.params, body)
    return ACCEPTED


OPERATIONS: Final = (prepare, get, fulfil, error, patch, services, services_for)
