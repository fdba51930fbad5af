"""How messages leave the hub: passed on in their sender's name, or said in the hub's own, signed if the world wants it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson

from loopyard.engine.call import Call
from loopyard.engine.callbacks import json_of
from loopyard.protocols import canonical
from loopyard.protocols.fspiop import dates, media, relay
from loopyard.protocols.fspiop.errors import FspiopError, NoErrorInformation, from_body
from loopyard.protocols.fspiop.headers import request_headers
from loopyard.protocols.iso20022.messages import is_iso_media
from loopyard.protocols.iso20022.notation import written
from loopyard.transport.client import Answer
from simulators.hub.state import Hub
from simulators.hub.state.errors import HubError, Undeliverable
from simulators.hub.webhooks.addresses import Place, address, path_of
from simulators.hub.webhooks.messages import Route
from simulators.hub.wire import forms
from simulators.hub.wire.errors import as_fspiop
from simulators.hub.wire.signatures import of_altered, signer

LOG = logging.getLogger("loopyard.hub")
Params = Mapping[str, str]
Refuse = Callable[[FspiopError], None]
Then = Callable[[Answer | None], None]
"""What follows when a message was answered, or not."""

_QUOTE_HEADERS: Final = (
    "Accept", "Content-Type", "Date", "FSPIOP-Source", "FSPIOP-Destination", "FSPIOP-HTTP-Method", "FSPIOP-Signature",
    "FSPIOP-URI", "traceparent", "tracestate",
)  # fmt: skip
"""All that the quoting service lets through, as it writes it."""
_SETS_URI: Final = frozenset({"transfers", "fxTransfers", "bulkTransfers"})
_QUOTES: Final = ("quotes", "fxQuotes", "bulkQuotes")
_SIGNATURE: Final = ("fspiop-signature", "fspiop-uri", "fspiop-http-method")


def pass_on(hub: Hub, call: Call, route: Route, to: str, params: Params, then: Then | None = None) -> None:
    """Relay a message as it came. Nobody hears when it cannot be delivered, as with the real hub, but for `then`."""
    found = address(hub, to, route.relayed(), params)
    if found is None:
        _undeliverable(route, to)
        return
    sent = _relayed(hub, call, route, found, to, params)
    hub.site.crew.spawn(_passed(hub, sent, then), f"{route.message.name} to {to}")


@dataclass(frozen=True, slots=True)
class _Relayed:
    """A message as it goes on: where to, and in the form that its receiver speaks."""

    place: Place
    headers: Mapping[str, str]
    body: bytes
    params: Params
    query: str


def _relayed(hub: Hub, call: Call, route: Route, place: Place, to: str, params: Params) -> _Relayed:
    """Raises Untranslatable for what cannot be said in the receiver's form."""
    headers, body = _relayed_headers(hub, call, route, to, params), call.raw
    if (otherwise := in_form_of(hub, call, route, to, params)) is not None:
        forms.remember(hub, call, route.message.contract_key, params.get("id", ""), otherwise)
        body = _written(otherwise)
        headers |= of_altered(hub, call, place.message.method, path_of(route, params), headers, body)
        place = replace(place, message=replace(place.message, relayed=False))
    return _Relayed(place, headers, body, params, call.request.query)


async def _passed(hub: Hub, sent: _Relayed, then: Then | None) -> None:
    answer = await _deliver(hub, sent)
    if then is not None:
        then(answer)


async def _deliver(hub: Hub, sent: _Relayed) -> Answer | None:
    place = sent.place
    return await hub.site.outbox.deliver(
        place.message, place.base, receiver=place.receiver, headers=sent.headers, body=sent.body, params=sent.params,
        query=sent.query,
    )  # fmt: skip


def pass_on_part(hub: Hub, call: Call, route: Route, to: str, body: Mapping[str, Any]) -> None:
    """Relay less of a message than came, in its sender's name: a signature over the whole would not hold, and goes the way of
    those of what the hub translates."""
    found = address(hub, to, route, {})
    if found is None:
        _undeliverable(route, to)
        return
    headers, less = _relayed_headers(hub, call, route, to, {}), _written(body)
    kept = {name: value for name, value in headers.items() if name.lower() not in _SIGNATURE}
    kept |= of_altered(hub, call, found.message.method, path_of(route, {}), kept, less)
    hub.site.outbox.send(found.message, found.base, receiver=found.receiver, headers=kept, body=less)


def ask(hub: Hub, call: Call, route: Route, to: str, params: Params, refuse: Refuse) -> bool:
    """Relay a request, and tell the requester when the receiver refuses it or cannot be reached; False without address."""
    found = address(hub, to, route.relayed(), params)
    if found is None:
        return False
    sent = _relayed(hub, call, route, found, to, params)
    hub.site.crew.spawn(_asked(hub, sent, refuse), f"{route.message.name} to {to}")
    return True


