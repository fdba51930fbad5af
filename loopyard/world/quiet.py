"""When a world on the wall clock is quiet. There it can only be guessed: nobody has said anything for a moment."""

from __future__ import annotations

from typing import Final

from loopyard.engine.traffic import Traffic
from loopyard.kernel.clock import Clock

LOOK: Final = 0.02  # seconds between two looks
RECENT: Final = 200  # interactions that are looked at
PATIENCE: Final = 12
"""Moments of quiet after which an interaction that still has no answer counts as never answered."""


async def until_quiet(clock: Clock, traffic: Traffic, moment: float) -> None:
    """Wait until for `moment` seconds nothing was said or answered and nothing is under way."""
    seen, since = _state(traffic), clock.monotonic()
    while True:
        await clock.sleep(LOOK)
        now = _state(traffic)
        if now != seen:
            seen, since = now, clock.monotonic()
        waited = clock.monotonic() - since
        if waited >= moment and (not now[1] or waited >= moment * PATIENCE):
            return


def _state(traffic: Traffic) -> tuple[int, int]:
    """How much was said, and how much of the latest has no answer yet."""
    return traffic.count, sum(row.outcome == "open" for row in traffic.latest(RECENT))
