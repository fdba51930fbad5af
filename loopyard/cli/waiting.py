"""How long-running commands wait for their end: Ctrl-C, SIGTERM, or so many real seconds."""

from __future__ import annotations

import asyncio
import signal

from loopyard.kernel.clock import RealClock


async def until_stopped(seconds: float | None) -> None:
    """Say how to stop it, and wait until somebody does. Real seconds, whatever clock a world goes by."""
    clock = RealClock()
    stopped = clock.signal()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.fire)
    print("\nCtrl-C stops it", flush=True)
    await clock.wait(stopped, seconds)
