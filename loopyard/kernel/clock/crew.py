"""The tasks of one party, so that they can be stopped together: a crash is the dismissal of a crew."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from loopyard.kernel.clock.base import Clock, Handle, Timer, Work


class _Own:
    """A timer that its crew forgets when it is cancelled: a crew lives longer than what it once meant to do."""

    __slots__ = ("_timer", "_timers")

    def __init__(self, timer: Timer, timers: set[Timer]) -> None:
        self._timer = timer
        self._timers = timers

    def cancel(self) -> None:
        self._timer.cancel()
        self._timers.discard(self._timer)


class _Job:
    """A task together with the work inside it, which must be closed when it is cancelled before it could begin."""

    __slots__ = ("_handle", "_work")

    def __init__(self, handle: Handle, work: Work) -> None:
        self._handle = handle
        self._work = work

    @property
    def done(self) -> bool:
        return self._handle.done

    def cancel(self) -> None:
        self._handle.cancel()
        if inspect.getcoroutinestate(self._work) == inspect.CORO_CREATED:
            self._work.close()


class _Guest:
    """A task that is counted to a crew for the length of a block."""

    __slots__ = ("_guests", "_task")

    def __init__(self, task: asyncio.Task[Any], guests: set[asyncio.Task[Any]]) -> None:
        self._task = task
        self._guests = guests

    def __enter__(self) -> None:
        self._guests.add(self._task)

    def __exit__(self, *problem: object) -> None:
        self._guests.discard(self._task)


class Crew:
    """Spawns and schedules on a clock, remembers what it started, and can stop all of it at once."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._handles: dict[int, Handle] = {}
        self._timers: set[Timer] = set()
        self._guests: set[asyncio.Task[Any]] = set()
        self._next = 0

    def spawn(self, work: Work, name: str = "") -> Handle:
        """Like Clock.spawn; the task belongs to this crew."""
        key, self._next = self._next, self._next + 1

        async def run() -> None:
            try:
                await work
            finally:
                self._handles.pop(key, None)

        job = _Job(self.clock.spawn(run(), name), work)
        self._handles[key] = job
        return job

    def at(self, when: datetime, work: Callable[[], Work], name: str = "") -> Timer:
        """Like Clock.at; the timer and what it starts belong to this crew."""
        timer: Timer

        async def fire() -> None:
            self._timers.discard(timer)
            self.spawn(work(), name)

        timer = self.clock.at(when, fire, name)
        self._timers.add(timer)
        return _Own(timer, self._timers)

    def guest(self) -> AbstractContextManager[None]:
        """Count the running task (a server's handler) to this crew for the length of the block."""
        task = asyncio.current_task()
        assert task is not None
        return _Guest(task, self._guests)

    def dismiss(self) -> None:
        """Stop every task and timer of this crew, the caller's own task excepted."""
        for timer in self._timers:
            timer.cancel()
        for handle in list(self._handles.values()):
            handle.cancel()
        current = asyncio.current_task()
        for task in self._guests:
            if task is not current:
                self.clock.cancel_current_of(task)
        self._timers.clear()
        self._handles.clear()
        self._guests.clear()
