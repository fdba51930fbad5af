"""The life of a bulk transfer at the hub, and what is known of each of its individual transfers. Who asks for a change, and
over which wire, is known elsewhere; the money of an individual transfer is a transfer's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from loopyard.kernel.lifecycle import Lifecycle
from simulators.hub.state.errors import HubError
from simulators.hub.state.records import Fulfil, Prepare, Rejection

BULK: Final = Lifecycle(
    "bulk transfer",
    initial="RECEIVED",
    final={"INVALID", "REJECTED", "COMPLETED", "EXPIRED"},
    transitions={
        ("RECEIVED", "invalidate"): "INVALID",  # a rule for the whole is broken: 3100, 3202, 3203
        ("RECEIVED", "begin"): "PENDING_PREPARE",
        ("PENDING_PREPARE", "accept"): "ACCEPTED",  # what could be reserved goes on to the payee
        ("PENDING_PREPARE", "reject"): "REJECTED",  # nothing could be reserved
        ("ACCEPTED", "process"): "PROCESSING",  # the payee has answered
        ("ACCEPTED", "complete"): "COMPLETED",  # each transfer was answered by itself
        ("ACCEPTED", "expire"): "EXPIRED",
        ("PROCESSING", "complete"): "COMPLETED",
        ("PROCESSING", "reject"): "REJECTED",  # the payee refused the whole
        ("PROCESSING", "expire"): "EXPIRED",  # the payee left some unanswered
    },
)
PUBLIC: Final = MappingProxyType(
    {
        "RECEIVED": "RECEIVED",
        "PENDING_PREPARE": "PENDING",
        "ACCEPTED": "ACCEPTED",
        "PROCESSING": "PROCESSING",
        "COMPLETED": "COMPLETED",
        "EXPIRED": "COMPLETED",
        "REJECTED": "REJECTED",
        "INVALID": "REJECTED",
    }
)
"""Internal states as the API shows them."""


@dataclass(frozen=True, slots=True)
class Part:
    """Stands for the original of one transfer in a bulk: `content` is what the payee says of it, opaque here. It tells what
    came in a bulk from what was sent by itself."""

    content: Any = None


@dataclass(frozen=True, slots=True)
class BulkPrepare:
    """A request to make many transfers from one participant to another; `items` are ordinary prepares."""

    id: str
    payer: str
    payee: str
    items: tuple[Prepare, ...]
    source: str
    expires_at: datetime
    digest: bytes
    original: Any


@dataclass(frozen=True, slots=True)
class BulkFulfil:
    """The payee's answer: the state that it gives the whole, and a result for each transfer that it answers."""

    id: str
    source: str
    state: str
    results: tuple[Fulfil | Rejection, ...]
    digest: bytes
    original: Any


@dataclass(slots=True, eq=False)
class Item:
    """One individual transfer: `trouble` is the hub's error, or the payee's as it came."""

    prepare: Prepare
    reserved: bool = False
    fulfilment: str | None = None
    trouble: HubError | Any = None

    @property
    def final(self) -> bool:
        return self.fulfilment is not None or self.trouble is not None


@dataclass(slots=True, eq=False)
class Bulk:
    """A bulk transfer as the hub keeps it. `undecided` transfers are neither reserved nor refused yet, `live` ones not final;
    `refusal` is the payee's error for the whole."""

    prepare: BulkPrepare
    items: list[Item]
    undecided: int
    live: int
    state: str = BULK.initial
    original: Any = field(default=None, repr=False)
    completed: str | None = None
    answer_digest: bytes | None = None
    refusal: Rejection | None = None
    rejected: bool = False
    invalid: HubError | None = None

    @property
    def id(self) -> str:
        return self.prepare.id

    @property
    def public(self) -> str:
        """RECEIVED, PENDING, ACCEPTED, PROCESSING, COMPLETED or REJECTED."""
        return PUBLIC[self.state]

    @property
    def final(self) -> bool:
        return self.state in BULK.final

    def step(self, event: str) -> None:
        """Go on in life. Raises IllegalTransition."""
        self.state = BULK.next(self.state, event)


def opened(request: BulkPrepare) -> Bulk:
    """A bulk at the beginning of its life."""
    items = [Item(each) for each in request.items]
    return Bulk(request, items, undecided=len(items), live=len(items), original=request.original)
