"""The caller is told to slow down. Nothing is carried out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from loopyard.engine.call import Call
from loopyard.engine.faults.base import CarryOut, Fault, Weather
from loopyard.engine.faults.invented import invented
from loopyard.transport.messages import Reply


@dataclass(frozen=True, slots=True)
class Throttle(Fault):
    """Answer 429 with Retry-After, in seconds, and `body` (JSON, or a text as it is)."""

    retry_after: int = 1
    body: Any = None

    async def serve(self, call: Call, carry_out: CarryOut, weather: Weather) -> Reply:
        return invented(429, self.body, (("Retry-After", str(self.retry_after)),))
