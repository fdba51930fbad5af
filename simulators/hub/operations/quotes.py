"""/quotes, /fxQuotes and /bulkQuotes: passed on between participants; with simple routing without a memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from loopyard.engine.call import Call
from loopyard.engine.operations import operation
from loopyard.engine.traffic import dig
from loopyard.protocols.fspiop.errors import FspiopError
from loopyard.transport.messages import Reply
from simulators.hub.state import Hub
from simulators.hub.state.errors import AcceptOnCallback, ModifiedRequest, NoEndpoint, UnsupportedParticipant
from simulators.hub.webhooks import messages
from simulators.hub.webhooks.messages import Route
from simulators.hub.webhooks.sending import Refuse, ask, in_form_of, pass_on, reporting, say
from simulators.hub.wire.fspiop import ACCEPTED, OK, digest

_REFS: Final = ("quoteId", "transactionId", "transactionRequestId")
_FX_REFS: Final = ("conversionRequestId", "conversionTerms.conversionId", "conversionTerms.determiningTransferId")


@dataclass(frozen=True, slots=True)
class _Kind:
    """What differs between quotes, FX quotes and bulk quotes."""

    name: str
    id: str
    transfer: str
    request: Route
    get: Route
    respond: Route
    error: Route


_QUOTE: Final = _Kind(
    "quote", "quoteId", "transactionId",
    messages.QUOTE, messages.QUOTE_GET, messages.QUOTE_PUT, messages.QUOTE_ERROR,
)  # fmt: skip
_FX_QUOTE: Final = _Kind(
    "fxquote", "conversionRequestId", "conversionTerms.determiningTransferId",
    messages.FX_QUOTE, messages.FX_QUOTE_GET, messages.FX_QUOTE_PUT, messages.FX_QUOTE_ERROR,
)  # fmt: skip
_BULK_QUOTE: Final = _Kind(
    "bulk quote", "bulkQuoteId", "individualQuotes.0.transactionId",
    messages.BULK_QUOTE, messages.BULK_QUOTE_GET, messages.BULK_QUOTE_PUT, messages.BULK_QUOTE_ERROR,
)  # fmt: skip


@operation("hub.quotes.request", "POST", "/quotes", refs=_REFS)
async def request(hub: Hub, call: Call) -> Reply:
    """Pass a request on to the payee."""
    return _request(hub, call, _QUOTE)


@operation("hub.fx-quotes.request", "POST", "/fxQuotes", refs=_FX_REFS)
async def request_fx(hub: Hub, call: Call) -> Reply:
    """Pass a request on to the provider."""
    return _request(hub, call, _FX_QUOTE)


@operation("hub.quotes.get", "GET", "/quotes/{id}", refs=("{id}",))
async def get(hub: Hub, call: Call) -> Reply:
    """Pass a question on to the destination."""
    return _get(hub, call, _QUOTE)


@operation("hub.fx-quotes.get", "GET", "/fxQuotes/{id}", refs=("{id}",))
async def get_fx(hub: Hub, call: Call) -> Reply:
    """Pass a question on to the destination."""
    return _get(hub, call, _FX_QUOTE)


@operation("hub.quotes.respond", "PUT", "/quotes/{id}", refs=("{id}",))
async def respond(hub: Hub, call: Call) -> Reply:
    """Pass the payee's terms on."""
    return _answer(hub, call, _QUOTE, _QUOTE.respond)


@operation("hub.fx-quotes.respond", "PUT", "/fxQuotes/{id}", refs=("{id}",))
async def respond_fx(hub: Hub, call: Call) -> Reply:
    """Pass the provider's terms on."""
    return _answer(hub, call, _FX_QUOTE, _FX_QUOTE.respond)


@operation("hub.quotes.error", "PUT", "/quotes/{id}/error", refs=("{id}",))
async def error(hub: Hub, call: Call) -> Reply:
    """Pass the payee's error on, verbatim."""
    return _answer(hub, call, _QUOTE, _QUOTE.error)


@operation("hub.fx-quotes.error", "PUT", "/fxQuotes/{id}/error", refs=("{id}",))
async def error_fx(hub: Hub, call: Call) -> Reply:
    """Pass the provider's error on, verbatim."""
    return _answer(hub, call, _FX_QUOTE, _FX_QUOTE.error)


@operation("hub.bulk-quotes.request", "POST", "/bulkQuotes", refs=("bulkQuoteId",))
async def request_bulk(hub: Hub, call: Call) -> Reply:
    """Pass a request on to the payee's institution."""
    return _request(hub, call, _BULK_QUOTE)


