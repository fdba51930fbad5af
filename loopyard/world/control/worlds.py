"""The world itself: what it is, who is in it, what time it is there, and back to its start."""

from __future__ import annotations

from itertools import islice
from typing import Final

from loopyard.engine.plan import Person
from loopyard.world import wire
from loopyard.world.composition import Composition
from loopyard.world.control.base import ControlOperation, Json


async def reset(world: Composition, seed: str | None = None) -> Json:
    """Everything as at the start; `seed` is that of the scenario to come."""
    await world.reset(seed)


def describe(world: Composition) -> Json:
    """Name, seed, clock, participants, cast, the addresses of all faces, which connectors run here or elsewhere, and how
    many transfers and conversions were archived since the last reset."""
    return {
        "name": world.file.plan.name,
        "file": world.file.path,
        "seed": world.seed,
        "clock": world.file.clock,
        "starts": world.plan.starts.isoformat(),
        "participants": [wire.participant_json(each) for each in world.plan.participants],
        "people": len(world.plan.people) + len(world.plan.crowd),
        "cast": wire.cast_json(world.cast),
        "faces": world.faces(),
        "connectors": {name: _connector(world, name) for name in world.file.connectors},
        "retain": world.file.retain,
        "archived": world.archive.count,
    }


def _connector(world: Composition, name: str) -> Json:
    kind, settings = world.file.connectors[name]
    return {"kind": kind, "runs": "here" if name in world.hosts else "elsewhere", "settings": dict(settings)}


def people(world: Composition, name: str | None = None, dfsp: str | None = None, first: int = 100) -> Json:
    """The first so many people, the cast among them; `name` and `dfsp` choose among them."""

    def chosen(who: Person) -> bool:
        return name in (None, who.name) and dfsp in (None, who.dfsp)

    return [wire.person_json(who) for who in islice(filter(chosen, world.plan.everybody), first)]


def operations(world: Composition) -> Json:
    """The names that faults and the log go by: of every request that a simulator serves, and of every message that it sends."""
    return [
        {"name": ".".join((name, *each.name.split(".")[1:])), "is": kind, "method": each.method, "path": each.path}
        for name, instance in world.instances.items()
        for kind, declared in (
            ("request", [each for face in instance.declaration.faces for each in face.operations]),
            ("message", instance.declaration.messages),
        )
        for each in declared
    ]


def now(world: Composition) -> Json:
    """The world's date and the seconds since its start."""
    return {"now": world.clock.now().isoformat(), "seconds": world.clock.monotonic()}


async def advance(world: Composition, seconds: float) -> Json:
    """Let `seconds` pass; on the wall clock this takes as long."""
    await world.clock.advance(seconds)
    await world.settle()


async def settle(world: Composition) -> Json:
    """Let all that is due now happen; on the wall clock, wait until nobody has said anything for a moment."""
    await world.settle()


OPERATIONS: Final = (
    ControlOperation("world.reset", reset),
    ControlOperation("world.describe", describe),
    ControlOperation("world.people", people),
    ControlOperation("world.operations", operations),
    ControlOperation("clock.now", now),
    ControlOperation("clock.advance", advance),
    ControlOperation("clock.settle", settle),
)
