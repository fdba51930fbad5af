"""How messages leave the hub: passed on in their sender's name, or said in the hub's own, signed if the world wants it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import orjson

from loopyard.engine.call import Call
from loopyard.engine.callbacks import json_of
from loopyard.engine.operations import Message
from loopyard.protocols import canonical
from loopyard.protocols.fspiop import dates, media, relay
from loopyard.protocols.fspiop.errors import FspiopError, NoErrorInformation, from_body
from loopyard.transport.client import Answer
from simulators.hub.state import Hub
from simulators.hub.state.errors import HubError, Undeliverable
from simulators.hub.webhooks.addresses import address, path_of
from simulators.hub.webhooks.messages import Route
from simulators.hub.wire.errors import as_fspiop

LOG = logging.getLogger("loopyard.hub")
Params = Mapping[str, str]
Refuse = Callable[[FspiopError], None]

_QUOTE_HEADERS: Final = (
    "Accept", "Content-Type", "Date", "FSPIOP-Source", "FSPIOP-Destination", "FSPIOP-HTTP-Method", "FSPIOP-Signature",
    "FSPIOP-URI", "traceparent", "tracestate",
)  # fmt: skip
"""All that the quoting service lets through, as it writes it."""
_SETS_URI: Final = frozenset({"transfers", "fxTransfers", "bulkTransfers"})
_QUOTES: Final = ("quotes", "fxQuotes", "bulkQuotes")
_SIGNATURE: Final = ("fspiop-signature", "fspiop-uri", "fspiop-http-method")


def pass_on(hub: Hub, call: Call, route: Route, to: str, params: Params) -> None:
    """Relay a message as it came. Nobody hears when it cannot be delivered, as with the real hub."""
    found = address(hub, to, route.relayed(), params)
    if found is None:
        _undeliverable(route, to)
        return
    base, message = found
    hub.site.outbox.send(
        message, base, receiver=to, headers=_relayed_headers(hub, call, route, to, params), body=call.raw, params=params,
        query=call.request.query,
    )  # fmt: skip


def pass_on_part(hub: Hub, call: Call, route: Route, to: str, body: Mapping[str, Any]) -> None:
    """Relay less of a message than came, in its sender's name: a signature over the whole would not hold, and is left out."""
    found = address(hub, to, route, {})
    if found is None:
        _undeliverable(route, to)
        return
    base, message = found
    headers = _relayed_headers(hub, call, route, to, {})
    kept = {name: value for name, value in headers.items() if name.lower() not in _SIGNATURE}
    hub.site.outbox.send(message, base, receiver=to, headers=kept, body=canonical.insertion_json(body))


def ask(hub: Hub, call: Call, route: Route, to: str, params: Params, refuse: Refuse) -> bool:
    """Relay a request, and tell the requester when the receiver refuses it or cannot be reached; False without address."""
    found = address(hub, to, route.relayed(), params)
    if found is None:
        return False
    headers = _relayed_headers(hub, call, route, to, params)
    hub.site.crew.spawn(_asked(hub, call, found, to, headers, params, refuse), f"{route.message.name} to {to}")
    return True


async def _asked(
    hub: Hub, call: Call, found: tuple[str, Message], to: str, headers: Mapping[str, str], params: Params, refuse: Refuse
) -> None:
    base, message = found
    answer = await hub.site.outbox.deliver(
        message, base, receiver=to, headers=headers, body=call.raw, params=params, query=call.request.query
    )
    if answer is None or answer.status >= 400:
        refuse(_their_error(answer))


def _their_error(answer: Answer | None) -> FspiopError:
    try:
        return from_body(json_of(answer))
    except NoErrorInformation:
        return as_fspiop(Undeliverable("no errorInformation", answer.status if answer is not None else None))


def copy_back(hub: Hub, call: Call, route: Route, to: str, params: Params) -> None:
    """Send a message's body back in the hub's name. Signed, it goes out sorted, so that verifiers of both forms accept it."""
    body = call.raw if hub.settings.signer is None else canonical.sorted_bytes(call.raw)
    _send_own(hub, call, route.relayed(), to, params, body)


def say(hub: Hub, trigger: Call | None, route: Route, to: str, params: Params, body: Mapping[str, Any]) -> None:
    """Send a message of the hub's own; `trigger` is what it answers."""
    _send_own(hub, trigger, route, to, params, _written(body))


def _send_own(hub: Hub, trigger: Call | None, route: Route, to: str, params: Params, body: bytes) -> None:
    found = address(hub, to, route, params)
    if found is None:
        _undeliverable(route, to)
        return
    base, message = found
    headers = _own_headers(hub, trigger, route, to, path_of(route, params))
    if hub.settings.signer is not None:
        headers |= hub.settings.signer.sign(message.method, path_of(route, params), headers, body)
    hub.site.outbox.send(message, base, receiver=to, headers=headers, body=body, params=params)


def _written(body: Mapping[str, Any]) -> bytes:
    """The body in the form that every verifier accepts. Copied, because orjson's own bytes occupy four kilobytes each, and
    the traffic log keeps them."""
    return bytes(memoryview(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)))


@contextmanager
def reporting(refuse: Refuse) -> Iterator[None]:
    """Domain errors within go to whoever asked, by callback."""
    try:
        yield
    except HubError as error:
        refuse(as_fspiop(error))


def _own_headers(hub: Hub, trigger: Call | None, route: Route, to: str, uri: str) -> dict[str, str]:
    received = trigger.headers if trigger is not None else {"date": dates.to_http(hub.site.clock.now())}
    headers = relay.own_headers(
        received, method=route.message.method, resource=route.resource, hub=hub.settings.hub_name, destination=to, uri=uri,
        version=hub.settings.own_version,
    )  # fmt: skip
    headers.pop("accept", None)
    return headers


def _relayed_headers(hub: Hub, call: Call, route: Route, to: str, params: Params) -> dict[str, str]:
    uri = path_of(route, params) if route.resource in _SETS_URI else None
    source = call.header("fspiop-source") or ""
    headers = relay.relay_headers(
        call.headers, method=route.message.method, source=source, destination=to, uri=uri
    )  # fmt: skip
    if route.resource not in _QUOTES:
        return headers
    headers["content-type"] = media.content_type(route.resource, hub.settings.own_version)
    return {name: headers[name.lower()] for name in _QUOTE_HEADERS if headers.get(name.lower())}


def _undeliverable(route: Route, to: str) -> None:
    LOG.info("%s: %s has no endpoint for it", route.message.name, to)
