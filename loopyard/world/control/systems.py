"""Simulators and connectors: other settings, a crash, a restart, a wrong clock. Each holds until the next reset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from loopyard.world import wire
from loopyard.world.composition import Composition
from loopyard.world.control.base import ControlOperation, Elsewhere, Json, NotPossible
from loopyard.world.host import ConnectorHost


def configure_simulator(world: Composition, name: str, settings: Mapping[str, Any]) -> Json:
    """Give simulator `name` a first state anew with `settings` beside its own, until the next reset."""
    if name not in world.instances:
        raise NotPossible(f"there is no simulator {name!r} in this world; there are {', '.join(world.instances)}")
    world.configure(name, settings)


async def crash(world: Composition, name: str, at: str | None = None, passages: int = 1) -> Json:
    """Crash connector `name`: now, or at boundary `at` when it is passed for the `passages`-th time."""
    host = _host(world, name, "crash it")
    if at is not None:
        host.crash_at(at, passages)
    else:
        await host.crash()


async def restart(world: Composition, name: str) -> Json:
    """Start connector `name` again over its store."""
    await world.clock.drive(_host(world, name, "start it again").restart())


async def configure(world: Composition, name: str, settings: Mapping[str, Any]) -> Json:
    """Start connector `name` anew with `settings` beside its own, until the next reset."""
    await world.clock.drive(_host(world, name, "give it other settings").configure(settings))


async def skew(world: Composition, name: str, seconds: float) -> Json:
    """Start connector `name` anew with a clock that is ahead by `seconds` (behind when negative), until the next reset."""
    await world.clock.drive(_host(world, name, "set its clock wrong").skew(seconds))


def boundaries(world: Composition, name: str) -> Json:
    """The operation boundaries that connector `name` has passed since the reset, each once."""
    return list(_host(world, name, "see its boundaries").boundaries)


def logs(world: Composition, name: str) -> Json:
    """What connector `name` has written to its log since the last reset: at, logger, level, text."""
    kind = _host(world, name, "see its log").connector.kind
    return [wire.line_json(each) for each in world.logs.lines if each.logger.startswith(f"connectors.{kind}")]


def _host(world: Composition, name: str, what: str) -> ConnectorHost:
    if name in world.hosts:
        return world.hosts[name]
    if name in world.file.connectors:
        raise Elsewhere(f"{name} runs elsewhere: this world cannot {what}")
    raise NotPossible(f"there is no connector {name!r} in this world; there are {', '.join(world.file.connectors)}")


OPERATIONS: Final = (
    ControlOperation("simulators.configure", configure_simulator),
    ControlOperation("connectors.crash", crash),
    ControlOperation("connectors.restart", restart),
    ControlOperation("connectors.configure", configure),
    ControlOperation("connectors.skew", skew),
    ControlOperation("connectors.boundaries", boundaries),
    ControlOperation("connectors.logs", logs),
)
