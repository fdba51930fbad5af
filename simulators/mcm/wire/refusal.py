"""What the connection manager answers when it refuses. Source: docs/sources/mcm.md, errors."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Final

from loopyard.engine.bodies import MalformedBody
from loopyard.engine.call import Call
from loopyard.transport.messages import Reply
from loopyard.transport.router import NoRoute
from simulators.mcm.state import errors
from simulators.mcm.state.errors import Invalid, McmError
from simulators.mcm.wire import build
from simulators.mcm.wire.parse import Malformed

KINDS: Final = MappingProxyType(
    {
        errors.Invalid: (400, "ValidationError"),
        errors.Unprocessable: (422, "InvalidEntityError"),
        errors.Unknown: (404, "NotFoundError"),
    }
)
"""The status of each refusal, and the name of the vendor's class."""
GATE: Final = MappingProxyType({errors.NotLoggedIn: 401, errors.NotAllowed: 403})
"""What is refused before the service itself is reached."""


def reject(state: Any, call: Call, error: Exception) -> Reply:
    """The vendor's form of an error. Raises what it does not know."""
    if isinstance(error, NoRoute):
        return _interface(
            405 if error.allowed else 404, "not found" if not error.allowed else f"{call.method} method not allowed"
        )
    if isinstance(error, MalformedBody):
        return _interface(400, str(error))
    if isinstance(error, Malformed):
        listed = [{"path": f".body{path.replace('/', '.')}", "message": message} for path, message in error.errors]
        return build.answer({"message": str(error), "errors": listed}, 400)
    if type(error) in GATE:
        refused = _interface(GATE[type(error)], str(error))
        return Reply(refused.status, refused.body, (*refused.headers, ("X-AUTH-ERROR", str(error))))
    if isinstance(error, McmError):
        return _domain(error)
    raise error


def _domain(error: McmError) -> Reply:
    status, name = next(KINDS[kind] for kind in type(error).__mro__ if kind in KINDS)
    payload = {"id": name, "message": str(error)}
    if isinstance(error, Invalid) and error.cause is not None:
        payload["validationErrors"] = error.cause
    return build.answer({"payload": payload, "message": str(error)}, status)


def _interface(status: int, message: str) -> Reply:
    return build.answer({"message": message, "errors": []}, status)


def sender(call: Call) -> str:
    """Payment managers name themselves in the path of what is their own, some in a header; the operator names nobody."""
    if call.params.get("base") != "pm4mlapi":
        return ""
    return call.params.get("dfspId") or call.header("x-dfsp-id") or ""
