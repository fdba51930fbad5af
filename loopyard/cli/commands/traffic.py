"""`loopyard traffic`: what was said in a running world, a line per interaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer

from loopyard.cli.options import USUAL_WORLD, AsJson, WorldUrl, running
from loopyard.cli.output import print_json, printable, say

if TYPE_CHECKING:
    from loopyard.engine.traffic import Interaction
    from loopyard.testing.evidence.model import Exchange
    from loopyard.world.client import World

Print = Callable[["Exchange", datetime], None]


def traffic(
    since: Annotated[int, typer.Option(min=0, metavar="N", help="Only what came after interaction #N.")] = 0,
    operation: Annotated[str, typer.Option(metavar="GLOB", help="Only operations and messages that it matches.")] = "*",
    sender: Annotated[str | None, typer.Option("--from", metavar="PARTY", help="Only what it sent.")] = None,
    receiver: Annotated[str | None, typer.Option("--to", metavar="PARTY", help="Only what it received.")] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as the log grows, until Ctrl-C.")] = False,
    bodies: Annotated[bool, typer.Option("--bodies", help="With headers and bodies.")] = False,
    raw: Annotated[bool, typer.Option("--raw", help="Secrets and personal data, too.")] = False,
    world: WorldUrl = USUAL_WORLD,
    as_json: AsJson = False,
) -> None:
    """Show what was said in a running world: its number, when, who to whom, how it was answered, what, and how much.

    Secrets and personal data are masked. With --json each line is one object,
    headers and bodies included.

    \b
    loopyard traffic --follow                               as it happens
    loopyard traffic --operation 'hub.transfers.*'          prepares, notices
    loopyard traffic --from hub --to green-bank --bodies    word for word
    loopyard traffic --json | jq 'select(.status >= 400)'   what was refused
    """
    from loopyard.cli.log import Choice, Shown

    shown = Shown(Choice(since, operation, sender, receiver), raw)
    show: Print = _json_line if as_json else _block if bodies else _line
    with running(world) as there:
        for rows, start in _followed(there) if follow else _once(there, since if raw else 0):
            for each in shown.of(rows):
                show(each, start)


def _once(world: World, since: int) -> Iterator[tuple[list[Interaction], datetime]]:
    from loopyard.cli.log import start_of

    yield world.interactions(since), start_of(world)


def _followed(world: World) -> Iterator[tuple[list[Interaction], datetime]]:
    """What is new, again and again, with the moment from which the world counts; Ctrl-C ends it."""
    from loopyard.cli.log import LOOK, Follower, start_of

    follower, start = Follower(world), start_of(world)
    with suppress(KeyboardInterrupt):
        while True:
            rows, anew = follower.look()
            if anew:
                say("the world was reset")
                start = start_of(world)
            yield rows, start
            Event().wait(LOOK)


def _json_line(exchange: Exchange, start: datetime) -> None:
    from loopyard.testing.evidence.interactions import record

    print_json(record(exchange), indent=None)


def _block(exchange: Exchange, start: datetime) -> None:
    from loopyard.testing.evidence.interactions import block

    print(printable("\n".join(block(exchange, start))), flush=True)


def _line(exchange: Exchange, start: datetime) -> None:
    from loopyard.testing.evidence import wording
    from loopyard.testing.evidence.interactions import verdict

    words = [f"{exchange.method} {wording.path(exchange.url)}", wording.summary(exchange.request_body)]
    words += [wording.summary(exchange.response_body, exchange.failed), exchange.operation]
    words += [f"fault: {exchange.fault}"] if exchange.fault else []
    words += [exchange.note] if exchange.note else []
    words += [f"attempt {exchange.attempt}"] if exchange.attempt > 1 else []
    line = (
        f"#{exchange.seq:<4} {wording.since_start(exchange.at - start):>12}  {exchange.sender or '?':>16} → "
        f"{exchange.receiver:<16} {verdict(exchange):<9} {'  '.join(filter(None, words))}"
    )
    typer.secho(printable(line.rstrip()), fg="red" if exchange.failed else None)
