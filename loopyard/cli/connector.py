"""`loopyard connector`: a reference connector in a process of its own, in the place that a world leaves free."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from loopyard.cli import waiting
from loopyard.kernel.clock import Clock, RealClock
from loopyard.kernel.errors import UsageError
from loopyard.kernel.ids import Ids
from loopyard.kernel.settings import read
from loopyard.transport import runtime
from loopyard.transport.signing import SigningOf
from loopyard.world import registry, remote
from loopyard.world.host import ConnectorHost
from loopyard.world.listening import Listening
from loopyard.world.signing import Profile, Signatures


def run(name: str, world: str, bind: str, store: Path | None, seconds: float | None) -> int:
    """Ask the world for the connector's settings, place and neighbours, and serve. Raises UsageError, InfrastructureError."""
    with remote.connect(world) as running:
        told = running.describe()
        profile, owners = running.control("jws.profile"), list(running.control("jws.keys"))
    if name not in told["connectors"]:
        known = ", ".join(told["connectors"])
        raise UsageError(world, name, "is not a connector of this world", f"its connectors are {known}")
    if told["connectors"][name]["runs"] == "here":
        raise UsageError(world, name, "runs in that world already", f"start the world with --without {name}")
    if told["clock"] != "real":
        raise UsageError(world, "clock", "is virtual: another process cannot follow it", "start the world with --clock real")
    clock, participants = RealClock(), [each["id"] for each in told["participants"]]
    hubs = [owner for owner in owners if owner not in participants]
    signatures = Signatures(read(Profile, profile, "world.jws"), participants, hubs, clock.now)
    return runtime.run(_serve(name, told, bind, store, seconds, clock, signatures.of))


async def _serve(
    name: str, told: dict[str, Any], bind: str, store: Path | None, seconds: float | None, clock: Clock, signing: SigningOf
) -> int:
    faces, described = told["faces"], told["connectors"][name]

    def url(party: str, face: str) -> str:
        try:
            return str(faces[f"{party}.{face}"])
        except KeyError:
            raise UsageError(told["file"], f"{party}.{face}", "nobody listens there", "add it to the world") from None

    ports = {face: urlsplit(place).port or 80 for face, place in faces.items() if face.startswith(f"{name}.")}
    connector = registry.connector(described["kind"], told["file"])
    with tempfile.TemporaryDirectory(prefix="loopyard-") as scratch:
        place = store or Path(scratch) / f"{name}.sqlite"
        listening = Listening(bind, None, ports)
        host = ConnectorHost(name, connector, described["settings"], clock, url, place, listening, signing)
        try:
            await host.listen()
            await host.begin(Ids(f"{told['seed']}/{name}"), {})
            print(f"{name} serves the world {told['name']}")
            for face, each in host.listeners.items():
                print(f"  {name + '.' + face:32} {each.url}")
            await waiting.until_stopped(seconds)
        finally:
            await host.close()
    return 0
