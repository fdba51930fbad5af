"""A clock that is wrong shows another time, and waits as long as the right one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from loopyard.kernel.clock import Crew, SkewedClock, VirtualClock

pytestmark = pytest.mark.asyncio
START = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.mark.parametrize("ahead", [60, -60])
async def test_it_shows_another_time_and_goes_as_fast(ahead: int) -> None:
    clock = VirtualClock(START)
    skewed = SkewedClock(clock, timedelta(seconds=ahead))
    await clock.drive(skewed.sleep(5))
    assert clock.now() == START + timedelta(seconds=5)
    assert skewed.now() == START + timedelta(seconds=5 + ahead)
    assert skewed.monotonic() == clock.monotonic() == 5


@pytest.mark.parametrize("ahead", [60, -60])
async def test_a_moment_of_it_comes_when_it_shows_it(ahead: int) -> None:
    clock = VirtualClock(START)
    skewed = SkewedClock(clock, timedelta(seconds=ahead))
    shown: list[datetime] = []
    moment = skewed.now() + timedelta(seconds=10)

    async def look() -> None:
        shown.append(skewed.now())

    Crew(skewed).at(moment, look)
    await clock.advance(9)
    assert shown == []
    await clock.advance(1)
    assert shown == [moment]
