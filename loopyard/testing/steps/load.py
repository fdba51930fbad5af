"""Steps about load: many customers at once in a world of their own, for some seconds of real time, and what the verdict is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

import pytest
from pytest_bdd import given, then, when

from loopyard.engine.traffic import Interaction
from loopyard.kernel.money import Money
from loopyard.testing.evidence.attach import attach_text
from loopyard.testing.loading import Loading
from loopyard.testing.steps.phrases import phrase

JOURNEYS: Final = {
    "pay out": "outbound.py",
    "are paid": "inbound.py",
    "do what a day brings": "mixed.py",
    "do all that there is": ".",
}
CORE: Final = "green-bank"
"""The simulator that plays the core of the institution under test in the world of the load tests."""


@pytest.fixture
def loading(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Loading]:
    """A run under load, whose verdict is attached to the report."""
    loading = Loading(request.config.rootpath, tmp_path)
    try:
        yield loading
    finally:
        loading.close()
        if loading.said:
            attach_text(loading.said, "verdict of the load test")


def run(loading: Loading, users: int, what: str, seconds: int, *more: str) -> None:
    loading.drive(JOURNEYS[what], users, seconds, *more)


@given(phrase("under load the institution may owe the scheme up to {cap:Money}"))
def capped(loading: Loading, cap: Money) -> None:
    code = cap.currency.code
    loading.world.control("hub.set-limit", participant=CORE, currency=code, value=str(cap))


@given(phrase("under load the core takes {seconds:d} seconds for whatever it is asked"))
def slow_core(loading: Loading, seconds: int) -> None:
    loading.world.fault("latency", f"{CORE}.*", seconds=seconds)


@given("under load the world is there beforehand")
def world_before(loading: Loading) -> None:
    loading.world.settle()


@when(phrase("{users:d} customers {what} all the time for {seconds:d} seconds"))
def steady(loading: Loading, users: int, what: str, seconds: int) -> None:
    run(loading, users, what, seconds, "--slo", "slo-short.toml")


@when(phrase("ever more customers {what} for {seconds:d} seconds, up to {users:d} at once"))
def ramp(loading: Loading, what: str, seconds: int, users: int) -> None:
    run(loading, users, what, seconds, "--shape", "ramp")


@when(phrase("{users:d} customers {what} as in a soak, for {seconds:d} seconds"))
def soak(loading: Loading, users: int, what: str, seconds: int) -> None:
    run(loading, users, what, seconds, "--shape", "soak", "--slo", "slo-soak.toml")


@then("every journey has kept its objectives, and every ledger is in order")
def kept(loading: Loading) -> None:
    assert loading.verdict["exit_code"] == 0, loading.said
    assert journeys(loading), f"no journey was made: {loading.said}"


@then("these journeys were made")
def were_made(loading: Loading, datatable: list[list[str]]) -> None:
    wanted = {name for (name,) in datatable}
    made = {row["name"] for row in journeys(loading) if row["count"] > row["failures"]}
    assert wanted <= made, f"none of {sorted(wanted - made)} succeeded: {loading.said}"


@then("every ledger is in order")
def in_order(loading: Loading) -> None:
    assert loading.verdict["audit"]["clean"], loading.said


@then("every callback was taken the first time")
def taken(loading: Loading) -> None:
    undelivered = loading.undelivered()
    assert not undelivered, f"lost or refused: {undelivered}"


@then(phrase("{some:d} or more payments were made, and {more:d} or more refused"))
def made_and_refused(loading: Loading, some: int, more: int) -> None:
    count, failures = (sum(row[key] for row in journeys(loading)) for key in ("count", "failures"))
    assert count - failures >= some, loading.said
    assert failures >= more, loading.said


@then(phrase("the institution has never owed the scheme more than {cap:Money}"))
def never_above(loading: Loading, cap: Money) -> None:
    owed = positions(loading, cap.currency.code)
    assert owed, "its position has never moved"
    assert max(owed) <= Decimal(str(cap)), f"its position was {max(owed)}"
    assert max(owed) > Decimal(str(cap)) / 2, f"it never came near its cap: its position was at most {max(owed)}"


@then(phrase("never more than {most:d} requests waited for the core at once"))
def bounded(loading: Loading, most: int) -> None:
    waited = most_at_once(row for row in loading.world.interactions() if row.receiver == CORE)
    assert waited, "the core was asked nothing"
    assert waited <= most, f"{waited} requests waited for the core at once"


@then(phrase("99 in 100 of each of its {count:d} phases took {most:d} ms at most"))
def phases(loading: Loading, count: int, most: int) -> None:
    requests = [row for row in loading.verdict["measured"] if not row["is_journey"]]
    assert len(requests) >= count, f"measured were {[row['name'] for row in requests]}"
    slow = {row["name"]: row["p99_ms"] for row in requests if row["p99_ms"] > most}
    assert not slow, f"the 99th percentile was above {most} ms: {slow}"


def journeys(loading: Loading) -> list[dict[str, Any]]:
    return [row for row in loading.verdict["measured"] if row["is_journey"]]


def positions(loading: Loading, currency: str) -> list[Decimal]:
    """The institution's position at the hub after each posting."""
    name = loading.world.account(owner="hub", holder=CORE, role="position", currency=currency).name
    legs = [
        leg for row in loading.world.control("ledger.postings", owner="hub") for leg in row["legs"] if leg["account"] == name
    ]
    return list(accumulate(Decimal(leg["amount"]) * (1 if leg["side"] == "debit" else -1) for leg in legs))


def most_at_once(rows: Iterable[Interaction]) -> int:
    """How many of these interactions were under way at the busiest moment."""
    moments = [moment for row in rows if row.ended for moment in ((row.at, 1), (row.ended, -1))]
    return max(accumulate(change for _, change in sorted(moments)), default=0)
