"""What is counted of a world from its start to its stop, resets included: a counter never goes back. It counts and shows
nothing; how the counts are told stands in metrics.py."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from loopyard.audit import Verdict
from loopyard.engine.traffic import Interaction
from loopyard.world.channel import CHANNEL

BOUNDS: Final = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Upper bounds of durations, in seconds of the world's clock: from a local call to the time-out of a transfer."""
MOST: Final = 1000
"""Operations that are counted by name; those beyond share one. Only calls of the channel can make so many."""
OTHER: Final = "other"
"""Stands for what nobody declared: names from outside must not grow the number of series."""


def label(operation: str) -> str:
    """The name of an operation as it may leave the world. Those of simulators are declared; the channel's are made of paths,
    which may hold ids or people further back, so that only their first part stays."""
    party, _, rest = operation.partition(".")
    if party != CHANNEL:
        return operation
    first = rest.partition(".")[0]
    return f"{CHANNEL}.{first}" if first and not any(each.isdigit() for each in first) else f"{CHANNEL}.{OTHER}"


@dataclass(slots=True)
class Series:
    """The finished interactions of one operation: by outcome and status, by duration, and how many were repeats."""

    ends: dict[tuple[str, int | None], int] = field(default_factory=dict)
    durations: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))  # each bound's own, the last beyond all
    seconds: float = 0.0
    retries: int = 0


@dataclass(frozen=True, slots=True)
class Audited:
    """The last audit, and when it was made by the world's clock."""

    at: datetime
    verdict: Verdict


class Tally:
    """The counts of one world. `watch` is called for every finished interaction, so it does next to nothing."""

    def __init__(self) -> None:
        self.operations: dict[str, Series] = {}
        self.resets = 0
        self.audits: Counter[bool] = Counter()  # by whether they were clean
        self.last_audit: Audited | None = None

    def watch(self, row: Interaction) -> None:
        series = self.operations.get(row.operation) or self._series(row.operation)
        end = (row.outcome, row.status)
        series.ends[end] = series.ends.get(end, 0) + 1
        if row.attempt > 1:
            series.retries += 1
        if row.ended is not None:
            # a virtual clock goes back at a reset, and what was begun before it would have ended before its beginning
            seconds = max((row.ended - row.at).total_seconds(), 0.0)
            series.durations[bisect_left(BOUNDS, seconds)] += 1
            series.seconds += seconds

    def _series(self, operation: str) -> Series:
        name = label(operation)
        if name not in self.operations and len(self.operations) >= MOST:
            name = OTHER
        return self.operations.setdefault(name, Series())

    def audited(self, verdict: Verdict, at: datetime) -> None:
        self.audits[verdict.clean] += 1
        self.last_audit = Audited(at, verdict)

    def was_reset(self) -> None:
        """Counts stay. The last audit was about books that are no more."""
        self.resets += 1
        self.last_audit = None
