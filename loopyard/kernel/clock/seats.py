"""Who takes part in a virtual world and what is due in it: seats, entries of the queue, signals, spawned tasks."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol

from loopyard.kernel import failures
from loopyard.kernel.clock.base import Work


class Seat:
    """A task that takes part in the world: whether it has a turn, and what it waits for when it has none."""

    __slots__ = ("awaits", "has_turn", "name", "task")

    def __init__(self, name: str, task: asyncio.Task[Any] | None = None) -> None:
        self.name = name
        self.task = task
        self.has_turn = False
        self.awaits = ""


class Due:
    """An entry of the queue: what happens at a moment; entries of one moment happen in order of their making."""

    __slots__ = ("action", "at", "order")

    def __init__(self, at: int, order: int, action: Callable[[], None] | None) -> None:
        self.at = at
        self.order = order
        self.action = action

    def __lt__(self, other: Due) -> bool:
        return (self.at, self.order) < (other.at, other.order)

    def cancel(self) -> None:
        self.action = None


class Turns(Protocol):
    """What seats need of their clock."""

    def soon(self, action: Callable[[], None]) -> Due: ...

    def take(self, seat: Seat) -> None: ...

    def seated(self, seat: Seat) -> AbstractContextManager[None]: ...

    def cancel_current_of(self, task: asyncio.Task[Any]) -> None: ...


class VirtualSignal:
    """Wakers of those who wait now; each wake queues for a turn."""

    __slots__ = ("_clock", "wakers")

    def __init__(self, clock: Turns) -> None:
        self._clock = clock
        self.wakers: list[Callable[[], None]] = []

    def fire(self) -> None:
        wakers, self.wakers = self.wakers, []
        for wake in wakers:
            self._clock.soon(wake)


class VirtualHandle:
    """A spawned task, which may still queue for its first turn. What it raises is logged, unless it is `minded`:
    its spawner asks for its result."""

    __slots__ = ("_clock", "_minded", "_start", "_work", "seat")

    def __init__(self, clock: Turns, seat: Seat, work: Work, minded: bool = False) -> None:
        self._clock = clock
        self._work: Work | None = work
        self._minded = minded
        self.seat = seat
        context = contextvars.copy_context()
        self._start = clock.soon(lambda: self._begin(context))

    def _begin(self, context: contextvars.Context) -> None:
        work, self._work = self._work, None
        assert work is not None
        self._clock.take(self.seat)
        self.seat.task = asyncio.get_running_loop().create_task(self._run(work), context=context)

    async def _run(self, work: Work) -> Any:
        with self._clock.seated(self.seat):
            try:
                return await work
            except Exception as error:
                if self._minded:
                    raise
                failures.log(error)

    @property
    def done(self) -> bool:
        return self._work is None and (self.seat.task is None or self.seat.task.done())

    def cancel(self) -> None:
        if self._work is not None:
            self._start.cancel()
            self._work.close()
            self._work = None
        elif self.seat.task is not None:
            self._clock.cancel_current_of(self.seat.task)
