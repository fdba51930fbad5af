"""What is counted of a world, interaction by interaction."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from loopyard.audit import Finding, Verdict
from loopyard.engine.traffic import Interaction
from loopyard.world.tally import BOUNDS, MOST, OTHER, Tally, label

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def ended(operation: str, *, seconds: float = 0.0, outcome: str = "answered", status: int | None = 200, attempt: int = 1):
    row = Interaction(1, START, "a", "b", operation, "PUT", "/x", (), b"", None)
    row.outcome, row.status, row.attempt, row.ended = outcome, status, attempt, START + timedelta(seconds=seconds)
    return row


def test_ends_are_counted_by_outcome_and_status_and_repeats_apart() -> None:
    tally = Tally()
    for row in (
        ended("bank.x"), ended("bank.x"), ended("bank.x", status=503, attempt=2), ended("bank.x", outcome="lost", status=None),
    ):  # fmt: skip
        tally.watch(row)
    assert tally.operations["bank.x"].ends == {("answered", 200): 2, ("answered", 503): 1, ("lost", None): 1}
    assert tally.operations["bank.x"].retries == 1


@pytest.mark.parametrize(("seconds", "bound"), [(0.0, 0.001), (0.5, 0.5), (0.500001, 1.0), (60.0, 60.0), (60.1, None)])
def test_a_bound_takes_in_what_lasted_just_as_long(seconds: float, bound: float | None) -> None:
    tally = Tally()
    tally.watch(ended("bank.x", seconds=seconds))
    series = tally.operations["bank.x"]
    assert series.durations.index(1) == (len(BOUNDS) if bound is None else BOUNDS.index(bound))
    assert series.seconds == pytest.approx(seconds)


def test_no_interaction_ends_before_its_beginning_when_a_reset_put_the_clock_back() -> None:
    tally = Tally()
    tally.watch(ended("bank.x", seconds=-100))
    assert (tally.operations["bank.x"].seconds, tally.operations["bank.x"].durations[0]) == (0.0, 1)


@pytest.mark.parametrize(
    ("operation", "told"),
    [
        ("hub.transfers.prepare", "hub.transfers.prepare"),
        ("channel.sendmoney", "channel.sendmoney"),
        ("channel.accounts.amina.balance", "channel.accounts"),
        ("channel.265881000201", "channel.other"),
        ("channel", "channel.other"),
    ],
)
def test_a_label_holds_no_part_of_a_path_that_may_be_an_id_or_a_person(operation: str, told: str) -> None:
    assert label(operation) == told


def test_calls_of_the_channel_cannot_make_series_without_end() -> None:
    tally = Tally()
    letters = str.maketrans("0123456789", "abcdefghij")
    for number in range(MOST + 50):
        tally.watch(ended("channel." + str(number).translate(letters)))
    assert len(tally.operations) == MOST + 1
    assert tally.operations[OTHER].ends == {("answered", 200): 50}


def test_a_reset_keeps_counts_and_forgets_the_last_audit() -> None:
    tally = Tally()
    tally.watch(ended("bank.x"))
    tally.audited(Verdict(), START)
    tally.audited(Verdict((Finding("break", "break", "off"),)), START)
    assert tally.last_audit is not None
    assert not tally.last_audit.verdict.clean
    tally.was_reset()
    assert (tally.resets, tally.audits[True], tally.audits[False], len(tally.operations)) == (1, 1, 1, 1)
    assert tally.last_audit is None
