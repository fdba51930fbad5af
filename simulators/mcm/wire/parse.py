"""What a request asks for. The formats of the interface description are held against here; rules are the state's."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from loopyard.engine.call import Call
from loopyard.protocols import schemas
from loopyard.transport.router import NoRoute
from simulators.mcm.state.errors import Invalid, Unknown
from simulators.mcm.state.mcm import Mcm

BASES: Final = ("api", "pm4mlapi")
"""The API is served for the portal under the one, for payment managers under the other."""
OPEN: Final = ("/health", "/auth/profile")
"""What needs no token, or says by itself what there is without one."""


class Malformed(Invalid):
    """The body is not what the interface description says. `errors` are pairs of a path and what is wrong there."""

    def __init__(self, errors: list[tuple[str, str]]) -> None:
        super().__init__(", ".join(f"request.body{path.replace('/', '.')} {message}" for path, message in errors))
        self.errors = errors


def admit(mcm: Mcm, call: Call) -> None:
    """Stands before every operation. Raises NoRoute, Malformed."""
    if call.params["base"] not in BASES:
        raise NoRoute(call.method, call.request.path, ())
    checker = contract().request(f"{call.method} {_path(call)}")
    if checker is not None and (wrong := checker.violations(call.body)):
        raise Malformed([(each.where, each.message) for each in wrong])


def needs_token(call: Call) -> bool:
    """Whether a call is one for which a token can be asked."""
    return call.params["base"] in BASES and _path(call) not in OPEN


def _path(call: Call) -> str:
    return call.template.removeprefix("/{base}")


def body(call: Call) -> Mapping[str, Any]:
    """The body as an object; absent is empty."""
    return call.body if isinstance(call.body, Mapping) else {}


def number(call: Call, name: str) -> int:
    """An id of the path. Raises Unknown for what is no number: nothing has such an id."""
    text = call.params[name]
    if not text.isdecimal():
        raise Unknown(f"{name} {text} not found")
    return int(text)


def chain(value: Any) -> str:
    """An intermediate chain, which comes as one text or as a list of them."""
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value or "")


@cache
def contract() -> schemas.Contract:
    """Read and compiled once in a process."""
    return schemas.load("mcm")
