"""An audit is about what happened since its opening; what began before it is judged over its whole life."""

from __future__ import annotations

from dataclasses import replace

import pytest
from audit_scheme import AMINA, BLUE, GREEN, Script, conversion, kinds, leg, opened, transfer
from audit_scheme import Act as Posting

from loopyard.audit import AmbiguousOwner, Books, IncompleteRecord, Opening, StaleOpening, TransferRecord, audit
from loopyard.audit import findings as kind


def begun(script: Script, done: int) -> Script:
    """The first acts of a script happened before the opening."""
    return replace(script, before=script.acts[:done], acts=script.acts[done:])


@pytest.mark.parametrize("script", [transfer(), conversion()], ids=["transfer", "conversion"])
def test_a_business_that_straddles_the_opening_is_in_order(script: Script) -> None:
    for done in range(len(script.acts) + 1):
        found = audit(begun(script, done).books())
        assert (found.findings, found.open_items) == ((), ())


def test_an_open_transfer_from_before_the_opening_is_still_listed() -> None:
    found = audit(begun(opened(), 1).books())
    assert found.clean
    assert len(found.open_items) == 1


def test_a_credit_repeated_after_the_opening_is_a_duplicate() -> None:
    script = begun(transfer().doubled(BLUE), 4)
    assert kinds(audit(script.books()).findings) == [(kind.DUPLICATE, BLUE)]


def test_what_was_wrong_before_the_opening_is_not_found_again() -> None:
    wrong = begun(transfer().doubled(BLUE), 5)
    assert audit(wrong.books()).findings == ()
    assert audit((wrong + transfer("T2")).books()).findings == ()


def test_a_hold_from_before_the_opening_is_not_found_again() -> None:
    books = (opened().with_state("aborted")).books()
    assert kinds(audit(books).findings)[-1] == (kind.ORPHAN_HOLD, GREEN)
    later = replace(books, opening=Opening.of(books.ledgers), transfers=())
    assert audit(later).findings == ()


def test_provisioning_belongs_to_no_business() -> None:
    deposit = Posting(GREEN, "deposit-1", (leg("opening", -5), leg("customer", 5, AMINA)))
    marked = replace(deposit, legs=(leg("treasury", -5), leg("customer", 5, AMINA)), memo="provisioning")
    assert audit(Script((deposit, marked)).books()).findings == ()
    assert kinds(audit(Script((replace(marked, memo=""),)).books()).findings) == [(kind.UNLINKED_POSTING, GREEN)]


def test_an_opening_of_another_world_is_refused() -> None:
    late = Opening.of((transfer() + transfer("T2")).books().ledgers)
    with pytest.raises(StaleOpening, match="take the opening again"):
        audit(replace(transfer().books(), opening=late))


def test_two_ledgers_of_one_owner_are_refused() -> None:
    ledgers = [*transfer().books().ledgers, *transfer().books().ledgers]
    with pytest.raises(AmbiguousOwner, match="one book"):
        audit(Books(ledgers, Opening()))


def test_a_conversion_needs_both_amounts() -> None:
    with pytest.raises(IncompleteRecord, match="give 2"):
        TransferRecord("C1", "conversion", GREEN, "fx", (), "open")
