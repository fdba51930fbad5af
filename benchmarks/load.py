"""Load from this process, as cheap as it gets, so that what is measured has the machine to itself. Calls carry no clock."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from loopyard.transport import runtime
from loopyard.transport.connections import Connections

Work = Callable[[Connections], Awaitable[None]]


def drive(work: Work, times: int, side_by_side: int = 16) -> None:
    """Do `work` so many times, some of it side by side. Its first failure ends all."""
    runtime.run(_drive(work, times, side_by_side))


async def _drive(work: Work, times: int, side_by_side: int) -> None:
    left, connections = iter(range(times)), Connections()

    async def worker() -> None:
        for _ in left:
            await work(connections)

    try:
        await asyncio.gather(*(worker() for _ in range(side_by_side)))
    finally:
        connections.close()
