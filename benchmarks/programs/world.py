"""Runs a world on the real clock for a benchmark, with money enough for any load."""

from __future__ import annotations

import sys
from dataclasses import replace

from benchmarks.programs.serving import run, serve
from loopyard.engine.plan import Participant
from loopyard.kernel.money import Money
from loopyard.world.composition import Composition, Instance
from loopyard.world.defaults import default_world
from loopyard.world.file import WorldFile, load
from loopyard.world.host import ConnectorHost

PLENTY = "100000000"
PARTS = {"payer": "Chikondi", "payee": "Bob"}


def rich(file: WorldFile) -> WorldFile:
    """The same world, in which nobody ever runs out of money."""
    people = {id(each): replace(each, balance=Money(PLENTY, each.currency)) for each in file.plan.people}

    def participant(each: Participant) -> Participant:
        plenty = {code: Money(PLENTY, code) for code in each.currencies}
        return replace(each, net_debit_cap=plenty, funds=plenty)

    participants = tuple(map(participant, file.plan.participants))
    plan = replace(file.plan, people=tuple(people.values()), participants=participants)
    cast = replace(file.cast, people={part: people[id(who)] for part, who in file.cast.people.items()})
    return replace(file, plan=plan, cast=cast, clock="real")


def places(world: Composition) -> dict[str, str]:
    """Addresses by "name.face", and the identifiers of a payer and a payee."""
    parties: list[tuple[str, Instance | ConnectorHost]] = [*world.instances.items(), *world.hosts.items()]
    found = {f"{name}.{face}": listener.url for name, party in parties for face, listener in party.listeners.items()}
    return found | {part: world.cast.people[who].id_value for part, who in PARTS.items()}


async def main(*without: str) -> None:
    world = Composition(rich(load(default_world())), without=without)
    await world.start()
    async for told in serve(places(world)):
        world.places |= {tuple(place.split(".")): url for place, url in told.items() if "." in place}  # type: ignore[misc]
    await world.stop()


if __name__ == "__main__":
    run(main(*sys.argv[1:]))