@operation("hub.bulk-quotes.get", "GET", "/bulkQuotes/{id}", refs=("{id}",))
async def get_bulk(hub: Hub, call: Call) -> Reply:
    """Pass a question on to the destination."""
    return _get(hub, call, _BULK_QUOTE)


@operation("hub.bulk-quotes.respond", "PUT", "/bulkQuotes/{id}", refs=("{id}",))
async def respond_bulk(hub: Hub, call: Call) -> Reply:
    """Pass the terms of all payees on."""
    return _answer(hub, call, _BULK_QUOTE, _BULK_QUOTE.respond)


@operation("hub.bulk-quotes.error", "PUT", "/bulkQuotes/{id}/error", refs=("{id}",))
async def error_bulk(hub: Hub, call: Call) -> Reply:
    """Pass the payee's error on, verbatim."""
    return _answer(hub, call, _BULK_QUOTE, _BULK_QUOTE.error)


def _request(hub: Hub, call: Call, kind: _Kind) -> Reply:
    id_ = call.body[kind.id]
    refuse = _refusal(hub, call, kind, id_)
    with reporting(refuse):
        destination = _destination(call)
        _require_active(hub, _source(call), "payer")
        _require_active(hub, destination, "destination")
        in_form_of(hub, call, kind.request, destination, {})
        text = f"Quote {id_} is a duplicate but hashes dont match"
        _require_unchanged(hub, call, kind.request.message.name, id_, text, str(dig(call.body, kind.transfer) or ""))
        if not ask(hub, call, kind.request, destination, {}, refuse):
            raise NoEndpoint(_no_endpoint(kind, id_, f"{id_} PAYEE party {destination}", destination))
    return ACCEPTED


def _get(hub: Hub, call: Call, kind: _Kind) -> Reply:
    id_ = call.params["id"]
    refuse = _refusal(hub, call, kind, id_)
    with reporting(refuse):
        destination = _destination(call)
        _require_active(hub, destination, "other")
        if not ask(hub, call, kind.get, destination, call.params, refuse):
            raise NoEndpoint(_no_endpoint(kind, id_, f"GET {id_}", destination))
    return ACCEPTED


def _answer(hub: Hub, call: Call, kind: _Kind, route: Route) -> Reply:
    id_ = call.params["id"]
    with reporting(_refusal(hub, call, kind, id_)):
        if call.header("accept") is not None:
            text = f'Update for {kind.name} {id_} failed: "accept" header should not be sent in callbacks.'
            raise AcceptOnCallback(text)
        destination = _destination(call)
        _require_active(hub, destination, "other")
        in_form_of(hub, call, route, destination, call.params)
        text = f"Update for quote {id_} is a duplicate but hashes don't match"
        _require_unchanged(hub, call, route.message.name, id_, text)
        pass_on(hub, call, route, destination, call.params)
    return OK


def _require_active(hub: Hub, name: str, role: Literal["destination", "payer", "other"]) -> None:
    found = hub.schemes.reach(name)
    if found is None or not found.is_active:
        raise UnsupportedParticipant(name, role)


def _require_unchanged(hub: Hub, call: Call, what: str, id_: str, text: str, transfer: str = "") -> None:
    if not hub.settings.simple_routing and not hub.quotes.unchanged(what, id_, digest(call), transfer):
        raise ModifiedRequest(text)


def _no_endpoint(kind: _Kind, id_: str, whose: str, destination: str) -> str:
    if kind is _QUOTE:
        return f"No FSPIOP_CALLBACK_URL_QUOTES found for quote {whose}"
    if kind is _BULK_QUOTE:
        return f"No FSPIOP_CALLBACK_URL_BULK_QUOTES found for bulk quote {whose}"
    return f"No FSPIOP_CALLBACK_URL_FX_QUOTES endpoint found for FSP '{destination}' while processing fxquote {id_}"


def _refusal(hub: Hub, call: Call, kind: _Kind, id_: str) -> Refuse:
    def refuse(error: FspiopError) -> None:
        say(hub, call, kind.error, _source(call), {"id": id_}, error.body)

    return refuse


def _destination(call: Call) -> str:
    """The header, or where a client leaves it out the provider that the body names."""
    terms: Any = call.body.get("conversionTerms") if isinstance(call.raw and call.body, dict) else None
    return call.header("fspiop-destination") or (terms or {}).get("counterPartyFsp") or ""


def _source(call: Call) -> str:
    return call.header("fspiop-source") or ""


OPERATIONS: Final = (
    request, request_fx, request_bulk, get, get_fx, get_bulk, respond, respond_fx, respond_bulk, error, error_fx, error_bulk,
)  # fmt: skip
