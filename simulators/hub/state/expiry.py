"""The time-out scan: finds what has expired at fixed moments of the day. It is due only while something is open."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from datetime import datetime, timedelta

from loopyard.kernel.clock import Crew
from loopyard.kernel.clock.base import Timer
from simulators.hub.state.records import Record


class Expiry:
    """Calls `expire(record)` at the first scan at or after a record's expiry, unless it is dropped before."""

    def __init__(self, crew: Crew, period: float, expire: Callable[[Record], None]) -> None:
        self._crew = crew
        self._period = period
        self._expire = expire
        self._open: set[Record] = set()
        self._queue: list[tuple[datetime, int, Record]] = []
        self._order = 0
        self._timer: Timer | None = None
        self._due: datetime | None = None

    def watch(self, record: Record) -> None:
        """Expire this record when its time is over."""
        self._order += 1
        self._open.add(record)
        heapq.heappush(self._queue, (record.expires_at, self._order, record))
        self._schedule()

    def again(self, record: Record) -> None:
        """Call once more for this record at the next scan, though its time is over."""
        self._order += 1
        self._open.add(record)
        heapq.heappush(self._queue, (self._crew.clock.now() + timedelta(microseconds=1), self._order, record))
        self._schedule()

    def drop(self, record: Record) -> None:
        """This record will not expire by itself any more."""
        self._open.discard(record)
        if not self._open:
            self._queue.clear()
            self._schedule()

    def _schedule(self) -> None:
        while self._queue and self._queue[0][2] not in self._open:
            heapq.heappop(self._queue)
        due = self._tick(self._queue[0][0]) if self._queue else None
        if due == self._due:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._due = due
        self._timer = self._crew.at(due, self._scan, "time-out scan") if due is not None else None

    async def _scan(self) -> None:
        self._due = self._timer = None
        now = self._crew.clock.now()
        try:
            while self._queue and self._queue[0][0] <= now:
                record = heapq.heappop(self._queue)[2]
                if record in self._open:
                    self._open.discard(record)
                    self._expire(record)
        finally:  # whatever went wrong with one record, the others expire at the next scan
            self._schedule()

    def _tick(self, expires_at: datetime) -> datetime:
        """The first scan at or after `expires_at` that is still to come."""
        now = self._crew.clock.now()
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        wanted = max(expires_at, now + timedelta(microseconds=1))
        return midnight + timedelta(seconds=math.ceil((wanted - midnight).total_seconds() / self._period) * self._period)
