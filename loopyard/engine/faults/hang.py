"""The call is never answered and its connection stays open: the caller's own patience ends it, or nothing does."""

from __future__ import annotations

from dataclasses import dataclass

from loopyard.engine.call import Call
from loopyard.engine.faults.base import CarryOut, Fault, Weather
from loopyard.transport.endings import Hangup, silence
from loopyard.transport.messages import Reply


@dataclass(frozen=True, slots=True)
class Hang(Fault):
    """Keep silent until the caller has gone. `applied`: carry out first."""

    applied: bool = False

    async def serve(self, call: Call, carry_out: CarryOut, weather: Weather) -> Reply:
        if self.applied:
            await carry_out(call)
        raise Hangup(silence(call.request), "timeout")
