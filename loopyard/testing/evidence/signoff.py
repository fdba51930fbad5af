"""What a recorded run says of each acceptance id: read from the record's files, judged here, written nowhere."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from loopyard.kernel.errors import UsageError
from loopyard.testing.evidence import shape

FAILED, NOT_RUN, NOT_APPLICABLE, WAIVED, PASSED = "failed", "not run", "not applicable", "waived", "passed"
WORST_FIRST: Final = (FAILED, NOT_RUN, WAIVED, NOT_APPLICABLE, PASSED)
"""An id is as good as the worst of its scenarios."""
REFUSED: Final = (FAILED, NOT_RUN)
"""Outcomes with which nobody signs off."""
NOBODY: Final = "no scenario of this run carries it"


@dataclass(frozen=True, slots=True)
class Proof:
    """An acceptance id, and what the run says of it. `reasons` are those of the scenarios that did not pass, each once."""

    id: str
    text: str
    proof: str
    outcome: str
    reasons: tuple[str, ...]
    scenarios: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A run as `pytest --evidence DIR` left it behind. `lines` are its scenarios, the last word on each."""

    folder: Path
    run: Mapping[str, Any]
    ids: Mapping[str, Mapping[str, str]]
    lines: tuple[Mapping[str, Any], ...]

    def proofs(self) -> list[Proof]:
        """All ids of the catalogue, and those of scenarios that have no catalogue."""
        ids = dict.fromkeys([*self.ids, *(line["id"] for line in self.lines)])
        return [_proof(id_, self.ids.get(id_, {}), [line for line in self.lines if line["id"] == id_]) for id_ in ids]


def read(folder: Path) -> Record:
    """The record in a folder. Raises UsageError for what is none, or is not whole."""
    run, collection, scenarios = (folder / name for name in ("run.json", "collection.json", "scenarios.ndjson"))
    for file in (scenarios, collection, run):
        if not file.is_file():
            raise UsageError(str(folder), file.name, "is not there", f"record a whole run: pytest --evidence {folder}")
    try:
        told = json.loads(run.read_text(encoding="utf-8"))
        collected = json.loads(collection.read_text(encoding="utf-8"))
        lines = [json.loads(line) for line in scenarios.read_text(encoding="utf-8").splitlines()]
        return _whole(folder, told, collected, lines)
    except ValueError as error:
        raise UsageError(str(folder), "(record)", f"cannot be read: {error}", "record the run again") from error


def _whole(folder: Path, told: Any, collected: Any, lines: Sequence[Any]) -> Record:
    """Raises ValueError where something is missing that is looked up later."""
    shape.has(told, shape.RUN, "run.json")
    datetime.fromisoformat(told["ended"])
    shape.has(collected, shape.COLLECTION, "collection.json")
    shape.has(collected["ids"], dict.fromkeys(collected["ids"], shape.ENTRY), "'ids' of collection.json")
    known = [*collected["scenarios"], *lines]
    for line in known:
        shape.has(line, shape.SCENARIO, "a scenario")
        shape.has({key: line.get(key) for key in shape.KEPT}, shape.KEPT, line["test"])
        if line["outcome"] not in WORST_FIRST:
            raise ValueError(f"{line['test']} has the outcome {line['outcome']!r}")
    last = {line["test"]: line for line in known}
    return Record(folder, told, collected["ids"], tuple(last.values()))


def _proof(id_: str, entry: Mapping[str, str], lines: Sequence[Mapping[str, Any]]) -> Proof:
    outcome = next((each for each in WORST_FIRST if any(line["outcome"] == each for line in lines)), NOT_RUN)
    reasons = dict.fromkeys(line["reason"] for line in lines if line["outcome"] != PASSED) if lines else [NOBODY]
    return Proof(id_, entry.get("text", ""), entry.get("proof", ""), outcome, tuple(reasons), tuple(lines))


def counts(proofs: Iterable[Proof]) -> dict[str, int]:
    """How many ids ended how, in the order of a report."""
    found = Counter(each.outcome for each in proofs)
    return {outcome: found[outcome] for outcome in reversed(WORST_FIRST)}


def accepted(proofs: Iterable[Proof]) -> bool:
    """Whether every id is accounted for without a failure: passed, waived or not applicable, and there is one at all."""
    given = list(proofs)
    return bool(given) and not any(each.outcome in REFUSED for each in given)
