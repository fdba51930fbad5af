"""What is printed at the end of a run, and what it means for the exit code. Pure: it gets numbers and gives text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from _audit import Audited
from _processes import Used
from _slo import Measured

PASSED, MISSED, NO_LAB = 0, 1, 3
SHOWN: Final = 10
"""Findings that are printed; the first is where the books part."""


@dataclass(slots=True)
class Verdict:
    """Everything that decides a run. `broken` says what of the lab failed, which is no finding about the bank."""

    measured: Sequence[Measured] = ()
    misses: Mapping[str, Sequence[str]] = field(default_factory=dict)
    audit: Audited | None = None
    no_audit: str = ""
    used: Sequence[Used] = ()
    grown: float | None = None
    """KiB that a journey has left behind in the processes of the own world, as far as it could be seen."""
    seconds: float = 0.0
    seed: str = ""
    broken: str = ""

    @property
    def exit_code(self) -> int:
        if self.broken:
            return NO_LAB
        failed = any(self.misses.values()) or (self.audit is not None and not self.audit.clean)
        return MISSED if failed else PASSED

    @property
    def journeys(self) -> Sequence[Measured]:
        return [each for each in self.measured if each.is_journey]

    def as_json(self) -> dict[str, Any]:
        """The whole verdict for a program."""
        return {"exit_code": self.exit_code, **asdict(self)}

    def text(self) -> str:
        """The whole verdict."""
        parts = [self._table(), self._audit(), self._used(), self._end()]
        return "\n\n".join(part for part in parts if part)

    def _table(self) -> str:
        head = f"{'journey':40} {'count':>7} {'failed':>7} {'p50':>7} {'p95':>7} {'p99':>7} {'per s':>8}  verdict"
        rows = [
            f"{each.name:40} {each.count:7} {each.failures:7} {each.p50_ms:7.0f} {each.p95_ms:7.0f} {each.p99_ms:7.0f} "
            f"{each.per_second:8.1f}  {'; '.join(self.misses.get(each.name, ())) or 'kept'}"
            for each in self.journeys
        ]
        shown = {each.name for each in self.journeys}
        rows += [f"{name:40} {'; '.join(misses)}" for name, misses in self.misses.items() if misses and name not in shown]
        return "\n".join([head, *rows])

    def _audit(self) -> str:
        if self.audit is None:
            return f"audit: none, {self.no_audit}" if self.no_audit else ""
        took = f"settled in {self.audit.waited:.1f} s, audited in {self.audit.seconds:.1f} s"
        if self.audit.clean:
            unseen = f", not observed: {', '.join(self.audit.not_observed)}" if self.audit.not_observed else ""
            return f"audit: clean, {self.audit.open_items} open items{unseen} ({took})"
        kinds = Counter(f"{each['level']} {each['kind']}" for each in self.audit.findings)
        lines = [f"audit: NOT clean ({took})", *(f"  {count} x {kind}" for kind, count in kinds.most_common())]
        return "\n".join([*lines, "the first of them:", *(f"  {each['text']}" for each in self.audit.findings[:SHOWN])])

    def _used(self) -> str:
        rows = [
            f"  {each.name:20} {each.cpu_seconds:7.1f} CPU s   at most {each.peak_bytes / 2**20:6.0f} MiB" for each in self.used
        ]
        if self.grown is not None:
            rows.append(f"  a journey of the second half has left {self.grown:.1f} KiB in the processes of the world")
        return "\n".join(["processes on this machine:", *rows]) if rows else ""

    def _end(self) -> str:
        if self.broken:
            return f"the lab is broken, so nothing is said about the system under test: {self.broken}"
        says = "passed" if self.exit_code == PASSED else "NOT passed"
        return f"{says}, after {self.seconds:.0f} s; the same inputs again: --seed {self.seed}"
