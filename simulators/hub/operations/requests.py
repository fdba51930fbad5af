"""/transactionRequests, /authorizations and /transactions: passed on between participants, without a memory and without a look
at who may. Source: docs/sources/hub.md, Requests to pay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from loopyard.engine.call import Call
from loopyard.engine.operations import operation
from loopyard.protocols.fspiop.errors import FspiopError
from loopyard.transport.messages import Reply
from simulators.hub.state import Hub
from simulators.hub.state.errors import NoEndpoint
from simulators.hub.webhooks import messages
from simulators.hub.webhooks.messages import Route
from simulators.hub.webhooks.sending import Refuse, ask, pass_on, reporting, say
from simulators.hub.wire.fspiop import ACCEPTED, OK

_ID: Final = ("{id}",)


@dataclass(frozen=True, slots=True)
class _Kind:
    """What differs between the three resources: their messages."""

    get: Route
    respond: Route
    error: Route


_REQUEST: Final = _Kind(messages.REQUEST_GET, messages.REQUEST_PUT, messages.REQUEST_ERROR)
_AUTHORIZATION: Final = _Kind(messages.AUTHORIZATION_GET, messages.AUTHORIZATION_PUT, messages.AUTHORIZATION_ERROR)
_TRANSACTION: Final = _Kind(messages.TRANSACTION_GET, messages.TRANSACTION_PUT, messages.TRANSACTION_ERROR)


@operation("hub.transaction-requests.request", "POST", "/transactionRequests", refs=("transactionRequestId",))
async def request(hub: Hub, call: Call) -> Reply:
    """A payee's institution asks the payer's for money."""
    _relay(hub, call, messages.REQUEST, _REQUEST, call.body["transactionRequestId"])
    return ACCEPTED


@operation("hub.transaction-requests.get", "GET", "/transactionRequests/{id}", refs=_ID)
async def get_request(hub: Hub, call: Call) -> Reply:
    """Ask how a request stands."""
    return _get(hub, call, _REQUEST)


@operation("hub.transaction-requests.respond", "PUT", "/transactionRequests/{id}", refs=_ID)
async def respond_request(hub: Hub, call: Call) -> Reply:
    """The payer's institution says how a request stands."""
    return _respond(hub, call, _REQUEST)


@operation("hub.transaction-requests.error", "PUT", "/transactionRequests/{id}/error", refs=_ID)
async def error_request(hub: Hub, call: Call) -> Reply:
    """The payer's institution's error, verbatim."""
    return _error(hub, call, _REQUEST)


@operation("hub.authorizations.get", "GET", "/authorizations/{id}", refs=_ID)
async def get_authorization(hub: Hub, call: Call) -> Reply:
    """Ask the payee's institution for what the payer has entered there."""
    return _get(hub, call, _AUTHORIZATION)


@operation("hub.authorizations.respond", "PUT", "/authorizations/{id}", refs=_ID)
async def respond_authorization(hub: Hub, call: Call) -> Reply:
    """What the payer has entered."""
    return _respond(hub, call, _AUTHORIZATION)


@operation("hub.authorizations.error", "PUT", "/authorizations/{id}/error", refs=_ID)
async def error_authorization(hub: Hub, call: Call) -> Reply:
    """The payee's institution's error, verbatim."""
    return _error(hub, call, _AUTHORIZATION)


@operation("hub.transactions.get", "GET", "/transactions/{id}", refs=_ID)
async def get_transaction(hub: Hub, call: Call) -> Reply:
    """Ask how a transaction stands."""
    return _get(hub, call, _TRANSACTION)


@operation("hub.transactions.respond", "PUT", "/transactions/{id}", refs=_ID)
async def respond_transaction(hub: Hub, call: Call) -> Reply:
    """How a transaction stands."""
    return _respond(hub, call, _TRANSACTION)


@operation("hub.transactions.error", "PUT", "/transactions/{id}/error", refs=_ID)
async def error_transaction(hub: Hub, call: Call) -> Reply:
    """An error, verbatim."""
    return _error(hub, call, _TRANSACTION)


def _get(hub: Hub, call: Call, kind: _Kind) -> Reply:
    _relay(hub, call, kind.get, kind, call.params["id"])
    return ACCEPTED


def _respond(hub: Hub, call: Call, kind: _Kind) -> Reply:
    _relay(hub, call, kind.respond, kind, call.params["id"])
    return OK


def _error(hub: Hub, call: Call, kind: _Kind) -> Reply:
    pass_on(hub, call, kind.error, _destination(call), call.params)
    return OK


def _relay(hub: Hub, call: Call, route: Route, kind: _Kind, id_: str) -> None:
    """Pass on; the sender hears by an error callback when there is no place for it, or it cannot be delivered."""
    refuse = _refusal(hub, call, kind, id_)
    with reporting(refuse):
        if not ask(hub, call, route, _destination(call), call.params, refuse):
            missing = f"No {_endpoint(route)} endpoint found for transactionRequest {id_} for fspiop-destination"
            raise NoEndpoint(missing)


def _endpoint(route: Route) -> str:
    return f"FSPIOP_CALLBACK_URL_{route.endpoint}"


def _refusal(hub: Hub, call: Call, kind: _Kind, id_: str) -> Refuse:
    def refuse(error: FspiopError) -> None:
        say(hub, call, kind.error, call.header("fspiop-source") or "", {"id": id_}, error.body)

    return refuse


def _destination(call: Call) -> str:
    return call.header("fspiop-destination") or ""


OPERATIONS: Final = (
    request, get_request, respond_request, error_request,
    get_authorization, respond_authorization, error_authorization,
    get_transaction, respond_transaction, error_transaction,
)  # fmt: skip
