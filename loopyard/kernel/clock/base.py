"""What every clock can do. No implementation lives here, so that nothing else needs to know which clock runs."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from datetime import datetime
from typing import Any, Protocol, TypeVar

Result = TypeVar("Result")
Work = Coroutine[Any, Any, Any]


class Timer(Protocol):
    """Something that will happen at a moment, unless cancelled before."""

    def cancel(self) -> None: ...


class Handle(Protocol):
    """A task that runs beside its spawner."""

    @property
    def done(self) -> bool: ...

    def cancel(self) -> None: ...


class Signal(Protocol):
    """An event that tasks wait for; firing wakes all who wait now, and nobody later."""

    def fire(self) -> None: ...


class Clock(Protocol):
    """Time, waiting and concurrency of one world. Seconds are floats, virtual or real; moments are aware UTC datetimes."""

    def now(self) -> datetime: ...

    def monotonic(self) -> float:
        """Seconds since the clock started: for gaps, never for dates."""

    async def sleep(self, seconds: float) -> None: ...

    def signal(self) -> Signal: ...

    async def wait(self, signal: Signal, timeout: float | None = None) -> bool:
        """True when the signal fired, False when `timeout` seconds passed first."""

    def timeout(self, seconds: float) -> AbstractAsyncContextManager[None]:
        """Raises TimeoutError out of the block when it takes longer than `seconds`."""

    def at(self, when: datetime, work: Callable[[], Work], name: str = "") -> Timer:
        """Run `work()` as a task at `when`, at once if that has passed."""

    def spawn(self, work: Work, name: str = "") -> Handle:
        """Run `work` beside the caller. On the virtual clock it starts when the caller next waits or ends. Nobody waits for
        what comes of it: an exception is logged as an error."""

    def cancel_current_of(self, task: Any) -> None:
        """Cancel an asyncio task that runs under this clock, whatever it waits for."""

    def departure(self, span: str) -> AbstractContextManager[None]:
        """Surround an HTTP call whose `traceparent` carries `span`: the caller's turn goes with the message."""

    def arrival(self, span: str | None) -> AbstractAsyncContextManager[None]:
        """Surround the handling of a request that carried `span`: the turn is taken here and handed back with the answer."""

    async def drive(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run `work` to its end from outside the world, letting time pass only as far as that needs."""

    async def settle(self) -> None:
        """Let everything that is due now happen, without time passing."""

    async def advance(self, seconds: float) -> None:
        """Let `seconds` pass, and everything happen that falls due within them, in order."""
