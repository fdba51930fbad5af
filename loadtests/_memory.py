"""How the memory of processes grows with the journeys of a run. Where there is no /proc, nothing is known."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

LOOK: Final = 1.0
"""Seconds between two looks."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look: the journeys that had ended by then, and the bytes that all processes held together."""

    journeys: int
    resident: int


class Growth:
    """Looks that are held against each other at the end. In the first half of a run caches fill; what counts is the second."""

    def __init__(self) -> None:
        self._looks: list[Look] = []

    def look(self, journeys: int, pids: Iterable[int]) -> None:
        """Note what the processes hold now."""
        if (held := resident(pids)) is not None:
            self._looks.append(Look(journeys, held))

    @property
    def kib_per_journey(self) -> float | None:
        """KiB that a journey of the second half has left behind; None when it had no journeys, or nothing could be seen."""
        if not self._looks:
            return None
        end = self._looks[-1]
        middle = next(each for each in self._looks if each.journeys * 2 >= end.journeys)
        journeys = end.journeys - middle.journeys
        return (end.resident - middle.resident) / 1024 / journeys if journeys else None


def resident(pids: Iterable[int]) -> int | None:
    """Bytes that these processes hold together; None when one of them cannot be looked at."""
    try:
        pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids)
    except OSError:
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")
