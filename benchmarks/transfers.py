"""Complete transfers a second: channel, core connector and bank, Mojaloop connector, hub, peer DFSP, and what each process
spends on one. JWS is off, the clock is real, the load comes from this process.

Run `python -m benchmarks.transfers [transfers] [--together] [--core-connector URL --payer ID --payee ID]`: core connector,
Mojaloop connector and world in three processes, or together in one, or a world that runs already, of which only the rate is
known. The last line is for programs. Exit code 4 when a bar is missed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack

from benchmarks.ends import Ends
from benchmarks.hub import alternate
from benchmarks.load import Work, drive
from benchmarks.payments import PAYEE, PAYER, send_money
from benchmarks.process import Program
from benchmarks.report import Bar, conclude
from loopyard.transport import runtime

CONNECTORS = ("core_connector", "mojaloop_connector")
CALLS, PASSED_ON = 20, 6
"""Calls that a transfer makes between the processes of a world, and those that the relay of `benchmarks.hub` passes on."""
TOTAL_MS, LARGEST_MS = 7.0, 3.5
"""CPU of one transfer: of all processes together, so that two cores carry 250 a second and their load, and of the largest."""


def start(stack: ExitStack, apart: bool) -> tuple[list[Program], Work]:
    """The processes of a world, and one payment in it."""
    names = CONNECTORS if apart else ()
    programs = [stack.enter_context(Program("world", *names))]
    programs += [stack.enter_context(Program("connector", name)) for name in names]
    places = {place: url for program in programs for place, url in program.places.items()}
    for program in programs:
        program.tell(places)
    return programs, send_money(places["core_connector.dfsp"], places["payer"], places["payee"])


def measure(programs: Sequence[Program], pay: Work, transfers: int) -> tuple[float, list[float]]:
    """Transfers a second, and CPU milliseconds a transfer of each program."""
    drive(pay, max(20, transfers // 5))
    before, began = [program.cpu for program in programs], time.perf_counter()
    drive(pay, transfers)
    took = time.perf_counter() - began
    return transfers / took, [(program.cpu - was) / transfers * 1e3 for program, was in zip(programs, before, strict=True)]


async def bare_milliseconds(transfers: int) -> float:
    """CPU of a transfer's calls alone: as many calls served and made by a relay without logic."""
    ends = Ends()
    await ends.start()
    try:
        with Program("relay") as relay:
            relay.tell(ends.urls)
            (taken,) = await alternate(ends, (relay,), transfers)
    finally:
        await ends.stop()
    return taken / PASSED_ON * CALLS


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.transfers")
    parser.add_argument("transfers", type=int, nargs="?", default=300)
    parser.add_argument("--together", action="store_true")
    parser.add_argument("--core-connector", metavar="URL")
    parser.add_argument("--payer", default=PAYER)
    parser.add_argument("--payee", default=PAYEE)
    given = parser.parse_args(arguments)
    with ExitStack() as stack:
        running = send_money(given.core_connector or "", given.payer, given.payee)
        programs, pay = ([], running) if given.core_connector else start(stack, not given.together)
        rate, costs = measure(programs, pay, given.transfers)
        for program, cost in zip(programs, costs, strict=True):
            print(f"{program.name:52} {cost:6.2f} ms of CPU a transfer, {program.memory:4.0f} MB")
    print(f"complete transfers                   {rate:9.1f} a second, with this load beside them")
    bare = runtime.run(bare_milliseconds(max(30, given.transfers // 3)))
    print(f"benchmarks.programs.relay, {CALLS} calls                      {bare:6.2f} ms of CPU")
    bars = [Bar("total ms", sum(costs), at_most=TOTAL_MS)] if costs else []
    bars += [Bar("largest ms", max(costs), at_most=LARGEST_MS)] if len(costs) > 1 else []
    return conclude(
        bars, transfers_a_second=round(rate, 1), bare_ms=round(bare, 2), ratio=round(bare / sum(costs), 3) if costs else 0.0
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
