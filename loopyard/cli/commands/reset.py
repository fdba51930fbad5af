"""`loopyard reset`: a running world as at its start."""

from __future__ import annotations

from typing import Annotated

import typer

from loopyard.cli.options import USUAL_WORLD, AsJson, WorldUrl, running
from loopyard.cli.output import print_json


def reset(
    seed: Annotated[str | None, typer.Option(help="Seed from now on. Default: the one it was started with.")] = None,
    world: WorldUrl = USUAL_WORLD,
    as_json: AsJson = False,
) -> None:
    """Put a running world back to its start: state, books, log, faults and settings. Its addresses stay.

    \b
    loopyard reset                  as it was when it was started
    loopyard reset --seed 0x5f3a    the same world with other ids and chances
    """
    with running(world) as there:
        there.reset(seed)
        told = there.describe()
    if as_json:
        print_json({"name": told["name"], "seed": told["seed"], "starts": told["starts"]})
    else:
        print(f"world {told['name']} is as at its start, seed {told['seed']}")
