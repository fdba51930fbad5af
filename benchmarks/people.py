"""A world of a thousand institutions and a million people against one of two and fifty: how long it takes to start, and what it
costs to find somebody in it, each lookup that of another person."""

from __future__ import annotations

import asyncio
import sys
from statistics import median
from time import perf_counter, process_time
from typing import Any, Final

from benchmarks.report import Bar, conclude
from loopyard.transport.connections import Connections
from loopyard.world.composition import Composition
from loopyard.world.file import WorldFile, parse

ROUNDS: Final = 3
LOOKUPS: Final = 300


def world_of(dfsps: int, people: int) -> WorldFile:
    """So many peers beside the institution under test, in one currency."""
    plenty = {"MWK": {"cap": "1000000", "funds": "1000000"}}
    banks: list[dict[str, Any]] = [{"id": f"bank-{number}", "currencies": plenty} for number in range(dfsps - 1)]
    return parse(
        {
            "world": {"clock": "real"},
            "dfsp": [{"id": "home", "play": "home", "currencies": plenty}, *banks],
            "people": {"count": people, "balance": "1000"},
            "simulators": {"hub": {}, "dfsp": {}, "home": {"kind": "mojaloop_reference"}},
            "connectors": {"mojaloop_connector": {"dfsp_id": "home"}, "core_connector": {"fsp_id": "home"}},
        },
        "benchmarks/people.py",
    )


class Town:
    """A running world of which people are looked up, nobody twice."""

    def __init__(self, dfsps: int, people: int) -> None:
        self._dfsps, self._people = dfsps, people
        self._next = 0

    async def start(self) -> float:
        """Seconds from the file, read already, to a running world."""
        began = perf_counter()
        self.world = Composition(world_of(self._dfsps, self._people))
        await self.world.start()
        self._connections = Connections()
        return perf_counter() - began

    async def stop(self) -> None:
        self._connections.close()
        await self.world.stop()

    async def look_up(self, lookups: int) -> float:
        """Milliseconds of CPU that it takes all parties together to find one person, from the connector's outbound API."""
        url, crowd = self.world.url("mojaloop_connector", "outbound"), self.world.plan.crowd
        began = process_time()
        for _ in range(lookups):
            number = crowd.person(self._somebody()).id_value
            status, _, body = await self._connections.exchange("GET", f"{url}/parties/MSISDN/{number}", {}, None)
            assert status == 200, body
        return (process_time() - began) * 1000 / lookups

    def _somebody(self) -> int:
        """The next person of a peer, far from the one before; fifty people come again."""
        self._next += 1
        index = self._next * 7919 % self._people
        return index if index % self._dfsps else (index + 1) % self._people


async def measure(lookups: int) -> tuple[float, float, float]:
    """Seconds to start the great world; milliseconds of a lookup in the small one and in the great one."""
    small, great = Town(2, 50), Town(1000, 1_000_000)
    await small.start()
    seconds = await great.start()
    try:
        await small.look_up(lookups), await great.look_up(lookups)  # a first time, for imports and connections
        rounds = [(await small.look_up(lookups), await great.look_up(lookups)) for _ in range(ROUNDS)]
    finally:
        await small.stop()
        await great.stop()
    return seconds, median(each for each, _ in rounds), median(each for _, each in rounds)


def main(lookups: int = LOOKUPS) -> int:
    seconds, small, great = asyncio.run(measure(lookups))
    print(f"2 institutions, 50 people              {small:6.3f} ms of CPU a lookup")
    print(f"1,000 institutions, 1,000,000 people   {great:6.3f} ms of CPU a lookup")
    bars = (Bar("seconds to start", seconds, at_most=10), Bar("lookup ratio", small / great, at_least=0.8))
    return conclude(bars, small_ms=round(small, 3), great_ms=round(great, 3))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
