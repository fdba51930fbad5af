"""`loopyard fault`: what goes wrong in a running world, where, when and for whom."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Annotated, Final

import typer

from loopyard.cli.options import USUAL_WORLD, AsJson, WorldUrl, pairs, running, value_of
from loopyard.cli.output import print_json, print_table
from loopyard.kernel.errors import UsageError

EVERY_FAULTS: Final = ("kind", "on", "nth", "times", "probability", "where")
"""What has an option of its own, so that `--option` may not give it."""

app = typer.Typer(no_args_is_help=True)


@app.callback()
def fault() -> None:
    """Break something in a running world on purpose: arm faults, see what they have hit, disarm them.

    \b
    loopyard fault kinds
    loopyard fault add applied-no-reply --on green-bank.funds.reserve --nth 1
    loopyard fault list
    loopyard fault clear
    """


@app.command()
def kinds(as_json: AsJson = False) -> None:
    """Show what can go wrong, what each fault does, and its options with their defaults. Needs no world.

    \b
    loopyard fault kinds
    """
    from loopyard.cli.faults import described

    known = described()
    if as_json:
        print_json(known)
        return
    for kind in known:
        print(f"{kind['kind']}  ({' and '.join(kind['of'])})")
        print(f"    {kind['meaning']}")
        print(f"    {kind['does']}")
        if kind["options"]:
            print(f"    options: {', '.join(f'{name}={json.dumps(value)}' for name, value in kind['options'].items())}")


@app.command()
def add(
    kind: Annotated[str, typer.Argument(help="What goes wrong: see `loopyard fault kinds`.")],
    on: Annotated[str, typer.Option(help="Operation or message it strikes, by name or glob: see `fault operations`.")],
    nth: Annotated[int, typer.Option(min=0, help="Only the nth of each business reference, from 1. 0: every one.")] = 0,
    times: Annotated[int, typer.Option(min=0, help="Over after so many hits. 0: never.")] = 0,
    probability: Annotated[float, typer.Option(min=0.0, max=1.0, help="The chance that it strikes.")] = 1.0,
    where: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="Only if: from, to, {id} of the path, amount.currency of the body. Repeatable."),
    ] = None,
    option: Annotated[
        list[str] | None, typer.Option(metavar="KEY=VALUE", help="An option of the fault's own. Repeatable.")
    ] = None,
    world: WorldUrl = USUAL_WORLD,
    as_json: AsJson = False,
) -> None:
    """Arm a fault, until it is over, the faults are cleared or the world is reset.

    \b
    loopyard fault add applied-no-reply --on green-bank.funds.reserve --nth 1
    loopyard fault add lost --on 'hub.transfers.*' --where to=green-bank
    loopyard fault add latency --on 'hub.*-notice' --option seconds=40
    loopyard fault add status --on 'green-bank.*' --probability 0.05 \\
                              --option status=503
    """
    from loopyard.cli.faults import check_target, options, when

    own = {name: value_of(value) for name, value in pairs("--option", option).items()}
    for name in EVERY_FAULTS:
        if name in own:
            raise UsageError("--option", name, "belongs to every fault", f"write it as {_as_given(name)}")
    with running(world) as there:
        check_target(there, kind, on)
        rule = there.control(
            "faults.add", kind=kind, on=on, nth=nth, times=times, probability=probability, where=pairs("--where", where), **own
        )
    if as_json:
        print_json(rule)
    else:
        print(f"armed: {rule['kind']} on {rule['on']}{when(rule)}{options(rule)}")


@app.command(name="list")
def listed(world: WorldUrl = USUAL_WORLD, as_json: AsJson = False) -> None:
    """Show the armed faults and how often each has struck. The first that matches strikes.

    \b
    loopyard fault list
    """
    from loopyard.cli.faults import options, when

    with running(world) as there:
        rules = there.control("faults.list")
    if as_json:
        print_json(rules)
    elif not rules:
        print("no fault is armed")
    else:
        rows = [(rule["kind"], rule["on"], when(rule).strip(), options(rule).strip(), rule["hits"]) for rule in rules]
        print_table(("kind", "on", "when", "options", "hits"), rows, right=("hits",))


@app.command()
def operations(
    name: Annotated[str, typer.Argument(help="Only those that it matches.")] = "*",
    world: WorldUrl = USUAL_WORLD,
    as_json: AsJson = False,
) -> None:
    """Show what a fault can strike: the requests that each simulator serves, and the messages that it sends.

    \b
    loopyard fault operations 'hub.transfers.*'
    """
    with running(world) as there:
        rows = [row for row in there.control("world.operations") if fnmatchcase(row["name"], name)]
    if as_json:
        print_json(rows)
    else:
        print_table(("name", "is", "method", "path"), [(row["name"], row["is"], row["method"], row["path"]) for row in rows])


@app.command()
def clear(world: WorldUrl = USUAL_WORLD) -> None:
    """Disarm all faults.

    \b
    loopyard fault clear
    """
    with running(world) as there:
        there.control("faults.clear")
    print("no fault is armed")


def _as_given(name: str) -> str:
    return "the argument KIND" if name == "kind" else f"--{name}"
