"""The reply comes late, the message goes out late: by a fixed time, or drawn evenly or log-normally."""

from __future__ import annotations

from dataclasses import dataclass

from loopyard.engine.call import Call
from loopyard.engine.delivery import Delivery
from loopyard.engine.faults.base import CarryOut, Fault, SendOut, Weather
from loopyard.transport.client import Answer
from loopyard.transport.messages import Reply


@dataclass(frozen=True, slots=True)
class Latency(Fault):
    """`seconds` fixed; with `up_to` drawn evenly between both; with `sigma` log-normally around a median of `seconds`."""

    seconds: float = 1.0
    up_to: float | None = None
    sigma: float | None = None

    def draw(self, weather: Weather) -> float:
        if self.sigma is not None:
            return self.seconds * weather.chance.lognormvariate(0.0, self.sigma)
        if self.up_to is not None:
            return weather.chance.uniform(self.seconds, self.up_to)
        return self.seconds

    async def serve(self, call: Call, carry_out: CarryOut, weather: Weather) -> Reply:
        reply = await carry_out(call)
        await weather.clock.sleep(self.draw(weather))
        return reply

    async def deliver(self, delivery: Delivery, send: SendOut, weather: Weather) -> Answer | None:
        await weather.clock.sleep(self.draw(weather))
        return await send(delivery)
