"""What a simple call costs the engine (traffic, contract both ways, faults armed but not matching), against a bare aiohttp
handler that parses and builds the same bodies. Server CPU seconds, median of three alternating runs, uvloop on both sides.

Run `python -m benchmarks.call [calls a run]`. The last line is for programs. Exit code 4 when a bar is missed.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from statistics import median

import orjson

from benchmarks.load import drive
from benchmarks.process import Program
from benchmarks.report import Bar, conclude
from loopyard.transport.connections import Connections

ROUNDS = 3
NAMES = ("aiohttp", "loopyard", "unlogged")
BODY = orjson.dumps({"amount": {"amount": 100, "currency": "MWK"}, "payee": {"idType": "MSISDN", "idValue": "265881000201"}})
HEADERS = {"Content-Type": "application/json", "Accept": "application/json", "X-Client-Id": "green-bank"}


def microseconds(program: Program, calls: int) -> float:
    """Server CPU of one call."""

    async def call(connections: Connections) -> None:
        status, _, _ = await connections.exchange("POST", program.places["api"] + "/quotes", HEADERS, BODY)
        assert status == 200

    before = program.cpu
    drive(call, calls)
    return (program.cpu - before) / calls * 1e6


def main(calls: int = 6000) -> int:
    with ExitStack() as stack:
        programs = {name: stack.enter_context(Program("call", name)) for name in NAMES}
        for program in programs.values():
            microseconds(program, 500)
        rounds = [[microseconds(program, calls) for program in programs.values()] for _ in range(ROUNDS)]
    cost = dict(zip(NAMES, map(median, zip(*rounds, strict=True)), strict=True))
    for name in NAMES:
        print(f"benchmarks.programs.call {name:10} {cost[name]:7.1f} us of CPU a call")
    logged, bare = cost["aiohttp"] / cost["loopyard"], cost["aiohttp"] / cost["unlogged"]
    return conclude((Bar("ratio", logged, at_least=0.60), Bar("ratio without log", bare, at_least=0.80)))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
