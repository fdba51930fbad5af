"""Steps of the Redis in which the Mojaloop connector keeps its state: it goes down, and comes back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_bdd import given, when

from loopyard.testing import cache
from loopyard.testing.exits import ending_the_run
from loopyard.testing.steps.phrases import phrase
from loopyard.world.client import World


@pytest.fixture
def redis_door(world: World) -> Iterator[cache.Door]:
    """The way of this scenario's connector to Redis. Without Redis there is no scenario, but in CI there must be one."""
    with ending_the_run():
        reason = cache.missing()
    if reason:
        (pytest.fail if cache.required() else pytest.skip)(reason)
    with cache.Door() as door:
        yield door
        door.open()
        world.configure("mojaloop_connector", cache_url="")  # its rows leave Redis while the way there is open


@given(phrase("{bank:Name}'s Mojaloop connector keeps its state in Redis"))
def keeps_state_in_redis(world: World, redis_door: cache.Door, bank: str) -> None:
    world.configure("mojaloop_connector", cache_url=redis_door.url)


@given("Redis is down")
@when("Redis goes down")
def redis_goes_down(redis_door: cache.Door) -> None:
    redis_door.shut()


@when("Redis is back")
def redis_is_back(redis_door: cache.Door) -> None:
    redis_door.open()
