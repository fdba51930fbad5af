"""What is watched during one scenario: the books at its start, what it has agreed to find, and the verdict at its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from loopyard.audit import Books, Opening, TransferRecord, Verdict, audit
from loopyard.engine.traffic import Interaction
from loopyard.kernel.money import Money
from loopyard.testing.channel import Channel
from loopyard.testing.evidence import gather
from loopyard.testing.evidence.model import Exchange, Finding, OpenItem
from loopyard.testing.lab import Lab
from loopyard.world.client import AccountState
from loopyard.world.composition import Composition


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

    lab: Lab
    channel: Channel
    repeat: str
    balances: dict[tuple[str, str], Money] = field(default_factory=dict)
    postings: dict[str, int] = field(default_factory=dict)
    opening: Opening | None = None
    expected: list[Expected] = field(default_factory=list)

    def begin(self) -> None:
        """Remember every book as it stands now."""
        self.lab.look(self._remember)

    def _remember(self, world: Composition) -> None:
        ledgers = list(world.ledgers())
        self.opening = Opening.of(ledgers)
        self.balances = {(book.owner, each.name): each.balance for book in ledgers for each in book.accounts}
        self.postings = {book.owner: len(book.postings) for book in ledgers}

    def gain(self, account: AccountState) -> Money:
        """What an account has gained since the scenario began; an account opened since began at zero."""
        return account.balance - self.before(account)

    def before(self, account: AccountState) -> Money:
        return self.balances.get((account.owner, account.name), Money.zero(account.balance.currency))

    def verdict(self) -> Verdict:
        """Audit all books as they stand now."""
        pending = self.lab.drive(self.channel.driver.unresolved())
        transfers = [_record(row) for row in self.lab.world.control("hub.transfers")]
        return self.lab.look(lambda world: audit(self._books(world, pending, transfers)))

    def _books(self, world: Composition, pending: frozenset[str], transfers: list[TransferRecord]) -> Books:
        assert self.opening is not None
        return Books(
            ledgers=list(world.ledgers()),
            opening=self.opening,
            traffic=list(world.traffic),
            transfers=transfers,
            pending=pending,
            contract=world.checker.findings,
            unobserved=frozenset(each.id for each in world.file.plan.participants if each.play == "external"),
        )

    def conclude(self, title: str, failed: bool) -> None:
        """Let all that is due happen, audit, attach the evidence; raises AuditFailed unless a step has failed before."""
        from loopyard.testing.evidence.attach import listening  # here, so that the demo needs no Allure

        self.lab.world.settle()
        exchanges = self._exchanges() if listening() else []  # before the audit asks anybody
        verdict = self.verdict()
        for wanted in self.expected:
            verdict, wanted.met = _without(verdict, wanted)
        if listening():
            self._attach(title, exchanges, verdict)
        missing = [wanted for wanted in self.expected if not wanted.met]
        if failed or (verdict.clean and not missing):
            return
        lines = [f"{each.kind}: {each.text}" for each in verdict.findings if each.fails]
        lines += [f"the audit did not report {each.kind!r} for {each.party}, as the scenario expected" for each in missing]
        raise AuditFailed("\n".join([*self.refused(), *lines, f"again     {self.repeat}"]))

    def refused(self) -> list[str]:
        """Callbacks that the system under test answered with anything but success, as the first lines of a failure."""
        return self.lab.look(lambda world: [_refusal(row) for row in world.traffic if _is_refused(row)])

    def _exchanges(self) -> list[Exchange]:
        return self.lab.look(lambda world: [gather.exchange(row) for row in world.traffic])

    def _attach(self, title: str, exchanges: list[Exchange], verdict: Verdict) -> None:
        accounts = self.lab.look(lambda world: gather.account_views(world.ledgers(), self.balances, self.postings))
        from loopyard.testing.evidence.attach import attach_evidence

        attach_evidence(
            title,
            exchanges,
            accounts,
            [Finding(each.kind, each.level, each.text, each.party) for each in verdict.findings],
            open_items=[OpenItem(each.text, each.reference) for each in verdict.open_items],
            faults=[f"{rule['kind']} on {rule['on']}, {rule['hits']} hits" for rule in self.lab.world.control("faults.list")],
            order=gather.lanes(exchanges, self._home()),
            repeat=self.repeat,
        )

    def _home(self) -> str:
        return next((each.id for each in self.lab.file.plan.participants if each.play == "home"), "")


def _without(verdict: Verdict, wanted: Expected) -> tuple[Verdict, bool]:
    rest = verdict.consume(wanted.kind, wanted.party)
    return rest, len(rest.findings) < len(verdict.findings)


def _is_refused(row: Interaction) -> bool:
    return row.method in ("PUT", "PATCH", "POST") and row.status is not None and row.status >= 400 and row.sender == "hub"


def _refusal(row: Interaction) -> str:
    answer = row.response_body.decode("utf-8", "replace")[:200]
    return f"refused   {row.method} {row.path} was answered {row.status} by {row.receiver}: {answer}"


def _record(row: Mapping[str, Any]) -> TransferRecord:
    amounts = tuple(Money(each["amount"], each["currency"]) for each in row["amounts"])
    return TransferRecord(row["id"], row["kind"], row["payer"], row["payee"], amounts, row["state"], row["determining"])
