"""The wall clock: asyncio as it is. Used under load and against foreign systems."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AbstractContextManager, nullcontext
from datetime import UTC, datetime
from typing import Any, Final

from loopyard.kernel import failures
from loopyard.kernel.clock.base import Result, Signal, Work

_NOTHING_TO_HAND_OVER: Final = nullcontext()


class RealSignal:
    """Futures of those who wait now."""

    def __init__(self) -> None:
        self.waiting: list[asyncio.Future[bool]] = []

    def fire(self) -> None:
        waiting, self.waiting = self.waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(True)


class RealHandle:
    """A running asyncio task."""

    def __init__(self, task: asyncio.Task[Any]) -> None:
        self.task = task

    @property
    def done(self) -> bool:
        return self.task.done()

    def cancel(self) -> None:
        self.task.cancel()


class RealClock:
    """Clock on the machine's own time."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._tasks: set[asyncio.Task[Any]] = set()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic() - self._started

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def signal(self) -> RealSignal:
        return RealSignal()

    async def wait(self, signal: Signal, timeout: float | None = None) -> bool:
        assert isinstance(signal, RealSignal)
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        signal.waiting.append(future)
        try:
            return await asyncio.wait_for(future, timeout)
        except TimeoutError:
            return False

    def timeout(self, seconds: float) -> AbstractAsyncContextManager[Any]:
        return asyncio.timeout(seconds)

    def at(self, when: datetime, work: Callable[[], Work], name: str = "") -> asyncio.TimerHandle:
        delay = max(0.0, (when - self.now()).total_seconds())
        return asyncio.get_running_loop().call_later(delay, lambda: self.spawn(work(), name))

    def spawn(self, work: Work, name: str = "") -> RealHandle:
        task = asyncio.create_task(work, name=name or None)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return RealHandle(task)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            failures.log(error)

    def cancel_current_of(self, task: asyncio.Task[Any]) -> None:
        task.cancel()

    def departure(self, span: str) -> AbstractContextManager[None]:
        return _NOTHING_TO_HAND_OVER

    def arrival(self, span: str | None) -> AbstractAsyncContextManager[None]:
        return _NOTHING_TO_HAND_OVER

    async def drive(self, work: Coroutine[Any, Any, Result]) -> Result:
        return await work

    async def settle(self) -> None:
        await asyncio.sleep(0)

    async def advance(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
