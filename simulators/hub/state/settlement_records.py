"""The life of a settlement and of each account in it, as literal tables, and what is kept of them. Who lets them go on, and
what that does to positions, is in `settlements` and `entries`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from loopyard.kernel.lifecycle import Lifecycle
from loopyard.kernel.money import Money
from simulators.hub.state.models import SettlementModel
from simulators.hub.state.participants import Account
from simulators.hub.state.windows import Content, Window

PENDING: Final = "PENDING_SETTLEMENT"
RECORDED: Final = "PS_TRANSFERS_RECORDED"
RESERVED: Final = "PS_TRANSFERS_RESERVED"
COMMITTED: Final = "PS_TRANSFERS_COMMITTED"

SETTLEMENT: Final = Lifecycle(
    "settlement",
    initial=PENDING,
    final={"SETTLED", "ABORTED"},
    transitions={
        (PENDING, "record"): RECORDED,
        (RECORDED, "reserve"): RESERVED,
        (RESERVED, "commit"): COMMITTED,
        (COMMITTED, "settle some"): "SETTLING",
        (COMMITTED, "settle all"): "SETTLED",
        ("SETTLING", "settle all"): "SETTLED",
        (PENDING, "abort"): "ABORTED",
        (RECORDED, "abort"): "ABORTED",
        (RESERVED, "abort"): "ABORTED",  # while no account is committed
    },
)

SETTLEMENT_ACCOUNT: Final = Lifecycle(
    "settlement account",
    initial=PENDING,
    final={"SETTLED", "ABORTED"},
    transitions={
        (PENDING, "record"): RECORDED,
        (RECORDED, "reserve"): RESERVED,
        (RESERVED, "commit"): COMMITTED,
        (COMMITTED, "settle"): "SETTLED",
        (PENDING, "abort"): "ABORTED",
        (RECORDED, "abort"): "ABORTED",
        (RESERVED, "abort"): "ABORTED",
    },
)

NEXT: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        PENDING: (RECORDED, "record"),
        RECORDED: (RESERVED, "reserve"),
        RESERVED: (COMMITTED, "commit"),
        COMMITTED: ("SETTLED", "settle"),
        "SETTLING": ("SETTLED", "settle"),
    }
)
"""Where an account may go while its settlement is in a state, and by which event."""


@dataclass(slots=True, eq=False)
class SettlementAccount:
    """One account in a settlement. `net` is positive for who owes; `changed` when its state was last asked for."""

    participant_id: int
    account: Account
    net: Money
    contents: list[Content]
    reason: str
    changed: datetime
    state: str = SETTLEMENT_ACCOUNT.initial
    external_reference: str | None = None

    def step(self, event: str) -> None:
        """Raises IllegalTransition."""
        self.state = SETTLEMENT_ACCOUNT.next(self.state, event)


@dataclass(slots=True, eq=False)
class Settlement:
    """One settlement; its accounts stand by participant and account number."""

    id: int
    model: SettlementModel
    reason: str
    created: datetime
    changed: datetime
    contents: list[Content]
    accounts: list[SettlementAccount]
    state: str = SETTLEMENT.initial

    @property
    def reference(self) -> str:
        """Under which its entries are posted."""
        return f"settlement {self.id}"

    @property
    def windows(self) -> list[Window]:
        return list(dict.fromkeys(content.window for content in self.contents))

    def step(self, event: str, at: datetime, reason: str) -> None:
        """Raises IllegalTransition."""
        self.state = SETTLEMENT.next(self.state, event)
        self.changed, self.reason = at, reason


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks of one account. None is what was left out."""

    participant_id: int | None
    account_id: int | None
    state: str | None
    reason: str | None
    external_reference: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a wish: `refusal` is why it was refused, `fresh` that the account is in another state than before."""

    wish: Wish
    found: SettlementAccount | None
    refusal: str | None = None
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Advance:
    """What a request has changed: the windows of accounts that went on, and whether the settlement did."""

    settlement: Settlement
    answers: Sequence[Answer]
    windows: Sequence[Window]
    went_on: bool
