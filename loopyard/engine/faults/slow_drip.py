"""The request is carried out; its answer comes in small pieces, each in time, the whole too late for the impatient."""

from __future__ import annotations

from dataclasses import dataclass

from loopyard.engine.call import Call
from loopyard.engine.faults.base import CarryOut, Fault, Weather
from loopyard.transport.endings import Hangup, close, on_the_wire, write
from loopyard.transport.messages import Reply


@dataclass(frozen=True, slots=True)
class SlowDrip(Fault):
    """Write `size` bytes, head included, every `seconds`: a limit between bytes is kept, a limit of the whole is not."""

    seconds: float = 1.0
    size: int = 64

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ValueError("size must be 1 or more")

    async def serve(self, call: Call, carry_out: CarryOut, weather: Weather) -> Reply:
        reply = await carry_out(call)
        data = on_the_wire(reply)
        for start in range(0, len(data), self.size):
            if start:
                await weather.clock.sleep(self.seconds)
            write(call.request.raw, data[start : start + self.size])
        raise Hangup(close, "answered", reply)
