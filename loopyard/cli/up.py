"""`loopyard up`: a world by itself, with the reference connectors or without, to develop against and to drive from outside."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from loopyard.cli import waiting
from loopyard.kernel.errors import UsageError
from loopyard.kernel.ids import Ids
from loopyard.transport import runtime
from loopyard.transport.client import Client
from loopyard.transport.service import Surroundings
from loopyard.world import registry, tracing
from loopyard.world.composition import Composition
from loopyard.world.defaults import default_world
from loopyard.world.door import FACE, Door
from loopyard.world.file import WorldFile, load
from loopyard.world.listening import Listening

WILDCARDS = ("0.0.0.0", "::")


@dataclass(frozen=True, slots=True)
class Options:
    """What `loopyard up` was asked for; `places` are addresses by "connector.face"."""

    world: Path | None = None
    seed: str | None = None
    api: Literal["fspiop", "iso20022"] | None = None
    jws: bool = False
    clock: Literal["real", "virtual"] = "real"
    without: tuple[str, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)
    ports: Literal["file", "random"] = "file"
    bind: str = "127.0.0.1"
    advertise: str | None = None
    token: str | None = None
    urls: Path | None = None
    seconds: float | None = None


def run(options: Options) -> int:
    """Start, print, wait, stop. Raises UsageError for what cannot be started, InfrastructureError for a taken port."""
    read = load(options.world or default_world(), options.seed, options.api, options.jws)
    file = replace(read, clock=options.clock, places={**read.places, **options.places})
    for name in (*options.without, *(place.partition(".")[0] for place in options.places)):
        if name not in file.connectors:
            known = ", ".join(file.connectors)
            raise UsageError(file.path, f"--without {name}", "is not a connector of this world", f"its connectors are {known}")
    return runtime.run(_serve(file, options))


async def _serve(file: WorldFile, options: Options) -> int:
    host = socket.gethostname() if options.bind in WILDCARDS else None
    ports = file.ports if options.ports == "file" else {}
    world = Composition(file, without=options.without, listening=Listening(options.bind, options.advertise or host, ports))
    door = Door(world, options.token)
    traces = tracing.begin(world)
    await world.start()
    try:
        await door.open()
        with _written(options.urls, {FACE: door.url, **world.faces()}):
            _print_places(world, door)
            for name in options.without:
                _print_free_place(world, name)
            if traces.notice:
                print(f"\n{traces.notice}")
            await waiting.until_stopped(options.seconds)
    finally:
        await door.close()
        await world.stop()
        traces.end()
    return 0


@contextmanager
def _written(file: Path | None, faces: Mapping[str, str]) -> Iterator[None]:
    """The file of addresses is there while the world is: it appears whole when all faces listen, and goes with them."""
    if file is None:
        yield
        return
    first: dict[str, str] = {}
    for face, url in faces.items():
        first.setdefault(face.partition(".")[0], url)
    draft = file.with_name(f"{file.name}.part")
    draft.write_text(json.dumps({**faces, **first}, indent=2) + "\n", encoding="utf-8")
    draft.replace(file)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def _print_places(world: Composition, door: Door) -> None:
    print(f"world {world.file.plan.name}, seed {world.seed}, {world.file.clock} clock, is up")
    print(f"  {FACE:32} {door.url}")
    for face, url in world.faces().items():
        if tuple(face.rsplit(".", 1)) not in world.places:
            print(f"  {face:32} {url}")


def _print_free_place(world: Composition, name: str) -> None:
    kind, settings = world.file.connectors[name]
    connector = registry.connector(kind, world.file.path)
    print(f"\nthe place of {name} is free. Yours must listen at")
    for face in connector.ports:
        if (name, face) not in world.places:
            continue  # whoever fills the place need not have it
        print(f"  {face:10} {world.url(name, face)}")
    ids = Ids("environment")
    crew, client = next(iter(world.instances.values())).crew, Client(world.clock, ids)
    around = Surroundings(
        name, world.clock, crew, ids, client, world.url, Path(), settings, signing=world.signatures.of
    )  # fmt: skip
    print("with this environment:")
    for key, value in connector.environment(around).items():
        print(f"  {key}={value}")
