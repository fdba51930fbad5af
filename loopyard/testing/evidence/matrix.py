"""The coverage matrix of a recorded run: which FSPIOP error code each party saw, about which resource, in which scenario. It
reads redacted traffic and counts what a party was told: a code that it sent it has not seen. Drawn by `matrix_page`."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from loopyard.kernel.errors import UsageError
from loopyard.protocols.fspiop.error_codes import STANDARD_TEXTS
from loopyard.testing.evidence import shape
from loopyard.testing.evidence.signoff import Record

SEND_MONEY: Final = "send-money API"
RESOURCES: Final = ("parties", "participants", "quotes", "transfers", "fxQuotes", "fxTransfers", SEND_MONEY)
OTHER: Final = "other"
"""A path that belongs to no resource, such as one that nobody serves."""
CHANNEL: Final = "channel"
KEYS: Final = ("errorCode", "statusCode")
"""Where a code stands: in `errorInformation` of the scheme, in an answer of the send-money API."""
REASON: Final = "Rsn"
"""The element of ISO 20022 with a code in it, coded or proprietary."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A party was told a code."""

    code: str
    resource: str
    party: str
    id: str
    scenario: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """All that was seen, each once, in the order of codes."""

    seen: tuple[Sighting, ...]

    def at(self, code: str, resource: str) -> dict[str, list[Sighting]]:
        """The parties that saw a code about a resource, with where."""
        parties: dict[str, list[Sighting]] = {}
        for each in self.seen:
            if (each.code, each.resource) == (code, resource):
                parties.setdefault(each.party, []).append(each)
        return parties

    @property
    def codes(self) -> list[str]:
        """All codes of the scheme, and those that were seen beside them."""
        return sorted({*STANDARD_TEXTS, *(each.code for each in self.seen)})

    @property
    def resources(self) -> list[str]:
        return [*RESOURCES, *([OTHER] if any(each.resource == OTHER for each in self.seen) else [])]

    @property
    def never(self) -> list[str]:
        """Codes of the scheme that nobody saw."""
        return sorted(STANDARD_TEXTS.keys() - {each.code for each in self.seen})


def exempt(file: Path) -> dict[str, str]:
    """The codes of the scheme that a run need not meet, each with the reason: a TOML file with tables `[[exempt]]`, each of
    `codes` and `reason`. Raises UsageError."""
    try:
        rows = tomllib.loads(file.read_text(encoding="utf-8")).get("exempt", [])
        found = {str(code): str(row["reason"]) for row in rows for code in row["codes"]}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        form = "[[exempt]] with codes = [...] and reason = ..."
        raise UsageError(
            str(file), "(file)", f"cannot be used: {type(error).__name__} {error}", f"write tables {form}"
        ) from error
    for code, reason in found.items():
        if code not in STANDARD_TEXTS:
            raise UsageError(str(file), "codes", f"{code} is no code of the scheme", "strike it out")
        if not reason.strip():
            raise UsageError(str(file), "reason", f"{code} is exempt without a reason", "say why nobody can meet it")
    return found


def in_words(code: str) -> str:
    """A code of the standard with its text."""
    return f"{code} {STANDARD_TEXTS[code]}"


def lacking(found: Matrix, let_off: Iterable[str]) -> tuple[list[str], list[str]]:
    """The codes that should have been met and were not, and the exempt ones that were met all the same."""
    unmet, excused = set(found.never), set(let_off)
    return sorted(unmet - excused), sorted(excused - unmet)


def matrix(record: Record) -> Matrix:
    """Read the traffic of all scenarios of a record. Raises UsageError where a file of it is missing or broken."""
    found: dict[Sighting, None] = {}
    for line in record.lines:
        if name := line.get("traffic"):
            try:
                rows = [_exchange(row) for row in (record.folder / name).read_text(encoding="utf-8").splitlines()]
            except (OSError, ValueError) as error:
                raise UsageError(str(record.folder), name, f"cannot be read: {error}", "record the run again") from error
            found |= dict.fromkeys(sightings(rows, line["id"], line["name"]))
    return Matrix(tuple(sorted(found, key=lambda each: (each.code, each.resource, each.party, each.id, each.scenario))))


def _exchange(text: str) -> Mapping[str, Any]:
    told: dict[str, Any] = json.loads(text)
    shape.has(told, shape.EXCHANGE, "a message")
    return told


def sightings(rows: Iterable[Mapping[str, Any]], id_: str, scenario: str) -> Iterator[Sighting]:
    """Who was told what: the receiver of a request that arrived, and the caller by its answer."""
    for row in rows:
        resource = _resource(row)
        sides = [(row["from"], row["response"])] if row["outcome"] == "answered" else []
        sides += [(row["to"], row["request"])] if row["outcome"] not in ("lost", "refused") else []
        for party, message in sides:
            for code in dict.fromkeys(_codes(message["body"])):
                yield Sighting(code, resource, party, id_, scenario)


def _resource(row: Mapping[str, Any]) -> str:
    """The first part of the path; what the customer's app asks for is the send-money API, whatever its paths are called."""
    if row["from"] == CHANNEL:
        return SEND_MONEY
    parts = [part for part in urlsplit(row["url"]).path.split("/") if part]
    return next((part for part in parts if part in RESOURCES), OTHER)


def _codes(body: str) -> Iterator[str]:
    try:
        yield from _in(json.loads(body))
    except (ValueError, RecursionError):  # the second: a message that was nested to hurt, and told nobody a code
        return


def _in(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key in KEYS and _is_code(value):
                yield str(value)
            if key == REASON and isinstance(value, dict):
                yield from (str(each) for each in value.values() if _is_code(each))
            yield from _in(value)
    elif isinstance(node, list):
        for value in node:
            yield from _in(value)


def _is_code(value: object) -> bool:
    return len(code := str(value)) == 4 and code.isdecimal()
