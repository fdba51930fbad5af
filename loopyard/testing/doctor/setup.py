"""Before anything starts: what is written in loopyard.toml and in the world file, and whether the world's ports are free."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from loopyard.engine.simulator import Face
from loopyard.testing.config import FILE, Sut
from loopyard.testing.doctor.finding import Check, Finding, not_checked, ok, problem
from loopyard.world import file as world_file
from loopyard.world import registry, remote
from loopyard.world.door import FACE as CONTROL
from loopyard.world.file import WorldFile
from loopyard.world.listening import LOOPBACK


@dataclass(frozen=True, slots=True)
class Setup:
    """What a run would play on. `file` is None for a world that runs elsewhere, `api` the form that it is to speak, where its
    own is not wanted; `signed`: everybody is to sign and verify."""

    world: str
    sut: Sut
    file: WorldFile | None
    api: str | None = None
    signed: bool = False

    @property
    def starts_world(self) -> bool:
        """Whether the world is started here, at the fixed ports of its file."""
        return self.file is not None and self.sut.runs == "url"


def read(world: str, sut: Sut, api: str | None = None, signed: bool = False) -> Setup:
    """Read the world file, if the world is one. Raises UsageError."""
    file = None if remote.is_url(world) else world_file.load(Path(world), api=api, signed=signed)
    return Setup(world, sut, file, api, signed)


def what_is_meant(setup: Setup) -> Iterator[Finding]:
    """Say it back: most wrong runs are right runs of something else."""
    where = f"the world at {setup.world}" if setup.file is None else f"the world file {setup.world}"
    if setup.sut.runs == "url":
        yield ok(f"{where}, with your system in the place of {', '.join(setup.sut.places)}")
    elif setup.file is None:
        yield ok(f"{where}, with whatever connectors it says")
    else:
        yield ok(f'{where}, with the reference connectors ([sut] runs = "reference")')


def faces_are_known(setup: Setup) -> Iterator[Finding]:
    """An address for a face that does not exist is silently without effect."""
    if not setup.starts_world or setup.file is None:
        return
    known = {f"{name}.{face}" for name in setup.sut.places for face in _faces_of(setup.file, name)}
    for face in setup.sut.faces:
        if face not in known:
            yield problem(
                f'[sut.faces] "{face}" is no face of {", ".join(setup.sut.places)}',
                f"write one of {', '.join(sorted(known))}", "usage",
            )  # fmt: skip


def faces_do_not_collide(setup: Setup) -> Iterator[Finding]:
    """A system under test cannot listen where a simulator of the world listens."""
    if not setup.starts_world or setup.file is None:
        return
    ours = {port: face for face, port in _ports(setup.file, setup.sut).items()}
    for face, url in setup.sut.faces.items():
        parts = urlsplit(url)
        if parts.hostname in (LOOPBACK, "localhost") and parts.port in ours:
            yield problem(
                f"{face} is said to be at {url}, where {ours[parts.port]} of the world listens",
                f'correct "{face}" in [sut.faces] of {FILE}, or move {ours[parts.port]} in its [ports]', "usage",
            )  # fmt: skip


def ports_are_free(setup: Setup) -> Iterator[Finding]:
    """Each port that the world needs, not only the first that is taken."""
    if setup.file is None:
        yield not_checked("the world runs already")
        return
    if not setup.starts_world:
        yield ok("the machine chooses free ones: nobody outside calls this world")
        return
    ports = _ports(setup.file, setup.sut)
    taken = {face: port for face, port in ports.items() if not _is_free(port)}
    running = _world_at(setup.file.ports.get(CONTROL, 0)) if taken else None
    if running:
        seen = f"{len(taken)} ports are taken, by the world {running} on this machine, it seems: {', '.join(taken)}"
        yield problem(seen, f"stop it, or use it: loopyard doctor --world {_url(setup.file)}", "lab")
        return
    for face, port in taken.items():
        remedy = f"stop what listens there, or give {face} another port in [ports] of {setup.file.path}"
        yield problem(f"{face} cannot listen on {LOOPBACK}:{port}: the port is taken", remedy, "lab")
    if not taken:
        yield ok(f"free: {', '.join(f'{face} {port}' for face, port in ports.items())}")


def _faces_of(file: WorldFile, connector: str) -> tuple[str, ...]:
    kind = file.connectors[connector][0] if connector in file.connectors else connector
    return tuple(registry.connector(kind, file.path).ports)


def _ports(file: WorldFile, sut: Sut) -> dict[str, int]:
    """The fixed ports of the faces that the world opens itself."""
    simulators = {f"{name}.{face.name}" for name, (kind, _) in file.simulators.items() for face in _declared(kind, file)}
    connectors = {f"{name}.{face}" for name in file.connectors if name not in sut.places for face in _faces_of(file, name)}
    return {face: port for face, port in file.ports.items() if port and face in simulators | connectors}


def _declared(kind: str, file: WorldFile) -> tuple[Face, ...]:
    return tuple(registry.simulator(kind, file.path).faces)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the world itself binds: a port in TIME_WAIT is free
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def _url(file: WorldFile) -> str:
    return f"http://{LOOPBACK}:{file.ports.get(CONTROL, 0)}"


def _world_at(port: int) -> str | None:
    """The name of the world whose control listens there, if one does."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=1)
    try:
        connection.request("GET", "/health")
        told = json.loads(connection.getresponse().read())
        return str(told["world"])
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return None
    finally:
        connection.close()


CHECKS: Final[tuple[Check[Setup], ...]] = (
    Check("configuration", what_is_meant),
    Check("configuration", faces_are_known),
    Check("configuration", faces_do_not_collide),
    Check("ports of the world", ports_are_free),
)
