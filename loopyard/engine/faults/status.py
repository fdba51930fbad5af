"""The caller gets an error status; whether the request was carried out behind it is an option."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from loopyard.engine.call import Call
from loopyard.engine.faults.base import CarryOut, Fault, Weather
from loopyard.engine.faults.invented import invented
from loopyard.transport.messages import Reply


@dataclass(frozen=True, slots=True)
class Status(Fault):
    """Answer with `status` and `body` (JSON, or a text as it is; by default nothing). `applied`: carry out first."""

    status: int = 500
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    applied: bool = False

    async def serve(self, call: Call, carry_out: CarryOut, weather: Weather) -> Reply:
        if self.applied:
            await carry_out(call)
        return invented(self.status, self.body, tuple(self.headers.items()))
