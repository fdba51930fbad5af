"""The virtual clock: time that moves only when the world is quiet.

Quiet is counted, never guessed. One *turn* goes round: the task that has it runs, every other task waits. A task gives
its turn back in `sleep` and `wait`; a call over HTTP takes the turn along to the handler that serves it, and the answer,
a reset or a close brings it back; what is spawned or signalled queues for a turn of its own at the present moment. The
turn is also kept over awaits the clock does not see: a socket, an executor, a lock of a library. When nobody has a turn
the world is quiet, and whoever moves time (`drive`, `settle`, `advance`, or a caller from outside) gives it to the next
in the queue. Because one turn goes round, a world's order of events is a function of its inputs alone.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from typing import Any

from loopyard.kernel.clock.base import Result, Signal, Work
from loopyard.kernel.clock.seats import Due, Seat, VirtualHandle, VirtualSignal
from loopyard.kernel.errors import Stuck

MICROSECONDS = 1_000_000
CROWD = 20_000
"""More events than this at one moment are taken for a conversation that never ends."""


class VirtualClock:
    """Clock of a world that jumps from event to event. `start` is the world's date; `patience` is in real seconds."""

    def __init__(self, start: datetime, patience: float = 5.0) -> None:
        self._start = start
        self._patience = patience
        self._now = 0
        self._order = 0
        self._queue: list[Due] = []
        self._turns: dict[Seat, None] = {}
        self._seats: dict[asyncio.Task[Any], Seat] = {}
        self._calls: dict[str, Seat] = {}
        self._quiet: asyncio.Future[None] | None = None
        self._moves = 0
        self._moving = False
        self._outside = 0
        self._serving: asyncio.Task[None] | None = None

    # -- time -------------------------------------------------------------------------------------------------------

    def now(self) -> datetime:
        return self._start + timedelta(microseconds=self._now)

    def rewind(self) -> None:
        """Back to the start date, with nothing due. Only for a world whose tasks have all ended or been dismissed."""
        self._now = 0
        self._queue.clear()

    def monotonic(self) -> float:
        return self._now / MICROSECONDS

    async def sleep(self, seconds: float) -> None:
        await self._rest(f"sleep {seconds:g} s", seconds)

    def signal(self) -> VirtualSignal:
        return VirtualSignal(self)

    async def wait(self, signal: Signal, timeout: float | None = None) -> bool:
        assert isinstance(signal, VirtualSignal)
        return await self._rest("signal" if timeout is None else f"signal or {timeout:g} s", timeout, signal)

    async def _rest(self, awaits: str, seconds: float | None, signal: VirtualSignal | None = None) -> bool:
        seat = self._seat()
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def wake(fired: bool) -> None:
            if not future.done():
                self.take(seat)
                future.set_result(fired)

        timer = None if seconds is None else self._after(seconds, lambda: wake(False))
        if signal is not None:
            signal.wakers.append(lambda: wake(True))
        seat.awaits = awaits
        self.give_back(seat)
        try:
            return await future
        finally:
            self.take(seat)
            seat.awaits = ""
            if timer is not None:
                timer.cancel()

    @asynccontextmanager
    async def timeout(self, seconds: float) -> AsyncIterator[None]:
        seat, task = self._seat(), asyncio.current_task()
        assert task is not None
        expired = False

        def expire() -> None:
            nonlocal expired
            expired = True
            self.cancel_current_of(task)

        timer = self._after(seconds, expire)
        try:
            yield
        except asyncio.CancelledError:
            if expired and task.uncancel() == 0:
                raise TimeoutError(f"{seat.name}: nothing within {seconds:g} s") from None
            raise
        finally:
            timer.cancel()

    # -- tasks and turns --------------------------------------------------------------------------------------------

    def spawn(self, work: Work, name: str = "") -> VirtualHandle:
        return VirtualHandle(self, Seat(name or getattr(work, "__qualname__", "task")), work)

    def at(self, when: datetime, work: Callable[[], Work], name: str = "") -> Due:
        def begin() -> None:
            self.spawn(work(), name)

        return self._after((when - self.now()).total_seconds(), begin)

    def cancel_current_of(self, task: asyncio.Task[Any]) -> None:
        seat = self._seats.get(task)
        if seat is not None:
            self.take(seat)
        task.cancel()

    def soon(self, action: Callable[[], None]) -> Due:
        """Queue an action at the present moment."""
        return self._after(0, action)

    def _after(self, seconds: float, action: Callable[[], None]) -> Due:
        self._order += 1
        due = Due(self._now + max(0, round(seconds * MICROSECONDS)), self._order, action)
        heapq.heappush(self._queue, due)
        return due

    def take(self, seat: Seat) -> None:
        """Give `seat` a turn; it is counted once however often it is taken."""
        self._moves += 1
        seat.has_turn = True
        self._turns[seat] = None

    def give_back(self, seat: Seat) -> None:
        """End the turn of `seat`; the world is quiet when that was the last."""
        self._moves += 1
        seat.has_turn = False
        self._turns.pop(seat, None)
        if not self._turns and self._quiet is not None and not self._quiet.done():
            self._quiet.set_result(None)

    @contextmanager
    def seated(self, seat: Seat) -> Iterator[None]:
        """The running task is known to the clock as `seat` for the length of the block."""
        task = asyncio.current_task()
        assert task is not None
        seat.task = task
        self._seats[task] = seat
        try:
            yield
        finally:
            del self._seats[task]
            self.give_back(seat)

    def _seat(self) -> Seat:
        task = asyncio.current_task()
        seat = self._seats.get(task) if task is not None else None
        if seat is None:
            raise Stuck("a task outside the world cannot wait on its clock: run it through clock.drive or clock.spawn")
        return seat

    # -- turns that travel with messages ----------------------------------------------------------------------------

    @contextmanager
    def departure(self, span: str) -> Iterator[None]:
        task = asyncio.current_task()
        seat = self._seats.get(task) if task is not None else None
        if seat is None:
            yield
            return
        self._calls[span] = seat
        seat.awaits = f"an answer (span {span})"
        try:
            yield
        finally:
            self._calls.pop(span, None)
            self.take(seat)
            seat.awaits = ""

    @asynccontextmanager
    async def arrival(self, span: str | None) -> AsyncIterator[None]:
        caller = self._calls.get(span) if span else None
        seat = Seat(f"handler of {span or 'a call from outside'}")
        with self.seated(seat):
            if caller is None:
                self._outside += 1
                await self._first_turn(seat)
            else:
                self.take(seat)
                self.give_back(caller)
            try:
                yield
            finally:
                if caller is None:
                    self._outside -= 1
                elif span and self._calls.get(span) is caller:
                    self.take(caller)

    async def _first_turn(self, seat: Seat) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def begin() -> None:
            if not future.done():
                self.take(seat)
                future.set_result(None)

        self.soon(begin)
        if not self._moving:
            self._start_serving()
        await future

    # -- who moves time ---------------------------------------------------------------------------------------------

    async def drive(self, work: Coroutine[Any, Any, Result]) -> Result:
        handle = VirtualHandle(self, Seat("the driver"), work, minded=True)
        await self._move(lambda: handle.done, None)
        task = handle.seat.task
        if task is None or not task.done():
            raise Stuck(f"nothing is due any more and the call has not returned; it awaits {handle.seat.awaits}")
        await self.settle()
        result: Result = task.result()
        return result

    async def settle(self) -> None:
        await self._move(lambda: False, self._now)

    async def advance(self, seconds: float) -> None:
        end = self._now + round(seconds * MICROSECONDS)
        await self._move(lambda: False, end)
        self._now = max(self._now, end)

    def _start_serving(self) -> None:
        self._serving = asyncio.get_running_loop().create_task(self._serve_outside())

    async def _serve_outside(self) -> None:
        """Time jumps for callers from outside until all are answered and what they set off at that moment has happened."""
        if not self._moving:
            await self._move(lambda: self._outside == 0 and not self._due_now(), None)

    async def _move(self, finished: Callable[[], bool], end: int | None) -> None:
        if self._moving:
            raise Stuck("two callers move the time of one world at once")
        self._moving = True
        try:
            await self._until_quiet()
            crowd = 0
            while not finished():
                if crowd > CROWD:
                    raise Stuck(f"{CROWD} events at one moment, and no end: two parties answer each other for ever")
                if (due := self._next(end)) is None:
                    break
                crowd = crowd + 1 if due.at <= self._now else 0
                self._now = max(self._now, due.at)
                if due.action is not None:
                    due.action()
                await self._until_quiet()
        finally:
            self._moving = False
            if self._outside and self._queue:
                self._start_serving()

    def _next(self, end: int | None) -> Due | None:
        while self._queue and self._queue[0].action is None:
            heapq.heappop(self._queue)
        if not self._queue or (end is not None and self._queue[0].at > end):
            return None
        return heapq.heappop(self._queue)

    def _due_now(self) -> bool:
        return any(due.at <= self._now and due.action is not None for due in self._queue)

    async def _until_quiet(self) -> None:
        while self._turns:
            seen = self._moves
            self._quiet = asyncio.get_running_loop().create_future()
            try:
                await asyncio.wait_for(self._quiet, self._patience)
            except TimeoutError:
                if self._turns and self._moves == seen:
                    raise Stuck(f"no progress for {self._patience:g} real seconds", self.holders()) from None

    def holders(self) -> list[str]:
        """Who has a turn now, and what each awaits: the text of a failure at 3 a.m."""
        return [f"{seat.name} awaits {seat.awaits or 'nothing the clock knows of'}" for seat in self._turns]
