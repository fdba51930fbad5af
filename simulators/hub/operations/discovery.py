"""How a party is found behind the proxies: who is asked, what their answers teach, and when nobody is left to ask.
Source: docs/sources/hub.md, Other schemes."""

from __future__ import annotations

from collections.abc import Sequence

from loopyard.engine.call import Call
from loopyard.protocols.fspiop.errors import FspiopError
from loopyard.transport.client import Answer
from simulators.hub.state import Hub
from simulators.hub.state.errors import PartyNotFound, UnknownSource
from simulators.hub.state.parties import Entry, PartyKey
from simulators.hub.state.schemes import DiscoveryExpired, NoProxyAnswers
from simulators.hub.webhooks import messages, oracles
from simulators.hub.webhooks.sending import Refuse, Then, reporting, search
from simulators.hub.wire import parties as wire
from simulators.hub.wire.errors import as_fspiop
from simulators.hub.wire.fspiop import proxy_of


def admit_requester(hub: Hub, call: Call) -> None:
    """Who asks takes part here, or comes by a proxy, which from now on leads to it. Raises UnknownSource."""
    source, proxy = call.header("fspiop-source") or "", proxy_of(hub, call)
    if hub.participants.find(source) is not None:
        return
    if proxy is None:
        raise UnknownSource("invalid fspiop-source header")
    hub.schemes.learn(source, proxy)


def admit_holder(hub: Hub, call: Call, key: PartyKey) -> None:
    """Who answers from another scheme has the party: the first answer to a discovery goes into the directory."""
    source, destination, proxy = (call.header(f"fspiop-{each}") or "" for each in ("source", "destination", "proxy"))
    if proxy_of(hub, call) is None:
        return
    hub.schemes.learn(source, proxy)
    if hub.schemes.found((destination, key)) and hub.participants.find(destination) is not None:
        register(hub, call, key, source)


def discover(hub: Hub, call: Call, key: PartyKey, refuse: Refuse) -> None:
    """Ask the other schemes for a party, all but the one that the question came from. Raises PartyNotFound when there is none,
    NoProxyAnswers while the same question is open."""
    source = call.header("fspiop-source") or ""
    asked, proxies = (source, key), hub.schemes.proxies(but=proxy_of(hub, call))
    if not proxies:
        raise PartyNotFound(hub.directory.not_found)
    hub.schemes.begin(asked, proxies, lambda: refuse(as_fspiop(DiscoveryExpired())))
    for proxy in proxies:
        search(hub, call, route_of(key), proxy, call.params, _then(hub, asked, proxy, refuse))


def _then(hub: Hub, asked: tuple[str, PartyKey], proxy: str, refuse: Refuse) -> Then:
    def then(answer: Answer | None) -> None:
        refused = answer is None or answer.status >= 400
        if refused and hub.schemes.denied(asked, proxy):
            refuse(as_fspiop(NoProxyAnswers("Proxy connection error")))

    return then


def route_of(key: PartyKey) -> messages.Route:
    return messages.PARTY_SUB_GET if key.sub_id else messages.PARTY_GET


def abroad(hub: Hub, call: Call, key: PartyKey, holders: Sequence[str]) -> list[str]:
    """Of the participants that the directory names those that can be asked: those of this scheme, and for a requester of this
    scheme those that a proxy leads to. What leads nowhere is taken out of the directory."""
    is_local = hub.participants.find(call.header("fspiop-source")) is not None
    here = [each for each in holders if hub.participants.find(each) is not None]
    known = [each for each in holders if hub.schemes.is_foreign(each)]
    if len(here) + len(known) < len(holders):
        unregister(hub, call, key)
    return here + (known if is_local else [])


def is_stale(hub: Hub, call: Call, entries: Sequence[Entry]) -> bool:
    """Whether a question from another scheme names a participant that does not have the party any more."""
    return all(each.fsp != call.header("fspiop-destination") for each in entries)


# -- what the directory learns ----------------------------------------------------------------------------------------


def register(hub: Hub, call: Call, key: PartyKey, fsp: str) -> None:
    """Note who holds a party, quietly: the requester's answer does not depend on it."""
    with reporting(_nobody):
        oracle = hub.directory.choose(key)
        if oracle.is_own:
            hub.parties.register(key, fsp, None)
        else:
            told = wire.party_out(key, fsp, None)
            oracles.change(hub, call, oracle, messages.ORACLE_REGISTER, key, told, _nobody, lambda: None)


def unregister(hub: Hub, call: Call, key: PartyKey) -> None:
    """Forget who holds a party, as quietly."""
    with reporting(_nobody):
        oracle = hub.directory.choose(key)
        if oracle.is_own:
            hub.parties.remove(key)
        else:
            oracles.change(hub, call, oracle, messages.ORACLE_REMOVE, key, None, _nobody, lambda: None)


def _nobody(error: FspiopError) -> None:
    """Nobody waits for this."""
