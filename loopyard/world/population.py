"""Who exists, as a world file says it: institutions, the proxies between schemes, people one by one, and the crowd."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from loopyard.engine.plan import HOME_SCHEME, Crowd, Participant, Person
from loopyard.world.table import Table

PLAYS = ("home", "peer", "external")
APIS = ("fspiop", "iso20022")
STATUSES = ("active", "blocked", "closed")
MOST = 100_000_000
"""People that have numbers of their own."""
COMMON = {"id", "name", "play", "currencies", "callback_url", "scheme", "api"}


def participants(root: Table, told: str | None, common: str | None) -> tuple[Participant, ...]:
    """All institutions; `told` is the form that each speaks whatever the file says, `common` that of those who say nothing.
    Raises UsageError."""
    found = tuple(
        [_participant(row, kind, told, common) for kind in ("dfsp", "fxp") for row in root.tables(kind)]
        + [_proxy(row) for row in root.tables("proxy")]
    )
    for id_, times in Counter(each.id for each in found).items():
        if times > 1:
            raise root.wrong("dfsp", f"the id {id_!r} stands twice", "give each participant an id of its own")
    return found


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


def check_schemes(root: Table, participants: Iterable[Participant], simulators: Mapping[str, tuple[str, Any]]) -> None:
    """Every institution belongs to hubs of this world, and somebody plays the proxies. Raises UsageError."""
    hubs = [name for name, (kind, _) in simulators.items() if kind == "hub"]
    for each in participants:
        for scheme in each.schemes:
            if scheme not in (HOME_SCHEME, *hubs):
                problem = f"{each.id} belongs to {scheme!r}, which is no hub of this world"
                raise root.wrong(each.kind, problem, f'add [simulators.{scheme}] kind = "hub"')
        if each.kind == "proxy" and "proxy" not in simulators:
            raise root.wrong("proxy", f"nobody plays {each.id}", "add [simulators.proxy]")


def person(row: Table, participants: tuple[Participant, ...]) -> Person:
    """Somebody by name. Raises UsageError."""
    row.only({"name", "dfsp", "id_type", "id_value", "sub_id", "currency", "balance", "status"})
    dfsp = row.one_of("dfsp", tuple(each.id for each in participants))
    home = next(each for each in participants if each.id == dfsp)
    currency = row.one_of("currency", home.currencies, home.currencies[0])
    sub_id = row.values.get("sub_id")
    return Person(
        row.text("name"), dfsp, row.text("id_type", "MSISDN"), row.text("id_value"), row.money("balance", currency, "0"),
        sub_id, row.one_of("status", STATUSES, "active"),  # type: ignore[arg-type]
    )  # fmt: skip


def crowd(people: Table, seed: str, participants: tuple[Participant, ...], named: int) -> Crowd:
    """Everybody else, up to the number that the file gives. Raises UsageError."""
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
