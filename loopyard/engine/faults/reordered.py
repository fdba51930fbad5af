"""The message lets the next one to the same receiver pass: what was said second is heard first."""

from __future__ import annotations

from dataclasses import dataclass

from loopyard.engine.delivery import Delivery
from loopyard.engine.faults.base import Fault, SendOut, Weather
from loopyard.transport.client import Answer


@dataclass(frozen=True, slots=True)
class Reordered(Fault):
    """Wait until a later message to the same receiver has gone, at most `seconds`. One that overtakes does not wait."""

    seconds: float = 5.0

    async def deliver(self, delivery: Delivery, send: SendOut, weather: Weather) -> Answer | None:
        if not weather.overtakes and weather.lane is not None:
            await weather.lane.stand_aside(delivery.receiver, self.seconds)
        return await send(delivery)
