"""`loopyard.toml`: which world a team's repository runs its scenarios in, and what stands in it as the system under test."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

from loopyard.kernel.errors import UsageError
from loopyard.kernel.settings import read
from loopyard.testing.needs import NEEDS

FILE: Final = "loopyard.toml"


@dataclass(frozen=True, slots=True)
class Sut:
    """The system under test: `reference`, or at a `url`.

    `places` are the connectors of the world whose place it takes, `faces` where it listens, by "connector.face", where that is
    not the conventional port of this machine. `driver` is a way to speak to it: `send_money`, or MODULE:CLASS.
    `capabilities` says of each need of the scenarios that it lacks: `fx = false`. `name` and `version` are what the evidence
    of a run calls it.
    """

    runs: Literal["reference", "url"] = "reference"
    places: tuple[str, ...] = ("core_connector",)
    faces: Mapping[str, str] = field(default_factory=dict)
    driver: str = "send_money"
    capabilities: Mapping[str, bool] = field(default_factory=dict)
    name: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Config:
    """A whole `loopyard.toml`. `world` is a file beside it, or the address of a running world. Whatever the file says, `api`
    is the form in which everybody in it speaks, and with `jws` everybody signs and verifies."""

    world: str | None = None
    api: Literal["fspiop", "iso20022"] | None = None
    jws: bool = False
    sut: Sut = field(default_factory=Sut)


def load(folder: Path) -> Config:
    """The configuration in a folder, or the defaults where there is none. Raises UsageError."""
    file = folder / FILE
    if not file.is_file():
        return Config()
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(str(file), "(file)", f"is not TOML: {error}", "correct the line that is named") from None
    config = read(Config, raw, "", str(file))
    for name in config.sut.capabilities:
        if name not in NEEDS:
            raise UsageError(
                str(file), f"sut.capabilities.{name}", "is no need of any scenario", f"known are {', '.join(NEEDS)}"
            )
    if config.world and "://" not in config.world:
        return replace(config, world=str(folder / config.world))
    return config


def connector_settings(pairs: Sequence[str]) -> dict[str, dict[str, Any]]:
    """`NAME.KEY=VALUE` of the command line, by connector; a key may lead into tables, a value is TOML's or a bare text.
    Raises UsageError."""
    found: dict[str, dict[str, Any]] = {}
    for pair in pairs:
        path, equals, text = pair.partition("=")
        *tables, key = path.split(".")
        if not equals or not tables:
            raise UsageError("--setting", pair, "is no setting", "write NAME.KEY=VALUE, such as core_connector.pattern=single")
        place: dict[str, Any] = found
        for table in tables:
            place = place.setdefault(table, {})
        place[key] = _value(text)
    return found


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
