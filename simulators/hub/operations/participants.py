"""/participants: who holds which party. Everything is accepted at once and answered by callback."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from loopyard.engine.call import Call
from loopyard.engine.operations import Message, operation
from loopyard.protocols.fspiop.errors import FspiopError
from loopyard.transport.messages import Reply
from simulators.hub.state import Hub
from simulators.hub.state.errors import DestinationUnknown, HubError, PartyNotFound, RequesterNotFound
from simulators.hub.state.parties import Entry, PartyKey
from simulators.hub.webhooks import messages, oracles
from simulators.hub.webhooks.messages import Route
from simulators.hub.webhooks.sending import pass_on, reporting, say
from simulators.hub.wire import parties as wire
from simulators.hub.wire.fspiop import ACCEPTED, OK, body_of


@operation("hub.participants.get", "GET", "/participants/{type}/{id}")
async def get(hub: Hub, call: Call) -> Reply:
    """Who holds a party."""
    key, refuse = wire.key_of(call), _refusal(hub, call)

    def tell(entries: Sequence[Entry]) -> None:
        if not entries:
            raise PartyNotFound
        _answer(hub, call, messages.PARTICIPANT, messages.PARTICIPANT_SUB, wire.holder(entries[0].fsp))

    with reporting(refuse):
        _require_requester(hub, call)
        # An identifier that no party can have is only logged by the real service; nobody is called back.
        if key.problem is None:
            oracles.find(hub, call, key, call.query.get("currency"), refuse, tell)
    return ACCEPTED


@operation("hub.participants.register", "POST", "/participants/{type}/{id}")
async def register(hub: Hub, call: Call) -> Reply:
    """Add a party. The confirmation goes to the participant that the body names."""
    _write(hub, call, hub.parties.register, messages.ORACLE_REGISTER)
    return ACCEPTED


@operation("hub.participants.update", "PUT", "/participants/{type}/{id}")
async def update(hub: Hub, call: Call) -> Reply:
    """Give a party another holder."""
    _write(hub, call, hub.parties.replace, messages.ORACLE_UPDATE)
    return OK


@operation("hub.participants.remove", "DELETE", "/participants/{type}/{id}")
async def remove(hub: Hub, call: Call) -> Reply:
    """Delete a party."""
    key, source, refuse = wire.key_of(call), _source(call), _refusal(hub, call)

    def confirm() -> None:
        _answer(hub, call, messages.PARTICIPANT_DELETED, messages.PARTICIPANT_SUB_DELETED, wire.holder(source))

    with reporting(refuse):
        _require_requester(hub, call)
        oracle = hub.directory.choose(key)
        if oracle.is_own:
            hub.parties.remove(key, source if hub.settings.delete_participant_validation else None)
            confirm()
        else:
            oracles.change(hub, call, oracle, messages.ORACLE_REMOVE, key, None, refuse, confirm)
    return ACCEPTED


@operation("hub.participants.error", "PUT", "/participants/{type}/{id}/error")
async def error(hub: Hub, call: Call) -> Reply:
    """Somebody's error, passed on verbatim."""
    with reporting(_refusal(hub, call)):
        destination = call.header("fspiop-destination") or ""
        if hub.participants.find(destination) is None:
            raise DestinationUnknown("Destination FSP not found")
        sub = "subId" in call.params
        pass_on(
            hub, call, messages.PARTICIPANT_SUB_ERROR if sub else messages.PARTICIPANT_ERROR, destination, call.params
        )  # fmt: skip
    return OK


@operation("hub.participants.register-batch", "POST", "/participants")
async def register_batch(hub: Hub, call: Call) -> Reply:
    """Add many parties; each is accepted or refused by itself."""
    body, source, id_ = call.body, _source(call), {"id": call.body["requestId"]}

    def refuse(error: FspiopError) -> None:
        say(hub, call, messages.BATCH_ERROR, source, id_, error.body)

    with reporting(refuse):
        _require_requester(hub, call)
        refused, done = _register_all(hub, body, source)
        say(hub, call, messages.BATCH, source, id_, wire.batch_result(refused, done, body.get("currency")))
    return ACCEPTED


def _register_all(hub: Hub, body: Any, source: str) -> tuple[list[Any], list[Any]]:
    refused, done = [], []
    for party in map(wire.party_in, body["partyList"]):
        error = _registered(hub, party, source, body.get("currency"))
        if error is None:
            done.append(party)
        else:
            refused.append(wire.refused_entry(party, error))
    return refused, done


def _registered(hub: Hub, party: Any, source: str, currency: str | None) -> HubError | None:
    if party.get("fspId") != source:
        return PartyNotFound()
    try:
        hub.directory.choose(wire.key_in(party))
        hub.parties.register(wire.key_in(party), source, currency)
    except HubError as error:
        return error
    return None


def _write(hub: Hub, call: Call, change: Callable[[PartyKey, str, str | None], None], message: Message) -> None:
    key, body, refuse = wire.key_of(call), body_of(call), _refusal(hub, call)
    fsp, currency = str(body.get("fspId") or _source(call)), body.get("currency")

    def confirm() -> None:
        to = call.header("fspiop-destination") or fsp
        _answer(hub, call, messages.PARTICIPANT, messages.PARTICIPANT_SUB, wire.registered(key, fsp, currency), to)

    with reporting(refuse):
        _require_requester(hub, call)
        if key.problem is not None:
            return
        oracle = hub.directory.choose(key)
        if oracle.is_own:
            change(key, fsp, currency)
            confirm()
        else:
            oracles.change(hub, call, oracle, message, key, wire.party_out(key, fsp, currency), refuse, confirm)


def _answer(hub: Hub, call: Call, plain: Route, sub: Route, body: Any, to: str | None = None) -> None:
    route = sub if "subId" in call.params else plain
    say(hub, call, route, to or _source(call), call.params, body)


def _refusal(hub: Hub, call: Call) -> Callable[[FspiopError], None]:
    def refuse(error: FspiopError) -> None:
        _answer(hub, call, messages.PARTICIPANT_ERROR, messages.PARTICIPANT_SUB_ERROR, error.body)

    return refuse


def _require_requester(hub: Hub, call: Call) -> None:
    if hub.participants.find(_source(call)) is None:
        raise RequesterNotFound("Requester FSP not found")


def _source(call: Call) -> str:
    return call.header("fspiop-source") or ""


OPERATIONS: Final = (
    get,
    operation("hub.participants.get-sub", "GET", "/participants/{type}/{id}/{subId}")(get.handle),
    register,
    operation("hub.participants.register-sub", "POST", "/participants/{type}/{id}/{subId}")(register.handle),
    update,
    operation("hub.participants.update-sub", "PUT", "/participants/{type}/{id}/{subId}")(update.handle),
    remove,
    operation("hub.participants.remove-sub", "DELETE", "/participants/{type}/{id}/{subId}")(remove.handle),
    error,
    operation("hub.participants.error-sub", "PUT", "/participants/{type}/{id}/{subId}/error")(error.handle),
    register_batch,
)
