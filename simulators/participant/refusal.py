"""Errors in FSPIOP's form: a refusal is accepted with 202 and answered with an error callback, anything wrong with the
request itself is answered at once. Codes and callbacks are given by each simulator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from loopyard.engine.bodies import MalformedBody
from loopyard.engine.call import Call
from loopyard.engine.operations import Message
from loopyard.engine.traffic import dig
from loopyard.protocols.fspiop.errors import FspiopError, NoErrorInformation, method_not_allowed, unknown_uri
from loopyard.protocols.iso20022.errors import Untranslatable
from loopyard.transport.messages import Reply
from loopyard.transport.router import NoRoute
from simulators.participant import sending, signing
from simulators.participant.behaviour import GOOD
from simulators.participant.errors import NotPlayed, Refusal, Scripted, Silence, Unwilling
from simulators.participant.sending import Group, Member

Codes = Mapping[type[Exception], str]
"""The scheme's code of each refusal."""
Callbacks = Mapping[str, tuple[Message, str]]
"""The error callback of each request, and where the body has the id when the path has not."""


def admit(group: Group, call: Call) -> None:
    """Hold a message's signature against its sender's key, where the world signs, and keep of one in ISO 20022 what its
    answer is built on. Raises FspiopError 3105, and Untranslatable for one that cannot be read."""
    signing.admit(group.site, call.params["fsp"], call, resource=call.template.split("/")[2])
    if call.interaction.notation is not None:
        group.forms.note(call.params["fsp"], call)


def accepted() -> Reply:
    """The answer to GET and POST: the work is done by a callback."""
    return Reply(202)


def noted() -> Reply:
    """The answer to PUT and PATCH."""
    return Reply(200)


def sender(call: Call) -> str:
    """Who the headers say is speaking."""
    return call.header("fspiop-source") or ""


def reject(
    group: Group, find: Callable[[str], Member], call: Call, error: Exception, *, codes: Codes, callbacks: Callbacks
) -> Reply:
    """The scheme's form of an error. Raises what it does not know."""
    if isinstance(error, Silence):
        return Reply(202 if call.method in ("GET", "POST") else 200)
    if not isinstance(error, Refusal) and type(error) not in codes:
        return _at_once(_as_fspiop(call, error))
    found = callbacks.get(f"{call.method} {call.template}")
    if found is None:
        return _at_once(FspiopError(codes[type(error)], str(error)))
    message, where = found
    params = {name: value for name, value in call.params.items() if name != "fsp"}
    if where:
        params["ID"] = str(dig(call.body, where))
    member = find(call.params["fsp"])
    conduct = error.conduct if isinstance(error, Scripted) else GOOD
    sending.post(group, member, message, to=sender(call), params=params, body=error_body(codes, error), conduct=conduct)
    return accepted()


def _as_fspiop(call: Call, error: Exception) -> FspiopError:
    if isinstance(error, FspiopError):
        return error
    if isinstance(error, MalformedBody):
        return FspiopError("3101", str(error))
    if isinstance(error, NoErrorInformation):
        return FspiopError("3102", "/requestBody must have required property 'errorInformation'")
    if isinstance(error, NoRoute):
        found = method_not_allowed if error.allowed else unknown_uri
        return found(error.method, call.request.path)
    if isinstance(error, Untranslatable):
        return FspiopError("3100", str(error))
    if isinstance(error, NotPlayed):
        return FspiopError("3200", str(error))
    if isinstance(error, Unwilling):
        return FspiopError("2003", status=error.status)
    raise error


def _at_once(error: FspiopError) -> Reply:
    return Reply(error.http_status, error.body_bytes, (("Content-Type", "application/json"),))


def error_body(codes: Codes, error: Exception) -> Any:
    """An errorInformation body. KeyError for an error that has no code."""
    if not isinstance(error, Scripted):
        return FspiopError(codes[type(error)], str(error)).body
    body = FspiopError(error.code, description=error.description).body
    if error.as_integer:
        body["errorInformation"]["errorCode"] = int(error.code)
    return body
