"""Which references mean one and the same business: ids that stand together in one interaction, joined by union-find.
What follows for the money is judged elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from loopyard.audit.books import Books
from loopyard.audit.terms import listed
from loopyard.engine.traffic import Interaction, dig

ANSWERED_IDS: Final = ("reserveId", "homeTransactionId", "transferId", "transactionId", "quoteId", "commitRequestId")
"""Ids that an answer may add to those of its request. Only at the top of the answer: a list is no single business."""


class Links:
    """Disjoint sets of references. A set is named by one of its members, its root."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}
        self._by_cause: dict[int, str] = {}
        self.oldest = 0
        """The number of the first interaction that is still in the log, 0 for an empty log."""

    def join(self, references: Iterable[str]) -> str | None:
        """Make references one business; returns its root, None for no references."""
        first: str | None = None
        for reference in references:
            root = self.alone(reference)
            if first is None:
                first = root
            elif root != first:
                self._parent[root] = first
        return first

    def alone(self, reference: str) -> str:
        """The root of a reference, which becomes a business of its own when nobody knew it."""
        root = self.root(reference)
        if root is None:
            root = self._parent[reference] = reference
        return root

    def root(self, reference: str) -> str | None:
        """The root of a reference, None for one that nobody knows."""
        parent = self._parent
        if reference not in parent:
            return None
        while parent[reference] != reference:
            parent[reference] = parent[parent[reference]]
            reference = parent[reference]
        return reference

    def of(self, reference: str, cause: str | None) -> str | None:
        """The business that a posting or hold belongs to: by its own reference, else by the interaction that caused it.

        The own reference goes first because a timer that was set while one transfer was served may post for another.
        A reference that only its cause explains joins that business, so that later postings under it are found.
        """
        root = self.root(reference)
        if root is None and cause is not None and cause.isdigit() and int(cause) in self._by_cause:
            known = self._by_cause[int(cause)]
            root = self.join((known, reference)) if reference else self.root(known)
        return root

    def caused(self, interaction: Interaction, references: tuple[str, ...]) -> None:
        """Join the references of an interaction and remember it as a cause."""
        if references:
            if len(references) > 1 or references[0] not in self._parent:
                self.join(references)
            self._by_cause[interaction.seq] = references[0]


def link(books: Books) -> Links:
    """The links of all that the hub recorded, the log shows, and the system under test reports as unfinished."""
    links = Links()
    for record in books.transfers:
        links.join((record.id, record.determining) if record.determining else (record.id,))
    for row in books.traffic:
        links.oldest = links.oldest or row.seq
        links.caused(row, references_of(row))
        if row.method == "POST" and "/bulkQuotes" in row.path:
            for part in listed(row.request(), "individualQuotes"):  # each part is a business of its own
                links.join(str(part[name]) for name in ("transactionId", "quoteId") if part.get(name))
    for reference in sorted(books.pending):
        links.join((reference,))
    return links


def references_of(row: Interaction) -> tuple[str, ...]:
    """The references of an interaction: those declared for its request, and ids at the top of its answer."""
    if not row.refs_at:
        return ()
    found = row.refs
    if b'Id"' in row.response_body:
        found += tuple(_answered(row.response()))
    return found


def _answered(body: Any) -> Iterable[str]:
    values = (dig(body, name) for name in ANSWERED_IDS)
    return [value for value in values if isinstance(value, str) and value]
