"""The `loopyard` command. Imports are lazy: `--help` answers before aiohttp is loaded."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from loopyard.kernel.errors import InfrastructureError, UsageError

USAGE, INFRASTRUCTURE = 2, 3

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="A payment world on one machine. Start it, drive your connector through it, and prove that not a cent is lost.",
)

WorldOption = Annotated[Path | None, typer.Option("--world", help="World file. Default: the default world.")]


@app.command()
def demo(world: WorldOption = None, seed: Annotated[str | None, typer.Option(help="Seed of the run.")] = None) -> None:
    """Run an outbound, an inbound and an FXP transfer, and print their paths, the ledgers and the audit's verdict."""
    from loopyard.cli.demo import run

    raise typer.Exit(run(world, seed))


@app.command()
def up(
    world: WorldOption = None,
    without: Annotated[
        list[str] | None,
        typer.Option(help="Leave this connector's place free for yours: mojaloop_connector or core_connector."),
    ] = None,
    seconds: Annotated[float | None, typer.Option(help="Stop by itself after so many seconds.")] = None,
) -> None:
    """Start the world on the wall clock and print where everything listens. Ctrl-C stops it."""
    from loopyard.cli.up import run

    raise typer.Exit(run(world, tuple(without or ()), seconds))


@app.command()
def report(
    results: Annotated[Path, typer.Argument(help="Folder of Allure results.")] = Path("build/allure-results"),
    output: Annotated[Path, typer.Argument(help="The report: one HTML file.")] = Path("build/report/index.html"),
) -> None:
    """Render the Allure results of a run into one file that opens without a server and contacts nobody."""
    from loopyard.cli.report import render

    render(results, output)


def main() -> None:
    """Entry point. A user's mistake ends with exit code 2 and a broken lab with 3, each with one message and no traceback."""
    try:
        app()
    except UsageError as error:
        print(f"loopyard: {error}", file=sys.stderr)
        sys.exit(USAGE)
    except InfrastructureError as error:
        print(f"loopyard: {error}", file=sys.stderr)
        sys.exit(INFRASTRUCTURE)
