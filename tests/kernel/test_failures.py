"""An exception that nobody foresaw: told as an error, by its kind and its places, and never by what it quotes."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

import pytest

from loopyard.kernel import failures
from loopyard.kernel.clock import Clock, Crew, RealClock, VirtualClock

NUMBER = "265991000101"


def raise_about(number: str) -> None:
    try:
        raise KeyError(number)
    except KeyError as missing:
        raise ValueError(f"GET /parties/MSISDN/{number}") from missing


def test_the_kind_and_the_places_are_told_and_no_text() -> None:
    with pytest.raises(ValueError, match=NUMBER) as caught:
        raise_about(NUMBER)
    told = failures.told(caught.value)
    assert told.startswith("ValueError at\n")
    assert "which came of KeyError at\n" in told
    assert told.count("in raise_about") == 2
    assert NUMBER not in told


@pytest.mark.parametrize("clock", [RealClock(), VirtualClock(datetime(2026, 3, 2, 8, tzinfo=UTC))], ids=["real", "virtual"])
@pytest.mark.parametrize("how", ["clock", "crew"])
def test_a_task_that_fails_is_told_as_an_error_at_once(clock: Clock, how: str, caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> None:
        raise_about(NUMBER)

    async def story() -> None:
        (clock if how == "clock" else Crew(clock)).spawn(fail())
        await clock.settle()
        await clock.advance(0.01)

    asyncio.run(story())
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("loopyard.failures", logging.ERROR)
    assert "in raise_about" in caplog.text
    assert NUMBER not in caplog.text


def test_what_is_driven_from_outside_fails_for_who_drives_it(caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> None:
        raise_about(NUMBER)

    with pytest.raises(ValueError, match=NUMBER):
        asyncio.run(VirtualClock(datetime(2026, 3, 2, 8, tzinfo=UTC)).drive(fail()))
    assert not caplog.records
