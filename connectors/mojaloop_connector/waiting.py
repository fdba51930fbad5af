"""Who waits for which callback. A callback that nobody awaits is not kept here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from loopyard.kernel.clock import Clock


@dataclass(frozen=True, slots=True)
class Callback:
    """What the hub sent: `is_error` for a PUT .../error. `headers` are lower case; `written` is the body as it came, where
    that was in ISO 20022."""

    is_error: bool
    body: Any
    headers: dict[str, Any]
    written: Any = None


class Expectation:
    """One caller's place in the queue for a callback: filled once, by the callback or by the failure to ask for it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._signal = clock.signal()
        self._since = clock.now()
        self._arrived: list[Callback] = []
        self._failure: Exception | None = None

    def fill(self, callback: Callback) -> None:
        self._arrived.append(callback)
        self._signal.fire()

    def fail(self, failure: Exception) -> None:
        """End the waiting: the question could not be asked."""
        self._failure = failure
        self._signal.fire()

    async def all(self, seconds: float) -> list[Callback]:
        """All callbacks of `seconds`, once each has had its time. Raises what `fail` got when there is none."""
        found: list[Callback] = []
        while (callback := await self.next(seconds)) is not None:
            found.append(callback)
        return found

    async def next(self, seconds: float) -> Callback | None:
        """The next callback, or None when `seconds` have passed since the expectation was made. Raises what `fail` got."""
        end = self._since + timedelta(seconds=seconds)
        while not self._arrived:
            if self._failure is not None:
                raise self._failure
            left = (end - self._clock.now()).total_seconds()
            if left <= 0 or (not await self._clock.wait(self._signal, left) and not self._arrived):
                return None
        return self._arrived.pop(0)


class Waiting:
    """Expectations by key: a resource with the ids of its path."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: dict[str, list[Expectation]] = {}

    @contextmanager
    def expect(self, key: str) -> Iterator[Expectation]:
        """Be in the queue for the length of the block. Enter it before the question goes out."""
        expectation = Expectation(self._clock)
        self._open.setdefault(key, []).append(expectation)
        try:
            yield expectation
        finally:
            self._open[key].remove(expectation)
            if not self._open[key]:
                del self._open[key]

    def deliver(self, key: str, callback: Callback) -> bool:
        """Give a callback to all who await it; false when nobody does."""
        expectations = self._open.get(key, [])
        for expectation in expectations:
            expectation.fill(callback)
        return bool(expectations)
