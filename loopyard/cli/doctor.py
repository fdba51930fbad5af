"""`loopyard doctor`: what a run of the scenarios would stumble over, before the first of them. Prints; knows no check."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Final, Literal

from loopyard.testing.config import Sut, load
from loopyard.testing.doctor.examination import examine
from loopyard.testing.doctor.finding import Section, exit_code
from loopyard.testing.doctor.patient import PATIENCE
from loopyard.world.defaults import default_world

MARKS: Final = {"ok": "ok      ", "warning": "warning ", "problem": "PROBLEM ", "not checked": "-       "}


@dataclass(frozen=True, slots=True)
class Options:
    """As `pytest` takes them; what is left out says loopyard.toml. `patience` are the seconds of one probe."""

    world: str | None = None
    sut: Literal["reference", "url"] | None = None
    places: tuple[str, ...] = ()
    faces: Mapping[str, str] = field(default_factory=dict)
    patience: float = PATIENCE
    api: Literal["fspiop", "iso20022"] | None = None
    jws: bool = False
    as_json: bool = False


def run(options: Options) -> int:
    """Examine, print, and say by the exit code whose matter it is. Raises UsageError for a loopyard.toml that is wrong."""
    config = load(Path.cwd())
    sut = _chosen(config.sut, options)
    world = options.world or config.world or str(default_world())
    sections = examine(world, sut, options.patience, options.api or config.api, options.jws or config.jws)
    if options.as_json:
        found = list(sections)
        print(json.dumps({"exit_code": exit_code(found), "sections": [asdict(each) for each in found]}, indent=2))
    else:
        found = list(_printed(sections))
        print(f"\n{_summary(found)}")
    return exit_code(found)


def _chosen(sut: Sut, options: Options) -> Sut:
    faces = {**sut.faces, **{face: url.rstrip("/") for face, url in options.faces.items()}}
    return replace(sut, runs=options.sut or sut.runs, places=options.places or sut.places, faces=faces)


def _printed(sections: Iterable[Section]) -> Iterable[Section]:
    """Each section as soon as it is there: a probe that nobody answers takes half a minute."""
    for section in sections:
        print(f"\n{section.name}", flush=True)
        for each in section.findings:
            print(f"  {MARKS[each.level]} {each.seen}")
            if each.remedy:
                print(f"           -> {each.remedy}", flush=True)
        yield section


def _summary(sections: Iterable[Section]) -> str:
    levels = [each.level for section in sections for each in section.findings]
    problems, warnings = levels.count("problem"), levels.count("warning")
    if not problems:
        return f"ready for the scenarios: no problem, {_counted(warnings, 'warning')}"
    return f"not ready for the scenarios: {_counted(problems, 'problem')}, {_counted(warnings, 'warning')}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