def search(hub: Hub, call: Call, route: Route, proxy: str, params: Params, then: Then) -> None:
    """Ask another scheme, by its proxy, without naming anybody in it."""
    found = address(hub, proxy, route.relayed(), params)
    if found is None:
        then(None)
        return
    sent = _relayed(hub, call, route, found, proxy, params)
    headers = {name: value for name, value in sent.headers.items() if name.lower() != "fspiop-destination"}
    hub.site.crew.spawn(_passed(hub, replace(sent, headers=headers), then), f"{route.message.name} to {proxy}")


async def _asked(hub: Hub, sent: _Relayed, refuse: Refuse) -> None:
    answer = await _deliver(hub, sent)
    if answer is None or answer.status >= 400:
        refuse(_their_error(answer))


def in_form_of(hub: Hub, call: Call, route: Route, to: str, params: Params) -> Mapping[str, Any] | None:
    """A message's body in the other form, where its receiver speaks that; None where it can go on as it came. What the other
    form has no place for is lost, and so is the signature. Raises Untranslatable for what cannot be said there."""
    operation, form = route.message.contract_key, forms.form_of(call)
    if not call.raw or forms.speaks_iso(hub, to, form is not None) == (form is not None):
        return None
    if form is not None:
        return forms.told(call, form.message)
    source, id_ = call.header("fspiop-source") or "", params.get("id", "")
    return forms.passed_on(operation, forms.envelope(hub, source, to, operation, id_, call.body), call.body)


def _their_error(answer: Answer | None) -> FspiopError:
    try:
        return from_body(json_of(answer))
    except NoErrorInformation:
        return as_fspiop(Undeliverable("no errorInformation", answer.status if answer is not None else None))


def copy_back(hub: Hub, call: Call, route: Route, to: str, params: Params) -> None:
    """Send a message's body back in the hub's name. Signed, it goes out sorted, so that verifiers of both forms accept it."""
    otherwise = in_form_of(hub, call, route, to, params)
    body = call.raw if otherwise is None else _written(otherwise)
    _send_own(hub, call, route.relayed(), to, params, body if signer(hub) is None else canonical.sorted_bytes(body))


def say(hub: Hub, trigger: Call | None, route: Route, to: str, params: Params, body: Mapping[str, Any]) -> None:
    """Send a message of the hub's own, in its receiver's form; `trigger` is what it answers."""
    if forms.speaks_iso(hub, to):
        operation, id_ = route.message.contract_key, params.get("id", "")
        body = forms.in_iso(hub, operation, forms.envelope(hub, hub.settings.hub_name, to, operation, id_, body), body)
    _send_own(hub, trigger, route, to, params, _written(body))


def _send_own(hub: Hub, trigger: Call | None, route: Route, to: str, params: Params, body: bytes) -> None:
    found = address(hub, to, route, params)
    if found is None:
        _undeliverable(route, to)
        return
    headers = _own_headers(hub, trigger, route, to, path_of(route, params))
    if (own := signer(hub)) is not None:  # the whole address: of a path alone the signing library knows fewer resources
        headers |= own.sign(found.message.method, found.base + path_of(route, params), headers, body)
    hub.site.outbox.send(found.message, found.base, receiver=found.receiver, headers=headers, body=body, params=params)


def inquire(hub: Hub, route: Route, source: str, to: str, params: Params) -> None:
    """Send a question that nobody has asked, in a participant's name."""
    found = address(hub, to, route, params)
    if found is None:
        _undeliverable(route, to)
        return
    headers = request_headers(
        route.resource, source=source, destination=to, date=hub.site.clock.now(), version=hub.settings.own_version
    )
    hub.site.outbox.send(found.message, found.base, receiver=found.receiver, headers=headers, params=params)


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
        version=hub.settings.own_version, iso20022=forms.speaks_iso(hub, to) and is_iso_media(route.resource),
    )  # fmt: skip
    headers.pop("accept", None)
    return headers


def _relayed_headers(hub: Hub, call: Call, route: Route, to: str, params: Params) -> dict[str, str]:
    uri = path_of(route, params) if route.resource in _SETS_URI else None
    source = call.header("fspiop-source") or ""
    headers = relay.relay_headers(
        call.headers, method=route.message.method, source=source, destination=to, uri=uri
    )  # fmt: skip
    said, version = forms.said_in_iso(call), hub.settings.own_version
    form = forms.speaks_iso(hub, to, said) and is_iso_media(route.resource)
    if form != said and "content-type" in headers:
        headers["content-type"] = media.content_type(route.resource, version, iso20022=form)
        if "accept" in headers:
            headers["accept"] = media.accept(route.resource, version, iso20022=form)
        if written(route.message.contract_key) is not None:  # what was signed was the body in the other form
            headers.pop("fspiop-signature", None)
    if route.resource not in _QUOTES:
        return headers
    headers["content-type"] = media.content_type(route.resource, version, iso20022=form)
    return {name: headers[name.lower()] for name in _QUOTE_HEADERS if headers.get(name.lower())}


def _undeliverable(route: Route, to: str) -> None:
    LOG.info("%s: %s has no endpoint for it", route.message.name, to)
