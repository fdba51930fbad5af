"""The channel: calls that a customer's app makes to the system under test. The world makes them, so that they stand in its
log and time passes only as far as they need, whoever asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from loopyard.kernel.settings import read
from loopyard.transport.packing import Packing
from loopyard.world.channel import CALL, Call
from loopyard.world.composition import Composition
from loopyard.world.control.base import ControlOperation, Json


async def call(
    world: Composition, face: str, method: str, path: str, body: str = "", headers: Mapping[str, str] | None = None,
    timeout: float = 120.0, padding: int = 0, packing: Packing = "",
) -> Json:  # fmt: skip
    """Call a face of the system under test, such as core_connector.dfsp: {face, method, path, body?, headers?, timeout?,
    padding?, packing?} -> {status, headers, body}, or {no_answer, detail}: refused, closed, garbled or timeout."""
    return (await world.channel.make(Call(face, method, path, body, headers or {}, timeout, padding, packing)))[0]


async def calls(world: Composition, calls: tuple[Mapping[str, Any], ...]) -> Json:
    """Several such calls side by side, until the last has ended."""
    return await world.channel.make(*(read(Call, each, CALL) for each in calls))


OPERATIONS: Final = (
    ControlOperation("channel.call", call),
    ControlOperation("channel.calls", calls),
)
