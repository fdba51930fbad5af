"""What a world keeps: memory that health calls add, that is to stay flat, and that completed transfers add over all parties,
that is to be linear. The world and both connectors are one process.

Run `python -m benchmarks.memory [health calls] [transfers]`. Fewer than the bars speak of are extrapolated, and said so. The
last line is for programs. Exit code 4 when a bar is missed.
"""

from __future__ import annotations

import sys

from benchmarks.load import drive
from benchmarks.payments import send_money
from benchmarks.process import Program
from benchmarks.report import Bar, conclude
from loopyard.engine.traffic import IDLE, KEPT
from loopyard.transport.connections import Connections

HEALTH_CALLS, TRANSFERS = 1_000_000, 10_000


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


def transfers(program: Program, count: int) -> list[float]:
    """Kilobytes that each transfer adds, the log included, in the first and in the second half."""
    pay, halves = send_money(program.places["core_connector.dfsp"]), []
    for _ in range(2):
        before = program.memory
        drive(pay, count // 2)
        halves.append((program.memory - before) / (count // 2) * 1e3)
    return halves


def main(calls: int = 10_000, count: int = 400) -> int:
    with Program("world") as program:
        drive(send_money(program.places["core_connector.dfsp"]), 100)
        least = program.memory
        first, second = transfers(program, count)
        flat = health_calls(program, calls)
    print(f"a transfer adds {first:.1f} kB, then {second:.1f} kB, the log of its messages included")
    print(
        f"a world with everything in it begins at {least:.0f} MB; {TRANSFERS:,} transfers and {HEALTH_CALLS:,} health calls are"
    )
    print(f"extrapolated from {count:,} and {calls:,}, with {KEPT:,} messages in the log, {IDLE:,} of no business")
    return conclude((Bar("health calls MB", flat, at_most=20.0),), begins_mb=round(least), transfer_kb=round(second, 1))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
