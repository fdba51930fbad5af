"""What processes of the machine have used, as the kernel counts it. Where there is no /proc, nothing is known."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Used:
    """What one process has used so far: CPU seconds, and the most memory that it ever held, in bytes."""

    name: str
    pid: int
    cpu_seconds: float
    peak_bytes: int


def used(name: str, pid: int) -> Used | None:
    """What a living process has used; None when that cannot be known."""
    folder = Path("/proc") / str(pid)
    try:
        # the name in parentheses may hold anything, so fields are counted from behind it
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
        peak = next(line for line in (folder / "status").read_text().splitlines() if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        return None
    return Used(name, pid, (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), int(peak.split()[1]) * 1024)
