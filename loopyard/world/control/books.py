"""The books: accounts, postings, and their audit. An audit works on what has happened since the books were opened."""

from __future__ import annotations

from typing import Final

from loopyard.world import auditing, wire
from loopyard.world.composition import Composition
from loopyard.world.control.base import ControlOperation, Json


def accounts(
    world: Composition,
    owner: str | None = None,
    name: str | None = None,
    role: str | None = None,
    holder: str | None = None,
    currency: str | None = None,
) -> Json:
    """Accounts of every ledger with what they have gained since the books were opened; the arguments choose among them."""
    chosen = {"owner": owner, "name": name, "role": role, "holder": holder, "currency": currency}
    wanted = [(key, value) for key, value in chosen.items() if value is not None]
    rows = []
    for ledger in world.ledgers():
        if owner in (None, ledger.owner):
            before = world.opening.book(ledger.owner).units
            rows += [wire.account_json(ledger.owner, account, before) for account in ledger.accounts]
    return [row for row in rows if all(row[key] == value for key, value in wanted)]


def postings(world: Composition, owner: str | None = None) -> Json:
    """Postings of every ledger, or that of `owner`, since the books were opened, oldest first; none that were archived."""
    return [
        wire.posting_json(ledger.owner, each)
        for ledger in world.ledgers()
        if owner in (None, ledger.owner)
        for each in ledger.since(world.opening.book(ledger.owner).postings)
    ]


def open_books(world: Composition) -> Json:
    """From now on, what is gained, posted and audited counts from this moment. A reset opens the books anew, too."""
    world.open_books()


def audit(world: Composition, pending: tuple[str, ...] = ()) -> Json:
    """Reconcile all books as they stand; `pending` are the references that the system under test reports as unfinished."""
    return wire.verdict_json(auditing.audit_world(world, frozenset(pending)))


OPERATIONS: Final = (
    ControlOperation("ledger.accounts", accounts),
    ControlOperation("ledger.postings", postings),
    ControlOperation("audit.open", open_books),
    ControlOperation("audit.run", audit),
)
