"""Runs a world on the real clock for a benchmark, with money enough for any load."""

from __future__ import annotations

import sys
from dataclasses import replace

from benchmarks.programs.serving import run, serve
from loopyard.engine.plan import Participant, Person
from loopyard.kernel.money import Money
from loopyard.world.composition import Composition, Instance
from loopyard.world.defaults import default_world
from loopyard.world.file import WorldFile, load
from loopyard.world.host import ConnectorHost

PLENTY = "100000000"


def rich(file: WorldFile) -> WorldFile:
    """The same world, in which nobody ever runs out of money."""

    def person(each: Person) -> Person:
        return replace(each, balance=Money(PLENTY, each.currency))

    def participant(each: Participant) -> Participant:
        plenty = {code: Money(PLENTY, code) for code in each.currencies}
        return replace(each, net_debit_cap=plenty, funds=plenty)

    people, participants = map(person, file.plan.people), map(participant, file.plan.participants)
    plan = replace(file.plan, people=tuple(people), participants=tuple(participants))
    return replace(file, plan=plan, clock="real")


def places(world: Composition) -> dict[str, str]:
    """Addresses by "name.face"."""
    parties: list[tuple[str, Instance | ConnectorHost]] = [*world.instances.items(), *world.hosts.items()]
    return {f"{name}.{face}": listener.url for name, party in parties for face, listener in party.listeners.items()}


async def main(*without: str) -> None:
    world = Composition(rich(load(default_world())), without=without)
    await world.start()
    async for told in serve(places(world)):
        world.places |= {tuple(place.split(".")): url for place, url in told.items()}  # type: ignore[misc]
    await world.stop()


if __name__ == "__main__":
    run(main(*sys.argv[1:]))
