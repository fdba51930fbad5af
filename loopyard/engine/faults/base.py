"""What a fault can do: get between a request and its handler, or between a message and its way out."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from loopyard.engine.call import Call
from loopyard.engine.delivery import Delivery
from loopyard.engine.faults.lane import Lane
from loopyard.kernel.clock import Clock
from loopyard.transport.client import Answer
from loopyard.transport.messages import Reply

CarryOut = Callable[["Call"], Awaitable[Reply]]
SendOut = Callable[["Delivery"], Awaitable["Answer | None"]]


class NotForThis(Exception):
    """The fault has no meaning in this direction; its message says what it is for."""


@dataclass(slots=True)
class Weather:
    """What a fault may use: the clock, a seeded source of chance, and a shelf that lasts as long as the rule.

    For messages there is also the lane to their receivers; `overtakes` when an earlier message waits for this one to have gone.
    """

    clock: Clock
    chance: random.Random
    shelf: dict[str, Any] = field(default_factory=dict)
    lane: Lane | None = None
    overtakes: bool = False


class Fault:
    """Base of all faults. A subclass is a dataclass of its options and overrides one direction, or both."""

    async def serve(self, call: Call, carry_out: CarryOut, weather: Weather) -> Reply:
        """Between a request to a simulator and its handler."""
        raise NotForThis(f"{type(self).__name__} is a fault of messages that a simulator sends, not of requests to it")

    async def deliver(self, delivery: Delivery, send: SendOut, weather: Weather) -> Answer | None:
        """Between a message that a simulator sends and the wire."""
        raise NotForThis(f"{type(self).__name__} is a fault of requests to a simulator, not of messages that it sends")
