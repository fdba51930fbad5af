"""The connection ends hard (RST), as when a process or a firewall on the way dies."""

from __future__ import annotations

from dataclasses import dataclass

from loopyard.engine.call import Call
from loopyard.engine.faults.base import CarryOut, Fault, Weather
from loopyard.transport.endings import Hangup, reset
from loopyard.transport.messages import Reply


@dataclass(frozen=True, slots=True)
class Reset(Fault):
    """Reset without an answer. `applied`: carry out first."""

    applied: bool = False

    async def serve(self, call: Call, carry_out: CarryOut, weather: Weather) -> Reply:
        if self.applied:
            await carry_out(call)
        raise Hangup(reset, "reset")
