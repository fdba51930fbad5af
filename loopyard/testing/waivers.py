"""`waivers.toml`: findings that a team knows, has an owner for, and lives with until a day. A waiver covers the finding that it
names and nothing else; what is no longer found, or found after that day, fails. The hooks stand in `waiving`."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from loopyard.audit import KINDS
from loopyard.kernel.errors import UsageError
from loopyard.testing.acceptance import CATALOGUE, load

FILE: Final = "waivers.toml"
SHORTEST: Final = 8
"""Characters of a finding: a shorter text would cover what nobody meant."""
EXAMPLES: Final[Mapping[str, str]] = {
    "id": 'id = "O12"', "finding": 'finding = "duplicate"', "reason": 'reason = "fixed in 2.4"', "owner": 'owner = "Payments"',
    "until": "until = 2027-01-31",
}  # fmt: skip
OPTIONAL: Final = "scenario"


@dataclass(frozen=True, slots=True)
class Waiver:
    """One entry. `finding` is a kind of the audit, or words of what fails; `until` is its last day; `scenario` is the name of
    the only scenario of the id that it is for, empty for all of them."""

    id: str
    finding: str
    reason: str
    owner: str
    until: date
    scenario: str = ""

    def covers(self, complaint: str) -> bool:
        """Whether this is what it waives: a finding as `kind: text`, or the message of a step."""
        return complaint.startswith(f"{self.finding}: ") if self.finding in KINDS else self.finding in complaint

    def __str__(self) -> str:
        return f"{self.reason} until {self.until} ({self.owner})"


def load_waivers(file: Path) -> tuple[Waiver, ...]:
    """All entries of a file, their ids checked against the catalogue beside it. Raises UsageError."""
    catalogue = file.with_name(CATALOGUE)
    if not catalogue.is_file():
        raise UsageError(str(file), "(file)", f"has no {CATALOGUE} beside it", "move it beside the catalogue of its ids")
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(str(file), "(file)", f"is not TOML: {error}", "correct the line that is named") from None
    for key in raw:
        if key != "waiver":
            raise UsageError(str(file), key, "is not known here", "write each waiver as a table [[waiver]]")
    entries = raw.get("waiver", [])
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise UsageError(str(file), "waiver", "must be a list of tables", "write each waiver as a table [[waiver]]")
    known = load(catalogue)
    return tuple(_waiver(each, str(file), f"waiver[{number}]", known) for number, each in enumerate(entries))


def _waiver(raw: Mapping[str, Any], file: str, place: str, known: Iterable[str]) -> Waiver:
    for key in raw:
        if key not in EXAMPLES and key != OPTIONAL:
            raise UsageError(file, f"{place}.{key}", "is not known here", f"known are {', '.join([*EXAMPLES, OPTIONAL])}")
    for key, example in EXAMPLES.items():
        if key not in raw:
            raise UsageError(file, f"{place}.{key}", "is missing", f"add {example}")
    for key, value in raw.items():
        wanted = "a date" if key == "until" else "a text"
        fits = type(value) is date if key == "until" else isinstance(value, str) and value.strip()
        if not fits:
            example = EXAMPLES.get(key, 'scenario = "..."')
            raise UsageError(file, f"{place}.{key}", f"must be {wanted}, not {value!r}", f"write {example}")
    if raw["id"] not in known:
        raise UsageError(file, f"{place}.id", f"{raw['id']} is not in {CATALOGUE}", "correct the id, or drop the waiver")
    if raw["finding"] not in KINDS and len(raw["finding"]) < SHORTEST:
        remedy = f"write at least {SHORTEST} characters of it, or one of {', '.join(KINDS)}"
        raise UsageError(file, f"{place}.finding", f"{raw['finding']!r} names no one finding", remedy)
    return Waiver(**raw)


def file_of(path: Path) -> Path | None:
    """The waivers that a module of scenarios goes by: the nearest above it, as its catalogue is found."""
    return next((folder / FILE for folder in path.parents if (folder / FILE).is_file()), None)


def uncovered(waivers: Iterable[Waiver], complaints: Iterable[str]) -> list[str]:
    """What failed and is not waived."""
    known = tuple(waivers)
    return [text for text in complaints if not any(each.covers(text) for each in known)]


def expired(waivers: Iterable[Waiver], today: date) -> list[str]:
    """A line for each waiver whose day is over."""
    return [
        f"the waiver of {each.id} for {each.finding!r} has expired: it was until {each.until}, owner {each.owner}; "
        "mend what it waives, or agree on another day"
        for each in waivers
        if today > each.until
    ]


def idle(waivers: Iterable[Waiver], complaints: Collection[str]) -> list[str]:
    """A line for each waiver of something that did not fail."""
    return [
        f"{each.id} is waived for {each.finding!r}, which did not happen: drop the waiver (owner {each.owner})"
        for each in waivers
        if not any(map(each.covers, complaints))
    ]


def today() -> date:
    """The day where the scenarios run."""
    return datetime.now().astimezone().date()
