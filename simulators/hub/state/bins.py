"""A quirk of the real position handler: it works on bins of messages, and within one bin counts what it has approved as
freed instead of used, so that a burst may pass beyond cover and cap. Off by default: each prepare sees the position."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from loopyard.kernel.money import Money
from simulators.hub.state.participants import Account


@dataclass(slots=True)
class _Bin:
    until: datetime
    before: Money
    approved: Money


class Bins:
    """The bins of one hub's positions. A bin takes what comes within `seconds` of its first message; 0 is no bins."""

    def __init__(self, now: Callable[[], datetime], seconds: float) -> None:
        self._now = now
        self._length = timedelta(seconds=seconds)
        self._open: dict[int, _Bin] = {}

    def seen(self, account: Account) -> Money:
        """The position that a prepare is held against."""
        bin_ = self._bin(account)
        return account.value if bin_ is None else bin_.before - bin_.approved

    def approve(self, account: Account, amount: Money) -> None:
        """Count an approved prepare, as the handler does."""
        if (bin_ := self._bin(account)) is not None:
            bin_.approved = bin_.approved + amount

    def _bin(self, account: Account) -> _Bin | None:
        if not self._length:
            return None
        found = self._open.get(account.id)
        if found is None or found.until <= self._now():
            value = account.value
            found = self._open[account.id] = _Bin(self._now() + self._length, value, Money.zero(value.currency))
        return found
