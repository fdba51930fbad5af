"""Reads a world file. Everything a user can get wrong here is answered with the file, the key and the remedy."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from loopyard.engine.plan import HOME_SCHEME, Crowd, Participant, Person, Plan
from loopyard.engine.traffic import KEPT
from loopyard.kernel.errors import LoopyardError, UsageError
from loopyard.kernel.money import Money
from loopyard.kernel.settings import read
from loopyard.world.forms import speaking
from loopyard.world.trust import TlsProfile

SECTIONS = {
    "world", "dfsp", "fxp", "proxy", "person", "people", "cast", "simulators", "connectors", "faults", "ports", "places", "log",
}  # fmt: skip
PLAYS = ("home", "peer", "external")
APIS = ("fspiop", "iso20022")
STATUSES = ("active", "blocked", "closed")
MOST = 100_000_000
"""People that have numbers of their own."""
COMMON = {"id", "name", "play", "currencies", "callback_url", "scheme", "api"}


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
    tls: TlsProfile = field(default_factory=TlsProfile)

    def with_connectors(self, settings: Mapping[str, Mapping[str, Any]]) -> WorldFile:
        """The same with further settings of its connectors; tables are merged. Raises UsageError for one that it has not."""
        for name in settings.keys() - self.connectors.keys():
            known = ", ".join(self.connectors)
            raise UsageError(self.path, f"connectors.{name}", "is no connector of this world", f"choose among {known}")
        merged = {name: (kind, _merged(own, settings.get(name, {}))) for name, (kind, own) in self.connectors.items()}
        return replace(self, connectors=merged)


class Table:
    """A TOML table with its place in the file, so that every complaint can name it."""

    def __init__(self, file: str, where: str, values: Mapping[str, Any]) -> None:
        self.file = file
        self.where = where
        self.values = values

    def wrong(self, key: str, problem: str, remedy: str) -> UsageError:
        return UsageError(self.file, f"{self.where}.{key}".strip("."), problem, remedy)

    def text(self, key: str, default: str | None = None) -> str:
        value = self.values.get(key, default)
        if value is None:
            raise self.wrong(key, "is missing", f'add {key} = "..."')
        if not isinstance(value, str):
            raise self.wrong(key, f"must be a text, not {value!r}", f'write {key} = "{value}"')
        return value

    def one_of(self, key: str, known: tuple[str, ...], default: str | None = None) -> str:
        value = self.text(key, default)
        if value not in known:
            raise self.wrong(key, f"{value!r} is not known", f"choose one of {', '.join(known)}")
        return value

    def money(self, key: str, currency: str, default: str | None = None) -> Money:
        text = self.text(key, default)
        try:
            return Money(text, currency)
        except LoopyardError as error:
            raise self.wrong(key, str(error), 'write an amount such as "1000" and an ISO 4217 currency') from error

    def seconds(self, key: str, default: float) -> float:
        value = self.values.get(key, default)
        if type(value) not in (int, float) or not value > 0:
            raise self.wrong(key, f"must be a number of seconds, not {value!r}", f"write {key} = {default:g}")
        return float(value)

    def table(self, key: str) -> Table:
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(key, f"must be a table, not {value!r}", f"write [{key}]")
        return Table(self.file, f"{self.where}.{key}".strip("."), value)

    def tables(self, key: str) -> list[Table]:
        rows = self.values.get(key, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self.wrong(key, "must be a list of tables", f"write [[{key}]]")
        return [Table(self.file, f"{key}[{number}]", row) for number, row in enumerate(rows)]

    def only(self, known: set[str]) -> None:
        for key in self.values:
            if key not in known:
                raise self.wrong(key, "is not known here", f"known are {', '.join(sorted(known))}")


def load(path: Path, seed: str | None = None, api: str | None = None) -> WorldFile:
    """Read and check a world file. `seed` replaces the file's own, `api` the form of every participant. Raises UsageError."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(
            str(path), "(file)", "does not exist", "name a world file, or leave --world out for the default"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(str(path), "(file)", f"is not TOML: {error}", "correct the line that is named") from None
    return parse(raw, str(path), seed, api)


