"""/parties: the details of a party, asked of the participant that holds it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from loopyard.engine.call import Call
from loopyard.engine.operations import operation
from loopyard.protocols.fspiop.errors import FspiopError
from loopyard.transport.messages import Reply
from simulators.hub.state import Hub
from simulators.hub.state.errors import DestinationUnknown, NoEndpoint, UnknownSource
from simulators.hub.state.parties import PartyKey
from simulators.hub.webhooks import messages, oracles
from simulators.hub.webhooks.messages import Route
from simulators.hub.webhooks.sending import Refuse, ask, pass_on, reporting, say
from simulators.hub.wire import parties as wire
from simulators.hub.wire.fspiop import ACCEPTED, OK


@operation("hub.parties.get", "GET", "/parties/{type}/{id}")
async def get(hub: Hub, call: Call) -> Reply:
    """Ask the destination, or else whoever the directory names. Raises UnknownSource, which is answered at once."""
    if hub.participants.find(_source(call)) is None:
        raise UnknownSource("invalid fspiop-source header")
    refuse = _refusal(hub, call)
    with reporting(refuse):
        key = wire.key_of(call)
        key.check()
        named = call.header("fspiop-destination")
        known = named is not None and hub.participants.find(named) is not None
        if named is not None and known:
            _ask_all(hub, call, key, [named], refuse)
        else:
            oracles.find(
                hub, call, key, None, refuse,
                lambda entries: _ask_all(hub, call, key, hub.directory.holders(key, entries), refuse),
            )  # fmt: skip
    return ACCEPTED


def _ask_all(hub: Hub, call: Call, key: PartyKey, fsps: Sequence[str], refuse: Refuse) -> None:
    route = messages.PARTY_SUB_GET if key.sub_id else messages.PARTY_GET
    for fsp in fsps:
        if not ask(hub, call, route, fsp, call.params, refuse):
            raise NoEndpoint(f"No FSPIOP_CALLBACK_URL_{route.endpoint} found for {fsp}")


@operation("hub.parties.respond", "PUT", "/parties/{type}/{id}")
async def respond(hub: Hub, call: Call) -> Reply:
    """The holder's answer."""
    _relay(hub, call, messages.PARTY_PUT, messages.PARTY_SUB_PUT)
    return OK


@operation("hub.parties.error", "PUT", "/parties/{type}/{id}/error")
async def error(hub: Hub, call: Call) -> Reply:
    """The holder's error, verbatim."""
    _relay(hub, call, messages.PARTY_ERROR, messages.PARTY_SUB_ERROR)
    return OK


def _relay(hub: Hub, call: Call, plain: Route, sub: Route) -> None:
    with reporting(_refusal(hub, call)):
        destination = call.header("fspiop-destination") or ""
        if hub.participants.find(destination) is None:
            raise DestinationUnknown("Destination FSP not found")
        pass_on(hub, call, sub if "subId" in call.params else plain, destination, call.params)


def _refusal(hub: Hub, call: Call) -> Refuse:
    def refuse(error: FspiopError) -> None:
        route = messages.PARTY_SUB_ERROR if "subId" in call.params else messages.PARTY_ERROR
        say(hub, call, route, _source(call), call.params, error.body)

    return refuse


def _source(call: Call) -> str:
    return call.header("fspiop-source") or ""


OPERATIONS: Final = (
    get,
    operation("hub.parties.get-sub", "GET", "/parties/{type}/{id}/{subId}")(get.handle),
    respond,
    operation("hub.parties.respond-sub", "PUT", "/parties/{type}/{id}/{subId}")(respond.handle),
    error,
    operation("hub.parties.error-sub", "PUT", "/parties/{type}/{id}/{subId}/error")(error.handle),
)
