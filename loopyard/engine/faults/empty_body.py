"""The answer says success and has no body: who needs its content learns nothing, not even of a failure."""

from __future__ import annotations

from dataclasses import dataclass

from loopyard.engine.call import Call
from loopyard.engine.faults.base import CarryOut, Fault, Weather
from loopyard.transport.messages import Reply


@dataclass(frozen=True, slots=True)
class EmptyBody(Fault):
    """Answer with `status` and an empty body. `applied`: carry out first."""

    status: int = 200
    applied: bool = True

    async def serve(self, call: Call, carry_out: CarryOut, weather: Weather) -> Reply:
        if self.applied:
            await carry_out(call)
        return Reply(self.status)
