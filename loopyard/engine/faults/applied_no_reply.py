"""The request is carried out; the caller never hears. Its twin is not_applied_no_reply: the same silence, another truth."""

from __future__ import annotations

from dataclasses import dataclass

from loopyard.engine.call import Call
from loopyard.engine.faults.base import CarryOut, Fault, Weather
from loopyard.transport.endings import Hangup, close
from loopyard.transport.messages import Reply


@dataclass(frozen=True, slots=True)
class AppliedNoReply(Fault):
    """Carry out, then close the connection."""

    async def serve(self, call: Call, carry_out: CarryOut, weather: Weather) -> Reply:
        await carry_out(call)
        raise Hangup(close)
