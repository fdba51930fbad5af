"""Faults: arm, list, disarm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from loopyard.world import wire
from loopyard.world.composition import Composition
from loopyard.world.control.base import ControlOperation, Json


def add(
    world: Composition, kind: str, on: str, nth: int = 0, times: int = 0, probability: float = 1.0,
    where: Mapping[str, Any] | None = None, **options: Any,
) -> Json:  # fmt: skip
    """Arm a fault: `kind` and `on`, an operation's name or glob; optionally nth, times, probability, where and the fault's own
    options."""
    return wire.fault_json(world.faults.add(kind, on, nth=nth, times=times, probability=probability, where=where, **options))


def listed(world: Composition) -> Json:
    """The armed faults with their hits."""
    return [wire.fault_json(rule) for rule in world.faults.rules]


def clear(world: Composition) -> Json:
    """Disarm all faults."""
    world.faults.clear()


OPERATIONS: Final = (
    ControlOperation("faults.add", add),
    ControlOperation("faults.list", listed),
    ControlOperation("faults.clear", clear),
)
