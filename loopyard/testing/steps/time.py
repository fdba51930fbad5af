"""Steps that let time pass. Only When moves time."""

from __future__ import annotations

from pytest_bdd import when

from loopyard.testing.steps.phrases import phrase
from loopyard.world.client import World


@when(phrase("{seconds:d} seconds pass"))
def seconds_pass(world: World, seconds: int) -> None:
    world.advance(seconds)


@when(phrase("{minutes:d} minutes pass"))
def minutes_pass(world: World, minutes: int) -> None:
    world.advance(60 * minutes)
