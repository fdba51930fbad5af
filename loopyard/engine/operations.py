"""What a simulator receives and sends, each declared once. Everything else keys on the declarations' stable names."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from loopyard.engine.bodies import MalformedBody, read_json
from loopyard.engine.contract import Contract
from loopyard.engine.site import Site
from loopyard.engine.traffic import Interaction
from loopyard.kernel.ledger import Ledger
from loopyard.transport.server import Reply, Request

__all__ = ["Call", "Control", "Face", "Handler", "MalformedBody", "Message", "Operation", "Simulator", "operation"]


class Call:
    """A request on its way through an operation: who asked for what, with the parsed body at hand.

    `operation` is the run-time name of the operation that serves it. The interaction of a call between two simulators bears
    the name of the message that was sent.
    """

    def __init__(
        self, request: Request, template: str, params: Mapping[str, str], interaction: Interaction, operation: str = ""
    ) -> None:
        self.request = request
        self.template = template
        self.params = params
        self.interaction = interaction
        self.operation = operation or interaction.operation

    @property
    def method(self) -> str:
        return self.request.method

    @property
    def raw(self) -> bytes:
        return self.request.body

    def header(self, name: str) -> str | None:
        return self.request.header(name)

    @cached_property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(self.request.query, keep_blank_values=True))

    @cached_property
    def body(self) -> Any:
        """The parsed JSON body, None when there is none. Raises MalformedBody."""
        return read_json(self.request.body)


Handler = Callable[[Any, Call], Awaitable[Reply]]


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

    `retries` are the seconds before each further attempt after one that was not answered with 2xx.
    """

    name: str
    method: str
    path: str
    refs: tuple[str, ...] = ()
    schema: str | None = None
    relayed: bool = False
    retries: tuple[float, ...] = ()

    @property
    def contract_key(self) -> str:
        return self.schema or f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Face:
    """A named listener of a simulator. `reject` gives the system's own form to any error, or raises what it does not know.

    `admit` stands before every handler (headers, tokens) and raises what `reject` will answer. `sender` says who speaks.
    """

    name: str
    operations: tuple[Operation, ...]
    reject: Callable[[Any, Call, Exception], Reply]
    sender: Callable[[Call], str]
    admit: Callable[[Any, Call], None] | None = None
    contract: Callable[[], Contract] | None = None


@dataclass(frozen=True, slots=True)
class Control:
    """An ability of one kind of simulator that a world offers under `<instance>.<name>`: JSON in, JSON out."""

    name: str
    handle: Callable[[Any, Mapping[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Simulator:
    """The declaration of one kind of external system: what its package exports under `loopyard.simulators`.

    `build(site)` makes fresh state; `ledgers` names the books that the audit reads.
    """

    kind: str
    build: Callable[[Site], Any]
    faces: tuple[Face, ...]
    ledgers: Callable[[Any], Iterable[Ledger]]
    messages: tuple[Message, ...] = ()
    controls: tuple[Control, ...] = ()
    contract: Callable[[], Contract] | None = None
    """The contract of what it sends on its own."""
