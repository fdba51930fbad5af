"""The line before a bank: at most so many calls, in order of coming, and no place lost to who gives up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from connectors.core_connector.line import Crowded, Line
from loopyard.kernel.clock import Crew, VirtualClock


def driven(work: Callable[[VirtualClock], Awaitable[None]]) -> None:
    clock = VirtualClock(datetime(2026, 3, 2, tzinfo=UTC))

    async def within() -> None:
        await work(clock)

    asyncio.run(clock.drive(within()))


def test_calls_begin_in_order_as_places_become_free() -> None:
    began: list[tuple[str, float]] = []

    async def work(clock: VirtualClock) -> None:
        line = Line(clock, 2, 10)

        async def call(name: str) -> None:
            async with line.place():
                began.append((name, clock.monotonic()))
                await clock.sleep(3)

        for name in "abcde":
            clock.spawn(call(name), name)
        await clock.sleep(20)

    driven(work)
    assert began == [("a", 0), ("b", 0), ("c", 3), ("d", 3), ("e", 6)]


def test_who_waits_too_long_is_told_and_takes_no_place() -> None:
    async def work(clock: VirtualClock) -> None:
        line = Line(clock, 1, 2)

        async def long() -> None:
            async with line.place():
                await clock.sleep(5)

        clock.spawn(long(), "long")
        await clock.sleep(1)
        with pytest.raises(Crowded, match="was not asked"):
            async with line.place():
                pytest.fail("there was no place")
        assert clock.monotonic() == 3
        await clock.sleep(3)
        async with line.place():
            assert clock.monotonic() == 6

    driven(work)


def test_who_is_cancelled_in_line_leaves_it_and_who_has_just_got_a_place_passes_it_on() -> None:
    async def work(clock: VirtualClock) -> None:
        line, crew = Line(clock, 1, 10), Crew(clock)

        async def long() -> None:
            async with line.place():
                await clock.sleep(1)

        async def dismissed_when_its_turn_comes() -> None:
            async with line.place():
                pytest.fail("it was dismissed")

        clock.spawn(long(), "long")
        crew.spawn(dismissed_when_its_turn_comes(), "doomed")
        await clock.sleep(0.5)
        crew.dismiss()
        await clock.sleep(1)
        async with line.place():
            assert clock.monotonic() == 1.5

    driven(work)


def test_without_a_limit_nobody_waits() -> None:
    async def work(clock: VirtualClock) -> None:
        line = Line(clock, 0, 1)
        async with line.place(), line.place(), line.place():
            assert clock.monotonic() == 0

    driven(work)
