"""The way to each receiver of messages, in so far as one message may let another pass. Which one does is a fault's choice."""

from __future__ import annotations

from loopyard.kernel.clock import Clock, Signal


class Lane:
    """At most one message to each receiver stands aside; the next one that sets out overtakes it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._aside: dict[str, Signal] = {}

    def set_out(self, receiver: str) -> Signal | None:
        """A message sets out. What it overtakes goes on when the signal fires: that is for the overtaker to do, once gone."""
        return self._aside.pop(receiver, None)

    async def stand_aside(self, receiver: str, seconds: float) -> bool:
        """Wait until a later message to `receiver` has gone; False when none came within `seconds`."""
        signal = self._aside[receiver] = self._clock.signal()
        try:
            return await self._clock.wait(signal, seconds)
        finally:
            if self._aside.get(receiver) is signal:
                del self._aside[receiver]
