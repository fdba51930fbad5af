"""What something unfinished explains in full is listed; what it does not explain is found all the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from audit_scheme import AMINA, BLUE, BOB, GREEN, Act, Held, Script, aborted, conversion, kinds, leg, mwk, opened, transfer

from loopyard.audit import Verdict, audit
from loopyard.audit import findings as kind

ALL = 1_000_000  # units of 100 MWK
PAYER, PAYEE = Script(transfer().acts[2:3]), Script(transfer().acts[3:])


def verdict(script: Script) -> Verdict:
    return audit(script.books())


def pending(script: Script, *references: str) -> Script:
    return replace(script, pending=frozenset(references or ("T1",)))


@pytest.mark.parametrize(
    ("script", "explains"),
    [
        pytest.param(opened(), "102 MWK held on", id="open at the hub, held at the payer's bank"),
        pytest.param(opened() + PAYER, "green-bank booked 100 MWK on scheme clearing, the hub 0 MWK", id="debited ahead"),
        pytest.param(pending(transfer().without(BLUE)), "blue-wallet booked 0 MWK", id="a credit still to be made"),
        pytest.param(pending(aborted() + PAYER), "green-bank booked 100 MWK", id="a refund still to be made"),
        pytest.param(
            pending(transfer() + Script(holds=(Held(GREEN, "T1", "customer", AMINA, mwk(102)),))), "held on", id="a release due"
        ),
    ],
)
def test_an_open_item_explains_a_difference_in_full(script: Script, explains: str) -> None:
    found = verdict(script)
    assert found.clean
    assert found.findings == ()
    (item,) = found.open_items
    assert item.reference == "T1"
    assert explains in item.text


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param(pending(transfer().doubled(BLUE)), (kind.DUPLICATE, BLUE), id="pending does not explain a second credit"),
        pytest.param(opened() + PAYER + PAYER, (kind.DUPLICATE, GREEN), id="open does not explain a second debit"),
        pytest.param(opened() + PAYEE, (kind.CREDITED_BEFORE_COMMIT, BLUE), id="open does not explain a credit"),
        pytest.param(pending(aborted() + PAYEE), (kind.CREDITED_WITHOUT_COMMIT, BLUE), id="nor does pending after an abort"),
        pytest.param(
            opened() + Script((Act(GREEN, "T1", (leg("customer", -7, AMINA), leg("scheme-clearing", 7))),)),
            (kind.BREAK, GREEN),
            id="open does not explain another amount",
        ),
        pytest.param(opened().doubled("hub"), (kind.BREAK, "hub"), id="open does not explain two reservations"),
    ],
)
def test_what_an_open_item_does_not_explain_is_found(script: Script, expected: tuple[str, str]) -> None:
    found = verdict(script)
    assert kinds(found.findings) == [expected]
    assert len(found.open_items) == 1


def test_a_reference_that_only_the_system_under_test_knows_is_listed() -> None:
    debited = Act(GREEN, "H1", (leg("customer", -ALL, AMINA), leg("holding", ALL)))
    found = verdict(pending(Script((debited,)), "H1"))
    assert found.clean
    assert "reports H1 as unfinished" in found.open_items[0].text
    assert "100 MWK wait on holding at green-bank" in found.open_items[0].text
    assert kinds(verdict(Script((debited,))).findings) == [(kind.UNLINKED_POSTING, GREEN)]


def test_a_conversion_under_way_is_explained_step_by_step() -> None:
    acts = conversion().acts
    for done in range(3):
        assert verdict(replace(conversion(), acts=acts[:done]).with_state("open")).clean
    assert not verdict(replace(conversion(), acts=acts[:3]).with_state("open")).clean


def test_funds_at_the_hub_alone_are_in_transit_and_in_both_books_agree() -> None:
    at_hub = Act("hub", "F1", (leg("hub-reconciliation", -ALL, "hub"), leg("settlement", ALL, GREEN)))
    at_bank = Act(GREEN, "F1", (leg("scheme-clearing", -ALL), leg("treasury", ALL)))
    other = replace(at_bank, legs=(leg("scheme-clearing", -7), leg("treasury", 7)))
    alone, both, unequal = (verdict(Script(acts)) for acts in ((at_hub,), (at_bank, at_hub), (at_hub, other)))
    assert alone.clean
    assert alone.open_items[0].party == GREEN
    assert "funds of 100 MWK" in alone.open_items[0].text
    assert both.clean
    assert both.open_items == ()
    assert kinds(unequal.findings) == [(kind.BREAK, GREEN)]


def test_a_settlement_is_open_until_its_liquidity_has_moved_and_leaves_the_banks_books_alone() -> None:
    name, hub = "settlement 1", "hub-reconciliation"
    reset = (
        Act("hub", name, (leg("position", -ALL, BLUE), leg(hub, ALL, "hub"))),
        Act("hub", name, (leg("position", ALL, GREEN), leg(hub, -ALL, "hub"))),
    )
    paid = (
        Act("hub", name, (leg("settlement", -ALL, GREEN), leg(hub, ALL, "hub"))),
        Act("hub", name, (leg("settlement", ALL, BLUE), leg(hub, -ALL, "hub"))),
    )
    unpaid, half, whole = (verdict(transfer() + Script(acts)) for acts in (reset, reset + paid[:1], reset + paid))
    assert all(each.clean for each in (unpaid, half, whole))
    assert [[each.party for each in found.open_items] for found in (unpaid, half, whole)] == [[BLUE, GREEN], [BLUE], []]


def test_books_that_nobody_can_see_are_named_and_not_judged() -> None:
    hidden = replace(transfer(), hidden=frozenset({BLUE}))
    assert verdict(hidden).clean
    assert verdict(hidden).not_observed == (BLUE,)
    assert kinds(verdict(hidden.without(GREEN)).findings) == [(kind.UNEXPLAINED_OPEN_ITEM, GREEN)]


def test_payments_inside_one_bank_are_its_own_affair() -> None:
    inside = Act(GREEN, "P1", (leg("customer", -5, AMINA), leg("customer", 5, "MSISDN:265993000003")))
    assert kinds(verdict(Script((inside,))).findings) == [(kind.UNLINKED_POSTING, GREEN)]
    assert verdict(pending(Script((inside,)), "P1")).clean


def test_a_transfer_between_customers_of_one_bank_takes_a_fee_on_each_side() -> None:
    both = transfer(payee=GREEN, creditor="MSISDN:265993000003", home_fee=1, fee=1)
    assert verdict(both).clean
    third = Act(GREEN, "T1", (leg("customer", -10_000, AMINA), leg("fee-income", 10_000)), 4)
    assert kinds(verdict(both + Script((third,))).findings) == [(kind.DUPLICATE, GREEN)]


def test_a_credit_that_was_taken_back_leaves_nothing_to_find() -> None:
    back = tuple((role, holder, code, -units) for role, holder, code, units in PAYEE.acts[0].legs)
    assert verdict(aborted() + PAYEE + Script((replace(PAYEE.acts[0], legs=back, seconds=9),))).clean
    assert BOB in verdict(aborted() + PAYEE).findings[0].holder
