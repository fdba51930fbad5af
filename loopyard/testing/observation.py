"""What is watched during one scenario: the books since its start, what it has agreed to find, and the verdict at its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from loopyard.audit import Verdict
from loopyard.engine.traffic import Interaction
from loopyard.kernel.ids import Ids
from loopyard.testing.channel import Channel
from loopyard.testing.drivers.base import Driver
from loopyard.testing.drivers.send_money import SendMoney
from loopyard.testing.evidence import gather
from loopyard.testing.evidence.model import Exchange, Finding, OpenItem, Seen
from loopyard.testing.evidence.redaction import Redactor
from loopyard.world.client import World


class AuditFailed(AssertionError):
    """The audit found what the scenario did not expect."""


@dataclass(slots=True)
class Expected:
    """A finding that a scenario has declared it must make, and whether the audit made it."""

    kind: str
    party: str
    met: bool = False


@dataclass(slots=True)
class Observation:
    """One scenario under watch."""

    world: World
    channel: Channel
    repeat: str
    expected: list[Expected] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    """What the audit held against the scenario at its end, a line each: `kind: text`."""
    keep: Callable[[Seen, Redactor], None] | None = None
    """Takes the evidence at the end of the scenario, beside Allure."""

    def begin(self) -> None:
        """From now on, what is gained and posted is the scenario's."""
        self.world.open_books()

    def verdict(self) -> Verdict:
        """Audit all books as they stand now."""
        return self.world.audit(self.channel.unresolved())

    def conclude(self, title: str, failed: bool) -> None:
        """Let all that is due happen, audit, attach the evidence; raises AuditFailed unless a step has failed before."""
        from loopyard.testing.evidence.attach import listening  # here, so that the demo needs no Allure

        self.world.settle()
        wanted = listening() or self.keep is not None
        exchanges = self._exchanges() if wanted else []  # before the audit asks anybody
        verdict = self.verdict()
        for finding in self.expected:
            verdict, finding.met = _without(verdict, finding)
        if wanted:
            self._hand_over(title, exchanges, verdict)
        missing = [finding for finding in self.expected if not finding.met]
        self.complaints = [f"{each.kind}: {each.text}" for each in verdict.findings if each.fails]
        self.complaints += [
            f"the audit did not report {each.kind!r} for {each.party}, as the scenario expected" for each in missing
        ]
        if self.complaints and not failed:
            raise AuditFailed("\n".join([*self.refused(), *self.complaints, f"again     {self.repeat}"]))

    def refused(self) -> list[str]:
        """Callbacks that the system under test answered with anything but success, and what else was refused for a reason
        that stands in the log alone: the first lines of a failure."""
        return [_refusal(row) for row in self.world.interactions() if _is_refused(row)]

    def _exchanges(self) -> list[Exchange]:
        return [gather.exchange(row) for row in self.world.interactions()]

    def _hand_over(self, title: str, exchanges: list[Exchange], verdict: Verdict) -> None:
        from loopyard.testing.evidence.attach import attach_evidence

        hide = Redactor.of(exchanges)
        seen = Seen(
            [hide.exchange(each) for each in exchanges],
            gather.account_views(self.world.accounts(), self.world.control("ledger.postings")),
            [Finding(each.kind, each.level, each.text, each.party) for each in verdict.findings],
            [OpenItem(each.text, each.reference) for each in verdict.open_items],
            [f"{rule['kind']} on {rule['on']}, {rule['hits']} hits" for rule in self.world.control("faults.list")],
        )
        if self.keep is not None:
            self.keep(seen, hide)
        order = gather.lanes(exchanges, next(iter(sorted(self.world.homes)), ""))
        attach_evidence(
            title, seen.exchanges, seen.accounts, seen.findings, open_items=seen.open_items, faults=seen.faults, order=order,
            repeat=self.repeat, redactor=hide,
        )  # fmt: skip


def watch_world(world: World, seed: str, driver: Driver | None = None, repeat: str = "") -> Observation:
    """The world as at its start, under watch, with a customer's app in it. By default the app speaks to a core connector."""
    world.reset(seed)
    return Observation(world, Channel(world, driver or SendMoney(), Ids(seed).fork("references")), repeat)


def _without(verdict: Verdict, wanted: Expected) -> tuple[Verdict, bool]:
    rest = verdict.consume(wanted.kind, wanted.party)
    return rest, len(rest.findings) < len(verdict.findings)


def _is_refused(row: Interaction) -> bool:
    if row.status is None or row.status < 400 or row.method not in ("PUT", "PATCH", "POST"):
        return False
    return row.sender == "hub" or (row.note is not None and not row.deliberate)


def _refusal(row: Interaction) -> str:
    answer = row.response_body.decode("utf-8", "replace")[:200]
    return f"refused   {row.method} {row.path} was answered {row.status} by {row.receiver}: {answer}" + (
        f"\n          because {row.note}" if row.note else ""
    )
