"""/participants: who holds which party. Everything is accepted at once and answered by callback."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from loopyard.engine.call import Call
from loopyard.engine.operations import Message, operation
from loopyard.protocols.fspiop.errors import FspiopError, unknown_uri
from loopyard.transport.messages import Reply
from simulators.hub.state import Hub
from simulators.hub.state.errors import DestinationUnknown, PartyNotFound, RequesterNotFound
from simulators.hub.state.parties import Entry, PartyKey, check_owner
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
        require_requester(hub, call)
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
    """Give a party another holder. Raises FspiopError for /participants/{id}/error, a batch's, which only a hub says."""
    if call.params["id"] == "error" and "subId" not in call.params:
        raise unknown_uri(call.method, call.request.path)
    _write(hub, call, hub.parties.replace, messages.ORACLE_UPDATE)
    return OK


@operation("hub.participants.remove", "DELETE", "/participants/{type}/{id}")
async def remove(hub: Hub, call: Call) -> Reply:
    """Delete a party."""
    key, source, refuse = wire.key_of(call), _source(call), _refusal(hub, call)

    def confirm() -> None:
        _answer(hub, call, messages.PARTICIPANT_DELETED, messages.PARTICIPANT_SUB_DELETED, wire.holder(source))

    def delete(entries: Sequence[Entry]) -> None:
        if hub.settings.delete_participant_validation:
            check_owner(key, entries, source)
        oracle = hub.directory.choose(key)
        if oracle.is_own:
            hub.parties.remove(key)
            confirm()
        else:
            oracles.change(hub, call, oracle, messages.ORACLE_REMOVE, key, None, refuse, confirm)

    with reporting(refuse):
        require_requester(hub, call)
        if hub.settings.delete_participant_validation:
            oracles.find(hub, call, key, None, refuse, delete)
        else:
            delete(())
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


def _write(hub: Hub, call: Call, change: Callable[[PartyKey, str, str | None], None], message: Message) -> None:
    key, body, refuse = wire.key_of(call), body_of(call), _refusal(hub, call)
    fsp, currency = str(body.get("fspId") or _source(call)), body.get("currency")

    def confirm() -> None:
        to = call.header("fspiop-destination") or fsp
        _answer(hub, call, messages.PARTICIPANT, messages.PARTICIPANT_SUB, wire.registered(key, fsp, currency), to)

    with reporting(refuse):
        require_requester(hub, call)
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


def require_requester(hub: Hub, call: Call) -> None:
    """Raises RequesterNotFound."""
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
)
