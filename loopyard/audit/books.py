"""What an audit reads: ledgers with a snapshot taken earlier, traffic, and the hub's own record. Nothing is judged here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

from loopyard.engine.contract import ContractFinding
from loopyard.engine.traffic import Interaction
from loopyard.kernel.errors import LoopyardError
from loopyard.kernel.ledger import Account, Ledger
from loopyard.kernel.money import Money

HUB: Final = "hub"
"""The owner of the ledger of the hub of the institution under test, and the sender of its callbacks."""

State = Literal["open", "committed", "aborted"]


class AuditError(LoopyardError):
    """Root of the errors of an audit that cannot be made."""


class StaleOpening(AuditError):
    """The snapshot was taken of other ledgers than those that are audited."""


class AmbiguousOwner(AuditError):
    """Two ledgers have one owner."""


class IncompleteRecord(AuditError):
    """A transfer record lacks an amount."""


def signed_units(account: Account) -> int:
    """Credits less debits, whatever the account's normal side, in units of 1/10,000."""
    units = account.balance.units
    return units if account.normal == "credit" else -units


def posted_units(account: Account) -> int:
    """The same of what was ever posted to it: without what came with it, or left with another, when one was singled out."""
    units = account.balance.units - account.brought.units
    return units if account.normal == "credit" else -units


@dataclass(frozen=True, slots=True)
class TransferRecord:
    """A transfer or conversion as the hub has it.

    For a conversion the payer is the initiator, the payee the FX provider, and the amounts are source and target. Payer and
    payee are whose positions move: for a participant of another scheme the proxy that leads to it. `hub` is whose record it is.
    Raises IncompleteRecord for a wrong number of amounts.
    """

    id: str
    kind: Literal["transfer", "conversion"]
    payer: str
    payee: str
    amounts: tuple[Money, ...]
    state: State
    determining: str | None = None
    hub: str = HUB

    def __post_init__(self) -> None:
        needed = 1 if self.kind == "transfer" else 2
        if len(self.amounts) != needed:
            raise IncompleteRecord(f"{self.kind} {self.id} has {len(self.amounts)} amounts; give {needed}")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One ledger at one moment: how many postings were made, what they had left on its accounts, which holds were active, and
    what archived postings had moved."""

    postings: int = 0
    units: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    holds: frozenset[int] = frozenset()
    archived: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Opening:
    """Snapshots by owner. The default is the moment before anything was posted."""

    books: Mapping[str, Snapshot] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, ledgers: Iterable[Ledger]) -> Opening:
        """The ledgers as they stand now. Raises AmbiguousOwner."""
        return cls({owner: _snapshot(ledger) for owner, ledger in by_owner(ledgers).items()})

    def book(self, owner: str) -> Snapshot:
        """The snapshot of an owner; an empty one for a ledger that did not exist."""
        return self.books.get(owner) or Snapshot()


@dataclass(frozen=True, slots=True)
class Books:
    """Everything that one audit is about.

    `transfers` is the whole record of the `hubs`, `traffic` what was logged since the opening, `pending` the references that
    the system under test itself reports as unfinished. `notifiers` are the senders whose messages nobody may refuse, `proxies`
    the participants that stand in several schemes and keep no book of their own.
    """

    ledgers: Sequence[Ledger]
    opening: Opening
    traffic: Sequence[Interaction] = ()
    transfers: Sequence[TransferRecord] = ()
    pending: frozenset[str] = frozenset()
    contract: Sequence[ContractFinding] = ()
    unobserved: frozenset[str] = frozenset()
    notifiers: frozenset[str] = frozenset({HUB})
    hubs: frozenset[str] = frozenset({HUB})
    proxies: frozenset[str] = frozenset()


def by_owner(ledgers: Iterable[Ledger]) -> dict[str, Ledger]:
    """Ledgers by owner. Raises AmbiguousOwner."""
    owners: dict[str, Ledger] = {}
    for ledger in ledgers:
        if ledger.owner in owners:
            raise AmbiguousOwner(f"two ledgers belong to {ledger.owner!r}; give each party of the world one book")
        owners[ledger.owner] = ledger
    return owners


def check_opening(ledger: Ledger, opening: Snapshot) -> None:
    """Raises StaleOpening when the ledger is younger than its snapshot."""
    if ledger.made < opening.postings:
        raise StaleOpening(
            f"the book of {ledger.owner} has {ledger.made} postings, its opening {opening.postings}; "
            "take the opening again after a reset"
        )


def _snapshot(ledger: Ledger) -> Snapshot:
    return Snapshot(
        ledger.made,
        {account.name: posted_units(account) for account in ledger.accounts},
        frozenset(hold.id for hold in ledger.holds),
        dict(ledger.archived),
    )
