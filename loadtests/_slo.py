"""What a journey must keep to pass, and whether it did: pure functions of numbers. Nothing here knows Locust."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path


class BadObjectives(ValueError):
    """A file of objectives that cannot be used; the text names file, key and remedy."""


MEMORY = "memory"
"""The table of a file that is about no journey: `kib_per_journey` is what one may leave behind in the world's processes."""


@dataclass(frozen=True, slots=True)
class Objective:
    """What one journey must keep, or the requests of a name; None is not asked for. Times are milliseconds, those of a journey
    from its first request to its final state."""

    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    failure_ratio: float | None = None
    """At most this share of the journeys fails."""
    per_second: float | None = None
    """At least so many journeys a second reach their final state."""


@dataclass(frozen=True, slots=True)
class Objectives:
    """All that a run must keep: by the names of journeys and requests, and what a journey may leave in memory."""

    by_name: Mapping[str, Objective] = field(default_factory=dict)
    kib_per_journey: float | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of one journey, or of the requests of one name. `per_second` counts those that succeeded."""

    name: str
    count: int
    failures: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    per_second: float
    is_journey: bool = True

    @property
    def failure_ratio(self) -> float:
        return self.failures / self.count if self.count else 0.0


def read(file: Path) -> Objectives:
    """The objectives of a file. Raises BadObjectives."""
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadObjectives(f"{file}: cannot be read: {error}; name a file such as loadtests/slo.toml") from None
    left = _checked(file, MEMORY, raw.pop(MEMORY, {}), ("kib_per_journey",))
    known = tuple(each.name for each in fields(Objective))
    return Objectives({name: Objective(**_checked(file, name, table, known)) for name, table in raw.items()}, **left)


def _checked(file: Path, name: str, table: object, known: Sequence[str]) -> Mapping[str, float]:
    if not isinstance(table, Mapping):
        raise BadObjectives(f'{file}: {name} is no table; write ["{name}"] and below it p95_ms = 500')
    for key, value in table.items():
        if key not in known:
            raise BadObjectives(f"{file}: {name}.{key} is not known; known are {', '.join(known)}")
        if type(value) not in (int, float) or value < 0:
            raise BadObjectives(f"{file}: {name}.{key} must be a number from 0, not {value!r}")
    return table


def missed(objective: Objective, measured: Measured) -> list[str]:
    """What a journey did not keep, in words; nothing when it passed. One that never happened keeps nothing."""
    if not measured.count:
        return ["it never happened"]
    most = [
        (f"{key[:3]} {getattr(measured, key):.0f} ms > {limit:g}", getattr(measured, key) > limit)
        for key in ("p50_ms", "p95_ms", "p99_ms")
        if (limit := getattr(objective, key)) is not None
    ]
    misses = [text for text, wrong in most if wrong]
    if objective.failure_ratio is not None and measured.failure_ratio > objective.failure_ratio:
        misses.append(f"{measured.failure_ratio:.2%} failed > {objective.failure_ratio:.2%}")
    if objective.per_second is not None and measured.per_second < objective.per_second:
        misses.append(f"{measured.per_second:.1f}/s < {objective.per_second:g}")
    return misses


def judge(objectives: Objectives, measured: Sequence[Measured], grown: float | None = None) -> dict[str, list[str]]:
    """What each journey that happened did not keep, by its name, and each request that is named; `grown` is what a journey has
    left in memory, in KiB. A run without any journey has kept nothing."""
    if not any(each.is_journey for each in measured):
        return {"(any journey)": ["no journey ended: nothing was measured"]}
    judged = [each for each in measured if each.is_journey or each.name in objectives.by_name]
    found = {each.name: missed(objectives.by_name.get(each.name, Objective(failure_ratio=0.0)), each) for each in judged}
    limit = objectives.kib_per_journey
    if limit is not None and grown is not None and grown > limit:
        found[MEMORY] = [f"{grown:.1f} KiB a journey > {limit:g}"]
    return found
