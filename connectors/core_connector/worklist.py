"""Rows and the work that is left on them: changes of state, pauses, parking, and one worker a row at a time. Timers exist
only while something is due; what the work is, is its owner's."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Generic

from connectors.core_connector.cbs import CoreBanking
from connectors.core_connector.retry import Retry
from connectors.core_connector.store import Kept, Row, Shelf
from loopyard.kernel.clock import Clock, Crew
from loopyard.kernel.clock.base import Signal
from loopyard.kernel.lifecycle import Lifecycle

Work = Callable[[Kept], Awaitable[None]]


class Worklist(Generic[Kept]):
    """The rows of one kind with their life cycle. `waiting` states wait for others, every other open one for `work`."""

    def __init__(
        self, shelf: Shelf[Kept], lifecycle: Lifecycle, waiting: frozenset[str], clock: Clock, crew: Crew, retry: Retry
    ) -> None:
        self.shelf = shelf
        self.clock = clock
        self._lifecycle = lifecycle
        self._waiting = waiting
        self._crew = crew
        self._retry = retry
        self._busy: dict[str, Signal] = {}
        self._work: Work[Kept] | None = None

    @property
    def transitions(self) -> Mapping[tuple[str, str], str]:
        """The table of the life cycle."""
        return self._lifecycle.transitions

    def begin(self, work: Work[Kept]) -> None:
        """Take up what the store holds: at once, or when it falls due if it waits for others.

        An interrupted step counts as an attempt: the bank may have done it.
        """
        self._work = work
        for item in self.shelf.open():
            if item.row.parked or (item.row.state in self._waiting and item.row.due_at is None):
                continue
            if item.row.state not in self._waiting:
                item.row.due_at = None
                item.row.attempts = max(1, item.row.attempts)
                self.shelf.save(item)
            self._schedule(item.row)

    def new(self, key: str, *, home: str = "", transfer: str = "") -> Row:
        return Row(key, self._lifecycle.initial, self.clock.now(), home, transfer)

    def move(self, item: Kept, event: str, note: str = "") -> None:
        """To the state that follows, durably. Raises IllegalTransition."""
        row = item.row
        row.state = self._lifecycle.next(row.state, event)
        row.open = row.state not in self._lifecycle.final
        row.attempts, row.due_at, row.parked, row.note = 0, None, False, note
        self.shelf.save(item)

    def later(self, item: Kept, why: str) -> None:
        """Take the row up again after a pause."""
        item.row.attempts += 1
        self.wake_in(item, self._retry.pause(item.row.attempts), why)

    def wake_in(self, item: Kept, seconds: int, why: str = "") -> None:
        item.row.due_at = self.clock.now() + timedelta(seconds=seconds)
        item.row.note = why
        self.shelf.save(item)
        self._schedule(item.row)

    def park(self, item: Kept, why: str) -> None:
        """Leave the row to a person: it stays listed as unresolved."""
        item.row.parked, item.row.due_at, item.row.note = True, None, why
        self.shelf.save(item)

    def postpone(self, item: Kept, bank: CoreBanking, why: str) -> None:
        """Later, or parked when nothing but a person can find out what the bank did."""
        if self._retry.hopeless(bank):
            self.park(item, why)
        else:
            self.later(item, why)

    def unresolved(self) -> list[Kept]:
        """Open rows that neither wait for others nor are offers: what an operator has to know."""
        return [item for item in self.shelf.open() if item.row.state not in self._waiting or item.row.parked]

    @asynccontextmanager
    async def alone(self, key: str, patience: float | None = None) -> AsyncIterator[bool]:
        """Work on a row as the only one; False when somebody else still does after `patience` seconds."""
        while (other := self._busy.get(key)) is not None:
            if not await self.clock.wait(other, patience):
                yield False
                return
        mine = self._busy[key] = self.clock.signal()
        try:
            yield True
        finally:
            del self._busy[key]
            mine.fire()

    def _schedule(self, row: Row) -> None:
        due = row.due_at
        self._crew.at(due or self.clock.now(), lambda: self._take_up(row.key, due), self.shelf.kind)

    async def _take_up(self, key: str, due: datetime | None) -> None:
        item = self.shelf.get(key)
        if item is None or self._work is None:
            return
        async with self.alone(item.row.home or key):
            item = self.shelf.get(key)
            if item is None or not item.row.open or item.row.parked or item.row.due_at != due:
                return  # somebody else has worked on it meanwhile
            await self._work(item)
