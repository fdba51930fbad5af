"""The life of a transfer and of a conversion at the hub. Everything that may change their state is in these two tables;
who asks for the change, and over which wire, is known elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, Literal

from loopyard.kernel.lifecycle import Lifecycle
from loopyard.kernel.money import Money
from simulators.hub.state.errors import HubError

TRANSFER: Final = Lifecycle(
    "transfer",
    initial="RECEIVED_PREPARE",
    final={"SETTLED", "INVALID", "ABORTED_REJECTED", "ABORTED_ERROR", "EXPIRED_PREPARED", "EXPIRED_RESERVED"},
    transitions={
        ("RECEIVED_PREPARE", "invalidate"): "INVALID",  # a rule of the scheme is broken: 3100
        ("RECEIVED_PREPARE", "refuse"): "ABORTED_REJECTED",  # liquidity cover or net debit cap: 4001, 4200
        ("RECEIVED_PREPARE", "expire"): "EXPIRED_PREPARED",  # 3303 to the payer only
        ("RECEIVED_PREPARE", "reserve"): "RESERVED",
        ("RESERVED", "fulfil"): "RECEIVED_FULFIL",
        ("RECEIVED_FULFIL", "commit"): "COMMITTED",
        ("COMMITTED", "settle"): "SETTLED",  # gross settlement only; net settlement leaves transfers alone
        ("RESERVED", "reject"): "RECEIVED_REJECT",  # the payee answered ABORTED
        ("RECEIVED_REJECT", "abort"): "ABORTED_REJECTED",
        ("RESERVED", "fail"): "RECEIVED_ERROR",  # the payee's error, or an answer that does not hold
        ("RECEIVED_ERROR", "abort"): "ABORTED_ERROR",
        ("RESERVED", "expire"): "RESERVED_TIMEOUT",
        ("RESERVED_TIMEOUT", "abort"): "EXPIRED_RESERVED",  # 3303 to payer and payee
        ("RESERVED", "forward"): "RESERVED_FORWARDED",  # a proxy has it: it does not expire here any more
        ("RESERVED_FORWARDED", "fulfil"): "RECEIVED_FULFIL",
        ("RESERVED_FORWARDED", "reject"): "RECEIVED_REJECT",
        ("RESERVED_FORWARDED", "fail"): "RECEIVED_ERROR",
    },
)

CONVERSION: Final = Lifecycle(
    "conversion",
    initial="RECEIVED_PREPARE",
    final={"COMMITTED", "INVALID", "ABORTED_REJECTED", "ABORTED_ERROR", "EXPIRED_PREPARED", "EXPIRED_RESERVED"},
    transitions={
        ("RECEIVED_PREPARE", "invalidate"): "INVALID",
        ("RECEIVED_PREPARE", "refuse"): "ABORTED_REJECTED",
        ("RECEIVED_PREPARE", "expire"): "EXPIRED_PREPARED",
        ("RECEIVED_PREPARE", "reserve"): "RESERVED",
        ("RESERVED", "fulfil"): "RECEIVED_FULFIL_DEPENDENT",  # the provider's promise; the determining transfer decides
        ("RECEIVED_FULFIL_DEPENDENT", "commit"): "COMMITTED",
        ("RECEIVED_FULFIL_DEPENDENT", "fail"): "RECEIVED_ERROR",  # the determining transfer was aborted
        ("RECEIVED_FULFIL_DEPENDENT", "expire"): "RESERVED_TIMEOUT",  # the determining transfer expired
        ("RESERVED", "reject"): "RECEIVED_REJECT",
        ("RECEIVED_REJECT", "abort"): "ABORTED_REJECTED",
        ("RESERVED", "fail"): "RECEIVED_ERROR",
        ("RECEIVED_ERROR", "abort"): "ABORTED_ERROR",
        ("RESERVED", "expire"): "RESERVED_TIMEOUT",
        ("RESERVED_TIMEOUT", "abort"): "EXPIRED_RESERVED",
    },
)

PUBLIC: Final[Mapping[str, str]] = MappingProxyType(
    {
        "RECEIVED_PREPARE": "RECEIVED",
        "RESERVED": "RESERVED",
        "RESERVED_FORWARDED": "RESERVED",
        "RECEIVED_FULFIL": "RESERVED",
        "RECEIVED_FULFIL_DEPENDENT": "RESERVED",
        "RECEIVED_REJECT": "RESERVED",
        "RECEIVED_ERROR": "RESERVED",
        "RESERVED_TIMEOUT": "RESERVED",
        "COMMITTED": "COMMITTED",
        "SETTLED": "SETTLED",
        "INVALID": "ABORTED",
        "ABORTED_REJECTED": "ABORTED",
        "ABORTED_ERROR": "ABORTED",
        "EXPIRED_PREPARED": "ABORTED",
        "EXPIRED_RESERVED": "ABORTED",
    }
)
"""Internal states as the API shows them."""
HELD: Final = frozenset({"RESERVED", "RESERVED_FORWARDED"})
"""Internal states in which an answer of the payee or provider can change something."""
OUTCOMES: Final = frozenset({"COMMITTED", "SETTLED", "ABORTED"})
"""Public states that answer whether money has moved: they never change into each other, but for COMMITTED into SETTLED."""

Kind = Literal["transfer", "conversion"]
_LIFE: Final[Mapping[Kind, Lifecycle]] = MappingProxyType({"transfer": TRANSFER, "conversion": CONVERSION})

Extensions = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Prepare:
    """A request to move money. For a conversion the payer is the initiator, the payee the FX provider, `amount` the
    source amount, `target` the target amount, and `determining` the transfer that decides. `packet` is a transfer's ILP packet.

    `source` is who sent it; `digest` tells a repeat from a changed request; `original` is the message, opaque here, and kept
    only until it was passed on or refused.
    """

    kind: Kind
    id: str
    payer: str
    payee: str
    amount: Money
    condition: str
    expires_at: datetime | None
    source: str
    digest: bytes
    original: Any
    target: Money | None = None
    determining: str | None = None
    packet: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Fulfil:
    """The payee's or provider's answer to a prepare: `state` COMMITTED, RESERVED or ABORTED. `proxy` is who passed it on from
    another scheme."""

    id: str
    source: str
    destination: str | None
    state: str
    fulfilment: str | None
    completed: str | None
    extensions: Extensions
    digest: bytes
    original: Any
    proxy: str | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """The payee's or provider's error. `relayable` says that its code is of a family that the hub passes on."""

    id: str
    source: str
    destination: str | None
    relayable: bool
    extensions: Extensions
    digest: bytes
    original: Any
    proxy: str | None = None


@dataclass(slots=True, eq=False)
class Record:
    """A transfer or conversion as the hub keeps it.

    `payer_at` and `payee_at` are whose positions here stand for payer and payee: their own, or those of the proxies that lead
    to them.
    `original` is the message of the prepare while it is needed; `reserved_for` is whose position is raised by `reserved`;
    `failure` is what the hub found wrong with the payee's answer; `conversions` are those that a transfer determines; `window`
    is the number of the settlement window that its position changes belong to, from the commit on.
    """

    prepare: Prepare
    state: str
    payer_at: str
    payee_at: str
    history: list[tuple[datetime, str]]
    original: Any = field(default=None, repr=False)
    answer_digest: bytes | None = None
    error_digest: bytes | None = None
    fulfilment: str | None = None
    completed: str | None = None
    extensions: Extensions = ()
    reserved_for: str | None = None
    reserved: Money | None = None
    failure: HubError | None = None
    window: int | None = None
    conversions: tuple[Record, ...] = field(default=(), repr=False)

    @property
    def id(self) -> str:
        return self.prepare.id

    @property
    def goes_abroad(self) -> bool:
        """Whether payee or provider belongs to another scheme."""
        return self.payee_at != self.prepare.payee

    @property
    def expires_at(self) -> datetime:
        """When its time is over; only for what the rules have let pass, which demand it."""
        assert self.prepare.expires_at is not None
        return self.prepare.expires_at

    @property
    def kind(self) -> Kind:
        return self.prepare.kind

    @property
    def public(self) -> str:
        """RECEIVED, RESERVED, COMMITTED, SETTLED or ABORTED."""
        return PUBLIC[self.state]

    @property
    def final(self) -> bool:
        """Whether it is committed or aborted for good."""
        return self.public in OUTCOMES

    def step(self, event: str, at: datetime) -> None:
        """Go on in life. Raises IllegalTransition."""
        self.state = _LIFE[self.kind].next(self.state, event)
        self.history.append((at, self.state))


def opened(prepare: Prepare, payer_at: str, payee_at: str, at: datetime) -> Record:
    """A record at the beginning of its life."""
    initial = _LIFE[prepare.kind].initial
    return Record(replace(prepare, original=None), initial, payer_at, payee_at, [(at, initial)], prepare.original)
