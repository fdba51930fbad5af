"""What a journey must keep to pass, and whether it did: pure functions of numbers. Nothing here knows Locust."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path


class BadObjectives(ValueError):
    """A file of objectives that cannot be used; the text names file, key and remedy."""


@dataclass(frozen=True, slots=True)
class Objective:
    """What one journey must keep; None is not asked for. Times are milliseconds from its first request to its final state."""

    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    failure_ratio: float | None = None
    """At most this share of the journeys fails."""
    per_second: float | None = None
    """At least so many journeys a second reach their final state."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of one journey. `per_second` counts those that succeeded."""

    name: str
    count: int
    failures: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    per_second: float

    @property
    def failure_ratio(self) -> float:
        return self.failures / self.count if self.count else 0.0


def read(file: Path) -> dict[str, Objective]:
    """Objectives by the name of the journey. Raises BadObjectives."""
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadObjectives(f"{file}: cannot be read: {error}; name a file such as loadtests/slo.toml") from None
    return {name: _objective(file, name, table) for name, table in raw.items()}


def _objective(file: Path, name: str, table: object) -> Objective:
    known = [each.name for each in fields(Objective)]
    if not isinstance(table, Mapping):
        raise BadObjectives(f'{file}: {name} is no table; write ["{name}"] and below it p95_ms = 500')
    for key, value in table.items():
        if key not in known:
            raise BadObjectives(f"{file}: {name}.{key} is not known; known are {', '.join(known)}")
        if type(value) not in (int, float) or value < 0:
            raise BadObjectives(f"{file}: {name}.{key} must be a number from 0, not {value!r}")
    return Objective(**table)


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


def judge(objectives: Mapping[str, Objective], journeys: Sequence[Measured]) -> dict[str, list[str]]:
    """What each journey that happened did not keep, by its name. A run without any journey has kept nothing."""
    if not journeys:
        return {"(any journey)": ["no journey ended: nothing was measured"]}
    return {each.name: missed(objectives.get(each.name, Objective(failure_ratio=0.0)), each) for each in journeys}
