"""What processes of this machine have used, as the kernel counts it. Where there is no /proc, nothing is known."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Used:
    """What one process has used: CPU seconds, and the most memory that it ever held, in bytes."""

    name: str
    cpu_seconds: float
    peak_bytes: int


class Watch:
    """Looks at processes at the start and at the end of a run, while all of them live. Processes are names by number."""

    def __init__(self) -> None:
        self._before: Mapping[int, Used] = {}
        self._after: Mapping[int, Used] = {}

    def start(self, running: Mapping[int, str]) -> None:
        self._before = looked_at(running)

    def stop(self, running: Mapping[int, str]) -> None:
        self._after = looked_at(running)

    def used(self) -> list[Used]:
        """CPU of the run alone, without start and audit; memory up to now where a process still lives."""
        now = looked_at({pid: each.name for pid, each in self._after.items()})
        return [
            replace(
                each,
                cpu_seconds=each.cpu_seconds - (self._before[pid].cpu_seconds if pid in self._before else 0.0),
                peak_bytes=now.get(pid, each).peak_bytes,
            )
            for pid, each in self._after.items()
        ]


def looked_at(running: Mapping[int, str]) -> dict[int, Used]:
    """What each process has used so far; those of which nothing can be known are left out."""
    found = {pid: used(name, pid) for pid, name in running.items()}
    return {pid: each for pid, each in found.items() if each is not None}


def used(name: str, pid: int) -> Used | None:
    """What a living process has used so far; None when that cannot be known."""
    folder = Path("/proc") / str(pid)
    try:
        # the name in parentheses may hold anything, so fields are counted from behind it
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
        peak = next(line for line in (folder / "status").read_text().splitlines() if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        return None
    return Used(name, (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), int(peak.split()[1]) * 1024)