def parse(raw: Mapping[str, Any], file: str, seed: str | None = None, api: str | None = None) -> WorldFile:
    """Check a world file that was read already. Raises UsageError."""
    root = Table(file, "", raw)
    root.only(SECTIONS)
    world = root.table("world")
    world.only({"name", "seed", "starts", "clock", "quiet_seconds", "retain", "tls", "api"})
    common = world.one_of("api", APIS) if "api" in world.values else None
    participants = tuple(
        [_participant(row, kind, api, common) for kind in ("dfsp", "fxp") for row in root.tables(kind)]
        + [_proxy(row) for row in root.tables("proxy")]
    )
    _unique(root, "dfsp", [each.id for each in participants])
    named = tuple(_person(row, participants) for row in root.tables("person"))
    run_seed = seed or world.text("seed", "loopyard")
    crowd = _crowd(root.table("people"), run_seed, participants, len(named))
    simulators = _instances(root, "simulators")
    _check_schemes(root, participants, simulators)
    connectors = speaking(_instances(root, "connectors"), participants, told=api)
    settings = {name: values for name, (_, values) in {**simulators, **connectors}.items()}
    plan = Plan(world.text("name", "world"), run_seed, _starts(world), participants, named, settings, crowd)
    clock = world.one_of("clock", ("virtual", "real"), "virtual")
    return WorldFile(
        file, plan, clock, _cast(root, plan), simulators, connectors, tuple(raw.get("faults", ())),
        _ports(root.table("ports")), _places(root.table("places")),
        world.seconds("quiet_seconds", 0.25), _log(root.table("log")), _retain(world),
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


def _participant(row: Table, kind: str, told: str | None, common: str | None) -> Participant:
    held = row.table("currencies")
    if not held.values:
        raise row.wrong("currencies", "is empty", 'write currencies = { MWK = { cap = "1000000", funds = "1000000" } }')
    caps = {code: held.table(code).money("cap", code) for code in held.values}
    funds = {code: held.table(code).money("funds", code) for code in held.values}
    play = row.one_of("play", PLAYS, "peer")
    callback = row.values.get("callback_url")
    if play == "external" and callback is None:
        raise row.wrong("callback_url", "is missing for an external participant", 'add callback_url = "http://host:port"')
    options = {key: value for key, value in row.values.items() if key not in COMMON}
    own = row.one_of("api", APIS) if "api" in row.values else common
    scheme = row.text("scheme", HOME_SCHEME)
    if play == "home" and scheme != HOME_SCHEME:
        raise row.wrong("scheme", "must be the scheme of the institution under test", "leave it out")
    return Participant(
        row.text("id"),
        kind,  # type: ignore[arg-type]
        play,  # type: ignore[arg-type]
        row.text("name", row.text("id")),
        caps,
        funds,
        callback,
        options,
        (scheme,),
        told or own,  # type: ignore[arg-type]
    )


def _proxy(row: Table) -> Participant:
    """A proxy between two schemes: no limits, no funds, positions in the currencies that it passes on."""
    row.only({"id", "name", "between", "currencies"})
    between, codes = row.values.get("between"), row.values.get("currencies")
    if not isinstance(between, list) or len(between) != 2 or between[0] == between[1]:
        raise row.wrong("between", f"must be the hubs of two schemes, not {between!r}", 'write between = ["hub", "coast-hub"]')
    if not isinstance(codes, list) or not codes:
        raise row.wrong("currencies", f"must be a list of currencies, not {codes!r}", 'write currencies = ["MWK"]')
    caps = {str(code): Table(row.file, row.where, {}).money("currencies", str(code), "0") for code in codes}
    id_ = row.text("id")
    return Participant(id_, "proxy", "peer", row.text("name", id_), caps, {}, schemes=tuple(map(str, between)))


def _check_schemes(root: Table, participants: Iterable[Participant], simulators: Mapping[str, tuple[str, Any]]) -> None:
    hubs = [name for name, (kind, _) in simulators.items() if kind == "hub"]
    for each in participants:
        for scheme in each.schemes:
            if scheme not in (HOME_SCHEME, *hubs):
                problem = f"{each.id} belongs to {scheme!r}, which is no hub of this world"
                raise root.wrong(each.kind, problem, f'add [simulators.{scheme}] kind = "hub"')
        if each.kind == "proxy" and "proxy" not in simulators:
            raise root.wrong("proxy", f"nobody plays {each.id}", "add [simulators.proxy]")


def _person(row: Table, participants: tuple[Participant, ...]) -> Person:
    row.only({"name", "dfsp", "id_type", "id_value", "sub_id", "currency", "balance", "status"})
    dfsp = row.one_of("dfsp", tuple(each.id for each in participants))
    home = next(each for each in participants if each.id == dfsp)
    currency = row.one_of("currency", home.currencies, home.currencies[0])
    sub_id = row.values.get("sub_id")
    return Person(
        row.text("name"), dfsp, row.text("id_type", "MSISDN"), row.text("id_value"), row.money("balance", currency, "0"),
        sub_id, row.one_of("status", STATUSES, "active"),  # type: ignore[arg-type]
    )  # fmt: skip


def _crowd(people: Table, seed: str, participants: tuple[Participant, ...], named: int) -> Crowd:
    people.only({"count", "balance"})
    count = people.values.get("count", named)
    if type(count) is not int or not named <= count <= MOST:
        raise people.wrong(
            "count", f"must be a number from {named}, the people named one by one, to {MOST}", f"write count = {named}"
        )
    banks = tuple(each for each in participants if each.kind == "dfsp" and HOME_SCHEME in each.schemes)
    if count > named and not banks:
        raise people.wrong("count", "has no DFSP that people could bank with", "add a [[dfsp]]")
    balance = people.text("balance", "1000")
    for code in {each.currencies[0] for each in banks}:
        people.money("balance", code, balance)
    return Crowd(seed, count - named, banks, balance)


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


def _unique(root: Table, key: str, ids: list[str]) -> None:
    for each, times in Counter(ids).items():
        if times > 1:
            raise root.wrong(key, f"the id {each!r} stands twice", "give each participant an id of its own")
