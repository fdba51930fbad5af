"""The FSPIOP face's edge: who may come in, and how a refusal looks. Bodies of single resources stand beside this module."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from loopyard.engine.bodies import MalformedBody, Unreasonable
from loopyard.engine.call import Call
from loopyard.protocols import canonical
from loopyard.protocols.fspiop import headers
from loopyard.protocols.fspiop.errors import FspiopError, method_not_allowed, unknown_uri
from loopyard.protocols.fspiop.validation import validate_request
from loopyard.protocols.iso20022.errors import Untranslatable
from loopyard.protocols.schemas import Operation, UnknownOperation
from loopyard.transport.messages import Reply
from loopyard.transport.router import NoRoute
from simulators.hub.state import Hub
from simulators.hub.state.errors import HubError
from simulators.hub.state.gateway import TurnedAway
from simulators.hub.wire import forms, gateway, hapi_schemas, signatures
from simulators.hub.wire.errors import as_fspiop

ACCEPTED: Final = Reply(202)
OK: Final = Reply(200)
JSON: Final = (("Content-Type", "application/json; charset=utf-8"),)


def admit(hub: Hub, call: Call) -> None:
    """Headers, then schema, then signature. Raises FspiopError."""
    source = sender(call)
    if len(call.raw) > headers.LARGEST_BODY:  # unpacked: Content-Length tells the size of what was sent
        raise FspiopError("3104", "Payload size is too large")
    _check_headers(hub, call, source)
    try:
        declared = hub.settings.contract.operation(f"{call.method} {call.template}")
    except UnknownOperation as cause:
        raise unknown_uri(call.method, call.request.path) from cause
    if hapi_schemas.serves(call.template):
        hapi_schemas.check(declared, body_of(call), call.headers)
    else:
        _validate(hub, call, declared)
    signatures.verify(hub, call)
    forms.note_form(hub, call, source)


def _validate(hub: Hub, call: Call, declared: Operation) -> None:
    contract, key = hub.settings.contract, f"{call.method} {call.template}"
    validate_request(
        contract,
        key,
        body=_said(hub, call) if declared.request is not None else None,
        headers=call.headers,
        query=call.query if declared.query is not None else None,
        path=dict(call.params) if declared.path is not None else None,
        strict_3101=hub.settings.strict_3101,
    )


def _said(hub: Hub, call: Call) -> Any:
    form = forms.form_of(call)
    return body_of(call) if form is None else forms.said(hub, call, form)


def _check_headers(hub: Hub, call: Call, source: str) -> None:
    served = hub.settings.served_in_iso if forms.expects_iso(hub, call, source) else hub.settings.served
    headers.check_headers(call.method, call.request.path, call.headers, served)


def reject(hub: Hub, call: Call, error: Exception) -> Reply:
    """The scheme's answer to an error; what is no error of the scheme is raised again."""
    if isinstance(error, TurnedAway):
        return gateway.turned_away(call, error)
    if isinstance(error, NoRoute):
        return refusal(_no_route(hub, call, error))
    if isinstance(error, MalformedBody):
        return refusal(FspiopError("3101", "the body is not JSON"))
    if isinstance(error, HubError):
        return refusal(as_fspiop(error))
    if isinstance(error, FspiopError):
        return refusal(error)
    if isinstance(error, Untranslatable):
        return refusal(FspiopError("3100", str(error)))
    raise error


def _no_route(hub: Hub, call: Call, error: NoRoute) -> FspiopError:
    try:
        _check_headers(hub, call, sender(call))
    except FspiopError as first:
        return first
    known = method_not_allowed if error.allowed else unknown_uri
    return known(error.method, error.path)


def refusal(error: FspiopError) -> Reply:
    """An error answered at once."""
    return Reply(error.http_status, error.body_bytes, JSON)


def sender(call: Call) -> str:
    """Who speaks, by the header that says so."""
    return call.header("fspiop-source") or "unknown"


def proxy_of(hub: Hub, call: Call) -> str | None:
    """The proxy by which a message came from another scheme."""
    return hub.schemes.proxy(call.header("fspiop-proxy"))


def body_of(call: Call) -> Any:
    """The body as the validator sees it: what is missing or not JSON is an empty object. Raises Unreasonable."""
    try:
        return {} if call.body is None else call.body
    except Unreasonable:
        raise
    except MalformedBody:
        return {}


def digest(call: Call) -> bytes:
    """What a body has in common with its repeat: the hash of its members in their order, without white space. Of ISO 20022 it
    is the hash of what it says in FSPIOP, which leaves out message id, time and whatever else FSPIOP has no place for."""
    try:
        text = canonical.insertion_json(forms.plain(call))
    except TypeError:  # a fraction: only its digits, read exactly, give what the real hub hashes
        text = canonical.insertion_bytes(call.raw)
    return hashlib.sha256(text).digest()
