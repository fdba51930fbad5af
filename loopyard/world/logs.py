"""What a world's own programs write to their logs, kept to be looked at: simulators, connectors, the harness. Logs of a system
that runs elsewhere are not seen. No library's settings are changed but the level at which its own lines are made."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from loopyard.kernel.failures import PROGRAMS

KEPT: Final = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a log, with what was known of an error."""

    at: datetime
    logger: str
    level: str
    text: str


class Logs(logging.Handler):
    """The latest lines of one world. It listens from `open` to `close`; a second world in the process is heard as well."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(logging.INFO)
        self._now = now
        self._levels: dict[str, int] = {}
        self.lines: deque[Line] = deque(maxlen=KEPT)
        self.setFormatter(logging.Formatter("%(message)s"))

    def open(self) -> None:
        """Begin to listen."""
        for name in PROGRAMS:
            program = logging.getLogger(name)
            self._levels[name] = program.level
            program.setLevel(min(program.level or logging.INFO, logging.INFO))
            program.addHandler(self)

    def close(self) -> None:
        """Listen no more, and leave everything as it was."""
        for name, level in self._levels.items():
            program = logging.getLogger(name)
            program.removeHandler(self)
            program.setLevel(level)
        self._levels.clear()
        super().close()

    def emit(self, record: logging.LogRecord) -> None:
        text = self.format(record).encode("utf-8", "backslashreplace").decode()  # whatever it quotes, it can be told as JSON
        self.lines.append(Line(self._now(), record.name, record.levelname, text))
