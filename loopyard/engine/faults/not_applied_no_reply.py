"""The request is lost before it is carried out; the caller hears the same silence as of applied_no_reply."""

from __future__ import annotations

from dataclasses import dataclass

from loopyard.engine.call import Call
from loopyard.engine.faults.base import CarryOut, Fault, Weather
from loopyard.transport.endings import Hangup, close
from loopyard.transport.messages import Reply


@dataclass(frozen=True, slots=True)
class NotAppliedNoReply(Fault):
    """Close the connection; nothing has happened."""

    async def serve(self, call: Call, carry_out: CarryOut, weather: Weather) -> Reply:
        raise Hangup(close)
