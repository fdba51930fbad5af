"""The log of a running world as commands show it: chosen, redacted, and followed while it grows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Final

from loopyard.engine.traffic import Interaction
from loopyard.testing.evidence import gather
from loopyard.testing.evidence.model import Exchange
from loopyard.testing.evidence.redaction import Redactor
from loopyard.world.client import World

LOOK: Final = 0.5  # real seconds between two looks at a log that is followed
PATIENCE: Final = 10
"""Looks after which an interaction that still has no answer is shown without one."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which interactions are wanted; parties are named as the log or the report names them."""

    since: int = 0
    operation: str = "*"
    sender: str | None = None
    receiver: str | None = None

    def takes(self, row: Interaction) -> bool:
        return (
            row.seq > self.since
            and fnmatchcase(row.operation, self.operation)
            and self.sender in (None, row.sender)
            and self.receiver in (None, row.receiver, gather.exchange(row).receiver)
        )


@dataclass(slots=True)
class Shown:
    """Interactions on their way out: what is chosen, redacted unless they are wanted raw.

    Redaction hunts for what any interaction has given away, so it reads those too that are not chosen.
    """

    choice: Choice
    raw: bool
    redactor: Redactor = field(default_factory=lambda: Redactor.of(()))

    def of(self, rows: Iterable[Interaction]) -> list[Exchange]:
        rows = list(rows)
        if not self.raw:
            self.redactor = self.redactor.learning(map(gather.exchange, rows))
        chosen = [gather.exchange(row) for row in rows if self.choice.takes(row)]
        return chosen if self.raw else [self.redactor.exchange(each) for each in chosen]


class Follower:
    """Tells every interaction of a log once, when it has ended, or has been without an answer for a while."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._begin()

    def _begin(self) -> None:
        self._mark: Interaction | None = None  # the last one up to which all have been told
        self._told: set[int] = set()  # beyond the mark
        self._waited: dict[int, int] = {}

    def look(self) -> tuple[list[Interaction], bool]:
        """What is new, and whether the log began anew since the last look, as it does when the world is reset."""
        mark = self._mark
        rows = self._world.interactions(mark.seq - 1 if mark else 0)
        anew = mark is not None and not (rows and _continues(mark, rows[0]))
        if anew:
            self._begin()
            rows = self._world.interactions()
        new = [row for row in rows if self._is_new(row)]
        self._told.update(row.seq for row in new)
        self._move_mark(rows)
        return new, anew

    def _is_new(self, row: Interaction) -> bool:
        if row.seq in self._told or (self._mark and row.seq <= self._mark.seq):
            return False
        self._waited[row.seq] = self._waited.get(row.seq, 0) + 1
        return row.outcome != "open" or self._waited[row.seq] > PATIENCE

    def _move_mark(self, rows: Iterable[Interaction]) -> None:
        for row in rows:
            if self._mark and row.seq <= self._mark.seq:
                continue
            if row.seq not in self._told:
                return
            self._mark = row
            self._told.discard(row.seq)
            self._waited.pop(row.seq, None)


def _continues(mark: Interaction, first: Interaction) -> bool:
    """Whether the mark stood in this log, whose first row from there on is `first`; a full log may have dropped the mark."""
    return first.seq > mark.seq or (first.at, first.span, first.path) == (mark.at, mark.span, mark.path)


def start_of(world: World) -> datetime:
    """The moment from which the world counts its seconds: on the wall clock, when it was started."""
    now = world.control("clock.now")
    return datetime.fromisoformat(now["now"]) - timedelta(seconds=now["seconds"])
