"""The sign-off bundle: everything that shows what a run has proven, from its record, with a hash over all of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from loopyard.kernel.errors import UsageError
from loopyard.testing.evidence.junit import junit
from loopyard.testing.evidence.manifest import MANIFEST, manifest
from loopyard.testing.evidence.signoff import Proof, Record, accepted, counts
from loopyard.testing.evidence.summary import summary_html

SUMMARY: Final = "summary.json"
KEPT: Final = ("traffic", "ledgers")


def bundle(record: Record, report: Path | None = None) -> dict[str, bytes]:
    """All files of the bundle by their paths, the manifest among them. Raises UsageError where the record lacks a file."""
    proofs = record.proofs()
    files = {
        SUMMARY: _json(summary(record.run, proofs)),
        "summary.html": summary_html(record.run, proofs).encode(),
        "junit.xml": junit(record),
        "scenarios.ndjson": "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in record.lines).encode(),
        **dict(_beside(record)),
    }
    if report is not None:
        files["report/index.html"] = report.read_bytes()
    return {**files, MANIFEST: manifest(files)}


def summary(run: Mapping[str, Any], proofs: Sequence[Proof]) -> dict[str, Any]:
    """What a program reads: circumstances, counts, and each id with its outcome, reasons and scenarios."""
    ids = [asdict(each) for each in proofs]
    for each in ids:
        each["scenarios"] = [{key: line[key] for key in ("name", "test", "outcome")} for line in each["scenarios"]]
    return {"accepted": accepted(proofs), "counts": counts(proofs), **run, "ids": ids}


def of_this_run(report: Path, run: Mapping[str, Any]) -> bool:
    """Whether a rendered report can be of this run: one that was written before its end is of an earlier one."""
    return report.is_file() and report.stat().st_mtime >= datetime.fromisoformat(run["ended"]).timestamp()


def _beside(record: Record) -> Iterator[tuple[str, bytes]]:
    named = [line[key] for line in record.lines for key in KEPT if line.get(key)]
    for name in [*named, *([record.run["world"]["file"]] if record.run["world"]["file"] else [])]:
        file = record.folder / name
        if not file.resolve().is_relative_to(record.folder.resolve()) or not file.is_file():
            raise UsageError(str(record.folder), name, "is not there", "record the run again")
        yield name, file.read_bytes()


def _json(told: object) -> bytes:
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()
