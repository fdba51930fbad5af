"""Programs in processes of their own, and what the machine spends on them. CPU seconds: nothing that others do counts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


class Program:
    """A running program of `benchmarks/programs`; `places` are the addresses that it printed."""

    def __init__(self, name: str, *arguments: str) -> None:
        command = [sys.executable, "-m", f"benchmarks.programs.{name}", *arguments]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin, self._process.stdout
        self.name = " ".join((name, *arguments))
        self.places: dict[str, str] = json.loads(self._out.readline())

    @property
    def cpu(self) -> float:
        """Seconds of CPU since it started, its imports included: compare two moments."""
        fields = self._proc("stat").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    @property
    def memory(self) -> float:
        """Resident megabytes (10^6 bytes)."""
        return int(self._proc("statm").split()[1]) * PAGE / 1e6

    def tell(self, places: dict[str, str]) -> None:
        """Tell it where its neighbours are."""
        self._in.write(json.dumps(places) + "\n")
        self._in.flush()

    def stop(self) -> None:
        self._in.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._out.close()

    def _proc(self, name: str) -> str:
        return Path(f"/proc/{self._process.pid}/{name}").read_text(encoding="ascii")

    def __enter__(self) -> Program:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        self.stop()
