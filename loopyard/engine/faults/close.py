"""The connection ends in an orderly way (FIN) without an answer, whatever became of the request."""

from __future__ import annotations

from dataclasses import dataclass

from loopyard.engine.call import Call
from loopyard.engine.faults.base import CarryOut, Fault, Weather
from loopyard.transport.endings import Hangup, close
from loopyard.transport.messages import Reply


@dataclass(frozen=True, slots=True)
class Close(Fault):
    """Close without an answer. `applied`: carry out first."""

    applied: bool = False

    async def serve(self, call: Call, carry_out: CarryOut, weather: Weather) -> Reply:
        if self.applied:
            await carry_out(call)
        raise Hangup(close)
