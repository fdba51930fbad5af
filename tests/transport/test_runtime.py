"""How a serving process is run: the collector set, the result handed out, what nobody foresaw told on its terminal."""

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


def test_what_nobody_foresaw_is_told_on_the_terminal_without_what_it_quotes() -> None:
    program = (
        "import asyncio\nfrom loopyard.kernel.clock import RealClock\nfrom loopyard.transport import runtime\n"
        "def fail(what): raise ValueError(what)\n"
        "async def work(what): fail(what)\n"
        "async def main():\n"
        "    RealClock().spawn(work('2659' + '91000101'))\n"
        "    asyncio.get_running_loop().call_soon(fail, '2659' + '91000101')\n"
        "    task = asyncio.create_task(work('2659' + '91000101'))\n"
        "    await asyncio.sleep(0.05)\n"
        "runtime.run(main())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr.count("ValueError at") == 3
    assert "265991000101" not in done.stderr
