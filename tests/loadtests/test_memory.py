"""What journeys leave behind in the memory of processes."""

from __future__ import annotations

import os
import sys

import pytest

from loadtests import _memory
from loadtests._memory import Growth, resident

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what processes hold is read from /proc")


def grown(monkeypatch: pytest.MonkeyPatch, looks: list[tuple[int, int]]) -> float | None:
    growth = Growth()
    for journeys, held in looks:
        monkeypatch.setattr(_memory, "resident", lambda pids, held=held: held)
        growth.look(journeys, ())
    return growth.kib_per_journey


def test_what_fills_in_the_first_half_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    assert grown(monkeypatch, [(0, 0), (50, 9_000_000), (100, 9_000_000)]) == 0.0


def test_the_second_half_counts_by_its_journeys(monkeypatch: pytest.MonkeyPatch) -> None:
    assert grown(monkeypatch, [(0, 0), (40, 1_000_000), (60, 1_000_000), (100, 1_000_000 + 40 * 3072)]) == 3.0


def test_nothing_is_said_of_what_could_not_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    assert grown(monkeypatch, []) is None
    assert grown(monkeypatch, [(0, 5)]) is None
    assert resident([os.getpid(), 2**22 + 1]) is None


def test_a_process_holds_some_megabytes() -> None:
    held = resident([os.getpid()])
    assert held is not None
    assert held > 10_000_000
