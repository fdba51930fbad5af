"""The declaration of one kind of external system: its faces, its controls, how its state is made and which books it keeps."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Any

from loopyard.engine.call import Call
from loopyard.engine.contract import Contract
from loopyard.engine.notation import Notations, own_notation
from loopyard.engine.operations import Message, Operation
from loopyard.engine.site import Site
from loopyard.kernel.ledger import Ledger
from loopyard.transport.messages import Reply


@dataclass(frozen=True, slots=True)
class Face:
    """A named listener of a simulator. `reject` gives the system's own form to any error, or raises what it does not know.

    `admit` stands before every handler (headers, schema) and raises what `reject` will answer. `gate` stands before everything,
    paths that nobody serves included, and may ask elsewhere. `sender` says who speaks.
    """

    name: str
    operations: tuple[Operation, ...]
    reject: Callable[[Any, Call, Exception], Reply]
    sender: Callable[[Call], str]
    admit: Callable[[Any, Call], None] | None = None
    contract: Callable[[], Contract] | None = None
    gate: Callable[[Any, Call], Awaitable[None]] | None = None
    notations: Notations = own_notation
    """The other notations in which its requests may be written."""


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
    forget: Callable[[Any, Set[str]], None] | None = None
    """Drops from its state what it keeps for these references, whose postings are archived at the same moment."""
    notations: Notations = own_notation
    """The other notations in which it may write what it sends on its own."""
