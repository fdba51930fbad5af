"""Settlement windows: which position changes are settled together. Every committed change belongs to the window that is open
when its fulfil is stored; what is still in flight at the close falls into the next one. How windows are settled is in
`settlements`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from loopyard.kernel.clock import Crew
from loopyard.kernel.lifecycle import Lifecycle
from loopyard.kernel.money import Money
from simulators.hub.state.errors import InternalFault, SettlementRefused
from simulators.hub.state.models import SettlementModels
from simulators.hub.state.participants import Account

WINDOW: Final = Lifecycle(
    "settlement window",
    initial="OPEN",
    final={"SETTLED"},
    transitions={
        ("OPEN", "close"): "PROCESSING",  # in one step with the opening of the next
        ("PROCESSING", "aggregate"): "CLOSED",  # its changes are added up, by account
        ("CLOSED", "settle"): "PENDING_SETTLEMENT",  # the first settlement that takes something of it
        ("ABORTED", "settle"): "PENDING_SETTLEMENT",
        ("PENDING_SETTLEMENT", "settle"): "PENDING_SETTLEMENT",  # another model's settlement of the same window
        ("PENDING_SETTLEMENT", "abort"): "ABORTED",
        ("ABORTED", "abort"): "ABORTED",
        ("PENDING_SETTLEMENT", "finish"): "SETTLED",  # all of its contents are settled
    },
)

CONTENT: Final = Lifecycle(
    "settlement window content",
    initial="CLOSED",
    final={"SETTLED"},
    transitions={
        ("CLOSED", "settle"): "PENDING_SETTLEMENT",
        ("PENDING_SETTLEMENT", "finish"): "SETTLED",
    },
)

SEED_REASON: Final = "initial window"
_WINDOW_DONE: Final = "All settlement window content is SETTLED"


@dataclass(slots=True, eq=False)
class Content:
    """What one window holds for one type of account and one currency: the net change of each account, positive for who owes."""

    id: int
    window: Window
    account_type: str
    currency: str
    nets: dict[Account, Money]
    created: datetime
    changed: datetime
    state: str = CONTENT.initial
    settlement_id: int | None = None

    def step(self, event: str, at: datetime) -> None:
        """Raises IllegalTransition."""
        self.state = CONTENT.next(self.state, event)
        self.changed = at


@dataclass(slots=True, eq=False)
class Window:
    """A settlement window. `nets` are the changes so far; `counted` the fulfilled transfers, conversions left out."""

    id: int
    reason: str
    created: datetime
    changed: datetime
    state: str = WINDOW.initial
    nets: dict[Account, Money] = field(default_factory=dict)
    counted: int = 0
    contents: list[Content] = field(default_factory=list)

    def step(self, event: str, at: datetime, reason: str | None = None) -> None:
        """Go on in life; without a reason the last one stays. Raises IllegalTransition."""
        self.state = WINDOW.next(self.state, event)
        self.changed = at
        if reason is not None:
            self.reason = reason


class Windows:
    """The windows of one hub, exactly one of them OPEN. `delay` seconds pass between the close and the adding up."""

    def __init__(self, models: SettlementModels, crew: Crew, delay: float) -> None:
        self._models = models
        self._crew = crew
        self._delay = delay
        self._windows: list[Window] = []
        self._content_ids = 0
        self._open(SEED_REASON)

    def __iter__(self) -> Iterator[Window]:
        return iter(self._windows)

    @property
    def current(self) -> Window:
        """The open window."""
        return self._windows[-1]

    def find(self, id_: int) -> Window | None:
        return self._windows[id_ - 1] if 0 < id_ <= len(self._windows) else None

    def get(self, id_: int) -> Window:
        """Raises InternalFault."""
        found = self.find(id_)
        if found is None:
            raise InternalFault(f"No record for settlementWindowId: {id_} found")
        return found

    def moved(self, payer: Account, payee: Account, amount: Money, *, counts: bool) -> int:
        """A reservation was passed on from the payer to the payee; returns the number of the window that it belongs to."""
        window = self.current
        window.counted += counts
        for account, change in ((payer, amount), (payee, -amount)):
            window.nets[account] = window.nets.get(account, Money.zero(amount.currency)) + change
        return window.id

    def close(self, id_: int, reason: str) -> Window:
        """Close the open window and return the one that opens in its place. Raises SettlementRefused."""
        window = self.find(id_)
        if window is None:
            raise SettlementRefused(f"Window {id_} does not exist")
        if window.state != "OPEN":
            raise SettlementRefused(f"Window {id_} is not open")
        if not window.counted:
            raise SettlementRefused(f"Window {id_} is empty")
        window.step("close", self._now(), reason)
        opened = self._open(reason)
        if self._delay:
            self._aggregate_later(window)
        else:
            self._aggregate(window)
        return opened

    def settled(self, contents: list[Content]) -> None:
        """These contents are settled, and with them the windows that have nothing else left."""
        now = self._now()
        for content in contents:
            content.step("finish", now)
        for window in dict.fromkeys(content.window for content in contents):
            if all(content.state == "SETTLED" for content in window.contents):
                window.step("finish", now, _WINDOW_DONE)

    def _now(self) -> datetime:
        return self._crew.clock.now()

    def _open(self, reason: str) -> Window:
        window = Window(len(self._windows) + 1, reason, self._now(), self._now())
        self._windows.append(window)
        return window

    def _aggregate_later(self, window: Window) -> None:
        async def aggregate() -> None:
            self._aggregate(window)

        self._crew.at(self._now() + timedelta(seconds=self._delay), aggregate, f"close of window {window.id}")

    def _aggregate(self, window: Window) -> None:
        groups: dict[tuple[str, str], dict[Account, Money]] = {}
        for account, net in window.nets.items():
            groups.setdefault((account.type, account.currency.code), {})[account] = net
        for (kind, code), nets in groups.items():
            if self._models.net_model(kind, code) is not None:
                self._content_ids += 1
                window.contents.append(Content(self._content_ids, window, kind, code, nets, self._now(), self._now()))
        window.step("aggregate", self._now())
