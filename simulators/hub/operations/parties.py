"""/parties: the details of a party, asked of the participant that holds it, here or in another scheme."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from loopyard.engine.call import Call
from loopyard.engine.operations import operation
from loopyard.protocols.fspiop.errors import FspiopError
from loopyard.transport.messages import Reply
from simulators.hub.operations import discovery
from simulators.hub.state import Hub
from simulators.hub.state.errors import DestinationUnknown, NoEndpoint
from simulators.hub.state.parties import Entry, PartyKey
from simulators.hub.state.schemes import StaleMapping
from simulators.hub.webhooks import messages, oracles
from simulators.hub.webhooks.messages import Route
from simulators.hub.webhooks.sending import Refuse, ask, pass_on, reporting, say
from simulators.hub.wire import parties as wire
from simulators.hub.wire.fspiop import ACCEPTED, OK, proxy_of


@operation("hub.parties.get", "GET", "/parties/{type}/{id}")
async def get(hub: Hub, call: Call) -> Reply:
    """Ask the destination, or else whoever the directory names, or else the other schemes. Raises UnknownSource, which is
    answered at once."""
    discovery.admit_requester(hub, call)
    refuse = _refusal(hub, call)
    with reporting(refuse):
        key = wire.key_of(call)
        key.check()
        named = call.header("fspiop-destination")
        if named is not None and hub.schemes.reach(named) is None and hub.schemes.proxies():
            discovery.unregister(hub, call, key)
            discovery.discover(hub, call, key, refuse)
        elif named is None or hub.schemes.reach(named) is None:
            oracles.find(hub, call, key, None, refuse, lambda entries: _ask_holders(hub, call, key, entries, refuse))
        elif hub.schemes.is_foreign(_source(call)) and hub.participants.find(named) is not None:
            oracles.find(hub, call, key, None, refuse, lambda entries: _ask_if_held(hub, call, key, named, entries, refuse))
        else:
            _ask_all(hub, call, key, [named], refuse)
    return ACCEPTED


def _ask_holders(hub: Hub, call: Call, key: PartyKey, entries: Sequence[Entry], refuse: Refuse) -> None:
    """Ask whoever the directory names; the other schemes when it names nobody that can be asked."""
    fsps = discovery.abroad(hub, call, key, hub.directory.holders(key, entries)) if entries else []
    if fsps:
        _ask_all(hub, call, key, fsps, refuse)
    else:
        discovery.discover(hub, call, key, refuse)


def _ask_if_held(hub: Hub, call: Call, key: PartyKey, named: str, entries: Sequence[Entry], refuse: Refuse) -> None:
    """Another scheme names a participant of this one: the party may have gone elsewhere since. Raises StaleMapping."""
    if discovery.is_stale(hub, call, entries):
        raise StaleMapping
    _ask_all(hub, call, key, [named], refuse)


def _ask_all(hub: Hub, call: Call, key: PartyKey, fsps: Sequence[str], refuse: Refuse) -> None:
    route = discovery.route_of(key)
    for fsp in fsps:
        if not ask(hub, call, route, fsp, call.params, refuse):
            raise NoEndpoint(f"No FSPIOP_CALLBACK_URL_{route.endpoint} found for {fsp}")


@operation("hub.parties.respond", "PUT", "/parties/{type}/{id}")
async def respond(hub: Hub, call: Call) -> Reply:
    """The holder's answer."""
    discovery.admit_holder(hub, call, wire.key_of(call))
    _relay(hub, call, messages.PARTY_PUT, messages.PARTY_SUB_PUT)
    return OK


@operation("hub.parties.error", "PUT", "/parties/{type}/{id}/error")
async def error(hub: Hub, call: Call) -> Reply:
    """The holder's error, verbatim. From another scheme it counts only as the last of all that were asked; where the directory
    had named its sender, the directory is wrong."""
    key, destination, proxy = wire.key_of(call), call.header("fspiop-destination") or "", proxy_of(hub, call)
    if proxy is not None and hub.schemes.is_open((destination, key)):
        if not hub.schemes.denied((destination, key), proxy):
            return OK
    elif proxy is not None and hub.participants.find(destination) is not None:
        discovery.unregister(hub, call, key)
        with reporting(_refusal(hub, call, destination)):
            raise StaleMapping
        return OK
    _relay(hub, call, messages.PARTY_ERROR, messages.PARTY_SUB_ERROR)
    return OK


def _relay(hub: Hub, call: Call, plain: Route, sub: Route) -> None:
    with reporting(_refusal(hub, call)):
        destination = call.header("fspiop-destination") or ""
        if hub.schemes.reach(destination) is None:
            raise DestinationUnknown("Destination FSP not found")
        pass_on(hub, call, sub if "subId" in call.params else plain, destination, call.params)


def _refusal(hub: Hub, call: Call, to: str | None = None) -> Refuse:
    def refuse(error: FspiopError) -> None:
        route = messages.PARTY_SUB_ERROR if "subId" in call.params else messages.PARTY_ERROR
        say(hub, call, route, to or _source(call), call.params, error.body)

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
