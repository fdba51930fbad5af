"""The message goes out more than once, byte for byte. Its receiver must act on it once."""

from __future__ import annotations

from dataclasses import dataclass

from loopyard.engine.delivery import Delivery
from loopyard.engine.faults.base import Fault, SendOut, Weather
from loopyard.transport.client import Answer


@dataclass(frozen=True, slots=True)
class Duplicated(Fault):
    """Send `copies` more, each `seconds` after the one before was answered. The sender goes by the first answer."""

    copies: int = 1
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.copies < 1:
            raise ValueError("copies must be 1 or more")

    async def deliver(self, delivery: Delivery, send: SendOut, weather: Weather) -> Answer | None:
        answer = await send(delivery)
        for _ in range(self.copies):
            await weather.clock.sleep(self.seconds)
            await send(delivery)
        return answer
