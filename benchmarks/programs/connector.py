"""Runs one reference connector of the default world in a process of its own. It hears where its neighbours are."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.programs.serving import run, serve
from loopyard.kernel.clock import RealClock
from loopyard.kernel.ids import Ids
from loopyard.world import registry
from loopyard.world.defaults import default_world
from loopyard.world.file import load
from loopyard.world.host import ConnectorHost


async def main(name: str) -> None:
    file, places = load(default_world()), dict[str, str]()
    kind, settings = file.connectors[name]
    with tempfile.TemporaryDirectory(prefix="loopyard-", dir="/dev/shm") as folder:
        host = ConnectorHost(
            name, registry.connector(kind, file.path), settings, RealClock(), lambda party, face: places[f"{party}.{face}"],
            Path(folder) / "store.sqlite",
        )  # fmt: skip
        await host.listen()
        await host.begin(Ids(name), {})
        async for told in serve({f"{name}.{face}": listener.url for face, listener in host.listeners.items()}):
            places |= told
        await host.close()


if __name__ == "__main__":
    run(main(*sys.argv[1:]))
