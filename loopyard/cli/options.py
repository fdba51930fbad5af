"""Options that several commands share, how their values are read, and the way to the running world that they name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from loopyard.kernel.errors import UsageError

if TYPE_CHECKING:
    from loopyard.world.client import World

USUAL_WORLD: Final = "http://127.0.0.1:4800"
"""Where the control of the default world listens."""
_DURATION: Final = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<unit>[smhd]?)")
_SECONDS: Final = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
LONGEST: Final = 3650 * 86400.0  # seconds; what is longer leaves the calendar


def _inherited(context: typer.Context, option: typer.CallbackParam, given: Any) -> Any:
    """`loopyard clock --world URL advance 60` means what `loopyard clock advance 60 --world URL` means."""
    name = str(option.name)
    outer = context.parent.params.get(name) if context.parent else None
    source = context.get_parameter_source(name)
    return outer if outer and not (source and source.name == "COMMANDLINE") else given


WorldUrl = Annotated[
    str,
    typer.Option(
        "--world",
        envvar="LOOPYARD_WORLD",
        metavar="URL",
        callback=_inherited,
        help="The control of a running world, as `loopyard up` prints it.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", callback=_inherited, help="Print JSON, for programs.")]


def running(url: str) -> World:
    """A client of the world at `url`. Raises UsageError for what is no address, WorldUnreachable, WrongToken."""
    from loopyard.world.remote import connect

    try:
        return connect(url)
    except ValueError as error:
        raise UsageError("--world", url, f"is no address: {error}", "write http://host:port") from error


def one_of(option: str, value: str, *known: str) -> str:
    """`value` if it is known. Raises UsageError."""
    if value not in known:
        raise UsageError(option, value, "is not known", f"choose one of {', '.join(known)}")
    return value


def pairs(option: str, given: Iterable[str] | None) -> dict[str, str]:
    """`name=value` options as a table. Raises UsageError."""
    parted = [each.partition("=") for each in given or ()]
    for name, equals, value in parted:
        if not (name and equals and value):
            raise UsageError(option, name + equals, "is no pair", f"write {option} name=value")
    return {name: value for name, _, value in parted}


def value_of(text: str) -> Any:
    """A value as a world file would have it: a number, true, a list or an object of JSON; anything else is a text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def duration(text: str) -> float:
    """Seconds, from "90", "90s", "5m", "1h30m" or "1d". Raises UsageError."""
    parts = list(_DURATION.finditer(text))
    total = sum(float(part["number"]) * _SECONDS[part["unit"]] for part in parts)
    if not parts or "".join(part[0] for part in parts) != text or total > LONGEST:
        raise UsageError("clock advance", text, "is no time", "write seconds, or 90s, 5m, 1h30m, 1d; 3650d at most")
    return total
