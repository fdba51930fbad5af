"""Reads a world file: its sections, each by who knows it. What a user gets wrong is answered with file, key and remedy."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from loopyard.engine.plan import Person, Plan
from loopyard.engine.traffic import KEPT
from loopyard.kernel.errors import UsageError
from loopyard.kernel.settings import read
from loopyard.world import population
from loopyard.world.forms import speaking
from loopyard.world.signing import Profile
from loopyard.world.table import Table
from loopyard.world.trust import TlsProfile

SECTIONS = {
    "world", "dfsp", "fxp", "proxy", "person", "people", "cast", "simulators", "connectors", "faults", "ports", "places", "log",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays the names of the features: institutions by participant id, people by identifier, currencies by code."""

    banks: Mapping[str, str]
    people: Mapping[str, Person]
    currencies: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LogSettings:
    """How many interactions the log keeps, and the file that older ones go to; without one they are forgotten."""

    kept: int = KEPT
    spill: Path | None = None


@dataclass(frozen=True, slots=True)
class WorldFile:
    """A world file, checked. `simulators` and `connectors` are instance name -> (kind, settings), `ports` and `places` the
    fixed ports of faces here and the addresses of connectors elsewhere, by "party.face".
    `quiet_seconds` without a word are taken for quiet on the wall clock; `retain` is how many final transfers are kept when
    older ones are archived, None for all."""

    path: str
    plan: Plan
    clock: str
    cast: Cast
    simulators: Mapping[str, tuple[str, Mapping[str, Any]]]
    connectors: Mapping[str, tuple[str, Mapping[str, Any]]]
    faults: tuple[Mapping[str, Any], ...]
    ports: Mapping[str, int] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    quiet_seconds: float = 0.25
    log: LogSettings = field(default_factory=LogSettings)
    retain: int | None = None
    jws: Profile = field(default_factory=Profile)
    tls: TlsProfile = field(default_factory=TlsProfile)

    def with_connectors(self, settings: Mapping[str, Mapping[str, Any]]) -> WorldFile:
        """The same with further settings of its connectors; tables are merged. Raises UsageError for one that it has not."""
        for name in settings.keys() - self.connectors.keys():
            known = ", ".join(self.connectors)
            raise UsageError(self.path, f"connectors.{name}", "is no connector of this world", f"choose among {known}")
        merged = {name: (kind, _merged(own, settings.get(name, {}))) for name, (kind, own) in self.connectors.items()}
        return replace(self, connectors=merged)


def load(path: Path, seed: str | None = None, api: str | None = None, signed: bool = False) -> WorldFile:
    """Read and check a world file. `seed` replaces the file's own, `api` the form of every participant; `signed`: every
    institution signs and verifies, whatever the file says. Raises UsageError."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(
            str(path), "(file)", "does not exist", "name a world file, or leave --world out for the default"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(str(path), "(file)", f"is not TOML: {error}", "correct the line that is named") from None
    file = parse(raw, str(path), seed, api)
    return replace(file, jws=replace(file.jws, on=True, translated="sender")) if signed else file


def parse(raw: Mapping[str, Any], file: str, seed: str | None = None, api: str | None = None) -> WorldFile:
    """Check a world file that was read already. Raises UsageError."""
    root = Table(file, "", raw)
    root.only(SECTIONS)
    world = root.table("world")
    world.only({"name", "seed", "starts", "clock", "quiet_seconds", "retain", "tls", "api", "jws"})
    common = world.one_of("api", population.APIS) if "api" in world.values else None
    participants = population.participants(root, api, common)
    named = tuple(population.person(row, participants) for row in root.tables("person"))
    run_seed = seed or world.text("seed", "loopyard")
    crowd = population.crowd(root.table("people"), run_seed, participants, len(named))
    simulators = _instances(root, "simulators")
    population.check_schemes(root, participants, simulators)
    connectors = speaking(_instances(root, "connectors"), participants, told=api)
    settings = {name: values for name, (_, values) in {**simulators, **connectors}.items()}
    plan = Plan(world.text("name", "world"), run_seed, _starts(world), participants, named, settings, crowd)
    clock = world.one_of("clock", ("virtual", "real"), "virtual")
    return WorldFile(
        file, plan, clock, _cast(root, plan), simulators, connectors, tuple(raw.get("faults", ())),
        _ports(root.table("ports")), _places(root.table("places")),
        world.seconds("quiet_seconds", 0.25), _log(root.table("log")), _retain(world),
        read(Profile, world.table("jws").values, "world.jws", file),
        read(TlsProfile, world.table("tls").values, "world.tls", file),
    )  # fmt: skip


def _merged(own: Mapping[str, Any], further: Mapping[str, Any]) -> dict[str, Any]:
    inner = {key: _merged(own[key], value) for key, value in further.items()
             if isinstance(value, Mapping) and isinstance(own.get(key), Mapping)}  # fmt: skip
    return {**own, **further, **inner}


def _starts(world: Table) -> datetime:
    value = world.values.get("starts", datetime(2026, 3, 2, 8, 0, tzinfo=UTC))
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise world.wrong("starts", f"must be a date with time and zone, not {value!r}", "write starts = 2026-03-02T08:00:00Z")
    return value.astimezone(UTC)


def _instances(root: Table, section: str) -> dict[str, tuple[str, Mapping[str, Any]]]:
    table = root.table(section)
    found: dict[str, tuple[str, Mapping[str, Any]]] = {}
    for name in table.values:
        values = dict(table.table(name).values)
        kind = values.pop("kind", name)
        found[name] = (str(kind), values)
    return found


def _retain(world: Table) -> int | None:
    retain = world.values.get("retain")
    if retain is not None and (type(retain) is not int or retain < 1):
        raise world.wrong("retain", f"must be a number of transfers, not {retain!r}", "write retain = 1000, or nothing for all")
    return retain


def _log(table: Table) -> LogSettings:
    table.only({"kept", "spill"})
    kept = table.values.get("kept", KEPT)
    if type(kept) is not int or kept < 1:
        raise table.wrong("kept", f"must be a number of interactions, not {kept!r}", f"write kept = {KEPT}")
    spill = table.text("spill", "")
    return LogSettings(kept, Path(spill) if spill else None)


def _ports(table: Table) -> dict[str, int]:
    for face, port in table.values.items():
        if type(port) is not int or not 0 <= port < 65_536:
            raise table.wrong(face, f"{port!r} is no port", f'write "{face}" = 4500, or 0 for any free one')
    return dict(table.values)


def _places(table: Table) -> dict[str, str]:
    for face in table.values:
        if not table.text(face).startswith(("http://", "https://")):
            raise table.wrong(face, f"{table.values[face]!r} is no address", f'write "{face}" = "http://host:port"')
    return {face: str(url).rstrip("/") for face, url in table.values.items()}


def _cast(root: Table, plan: Plan) -> Cast:
    cast = root.table("cast")
    cast.only({"banks", "people", "currencies"})
    banks, people = cast.table("banks"), cast.table("people")
    by_name = {person.name: person for person in plan.people}
    ids = tuple(each.id for each in plan.participants)
    return Cast(
        {part: banks.one_of(part, ids) for part in banks.values},
        {part: by_name[people.one_of(part, tuple(by_name))] for part in people.values},
        {str(part): str(code) for part, code in cast.table("currencies").values.items()},
    )
