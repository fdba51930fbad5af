"""Runs the hub simulator alone, for two ends in other processes: their addresses are its arguments, then settings as JSON."""

from __future__ import annotations

import json
import sys

from benchmarks.programs.serving import run, serve
from loopyard.world.composition import Composition
from loopyard.world.file import parse


async def main(payer: str, payee: str, settings: str = "{}") -> None:
    plenty = {"MWK": {"cap": "1000000000", "funds": "1000000000"}}
    ends = {"green": payer, "blue": payee}
    world = Composition(
        parse(
            {
                "world": {"clock": "real"},
                "dfsp": [
                    {"id": id_, "play": "external", "callback_url": url, "currencies": plenty} for id_, url in ends.items()
                ],
                "person": [{"name": "Bob", "dfsp": "blue", "id_value": "265881000201"}],
                "simulators": {"hub": json.loads(settings)},
            },
            "benchmarks/programs/hub.py",
        )
    )
    await world.start()
    async for _ in serve({"hub.fspiop": world.url("hub", "fspiop")}):
        pass
    await world.stop()


if __name__ == "__main__":
    run(main(*sys.argv[1:]))
