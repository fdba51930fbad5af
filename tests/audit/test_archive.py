"""What may leave the books: payments in which an audit finds nothing. What is wrong, or waits, stays to be named."""

from __future__ import annotations

from dataclasses import replace

import pytest
from audit_scheme import AMINA, BLUE, FXP, GREEN, Held, Script, aborted, conversion, kinds, mwk, opened, transfer

from loopyard.audit import Books, Opening, audit
from loopyard.audit import findings as kind
from loopyard.audit.archive import settled
from loopyard.kernel.ledger import Leg


def may_leave(books: Books) -> frozenset[str]:
    return settled(books.ledgers, books.opening, books.transfers)


def archived(books: Books) -> Books:
    """The same books after all that may leave them has left, the hub's record too."""
    gone = may_leave(books)
    for ledger in books.ledgers:
        ledger.archive(gone)
    return replace(books, transfers=[each for each in books.transfers if each.id not in gone])


IN_ORDER = {"transfer": (transfer(), {"T1"}), "aborted": (aborted(), {"T1"}), "conversion": (conversion(), {"T1", "C1"})}


@pytest.mark.parametrize("case", IN_ORDER)
def test_what_is_over_and_in_order_leaves_and_the_books_still_balance(case: str) -> None:
    script, ids = IN_ORDER[case]
    books = script.books()
    before = [(account, account.balance) for ledger in books.ledgers for account in ledger.accounts]
    assert may_leave(books) == ids
    after = archived(books)
    assert not any(posting.reference in ids for ledger in books.ledgers for posting in ledger.postings)
    assert [(account, account.balance) for ledger in books.ledgers for account in ledger.accounts] == before
    assert (audit(after).findings, audit(after).open_items) == ((), ())


WAITING = Held(GREEN, "T1", "customer", AMINA, mwk(102))
STAYS = {
    "open": opened(),
    "still held": replace(transfer(), holds=(WAITING,)),
    "booked twice": transfer().doubled(BLUE),
    "booked by one bank": transfer().without(BLUE),
    "another amount": transfer().altered(BLUE, legs=transfer(amount=mwk(50)).acts[3].legs),
    "credited before commit": transfer().altered(BLUE, seconds=1),
    "a provider that booked nothing": conversion().without(FXP),
    "hub against its record": transfer().with_state("aborted"),
}


@pytest.mark.parametrize("case", STAYS)
def test_what_is_wrong_or_waits_stays_and_is_named_as_without_an_archive(case: str) -> None:
    script: Script = STAYS[case]
    apart = script + transfer("T2")
    assert may_leave(apart.books()) == {"T2"}
    assert kinds(audit(archived(apart.books())).findings) == kinds(audit(apart.books()).findings)


def test_what_began_before_the_opening_stays() -> None:
    script = transfer()
    assert may_leave(replace(script, before=script.acts[:1], acts=script.acts[1:]).books()) == frozenset()


def test_a_posting_for_what_was_archived_is_a_break() -> None:
    books = archived(transfer().books())
    blue = next(ledger for ledger in books.ledgers if ledger.owner == BLUE)
    late = [Leg(blue.account(f"{role}:{holder}:{code}"), units) for role, holder, code, units in transfer().acts[3].legs]
    blue.post("T1", late)
    assert kinds(audit(books).findings) == [(kind.UNLINKED_POSTING, BLUE)]


def test_an_opening_counts_from_what_was_archived_before_it() -> None:
    books = archived((transfer() + transfer("T2")).books())
    later = replace(books, opening=Opening.of(books.ledgers))
    assert audit(later).findings == ()
    next(iter(books.ledgers[1].accounts))._sum += 5
    assert {each.kind for each in audit(later).findings} == {kind.BREAK}
