"""`loopyard clock`: what time it is in a running world, and how it passes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final

import typer

from loopyard.cli.options import USUAL_WORLD, AsJson, WorldUrl, duration, running
from loopyard.cli.output import print_json, say

if TYPE_CHECKING:
    from loopyard.world.client import World

STEP: Final = 600.0  # seconds asked for at once of a world on the wall clock: a call has to end before patience does

app = typer.Typer()


@app.callback(invoke_without_command=True)
def clock(context: typer.Context, world: WorldUrl = USUAL_WORLD, as_json: AsJson = False) -> None:
    """Show the date of a running world and the seconds since its start, or move its time.

    On a virtual clock time passes when you say so, and at once.

    \b
    loopyard clock                  what time it is
    loopyard clock advance 1h30m    time-outs, retries and expiries fall due
    loopyard clock settle           only what is due now happens
    """
    if context.invoked_subcommand is None:
        with running(world) as there:
            _show(there, as_json)


@app.command()
def advance(
    time: Annotated[str, typer.Argument(help="Seconds, or 90s, 5m, 1h30m, 1d.")],
    world: WorldUrl = USUAL_WORLD,
    as_json: AsJson = False,
) -> None:
    """Let time pass, and all happen that falls due meanwhile. On the wall clock this takes as long.

    \b
    loopyard clock advance 60
    loopyard clock advance 1d
    """
    left = duration(time)
    with running(world) as there:
        virtual = there.describe()["clock"] == "virtual"
        if not virtual:
            say(f"this world goes by the wall clock: it takes {left:g} seconds")
        while left > 0:
            step = left if virtual else min(left, STEP)
            there.advance(step)
            left -= step
        _show(there, as_json)


@app.command()
def settle(world: WorldUrl = USUAL_WORLD, as_json: AsJson = False) -> None:
    """Let all happen that is due now; on the wall clock, wait until nobody has said anything for a moment.

    \b
    loopyard clock settle
    """
    with running(world) as there:
        there.settle()
        _show(there, as_json)


def _show(world: World, as_json: bool) -> None:
    now, kind = world.control("clock.now"), world.describe()["clock"]
    if as_json:
        print_json({**now, "clock": kind})
    else:
        date = datetime.fromisoformat(now["now"])
        print(f"{date:%Y-%m-%d %H:%M:%S} UTC, {now['seconds']:g} seconds since the start, {kind} clock")
