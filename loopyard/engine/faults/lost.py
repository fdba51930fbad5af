"""The message never arrives. Its sender has written it into its log and hears nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from loopyard.engine.delivery import Delivery
from loopyard.engine.faults.base import Fault, SendOut, Weather
from loopyard.transport.client import Answer


@dataclass(frozen=True, slots=True)
class Lost(Fault):
    """Log the message as lost and drop it. A sender that repeats unanswered messages will repeat it."""

    async def deliver(self, delivery: Delivery, send: SendOut, weather: Weather) -> Answer | None:
        return await send(replace(delivery, lost=True))
