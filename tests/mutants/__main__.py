"""`make mutants`: runs every mutant against the checks that must catch it, and prints which assertion or finding did.

A survivor fails, and so does a kill by a crash: a mutant that breaks the lab instead of the proof proves nothing.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from time import perf_counter

from tests.mutants.catalogue import MUTANTS, Mutant, Selection

ROOT = Path(__file__).parents[2]
PROOFS = ("assert ", "AssertionError", "AuditFailed", "WireAuditFailed", "NotSeen", "DID NOT RAISE")
"""What a check raises when it catches something; anything else is a crash."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one mutant: killed by which test and words, survived, or crashed."""

    mutant: str
    fate: str
    test: str
    words: str
    seconds: float


def run(selection: Selection, arguments: Sequence[str] = (), sabotage: str = "") -> tuple[list[ET.Element], int, str]:
    """Run a selection of tests; the failed cases of JUnit, the exit code, and the output."""
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "junit.xml"
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-x",
            "-q",
            "--no-header",
            f"--junitxml={report}",
            *arguments,
            *selection.arguments,
        ]
        environment = {**os.environ, "LOOPYARD_SABOTAGE": sabotage}
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment, check=False)
        cases = ET.parse(report).getroot().iter("testcase") if report.is_file() else iter(())
        return (
            [case for case in cases if _trouble(case) is not None],
            done.returncode,
            done.stdout[-2000:] + done.stderr[-2000:],
        )


def judge(mutant: Mutant) -> Verdict:
    """Run one mutant to its verdict."""
    began = perf_counter()
    failed, code, output = run(mutant.caught_by, mutant.arguments, mutant.sabotage)
    seconds = perf_counter() - began
    if not failed:
        return Verdict(mutant.name, "survived" if code == 0 else "crashed", "", output if code else "", seconds)
    trouble = _trouble(failed[0])
    assert trouble is not None
    words = _words(trouble)
    fate = "killed" if any(proof in words for proof in PROOFS) else "crashed"
    return Verdict(mutant.name, fate, failed[0].get("name", ""), words, seconds)


def together(selections: Iterable[Selection]) -> list[Selection]:
    """The same tests in one selection a module, as a run takes longer to start than to run them."""
    by_module: dict[str, list[tuple[str, ...]]] = {}
    for each in selections:
        by_module.setdefault(each.module, []).append(each.words)
    return [
        Selection(module, tuple(dict.fromkeys(chain.from_iterable(words))) if all(words) else ())
        for module, words in by_module.items()
    ]


def _trouble(case: ET.Element) -> ET.Element | None:
    failure = case.find("failure")
    return failure if failure is not None else case.find("error")


def _words(trouble: ET.Element) -> str:
    message = trouble.get("message", "").strip()
    lines = [line for line in message.splitlines() if line.strip()]
    return lines[0][:160] if lines else (trouble.text or "").strip()[-160:]


def main(names: Iterable[str]) -> int:
    """0 when the control is green and every chosen mutant was killed by a proof."""
    wanted = set(names)
    unknown = wanted - {mutant.name for mutant in MUTANTS}
    if unknown:
        print(f"no such mutant: {', '.join(sorted(unknown))}; there are {', '.join(mutant.name for mutant in MUTANTS)}")
        return 2
    chosen = [mutant for mutant in MUTANTS if not wanted or mutant.name in wanted]
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # each runs in a process of its own
        controls = together(mutant.caught_by for mutant in chosen)
        for selection, (_, code, output) in zip(controls, pool.map(run, controls), strict=True):
            if code != 0:
                print(f"the control is red, nothing is proven: {' '.join(selection.arguments)}\n{output}")
                return 1
        verdicts = []
        for verdict in pool.map(judge, chosen):
            verdicts.append(verdict)
            line = f"{verdict.fate:8} {verdict.seconds:4.1f} s  {verdict.mutant:34} {verdict.test}"
            print(f"{line}\n{'':17}{verdict.words}", flush=True)
    killed = sum(verdict.fate == "killed" for verdict in verdicts)
    print(f"\n{killed} of {len(verdicts)} mutants killed by an assertion or a finding; the unmutated control is green")
    return 0 if killed == len(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
