"""When and for whom a fault strikes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from engine_yard import Yard

from loopyard.engine.faults.schedule import make_fault
from loopyard.engine.faults.status import Status
from loopyard.kernel.errors import UsageError


def statuses(runner: asyncio.Runner, rule: dict[str, Any], calls: list[dict[str, Any]], seed: str = "yard") -> list[int]:
    async def story() -> list[int]:
        async with Yard(seed=seed) as yard:
            yard.faults.add("status", **{"on": "bank.funds.reserve", **rule})
            return [(await yard.clock.drive(yard.ask(**call)))[0] for call in calls]

    return runner.run(story())


A, B = {"id_": "a"}, {"id_": "b"}


def test_nth_counts_per_business_reference(runner: asyncio.Runner) -> None:
    assert statuses(runner, {"nth": 2}, [A, B, A, A, B]) == [200, 200, 500, 200, 500]


def test_times_ends_the_rule(runner: asyncio.Runner) -> None:
    assert statuses(runner, {"times": 2}, [A, B, A]) == [500, 500, 200]


@pytest.mark.parametrize("on, status", [("bank.*", 500), ("*.reserve", 500), ("bank.funds.commit", 200), ("desk.*", 200)])
def test_a_rule_names_operations_by_glob(runner: asyncio.Runner, on: str, status: int) -> None:
    assert statuses(runner, {"on": on}, [A]) == [status]


@pytest.mark.parametrize(
    "where, status",
    [
        ({"order.number": 7}, 500),
        ({"order.number": "7"}, 500),
        ({"order.number": 8}, 200),
        ({"from": "green-bank", "to": "bank"}, 500),
        ({"from": "red-bank"}, 200),
        ({"{id}": "a"}, 500),
        ({"{id}": "b"}, 200),
    ],
)
def test_where_chooses_by_body_path_and_parties(runner: asyncio.Runner, where: dict[str, Any], status: int) -> None:
    call = {"id_": "a", "body": b'{"order":{"number":7}}', "x-sender": "green-bank"}
    assert statuses(runner, {"where": where}, [call]) == [status]


def test_chance_is_seeded(runner: asyncio.Runner) -> None:
    calls = [A] * 40
    drawn = statuses(runner, {"probability": 0.5}, calls, "one")
    assert 8 < drawn.count(500) < 32
    assert statuses(runner, {"probability": 0.5}, calls, "one") == drawn
    assert statuses(runner, {"probability": 0.5}, calls, "two") != drawn


def test_the_first_rule_that_strikes_wins(runner: asyncio.Runner) -> None:
    async def story() -> list[int]:
        async with Yard() as yard:
            first = yard.faults.add("status", "bank.*", status=503, times=1)
            second = yard.faults.add("status", "bank.*", status=504)
            seen = [(await yard.clock.drive(yard.ask()))[0] for _ in range(2)]
            assert (first.hits, second.hits) == (1, 1)
            yard.faults.clear()
            return [*seen, (await yard.clock.drive(yard.ask()))[0]]

    assert runner.run(story()) == [503, 504, 200]


def test_a_fault_of_messages_leaves_requests_alone_and_the_reverse(runner: asyncio.Runner) -> None:
    async def story() -> None:
        async with Yard() as yard:
            yard.faults.add("lost", "*")
            assert (await yard.clock.drive(yard.ask()))[0] == 200
            yard.faults.clear()
            yard.faults.add("status", "bank.notices.*")
            yard.notify("a")
            await yard.clock.settle()
            assert yard.state.heard == ["a"]

    runner.run(story())


def test_a_where_of_messages_sees_what_the_message_carries(runner: asyncio.Runner) -> None:
    async def story() -> list[str]:
        async with Yard() as yard:
            yard.faults.add("lost", "bank.*", where={"to": "desk", "{id}": "a", "state": "COMMITTED"})
            yard.notify("a", "b", body=b'{"state":"COMMITTED"}')
            await yard.clock.settle()
            yard.notify("a", body=b'{"state":"ABORTED"}')
            await yard.clock.settle()
            return yard.state.heard

    assert runner.run(story()) == ["b", "a"]


@pytest.mark.parametrize(
    "kind, options, problem",
    [
        ("explosion", {}, "explosion: no such fault; choose one of applied-no-reply"),
        ("status", {"code": 1}, "status.code: is not known here; known are applied, body, headers, status"),
        ("status", {"status": "500"}, "status.status: must be a whole number"),
        ("slow-drip", {"size": 0}, "slow-drip: size must be 1 or more"),
        ("duplicated", {"copies": 0}, "duplicated: copies must be 1 or more"),
        ("truncated", {"keep": -1}, "truncated: keep must be 0 or more"),
        ("garbage", {"size": 0}, "garbage: size must be 1 or more"),
    ],
)
def test_a_fault_that_cannot_be_is_refused_when_it_is_armed(kind: str, options: dict[str, Any], problem: str) -> None:
    with pytest.raises(UsageError, match=f"faults: {problem}"):
        make_fault(kind, options)


@pytest.mark.parametrize("wrong", [{"nth": -1}, {"times": -1}, {"probability": 1.5}, {"probability": -0.1}])
def test_a_rule_with_an_impossible_count_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="impossible count or chance"):
        Yard().faults.add("hang", "bank.*", **wrong)


def test_options_reach_the_fault() -> None:
    assert make_fault("status", {"status": 503, "headers": {"X": "y"}}) == Status(503, None, {"X": "y"})
