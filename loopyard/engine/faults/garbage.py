"""What comes back is noise: bytes that are no HTTP at all, or a regular 200 whose body is no JSON."""

from __future__ import annotations

from dataclasses import dataclass

from loopyard.engine.call import Call
from loopyard.engine.faults.base import CarryOut, Fault, Weather
from loopyard.transport.endings import Hangup, say
from loopyard.transport.messages import Reply


@dataclass(frozen=True, slots=True)
class Garbage(Fault):
    """Answer with `size` bytes drawn by chance. `inside`: they stand for the body alone. `applied`: carry out first."""

    inside: bool = False
    size: int = 64
    applied: bool = True

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ValueError("size must be 1 or more")

    async def serve(self, call: Call, carry_out: CarryOut, weather: Weather) -> Reply:
        if self.applied:
            await carry_out(call)
        noise = b"\x00" + weather.chance.randbytes(self.size - 1)  # neither HTTP nor JSON begins with a NUL
        if self.inside:
            return Reply(200, noise, (("Content-Type", "application/json"),))
        raise Hangup(say(noise), "garbled")
