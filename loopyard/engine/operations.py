"""What a simulator receives and sends, each declared once. Everything else keys on the declarations' stable names."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from loopyard.engine.call import Call
from loopyard.transport.messages import Reply

Handler = Callable[[Any, Call], Awaitable[Reply]]


@cache
def name_at(instance: str, name: str) -> str:
    """The run-time name of an operation or message: the simulator's instance stands for the first part."""
    return ".".join((instance, *name.split(".")[1:]))


@dataclass(frozen=True, slots=True)
class Operation:
    """What a simulator can be asked for.

    `name` is `<simulator>.<resource>.<verb>`; at run time the simulator's instance name stands for the first part.
    `refs` say where business references stand: `{transferId}` in the path, `conversionTerms.conversionId` in the body.
    `schema` names the entry of the face's contract; by default it is method and template.
    """

    name: str
    method: str
    path: str
    handle: Handler
    refs: tuple[str, ...] = ()
    schema: str | None = None

    @property
    def contract_key(self) -> str:
        return self.schema or f"{self.method} {self.path}"


def operation(
    name: str, method: str, path: str, *, refs: tuple[str, ...] = (), schema: str | None = None
) -> Callable[[Handler], Operation]:
    """Declare the decorated handler as an operation; it is served when it stands in a face's table."""
    return lambda handle: Operation(name, method, path, handle, refs, schema)


@dataclass(frozen=True, slots=True)
class Message:
    """What a simulator sends on its own. `relayed` bodies were formed by another party and are not checked twice.

    `retries` are the seconds before each further attempt after one that was not answered with 2xx. `deviates` are members of
    its body, as "/transferState", in which the real sender is known not to keep to its published contract.
    """

    name: str
    method: str
    path: str
    refs: tuple[str, ...] = ()
    schema: str | None = None
    relayed: bool = False
    retries: tuple[float, ...] = ()
    deviates: tuple[str, ...] = ()

    @property
    def contract_key(self) -> str:
        return self.schema or f"{self.method} {self.path}"
