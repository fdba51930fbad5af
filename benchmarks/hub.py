"""What the hub's logic costs: discovery, quote and transfer, twelve hops, against a relay of the same shape without logic.
Server CPU seconds, median of three alternating runs, uvloop on both sides; the ends are in this process.

Run `python -m benchmarks.hub [transfers a run]`. The last line is for programs. Exit code 4 when the bar is missed.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from statistics import median

from benchmarks.ends import Ends
from benchmarks.process import Program
from benchmarks.report import Bar, conclude
from loopyard.transport import runtime

ROUNDS = 3
SIDE_BY_SIDE = 8
TWELVE_HOPS = json.dumps({"send_transfer_confirmation_to_payee": False})
"""Without the payee's copy of its own fulfil, which would be the thirteenth."""


async def milliseconds(ends: Ends, program: Program, transfers: int) -> float:
    """CPU of the program in the middle for one transfer."""
    ends.hub, left = program.places["hub.fspiop"], iter(range(transfers))

    async def customer() -> None:
        for _ in left:
            await ends.transfer()

    before = program.cpu
    await asyncio.gather(*(customer() for _ in range(SIDE_BY_SIDE)))
    return (program.cpu - before) / transfers * 1e3


async def alternate(ends: Ends, programs: Sequence[Program], transfers: int) -> list[float]:
    """The median of each program, run in turn."""
    for program in programs:
        await milliseconds(ends, program, max(20, transfers // 5))
    rounds = [[await milliseconds(ends, program, transfers) for program in programs] for _ in range(ROUNDS)]
    return [median(values) for values in zip(*rounds, strict=True)]


async def measure(transfers: int) -> list[float]:
    ends = Ends()
    await ends.start()
    try:
        with ExitStack() as stack:
            relay = stack.enter_context(Program("relay"))
            relay.tell(ends.urls)
            hub = stack.enter_context(Program("hub", ends.urls["green"], ends.urls["blue"], TWELVE_HOPS))
            return await alternate(ends, (relay, hub), transfers)
    finally:
        await ends.stop()


def main(transfers: int = 300) -> int:
    relay, hub = runtime.run(measure(transfers))
    print(f"benchmarks.programs.relay  {relay:6.3f} ms of CPU a transfer")
    print(f"benchmarks.programs.hub    {hub:6.3f} ms of CPU a transfer")
    return conclude((Bar("ratio", relay / hub, at_least=0.70),), relay_ms=round(relay, 3), hub_ms=round(hub, 3))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
