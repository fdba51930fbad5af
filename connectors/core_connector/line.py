"""The line before a bank that takes only so many calls at once: who comes first is served first, and nobody waits for ever.
What a call is, and what it means that it was not made, is not known here."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from loopyard.kernel.clock import Clock, Signal
from loopyard.kernel.errors import LoopyardError


class Crowded(LoopyardError):
    """The wait for a place was too long: the call was not made."""


@dataclass(slots=True, eq=False)
class _Waiting:
    turn: Signal
    has_place: bool = False


class Line:
    """`places` is how many calls may be under way, 0 for any number; `patience` how many seconds one may wait."""

    def __init__(self, clock: Clock, places: int, patience: float) -> None:
        self._clock = clock
        self._places = places
        self._patience = patience
        self._taken = 0
        self._waiting: deque[_Waiting] = deque()

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Have a place for the length of the block. Raises Crowded."""
        if not self._places:
            yield
            return
        await self._wait()
        try:
            yield
        finally:
            self._leave()

    async def _wait(self) -> None:
        if self._taken < self._places:
            self._taken += 1
            return
        mine = _Waiting(self._clock.signal())
        self._waiting.append(mine)
        try:
            await self._clock.wait(mine.turn, self._patience)
        except BaseException:
            if mine.has_place:
                self._leave()
            raise
        finally:
            if not mine.has_place:
                self._waiting.remove(mine)
        if not mine.has_place:
            raise Crowded(f"{self._places} calls were under way for {self._patience:g} seconds; the bank was not asked")

    def _leave(self) -> None:
        """Pass the place on to whoever has waited longest."""
        if not self._waiting:
            self._taken -= 1
            return
        following = self._waiting.popleft()
        following.has_place = True
        following.turn.fire()
