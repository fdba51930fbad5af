"""How long a world takes to start and to be reset, in milliseconds of real time, against the bars of the design.

The last line is for programs. Exit code 4 when a bar is missed by more than the factor that a busy machine may cost.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from urllib.request import urlopen

from benchmarks.report import MISSED
from loopyard.world.composition import Composition
from loopyard.world.defaults import default_world
from loopyard.world.file import load

START_MS, RESET_MS, COLD_MS = 100.0, 10.0, 1500.0
BUSY = 2.0
UP = (sys.executable, "-c", "from loopyard.cli.main import main; main()", "up", "--ports", "random")


async def measure(starts: int = 5, resets: int = 20) -> tuple[list[float], list[float]]:
    """Milliseconds of each start (after imports) and each reset."""
    file = load(default_world())
    started, reset = [], []
    for number in range(starts + 1):
        began = perf_counter()
        world = Composition(file)
        await world.start()
        if number:  # the first start imports the simulators
            started.append((perf_counter() - began) * 1000)
        for each in range(resets if number == starts else 0):
            began = perf_counter()
            await world.reset(f"seed {each}")
            reset.append((perf_counter() - began) * 1000)
        await world.stop()
    return started, reset


def cold(rounds: int = 3) -> list[float]:
    """Milliseconds from the command `loopyard up` to the first answer of its control."""
    took = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            file = Path(folder) / f"{number}.json"
            began = perf_counter()
            process = subprocess.Popen([*UP, "--urls", str(file)], stdout=subprocess.DEVNULL)
            while not file.is_file():
                time.sleep(0.005)
            urlopen(json.loads(file.read_text())["control"] + "/health").close()
            took.append((perf_counter() - began) * 1000)
            process.terminate()
            process.wait()
    return took


def line(name: str, values: Sequence[float], bar: float) -> float:
    middle = median(values)
    print(f"{name:12} median {middle:7.2f} ms  (bar {bar:g} ms, {bar / middle:.1f} times as fast)")
    return middle


def main() -> int:
    started, reset = asyncio.run(measure())
    start, again = line("world start", started, START_MS), line("world reset", reset, RESET_MS)
    up = line("loopyard up", cold(), COLD_MS)
    print(json.dumps({"start_ms": round(start, 2), "reset_ms": round(again, 2), "cold_ms": round(up, 2)}))
    return 0 if start <= START_MS * BUSY and again <= RESET_MS * BUSY and up <= COLD_MS * BUSY else MISSED


if __name__ == "__main__":
    sys.exit(main())
