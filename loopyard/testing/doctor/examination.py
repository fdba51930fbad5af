"""The whole examination, in the order in which one thing explains the next; the tables of checks stand at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

from loopyard.kernel.errors import InfrastructureError, UsageError
from loopyard.testing.config import Sut
from loopyard.testing.doctor import answers, clocks, faces, forms, reach, setup, signatures
from loopyard.testing.doctor.finding import Check, Finding, Section, not_checked, problem
from loopyard.testing.doctor.patient import PATIENCE, Patient, admitted
from loopyard.testing.doctor.probes import Probed, probed
from loopyard.testing.doctor.setup import Setup

Subject = TypeVar("Subject")


def examine(
    world: str, sut: Sut, patience: float = PATIENCE, api: str | None = None, signed: bool = False
) -> Iterator[Section]:
    """Look at everything, a section at a time. What makes the rest pointless ends it, as a finding and not as an error.

    `api` is the form in which everybody speaks, where the world file's own is not wanted; `signed`: everybody signs."""
    try:
        found = setup.read(world, sut, api, signed)
        before = _asked(BEFORE, found)
        yield from before
        if any(each.matter in ("usage", "lab") and each.level == "problem" for part in before for each in part.findings):
            return
        with admitted(found, patience) as patient:
            yield from _examined(patient)
    except UsageError as error:
        yield _one("configuration", problem(f"{error.file}: {error.key}: {error.problem}", error.remedy, "usage"))
    except InfrastructureError as error:
        seen, _, remedy = str(error).partition("; ")
        yield _one("world", problem(seen, remedy, "lab"))


def _examined(patient: Patient) -> Iterator[Section]:
    told = _asked(AT_FACES, patient)
    yield from told
    silent = {each.seen.partition(":")[0] for part in told for each in part.findings if each.level == "problem"}
    reachable = frozenset(patient.faces) - silent
    if patient.faces and not reachable:
        yield _one("everything else", not_checked("no face of your system answers"))
        return
    yield from _asked(AFTER_PROBES, probed(patient, reachable))


def _asked(checks: Iterable[Check[Subject]], subject: Subject) -> list[Section]:
    """The answers to all checks; those of one name stand together."""
    found: dict[str, list[Finding]] = {}
    for check in checks:
        found.setdefault(check.name, []).extend(check.look(subject))
    return [Section(name, tuple(findings)) for name, findings in found.items() if findings]


def _one(name: str, finding: Finding) -> Section:
    return Section(name, (finding,))


BEFORE: Final[tuple[Check[Setup], ...]] = setup.CHECKS
AT_FACES: Final[tuple[Check[Patient], ...]] = faces.CHECKS
AFTER_PROBES: Final[tuple[Check[Probed], ...]] = (
    *reach.CHECKS, *clocks.CHECKS, *forms.CHECKS, *signatures.CHECKS, *answers.CHECKS,
)  # fmt: skip
