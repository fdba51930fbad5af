"""The call is never answered and its connection stays open: the caller's own patience ends it, or nothing does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loopyard.engine.faults.base import CarryOut, Fault, Weather
from loopyard.transport.endings import silence
from loopyard.transport.server import Hangup, Reply

if TYPE_CHECKING:
    from loopyard.engine.operations import Call


@dataclass(frozen=True, slots=True)
class Hang(Fault):
    """Keep silent until the caller has gone. `applied`: carry out first."""

    applied: bool = False

    async def serve(self, call: Call, carry_out: CarryOut, weather: Weather) -> Reply:
        if self.applied:
            await carry_out(call)
        raise Hangup(silence(call.request), "timeout")
