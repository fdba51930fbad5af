"""What a world keeps: memory that health calls add, that is to stay flat; state that completed transfers add over all parties,
that is to be small; and what the process has after ten thousand. The world and both connectors are one process.

Run `python -m benchmarks.memory [health calls] [transfers] [--log N]`; twice as many transfers are made. Fewer than the bars
speak of are extrapolated, and said so. The log is short, so that state is what grows. The last line is for programs. Exit code
4 when a bar is missed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from benchmarks.load import drive
from benchmarks.payments import send_money
from benchmarks.process import Program
from benchmarks.report import Bar, conclude
from loopyard.engine.traffic import IDLE, KEPT
from loopyard.transport.connections import Connections

HEALTH_CALLS, TRANSFERS = 1_000_000, 10_000
LOG = 2_000


def health_calls(program: Program, calls: int) -> float:
    """Megabytes that a million health calls add: what so many add, and what their log still grows to."""

    async def call(connections: Connections) -> None:
        status, _, _ = await connections.exchange("GET", program.places["hub.admin"] + "/health", {}, None)
        assert status == 200

    drive(call, 500)
    before = program.memory
    drive(call, calls)
    added = program.memory - before
    print(f"{calls:,} health calls add {added:.1f} MB")
    return added * max(1.0, min(HEALTH_CALLS, IDLE) / calls)


def state(transfers: int, log: int) -> tuple[float, float]:
    """Kilobytes of state a transfer between so many and twice as many, and megabytes after TRANSFERS.

    What comes before fills the log and the page caches of the connectors' stores, which are no state.
    """
    with Program("world", "--kept", str(log)) as program:
        pay, begins = send_money(program.places["core_connector.dfsp"]), program.memory
        drive(pay, transfers)
        before = program.memory
        drive(pay, transfers)
        kept = (program.memory - before) / transfers * 1e3
        left = max(TRANSFERS - 2 * transfers, 0)
        after = program.memory + left * kept / 1e3
    print(f"a transfer keeps {kept:.1f} kB from {transfers:,} to {2 * transfers:,}; the log keeps {log:,} messages")
    how = f"extrapolated from {2 * transfers:,}" if left else "measured"
    print(f"a world with everything in it begins with {begins:.0f} MB; after {TRANSFERS:,} it has {after:.0f} MB ({how})")
    return kept, after


def flat(calls: int) -> float:
    """Megabytes that health calls add to a log of the usual length."""
    with Program("world") as program:
        drive(send_money(program.places["core_connector.dfsp"]), 20)
        added = health_calls(program, calls)
    if calls < HEALTH_CALLS:
        print(f"{HEALTH_CALLS:,} are extrapolated, with {KEPT:,} messages in the log, {IDLE:,} of no business")
    return added


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.memory")
    parser.add_argument("calls", metavar="health calls", type=int, nargs="?", default=10_000)
    parser.add_argument("transfers", type=int, nargs="?", default=1_000)
    parser.add_argument("--log", type=int, default=LOG)
    given = parser.parse_args(arguments)
    kept, after = state(given.transfers, given.log)
    bars = (
        Bar("state kB", kept, at_most=12.0),
        Bar("MB after 10000 transfers", after, at_most=200.0),
        Bar("health calls MB", flat(given.calls), at_most=20.0),
    )
    return conclude(bars)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
