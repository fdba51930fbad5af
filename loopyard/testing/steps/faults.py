"""Steps that arm faults, in the words of those who suffer them."""

from __future__ import annotations

from pytest_bdd import given

from loopyard.testing.steps.phrases import phrase
from loopyard.world.client import World


@given(phrase('the fault "{kind}" strikes "{operation}"'))
def fault_strikes(world: World, kind: str, operation: str) -> None:
    world.fault(kind, operation)


@given(phrase('the fault "{kind}" strikes "{operation}" once'))
def fault_strikes_once(world: World, kind: str, operation: str) -> None:
    world.fault(kind, operation, times=1)


@given(phrase('the fault "{kind}" strikes "{operation}" for {seconds:g} seconds'))
def fault_strikes_for(world: World, kind: str, operation: str, seconds: float) -> None:
    world.fault(kind, operation, seconds=seconds)
