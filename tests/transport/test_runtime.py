"""How a serving process is run: the collector set, the result handed out."""

from __future__ import annotations

import subprocess
import sys


def test_a_program_runs_to_its_result_with_the_collector_set_for_a_server() -> None:
    program = (
        "import gc\nfrom loopyard.transport import runtime\n"
        "async def work(): return gc.get_threshold()[0] > 700 and gc.get_freeze_count() > 0\n"
        "print(runtime.run(work()))"
    )
    # in a process of its own, because it changes settings of a process
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"
