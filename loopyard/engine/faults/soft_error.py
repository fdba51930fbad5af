"""The answer says 200 and its body says failure. Who looks at the status alone believes in success."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from loopyard.engine.call import Call
from loopyard.engine.faults.base import CarryOut, Fault, Weather
from loopyard.engine.faults.invented import invented
from loopyard.transport.messages import Reply


@dataclass(frozen=True, slots=True)
class SoftError(Fault):
    """Answer with `status` and `body` (JSON, or a text as it is). `applied`: carry out first, so that the failure is a lie."""

    body: Any = field(default_factory=lambda: {"status": "FAILED"})
    status: int = 200
    applied: bool = False

    async def serve(self, call: Call, carry_out: CarryOut, weather: Weather) -> Reply:
        if self.applied:
            await carry_out(call)
        return invented(self.status, self.body)
