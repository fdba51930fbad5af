"""The `loopyard` command. Imports are lazy: `--help` answers before aiohttp is loaded."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from loopyard.cli.commands import clock, fault
from loopyard.cli.commands.audit import audit
from loopyard.cli.commands.coverage import coverage_matrix
from loopyard.cli.commands.evidence import evidence
from loopyard.cli.commands.keys import keys
from loopyard.cli.commands.ledger import ledger
from loopyard.cli.commands.reset import reset
from loopyard.cli.commands.scenarios import scenarios
from loopyard.cli.commands.sequence import sequence
from loopyard.cli.commands.traffic import traffic
from loopyard.cli.options import one_of, pairs
from loopyard.kernel.errors import InfrastructureError, LoopyardError, UsageError

USAGE, INFRASTRUCTURE = 2, 3
APIS = ("fspiop", "iso20022")

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="A payment world on one machine. Start it, drive your connector through it, and prove that not a cent is lost.",
)

WorldOption = Annotated[Path | None, typer.Option("--world", help="World file. Default: the default world.")]


SeedOption = Annotated[str | None, typer.Option(help="Seed of the run. Default: the world file's.")]


ApiOption = Annotated[
    str | None, typer.Option(help="fspiop or iso20022: the form in which everybody speaks. Default: as the world file has it.")
]
JwsOption = Annotated[bool, typer.Option("--jws", help="Everybody signs and verifies, whatever the world file says.")]


@app.command()
def demo(world: WorldOption = None, seed: SeedOption = None, api: ApiOption = None, jws: JwsOption = False) -> None:
    """Run an outbound, an inbound and an FXP transfer, and print their paths, the ledgers and the audit's verdict."""
    from loopyard.cli.demo import run

    raise typer.Exit(run(world, seed, api and one_of("--api", api, *APIS), jws))


@app.command()
def up(
    world: WorldOption = None,
    without: Annotated[
        list[str] | None,
        typer.Option(help="Leave this connector's place free for yours: mojaloop_connector or core_connector. Repeatable."),
    ] = None,
    place: Annotated[
        list[str] | None,
        typer.Option(help="Where such a connector listens, as core_connector.dfsp=http://host:port. Repeatable."),
    ] = None,
    clock: Annotated[str, typer.Option(help="real, or virtual: time then moves only as control operations move it.")] = "real",
    ports: Annotated[str, typer.Option(help="file: those of the world file's [ports]; random: free ones.")] = "file",
    bind: Annotated[str, typer.Option(help="Listen here. Beyond loopback the control wants a token.")] = "127.0.0.1",
    advertise: Annotated[str | None, typer.Option(help="The host name that others are told to call.")] = None,
    token: Annotated[str | None, typer.Option(envvar="LOOPYARD_TOKEN", help="What callers of the control must show.")] = None,
    urls: Annotated[Path | None, typer.Option(help="Write the addresses of all faces here, as JSON, once all listen.")] = None,
    seed: SeedOption = None,
    api: ApiOption = None,
    jws: JwsOption = False,
    seconds: Annotated[float | None, typer.Option(help="Stop by itself after so many real seconds.")] = None,
) -> None:
    """Start a world and print where everything listens. Ctrl-C stops it.

    Its control, the first address, does whatever can be done to a world: `pytest features/ --world URL` runs the scenarios in
    it, `loopyard traffic --world URL` shows what was said. A bare simulator's name in the file of --urls is its first face.
    """
    from loopyard.cli.up import Options, run

    raise typer.Exit(
        run(
            Options(
                world, seed, api and one_of("--api", api, *APIS), jws,  # type: ignore[arg-type]
                one_of("--clock", clock, "real", "virtual"),  # type: ignore[arg-type]
                tuple(without or ()), pairs("--place", place),
                one_of("--ports", ports, "file", "random"), bind, advertise, token, urls, seconds,  # type: ignore[arg-type]
            )
        )
    )  # fmt: skip


