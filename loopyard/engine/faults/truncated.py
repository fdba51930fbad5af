"""The request is carried out; of its answer the caller gets the beginning, then the connection closes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from loopyard.engine.call import Call
from loopyard.engine.faults.base import CarryOut, Fault, Weather
from loopyard.transport.endings import Hangup, on_the_wire, say
from loopyard.transport.messages import Reply


@dataclass(frozen=True, slots=True)
class Truncated(Fault):
    """Promise the whole body and send its first `keep` bytes; half of them by default, never all."""

    keep: int | None = None

    def __post_init__(self) -> None:
        if self.keep is not None and self.keep < 0:
            raise ValueError("keep must be 0 or more")

    async def serve(self, call: Call, carry_out: CarryOut, weather: Weather) -> Reply:
        reply = await carry_out(call)
        whole = len(reply.body)
        keep = min(whole // 2 if self.keep is None else self.keep, max(0, whole - 1))
        # of an empty body one byte is promised, or nothing would be missing
        raise Hangup(say(on_the_wire(replace(reply, body=reply.body[:keep]), max(whole, 1))), "garbled")
