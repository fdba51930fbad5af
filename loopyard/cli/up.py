"""`loopyard up`: the simulators alone, or with the reference connectors, to develop against."""

from __future__ import annotations

import asyncio
import signal
from dataclasses import replace
from pathlib import Path

from loopyard.kernel.errors import InfrastructureError, UsageError
from loopyard.kernel.ids import Ids
from loopyard.transport.client import Client
from loopyard.transport.service import Surroundings
from loopyard.world import registry
from loopyard.world.composition import Composition
from loopyard.world.defaults import default_world
from loopyard.world.file import WorldFile, load


def run(world: Path | None, without: tuple[str, ...], seconds: float | None) -> int:
    """Start, print, wait, stop. Raises UsageError for an unknown connector, InfrastructureError for a taken port."""
    file = replace(load(world or default_world()), clock="real")
    for name in without:
        if name not in file.connectors:
            known = ", ".join(file.connectors)
            raise UsageError(file.path, f"--without {name}", "is not a connector of this world", f"its connectors are {known}")
    return asyncio.run(_serve(file, without, seconds))


async def _serve(file: WorldFile, without: tuple[str, ...], seconds: float | None) -> int:
    world = Composition(file, without=without)
    try:
        await world.start()
    except OSError as error:
        raise InfrastructureError(f"a port is taken: {error}; stop what listens there, or choose another port") from error
    try:
        _print_places(world)
        for name in without:
            _print_free_place(world, name)
        await _until_stopped(world, seconds)
    finally:
        await world.stop()
    return 0


def _print_places(world: Composition) -> None:
    print(f"world {world.file.plan.name}, seed {world.seed}, is up")
    for name, instance in world.instances.items():
        for face, listener in instance.listeners.items():
            print(f"  {name + '.' + face:32} {listener.url}")
    for name, host in world.hosts.items():
        for face, listener in host.listeners.items():
            print(f"  {name + '.' + face:32} {listener.url}")


def _print_free_place(world: Composition, name: str) -> None:
    kind, settings = world.file.connectors[name]
    connector = registry.connector(kind, world.file.path)
    print(f"\nthe place of {name} is free. Yours must listen at")
    for face in connector.ports:
        print(f"  {face:10} {world.url(name, face)}")
    ids = Ids("environment")
    around = Surroundings(
        name, world.clock, next(iter(world.instances.values())).crew, ids, Client(world.clock, ids), world.url, Path(), settings
    )
    print("with this environment:")
    for key, value in connector.environment(around).items():
        print(f"  {key}={value}")


async def _until_stopped(world: Composition, seconds: float | None) -> None:
    stopped = world.clock.signal()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.fire)
    print("\nCtrl-C stops it", flush=True)
    await world.clock.wait(stopped, seconds)