@app.command()
def connector(
    name: Annotated[str, typer.Argument(help="core_connector or mojaloop_connector, as the world file has it.")],
    world: Annotated[str, typer.Option("--world", help="The address of a world's control, as `loopyard up` prints it.")],
    bind: Annotated[str, typer.Option(help="Listen here.")] = "127.0.0.1",
    store: Annotated[
        Path | None, typer.Option(help="Keep unfinished work in this file. Default: forgotten at the end.")
    ] = None,
    seconds: Annotated[float | None, typer.Option(help="Stop by itself after so many seconds.")] = None,
) -> None:
    """Run a reference connector in a process of its own, in the place that `loopyard up --without NAME` leaves free."""
    from loopyard.cli.connector import run

    raise typer.Exit(run(name, world, bind, store, seconds))


@app.command()
def init(folder: Annotated[Path, typer.Argument(help="Where. It is made if it is not there.")] = Path()) -> None:
    """Write a world, a first feature and what pytest needs into a team's own repository. Overwrites nothing."""
    from loopyard.cli.init import run

    raise typer.Exit(run(folder))


@app.command()
def doctor(
    world: Annotated[
        str | None, typer.Option("--world", help="World file, or the address of a running world's control.")
    ] = None,
    sut: Annotated[str | None, typer.Option(help="reference, or url: yours. Default: what loopyard.toml says.")] = None,
    sut_place: Annotated[list[str] | None, typer.Option(help="The connector in whose place yours stands. Repeatable.")] = None,
    sut_face: Annotated[
        list[str] | None, typer.Option(help="Where yours listens, as core_connector.dfsp=http://host:port. Repeatable.")
    ] = None,
    patience: Annotated[float, typer.Option(help="Seconds that a probe may take.")] = 35.0,
    api: ApiOption = None,
    jws: JwsOption = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Find what a run of the scenarios would stumble over: ports, addresses, callbacks, clocks, media types, signatures. Moves
    no money.

    Exit code 0: ready, warnings allowed; 1: problems of the system under test; 2: of what is written; 3: of what does not run.
    """
    from loopyard.cli.doctor import Options, run

    runs = None if sut is None else one_of("--sut", sut, "reference", "url")
    faces, spoken = pairs("--sut-face", sut_face), api and one_of("--api", api, *APIS)
    options = Options(world, runs, tuple(sut_place or ()), faces, patience, spoken, jws, as_json)  # type: ignore[arg-type]
    raise typer.Exit(run(options))


@app.command()
def report(
    results: Annotated[Path, typer.Argument(help="Folder of Allure results.")] = Path("build/allure-results"),
    output: Annotated[Path, typer.Argument(help="The report: one HTML file.")] = Path("build/report/index.html"),
) -> None:
    """Render the Allure results of a run into one file that opens without a server and contacts nobody."""
    from loopyard.cli.report import render

    render(results, output)


app.command()(scenarios)
app.command()(evidence)
app.command()(coverage_matrix)
app.command()(reset)
app.add_typer(clock.app, name="clock")
app.add_typer(fault.app, name="fault")
app.command()(traffic)
app.command()(sequence)
app.command()(ledger)
app.command()(audit)
app.command()(keys)


def main() -> None:
    """Entry point. A user's mistake ends with exit code 2 and a broken lab with 3, each with one message and no traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a name in another script shall not end a command
    try:
        app()
    except LoopyardError as error:
        code = _exit_code(error)
        print(f"loopyard: {error}", file=sys.stderr)
        sys.exit(code)


def _exit_code(error: LoopyardError) -> int:
    """Raises what is neither a user's mistake nor a broken lab: a defect shows its traceback."""
    if isinstance(error, InfrastructureError):
        return INFRASTRUCTURE
    if isinstance(error, UsageError):
        return USAGE
    from loopyard.world.control.base import NotPossible  # here: it is loaded only where a world was asked

    if isinstance(error, NotPossible):
        return USAGE
    raise error
