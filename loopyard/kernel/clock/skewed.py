"""A clock that goes with another one and shows another time: one party's wrong idea of now. Gaps are as long as anybody's."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, TypeVar

from loopyard.kernel.clock.base import Clock, Handle, Signal, Timer, Work

Result = TypeVar("Result")


class SkewedClock:
    """`clock`, ahead of it by `ahead` (behind it when negative)."""

    def __init__(self, clock: Clock, ahead: timedelta) -> None:
        self._clock = clock
        self._ahead = ahead

    def now(self) -> datetime:
        return self._clock.now() + self._ahead

    def monotonic(self) -> float:
        return self._clock.monotonic()

    def at(self, when: datetime, work: Callable[[], Work], name: str = "") -> Timer:
        """`when` is a moment of this clock."""
        return self._clock.at(when - self._ahead, work, name)

    async def sleep(self, seconds: float) -> None:
        await self._clock.sleep(seconds)

    def signal(self) -> Signal:
        return self._clock.signal()

    async def wait(self, signal: Signal, timeout: float | None = None) -> bool:
        return await self._clock.wait(signal, timeout)

    def timeout(self, seconds: float) -> AbstractAsyncContextManager[None]:
        return self._clock.timeout(seconds)

    def spawn(self, work: Work, name: str = "") -> Handle:
        return self._clock.spawn(work, name)

    def cancel_current_of(self, task: Any) -> None:
        self._clock.cancel_current_of(task)

    def departure(self, span: str) -> AbstractContextManager[None]:
        return self._clock.departure(span)

    def arrival(self, span: str | None) -> AbstractAsyncContextManager[None]:
        return self._clock.arrival(span)

    async def drive(self, work: Coroutine[Any, Any, Result]) -> Result:
        return await self._clock.drive(work)

    async def settle(self) -> None:
        await self._clock.settle()

    async def advance(self, seconds: float) -> None:
        await self._clock.advance(seconds)
