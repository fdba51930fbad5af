"""What stands in the record of a run: the line of a scenario, its traffic and ledgers, and what is said of the run itself.
Everything passes the redactor of its scenario here, before it reaches a file."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import pytest

from loopyard.testing.acceptance import ids_of, scenario_of
from loopyard.testing.config import Sut
from loopyard.testing.evidence.interactions import interactions_ndjson
from loopyard.testing.evidence.model import AccountLine, Seen
from loopyard.testing.evidence.redaction import Redactor
from loopyard.testing.keys import NOT_APPLICABLE, NOT_RUN, WAIVED

RUN: Final = "run.json"
COLLECTION: Final = "collection.json"
SCENARIOS: Final = "scenarios.ndjson"
TRAFFIC: Final = "traffic"
LEDGERS: Final = "ledgers"
WORLD: Final = "world"
PASSED: Final = "passed"
FAILED: Final = "failed"
LONGEST: Final = 8_000
"""Characters of a reason."""
TOOLS: Final = ("loopyard", "pytest", "pytest-bdd")
Error = pytest.ExceptionInfo[BaseException]


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept of a scenario, and the redactor for what is said of it later."""

    redactor: Redactor
    told: dict[str, Any]


def keep(folder: Path, item: pytest.Item, seen: Seen, hide: Redactor) -> Kept:
    """Write traffic and ledgers of a scenario at its end; `hide` knows what its messages told."""
    name = _file_name(item)
    accounts = [asdict(hide.account(view)) for view in seen.accounts]
    for account in accounts:
        account["lines"] = [dict(zip(AccountLine._fields, each, strict=True)) for each in account["lines"]]
    files = {
        "traffic": (f"{TRAFFIC}/{name}.ndjson", interactions_ndjson(seen.exchanges)),
        "ledgers": (f"{LEDGERS}/{name}.json", json.dumps(accounts, ensure_ascii=False, indent=1, default=_time) + "\n"),
    }
    for path, text in files.values():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    told = {
        "findings": [asdict(hide.finding(each)) for each in seen.findings],
        "open_items": [asdict(hide.open_item(each)) for each in seen.open_items],
        "faults": [hide.text(each) for each in seen.faults],
        **{key: path for key, (path, _) in files.items()},
    }
    return Kept(hide, told)


def _file_name(item: pytest.Item) -> str:
    """Short and the same in every run: an id, and a hash that tells its scenarios and examples apart."""
    return f"{'-'.join(ids_of(item)) or 'none'}-{hashlib.sha256(item.nodeid.encode()).hexdigest()[:12]}"


def _time(value: datetime) -> str:
    return value.isoformat()


def line(
    item: pytest.Item, report: pytest.TestReport, error: Error | None, seed: str, kept: Kept | None
) -> dict[str, Any]:  # fmt: skip
    """What is known of a scenario once it has run."""
    outcome, reason = _outcome(report, error)
    hide = kept.redactor if kept else Redactor.of(())
    reason = hide.text(reason.replace(f"{item.config.rootpath}/", ""))[:LONGEST]
    return _about(item) | {"outcome": outcome, "reason": reason, "seed": seed, "duration": round(report.duration, 3)} | (
        kept.told if kept else {"findings": [], "open_items": [], "faults": [], "traffic": None, "ledgers": None}
    )  # fmt: skip


def left_out(item: pytest.Item, reason: str) -> dict[str, Any]:
    """What is known of a scenario that has not run."""
    return _about(item) | {"outcome": NOT_RUN, "reason": reason}


def _about(item: pytest.Item) -> dict[str, Any]:
    scenario = scenario_of(item)
    ids: Sequence[str] = ids_of(item)
    return {
        "id": ids[0] if ids else "",
        "name": scenario.name if scenario else item.name,
        "test": item.nodeid,
        "needs": list(getattr(getattr(item, "function", None), "loopyard_needs", ())),
    }


def _outcome(report: pytest.TestReport, error: Error | None) -> tuple[str, str]:
    """An expected failure that nobody has waived is a failure here."""
    said = "\n".join([str(error.value), *getattr(error.value, "__notes__", ())]) if error else ""
    if hasattr(report, "wasxfail"):
        reason = str(report.wasxfail).removeprefix("reason: ")
        waived = report.skipped and reason.startswith(f"{WAIVED}: ")
        return (
            (WAIVED, reason.removeprefix(f"{WAIVED}: ")) if waived else (FAILED, f"expected to fail, and not waived: {reason}")
        )
    if report.passed:
        return PASSED, ""
    if report.failed:
        return FAILED, f"{error.typename}: {said}" if error else report.longreprtext
    reason = report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else said
    kind = NOT_APPLICABLE if reason.startswith(f"{NOT_APPLICABLE}: ") else NOT_RUN
    return kind, reason.removeprefix(f"{kind}: ")


def copy_world(world: str, folder: Path) -> dict[str, Any]:
    """What is known of the world, its file copied beside the record. A running world elsewhere has none."""
    file = Path(world)
    if "://" in world or not file.is_file():
        return {"at": world, "file": None, "sha256": None}
    content = file.read_bytes()
    (folder / WORLD).mkdir(exist_ok=True)
    (folder / WORLD / file.name).write_bytes(content)
    return {"at": file.name, "file": f"{WORLD}/{file.name}", "sha256": hashlib.sha256(content).hexdigest()}


def about_run(sut: Sut, world: dict[str, Any], seed: str, started: datetime, code: int) -> dict[str, Any]:
    """The circumstances of a run. The reference is called by its own name where loopyard.toml gives none."""
    reference = ("reference connectors", _version("loopyard")) if sut.runs == "reference" else ("", "")
    return {
        "sut": {
            "name": sut.name or reference[0], "version": sut.version or reference[1], "runs": sut.runs,
            "places": list(sut.places) if sut.runs == "url" else [],
        },
        "world": world,
        "seed": seed,
        "started": started.isoformat(timespec="seconds"),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "exit_code": code,
        "tools": {"python": platform.python_version(), **{name: _version(name) for name in TOOLS}},
    }  # fmt: skip


def _version(name: str) -> str:
    """Empty for what is not installed but found on the path."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
