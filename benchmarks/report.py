"""How a benchmark ends: a line for each figure that has a bar, one line of JSON for programs, and an exit code."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

MISSED = 4
"""The exit code of a benchmark that ran and missed a bar; one that did not run ends with another."""
BUSY = 1.25
"""What a busy machine may cost before a bar counts as missed."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure that must be at least, or at most, so much."""

    name: str
    value: float
    at_least: float | None = None
    at_most: float | None = None

    @property
    def met(self) -> bool:
        return self._holds(1.0)

    @property
    def missed(self) -> bool:
        """Missed by more than what a busy machine costs."""
        return not self._holds(BUSY)

    def _holds(self, slack: float) -> bool:
        enough = self.at_least is None or self.value * slack >= self.at_least
        return enough and (self.at_most is None or self.value <= self.at_most * slack)

    def __str__(self) -> str:
        wanted = f"at least {self.at_least:g}" if self.at_least is not None else f"at most {self.at_most:g}"
        return f"{self.name:34} {self.value:9.2f}   bar: {wanted}{'' if self.met else '   MISSED'}"


def conclude(bars: Sequence[Bar], **figures: float) -> int:
    """Print the bars and the JSON line; MISSED when a bar is missed, else 0."""
    for bar in bars:
        print(bar)
    print(json.dumps({bar.name.replace(" ", "_"): round(bar.value, 3) for bar in bars} | figures))
    return MISSED if any(bar.missed for bar in bars) else 0
