"""Everything that can be done to a world, each declared once: JSON in, JSON out, the same for a local and a remote caller."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Final

from loopyard.engine.simulator import Control
from loopyard.world.composition import Composition, Instance
from loopyard.world.control import books, channel, faults, log, systems, trust, worlds
from loopyard.world.control.base import ControlOperation, Elsewhere, Json, NotPossible

__all__ = ["OPERATIONS", "ControlOperation", "Elsewhere", "Json", "NotPossible", "call", "catalogue"]

OPERATIONS: Final[Mapping[str, ControlOperation]] = {
    each.name: each for noun in (worlds, faults, books, log, systems, channel, trust) for each in noun.OPERATIONS
}
"""What any world can be asked for; the controls of its simulators come beside it, under `<instance>.<name>`."""


async def call(world: Composition, name: str, arguments: Mapping[str, Json]) -> Json:
    """Do one thing to the world. Raises NotPossible for a name that nobody declared, UsageError for wrong arguments."""
    if name in OPERATIONS:
        return await OPERATIONS[name](world, arguments)
    instance_name, _, ability = name.partition(".")
    instance = world.instances.get(instance_name)
    for control in instance.declaration.controls if instance else ():
        if instance is not None and control.name == ability:
            return await _of_simulator(world, instance, control, name, arguments)
    raise NotPossible(f"there is no control operation {name!r}; known are {', '.join(catalogue(world))}")


async def _of_simulator(
    world: Composition, instance: Instance, control: Control, name: str, arguments: Mapping[str, Json]
) -> Json:
    try:
        result = control.handle(instance.state, arguments)
        return await world.clock.drive(result) if inspect.iscoroutine(result) else result
    except KeyError as missing:
        raise NotPossible(f"{name}: {missing} is missing or not known; {inspect.getdoc(control.handle)}") from missing


def catalogue(world: Composition) -> dict[str, str]:
    """Every operation of this world by name, with its documentation."""
    known = {name: each.documentation for name, each in OPERATIONS.items()}
    own = {
        f"{name}.{control.name}": inspect.getdoc(control.handle) or ""
        for name, instance in world.instances.items()
        for control in instance.declaration.controls
    }
    return known | dict(sorted(own.items()))
