"""Sorts what was posted and held since the opening by business reference. It adds up and judges nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from loopyard.audit.books import HUB, Books, TransferRecord, by_owner, check_opening
from loopyard.audit.dues import Due, dues
from loopyard.audit.links import Links, link
from loopyard.audit.sums import TRANSFER_ROLES, Entry, Sums
from loopyard.audit.terms import Terms, terms_in
from loopyard.kernel.ledger import Hold, Ledger, Posting

PROVISIONING: Final = "provisioning"
"""The memo of postings that set a world up: deposits of a scenario's Given, opening balances."""


@dataclass(slots=True, eq=False)
class Business:
    """One business reference: all ids of it, what the hub recorded for it, and what every book posted and holds for it."""

    root: str
    hubs: frozenset[str] = frozenset({HUB})
    records: list[TransferRecord] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    holds: list[tuple[str, Hold]] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    terms: Terms | None = None
    _sums: Sums | None = field(default=None, init=False, repr=False)
    _dues: list[Due] | None = field(default=None, init=False, repr=False)

    @property
    def name(self) -> str:
        """The id that a reader looks for: the transfer's, else a conversion's, else what it was posted under."""
        transfers = [record.id for record in self.records if record.kind == "transfer"]
        others = [record.id for record in self.records] + [posting.reference for _, posting in self.entries]
        return next(iter(transfers or others or self.pending), self.root)

    @property
    def open_records(self) -> list[TransferRecord]:
        return [record for record in self.records if record.state == "open"]

    @property
    def unfinished(self) -> bool:
        """Whether the hub is not final, or the system under test says that it has something left to do."""
        return bool(self.pending) or any(record.state == "open" for record in self.records)

    @property
    def began(self) -> datetime | None:
        """When it first touched a book."""
        times = [posting.at for _, posting in self.entries] + [hold.at for _, hold in self.holds]
        return min(times, default=None)

    def with_earlier(self, entries: list[Entry]) -> Business:
        """The same business over its whole life."""
        return replace(self, entries=entries + self.entries)

    def agreed(self, terms: Terms) -> None:
        """Add what a message says of its terms."""
        if self.terms is None:
            self.terms = Terms()
        self.terms.add(terms)

    @property
    def sums(self) -> Sums:
        if self._sums is None:
            self._sums = Sums.of(self.entries, self.hubs)
        return self._sums

    def forget_sums(self) -> None:
        """Free what can be computed again: after a load run there are very many."""
        self._sums = self._dues = None

    @property
    def dues(self) -> list[Due]:
        if self._dues is None:
            self._dues = dues(self.records)
        return self._dues

    def committed(self) -> list[TransferRecord]:
        """Committed transfers; conversions follow theirs."""
        return [record for record in self.records if record.kind == "transfer" and record.state == "committed"]

    def committed_at(self) -> dict[str, list[TransferRecord]]:
        """Committed transfers by hub: one that passes through several schemes is committed in each."""
        found: dict[str, list[TransferRecord]] = {}
        for record in self.committed():
            found.setdefault(record.hub, []).append(record)
        return found


@dataclass
class Sorted:
    """All of a world's movements since the opening, each in exactly one place."""

    ledgers: Mapping[str, Ledger]
    links: Links
    hubs: frozenset[str] = frozenset({HUB})
    business: dict[str, Business] = field(default_factory=dict)
    unlinked: list[Entry] = field(default_factory=list)
    stray_holds: list[tuple[str, Hold]] = field(default_factory=list)

    def of(self, root: str) -> Business:
        found = self.business.get(root)
        if found is None:
            found = self.business[root] = Business(root, self.hubs)
        return found


def sort(books: Books) -> Sorted:
    """Every posting and hold since the opening at its business reference. Raises StaleOpening, AmbiguousOwner."""
    result = Sorted(by_owner(books.ledgers), link(books), books.hubs)
    for record in books.transfers:
        result.of(result.links.alone(record.id)).records.append(record)
    for reference in sorted(books.pending):
        result.of(result.links.alone(reference)).pending.append(reference)
    _sort_postings(books, result)
    _sort_holds(books, result)
    for row in books.traffic:
        for reference, terms in terms_in(row):
            root = result.links.root(reference)
            if root in result.business:
                result.business[root].agreed(terms)
    return result


def _sort_postings(books: Books, result: Sorted) -> None:
    later: list[Entry] = []
    entries: dict[str, list[Entry]] = {}
    for owner, ledger in result.ledgers.items():
        opening = books.opening.book(owner)
        check_opening(ledger, opening)
        for posting in ledger.since(opening.postings):
            if posting.memo == PROVISIONING:
                continue
            root = result.links.of(posting.reference, posting.cause)
            if root is None:
                later.append((owner, posting))
            else:
                entries.setdefault(root, []).append((owner, posting))
    later.sort(
        key=lambda entry: entry[0] not in books.hubs
    )  # an operator's movement names the business of what banks post for it
    for entry in later:  # a posting that came afterwards may have said what this one belongs to
        root = result.links.root(entry[1].reference)
        if root is not None:
            entries.setdefault(root, []).append(entry)
        elif _operators(books.hubs, *entry):
            result.of(result.links.alone(entry[1].reference)).entries.append(entry)
        elif not any(leg.account.role == "opening" for leg in entry[1].legs):
            result.unlinked.append(entry)
    for root, found in entries.items():
        result.of(root).entries += found


def _sort_holds(books: Books, result: Sorted) -> None:
    for owner, ledger in result.ledgers.items():
        before = books.opening.book(owner).holds
        for hold in ledger.holds:
            if hold.id in before:
                continue
            root = result.links.of(hold.reference, hold.cause)
            if root is None:
                result.stray_holds.append((owner, hold))
            else:
                result.of(root).holds.append((owner, hold))


def earlier(books: Books, result: Sorted) -> dict[str, list[Entry]]:
    """Postings before the opening, by the business that has gone on since."""
    found: dict[str, list[Entry]] = {}
    for owner, ledger in result.ledgers.items():
        for posting in ledger.until(books.opening.book(owner).postings):
            root = result.links.root(posting.reference)
            if root in result.business:
                found.setdefault(root, []).append((owner, posting))
    return found


def _operators(hubs: frozenset[str], owner: str, posting: Posting) -> bool:
    """Funds in and out at a hub move a settlement account; no transfer does."""
    return owner in hubs and any(leg.account.role not in TRANSFER_ROLES for leg in posting.legs)
