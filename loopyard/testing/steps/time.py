"""Steps that let time pass, and of clocks that are wrong. Only When moves time."""

from __future__ import annotations

from datetime import timedelta

from pytest_bdd import given, when

from loopyard.testing.steps.phrases import phrase
from loopyard.world.client import World
from loopyard.world.file import Cast

DAY = 86_400
CONNECTORS = ("core_connector", "mojaloop_connector")


@when(phrase("{seconds:d} seconds pass"))
def seconds_pass(world: World, seconds: int) -> None:
    world.advance(seconds)


@when(phrase("{minutes:d} minutes pass"))
def minutes_pass(world: World, minutes: int) -> None:
    world.advance(60 * minutes)


@when("a day passes")
def day_passes(world: World) -> None:
    world.advance(DAY)


@given(phrase("{bank:Name}'s clocks are {seconds:d} seconds fast"))
def clocks_fast(world: World, bank: str, seconds: int) -> None:
    for connector in CONNECTORS:
        world.skew(connector, seconds)


@given(phrase("{bank:Name}'s clocks are {seconds:d} seconds slow"))
def clocks_slow(world: World, bank: str, seconds: int) -> None:
    for connector in CONNECTORS:
        world.skew(connector, -seconds)


@given(phrase("terms and payments of {bank:Name} are valid for {seconds:d} seconds"))
def valid_for(world: World, cast: Cast, bank: str, seconds: int) -> None:
    """By the right time, from now on."""
    until = world.now + timedelta(seconds=seconds)
    change = {"set": {"expiration": f"{until:%Y-%m-%dT%H:%M:%S}.000Z"}}
    for message in ("quotes", "prepare"):
        world.control("dfsp.behave", fsp=cast.banks[bank], on=message, do="alter", **{"with": change})
