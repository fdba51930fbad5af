"""The message never leaves. Its sender believes that it did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loopyard.engine.faults.base import Fault, SendOut, Weather

if TYPE_CHECKING:
    from loopyard.engine.callbacks import Delivery
    from loopyard.transport.client import Answer


@dataclass(frozen=True, slots=True)
class Lost(Fault):
    """Drop the message."""

    async def deliver(self, delivery: Delivery, send: SendOut, weather: Weather) -> Answer | None:
        return None
