"""A log that is followed: everything is told once, when it has ended, whatever happens to the log meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from loopyard.cli.log import PATIENCE, Follower
from loopyard.engine.traffic import Interaction

START = datetime(2026, 3, 2, 8, tzinfo=UTC)


class Log:
    """A world of which only the log is there."""

    def __init__(self) -> None:
        self.rows: list[Interaction] = []

    def say(self, outcome: str = "answered", day: int = 0) -> Interaction:
        seq = self.rows[-1].seq + 1 if self.rows else 1
        at = START + timedelta(days=day)
        row = Interaction(seq, at, "a", "b", "b.things.do", "POST", "/things", (), b"", f"span {seq}", outcome=outcome)
        self.rows.append(row)
        return row

    def interactions(self, since: int = 0) -> list[Interaction]:
        return [row for row in self.rows if row.seq > since]


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def look(log: Log) -> Callable[[], tuple[list[int], bool]]:
    world: Any = SimpleNamespace(interactions=log.interactions)
    follower = Follower(world)

    def looked() -> tuple[list[int], bool]:
        rows, anew = follower.look()
        return [row.seq for row in rows], anew

    return looked


Look = Callable[[], tuple[list[int], bool]]


def test_everything_is_told_once(log: Log, look: Look) -> None:
    log.say()
    log.say()
    assert look() == ([1, 2], False)
    assert look() == ([], False)
    log.say()
    assert look() == ([3], False)


def test_what_has_no_answer_yet_waits_and_holds_up_nobody(log: Log, look: Look) -> None:
    slow = log.say("open")
    log.say()
    assert look() == ([2], False)
    log.say()
    assert look() == ([3], False)
    slow.outcome = "answered"
    assert look() == ([1], False)
    assert look() == ([], False)


def test_what_is_never_answered_is_told_in_the_end(log: Log, look: Look) -> None:
    log.say("open")
    told = [look()[0] for _ in range(PATIENCE + 3)]
    assert told[PATIENCE] == [1]
    assert [each for each in told if each] == [[1]]


def test_a_log_that_begins_anew_is_told_from_its_beginning(log: Log, look: Look) -> None:
    log.say()
    log.say()
    look()
    log.rows.clear()
    log.say(day=1)
    assert look() == ([1], True), "a shorter log"
    log.rows.clear()
    log.say(day=2)
    log.say(day=2)
    assert look() == ([1, 2], True), "one as long as before, and longer"
    log.rows.clear()
    assert look() == ([], True), "an empty one"
    assert look() == ([], False)


def test_a_full_log_that_drops_its_oldest_is_still_the_same(log: Log, look: Look) -> None:
    log.say()
    look()
    log.say()
    log.say()
    del log.rows[:2]
    assert look() == ([3], False)
