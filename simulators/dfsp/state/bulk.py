"""Bulks of a peer: which transfers came or went together. What becomes of each transfer, and of its money, is known to `payee`
and `payer` alone, as of any other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from loopyard.kernel.clock import Timer
from simulators.dfsp.state.errors import BulkQuoteUnknown, Modified
from simulators.dfsp.state.payee import Incoming
from simulators.dfsp.state.payer import Outgoing


@dataclass(slots=True)
class BulkTerms:
    """A bulk of terms that was given; `results` are what was said of each, opaque here."""

    id: str
    payer_fsp: str
    fingerprint: bytes
    expires_at: datetime
    results: list[Any]


@dataclass(slots=True)
class BulkIncoming:
    """A bulk of transfers that came in. `results` are what was answered, opaque here."""

    id: str
    payer_fsp: str
    fingerprint: bytes
    completed_at: datetime
    rows: list[Incoming]
    results: list[Any]
    asked: int = 0
    timer: Timer | None = None

    @property
    def waits(self) -> bool:
        """Whether the hub's word on a transfer is still missing."""
        return any(row.state in ("RESERVED", "CREDITED") for row in self.rows)


@dataclass(slots=True)
class BulkOutgoing:
    """A bulk of payments that customers of this peer make to customers of one other."""

    id: str
    quote_id: str
    payee_fsp: str
    rows: list[Outgoing]
    started_at: datetime
    expires_at: datetime | None = None
    asked: int = 0
    timer: Timer | None = None

    def in_state(self, state: str) -> list[Outgoing]:
        return [row for row in self.rows if row.state == state]

    @property
    def final(self) -> bool:
        return all(row.final for row in self.rows)


Kept = TypeVar("Kept", BulkTerms, BulkIncoming)


@dataclass(slots=True)
class Bulks:
    """The bulks of one peer."""

    terms: dict[str, BulkTerms] = field(default_factory=dict)
    incoming: dict[str, BulkIncoming] = field(default_factory=dict)
    outgoing: dict[str, BulkOutgoing] = field(default_factory=dict)

    def given(self, id_: str, fingerprint: bytes) -> BulkTerms | None:
        """The terms that the same request got before. Raises Modified."""
        return _same(self.terms.get(id_), id_, fingerprint)

    def came(self, id_: str, fingerprint: bytes) -> BulkIncoming | None:
        """The bulk, if it came before. Raises Modified."""
        return _same(self.incoming.get(id_), id_, fingerprint)

    def known_terms(self, id_: str) -> BulkTerms:
        """Terms that were given. Raises BulkQuoteUnknown."""
        if id_ not in self.terms:
            raise BulkQuoteUnknown(f"no bulk quote {id_} was given; ask for one first")
        return self.terms[id_]

    def quoting(self, id_: str) -> BulkOutgoing | None:
        """Who waits for these terms."""
        return next((each for each in self.outgoing.values() if each.quote_id == id_ and each.in_state("QUOTING")), None)

    def forget(self, ids: Iterable[str]) -> None:
        """Know nothing of bulks whose transfers are all among these."""
        gone = set(ids)
        self.incoming = {each.id: each for each in self.incoming.values() if not {row.order.id for row in each.rows} <= gone}
        self.outgoing = {each.id: each for each in self.outgoing.values() if not {row.id for row in each.rows} <= gone}


def _same(earlier: Kept | None, id_: str, fingerprint: bytes) -> Kept | None:
    if earlier is not None and earlier.fingerprint != fingerprint:
        raise Modified(f"bulk {id_} came with another content; use a new id")
    return earlier
