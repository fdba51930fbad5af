"""Each kind of finding is made by one defect, alone, and its clean twin has none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from audit_scheme import (
    AMINA,
    BLUE,
    BOB,
    CARL,
    FXP,
    GREEN,
    START,
    Act,
    Held,
    Script,
    aborted,
    bulk_quoted,
    conversion,
    interaction,
    kinds,
    leg,
    mwk,
    opened,
    quoted,
    transfer,
)

from loopyard.audit import KINDS, TransferRecord, Verdict, audit
from loopyard.audit import findings as kind
from loopyard.engine.contract import ContractFinding

ALL = 1_000_000  # units of 100 MWK


def verdict(script: Script) -> Verdict:
    return audit(script.books())


def payee_posts(*legs: tuple[str, str, str, int]) -> Script:
    """A transfer whose payee's bank posts something of its own making."""
    return transfer().altered(BLUE, legs=legs)


def also(owner: str, *legs: tuple[str, str, str, int], reference: str = "T1") -> Script:
    return Script((Act(owner, reference, legs, 4),))


def still_held(reference: str, *amounts: int) -> Script:
    return Script(holds=tuple(Held(GREEN, reference, "customer", AMINA, mwk(amount)) for amount in amounts))


PAYER, PAYEE = Script(transfer().acts[2:3]), Script(transfer().acts[3:])
FEE = also(GREEN, leg("customer", -20_000, AMINA), leg("fee-income", 20_000))
HALF_TARGET = leg("treasury", -10_000, code="ZMW"), leg("scheme-clearing", 10_000, code="ZMW")
TO_ANOTHER = leg("position", ALL, FXP), leg("in-flight", -ALL)


def refund(
    of: str = "T1", receives: str = "99", id_: str = "T2", *, payer: str = BLUE, payee: str = GREEN, at: int = 10
) -> Script:
    """Bob gives Amina back what she has paid, less the fee of her bank."""
    amount = mwk(receives) + mwk(1)
    who = {BLUE: BOB, GREEN: AMINA}
    moved = transfer(id_, amount, payer=payer, payee=payee, at=at, debtor=who[payer], creditor=who[payee])
    return moved + quoted(who[payee], receives, f"Q-{id_}", id_, at, payer=who[payer], refund_of=of)


PAID = transfer() + quoted()
DEFECTS: dict[str, tuple[Script, str, str]] = {
    "the payee's bank booked another amount": (
        payee_posts(leg("scheme-clearing", -ALL - 7), leg("customer", ALL + 7, BOB)), kind.BREAK, BLUE),
    "the hub moved another participant's position": (transfer().altered("hub", 1, legs=TO_ANOTHER), kind.BREAK, "hub"),
    "the hub's commit was not posted": (transfer().without("hub", 1), kind.BREAK, "hub"),
    "the hub's commit was posted twice": (transfer().doubled("hub", 1), kind.DUPLICATE, "hub"),
    "the payee was credited twice": (transfer().doubled(BLUE), kind.DUPLICATE, BLUE),
    "the payer was debited twice": (transfer().doubled(GREEN), kind.DUPLICATE, GREEN),
    "the fee was taken twice": (transfer() + FEE, kind.DUPLICATE, GREEN),
    "two holds for one transfer": (opened() + still_held("T1", 102), kind.DUPLICATE, GREEN),
    "the payee was never credited": (transfer().without(BLUE), kind.UNEXPLAINED_OPEN_ITEM, BLUE),
    "the payer was never debited": (transfer().without(GREEN), kind.UNEXPLAINED_OPEN_ITEM, GREEN),
    "the payee's money stayed in suspense": (
        payee_posts(leg("scheme-clearing", -ALL), leg("suspense", ALL)), kind.UNEXPLAINED_OPEN_ITEM, BLUE),
    "the bank kept the payee's money": (
        payee_posts(leg("scheme-clearing", -ALL), leg("treasury", ALL)), kind.CUSTOMER_NETS_DIFFER, BLUE),
    "the quote promised the payee less": (transfer() + quoted(receives="98"), kind.CUSTOMER_NETS_DIFFER, BLUE),
    "another customer was credited": (transfer(creditor=CARL) + quoted(), kind.WRONG_CUSTOMER, BLUE),
    "another customer was debited": (transfer(debtor=CARL) + quoted(), kind.WRONG_CUSTOMER, GREEN),
    "a bulk's quote promised the payee less": (
        transfer() + bulk_quoted(("T1", BOB, "98"), ("T2", CARL, "5")), kind.CUSTOMER_NETS_DIFFER, BLUE),
    "another customer of a bulk was credited": (
        transfer(creditor=CARL) + bulk_quoted(("T1", BOB, "99"), ("T2", CARL, "5")), kind.WRONG_CUSTOMER, BLUE),
    "credited earlier in time": (transfer().altered(BLUE, seconds=1), kind.CREDITED_BEFORE_COMMIT, BLUE),
    "credited at the same time, in an earlier interaction": (
        transfer(cause=10).altered(BLUE, seconds=2, cause=9), kind.CREDITED_BEFORE_COMMIT, BLUE),
    "credited while open": (opened() + PAYEE, kind.CREDITED_BEFORE_COMMIT, BLUE),
    "credited, then aborted": (aborted() + PAYEE, kind.CREDITED_WITHOUT_COMMIT, BLUE),
    "debited, not refunded": (aborted() + PAYER, kind.DEBITED_WITHOUT_COMMIT, GREEN),
    "a fee for nothing": (aborted() + FEE, kind.DEBITED_WITHOUT_COMMIT, GREEN),
    "more was given back than was paid": (PAID + refund(receives="101"), kind.REFUND_DIFFERS, BLUE),
    "more was given back in two parts": (
        PAID + refund(receives="60") + refund(receives="60", id_="T3", at=20), kind.REFUND_DIFFERS, BLUE),
    "who was paid by another gave it back": (PAID + refund(payer=GREEN, payee=BLUE), kind.REFUND_DIFFERS, GREEN),
    "an aborted payment was given back": (aborted() + quoted() + refund(), kind.REFUND_DIFFERS, BLUE),
    "a hold outlives the transfer": (transfer() + still_held("T1", 102), kind.ORPHAN_HOLD, GREEN),
    "a hold for nothing known": (still_held("T9", 1), kind.ORPHAN_HOLD, GREEN),
    "a posting under an unknown reference": (
        also(GREEN, leg("customer", -5, AMINA), leg("fee-income", 5), reference="X1"), kind.UNLINKED_POSTING, GREEN),
    "the provider gave up half the target": (conversion().altered(FXP, 1, legs=HALF_TARGET), kind.BREAK, FXP),
    "the provider never booked the source": (conversion().without(FXP), kind.UNEXPLAINED_OPEN_ITEM, FXP),
    "the hub did not pass on the source": (conversion().without("hub", 2), kind.BREAK, "hub"),
}  # fmt: skip


BULK = bulk_quoted(("T1", BOB, "99"), ("T2", CARL, "5"))


@pytest.mark.parametrize(
    "script",
    [
        transfer(),
        aborted(),
        opened(),
        conversion(),
        transfer() + quoted(),
        transfer() + BULK,
        transfer(home_fee=0, fee=0),
        Script(),
        PAID + refund(),
        PAID + refund(receives="60") + refund(receives="40", id_="T3", at=20),
        refund(of="older"),
    ],
)
def test_the_clean_twins_are_clean(script: Script) -> None:
    assert verdict(script).findings == ()


@pytest.mark.parametrize(("script", "expected", "party"), [pytest.param(*each, id=name) for name, each in DEFECTS.items()])
def test_one_defect_makes_one_finding(script: Script, expected: str, party: str) -> None:
    assert kinds(verdict(script).findings) == [(expected, party)]


def test_a_second_transfer_for_one_payment_is_a_duplicate() -> None:
    home = {"homeTransactionId": "H1"}
    rows = tuple(
        interaction(n, body={"transferId": f"T{n}", **home}, refs_at=("transferId", "homeTransactionId")) for n in (1, 2)
    )
    both = transfer("T1") + transfer("T2", at=10)
    assert verdict(both).clean
    (finding,) = verdict(both + Script(traffic=rows)).findings
    assert (finding.kind, finding.party) == (kind.DUPLICATE, GREEN)
    assert "T1, T2" in finding.text


def test_a_balance_that_no_posting_explains_is_a_break() -> None:
    books = transfer().books()
    next(iter(books.ledgers[1].accounts))._sum += 5
    assert {each.kind for each in audit(books).findings} == {kind.BREAK}
    assert all("green-bank" in each.text for each in audit(books).findings)
    assert any("does not sum to zero" in each.text for each in audit(books).findings)


def test_a_lost_posting_record_is_a_break() -> None:
    books = transfer().books()
    books.ledgers[1].postings.pop()  # type: ignore[attr-defined]
    texts = [each.text for each in audit(books).findings if "off what its postings say" in each.text]
    assert len(texts) == 3


def test_a_broken_contract_counts_unless_it_was_injected() -> None:
    breach = ContractFinding("breach", GREEN, "hub.quotes.answer", "amount: no trailing zeros", 1, injected=False)
    injected, note = replace(breach, injected=True), replace(breach, level="note")
    assert verdict(Script(contract=(injected,))).findings == ()
    found = verdict(Script(contract=(breach, note, replace(breach, level="deviation"))))
    assert [(each.kind, each.fails) for each in found.findings] == [
        (kind.CONTRACT_BREACH, True), (kind.CONTRACT_NOTE, False), (kind.CONTRACT_DEVIATION, False),
    ]  # fmt: skip
    assert not found.clean
    assert verdict(Script(contract=(note,))).clean


def test_a_refused_callback_counts_unless_it_was_injected() -> None:
    refused = interaction(1, "PUT", "/transfers/T1", {"transferId": "T1"}, status=400, answer={"error": "3100"})
    (finding,) = verdict(Script(traffic=(refused,))).findings
    assert (finding.kind, finding.party, finding.reference) == (kind.REFUSED_CALLBACK, GREEN, "T1")
    assert "PUT /transfers/T1 was answered 400" in finding.text
    for change in ({"deliberate": True}, {"fault": "error-reply"}, {"status": 200}, {"status": None}, {"sender": GREEN}):
        assert verdict(Script(traffic=(replace(refused, **change),))).findings == ()


def test_every_kind_is_shown_here() -> None:
    messages = {kind.CONTRACT_BREACH, kind.CONTRACT_DEVIATION, kind.CONTRACT_NOTE, kind.REFUSED_CALLBACK}
    assert {expected for _, expected, _ in DEFECTS.values()} | messages == set(KINDS)


def test_a_finding_names_reference_party_holder_and_amount() -> None:
    (finding,) = verdict(transfer().altered(BLUE, seconds=1)).findings
    assert (finding.reference, finding.holder, finding.at) == ("T1", BOB, START)
    assert finding.text == f"T1: blue-wallet credited 99 MWK to customer:{BOB}:MWK, and the hub has it committed"


def test_the_first_reference_at_which_books_part_comes_first() -> None:
    scripts = transfer("T3", at=300), transfer("T1", at=100).without(BLUE), transfer("T2", at=200).without(BLUE)
    found = verdict(scripts[0].doubled(BLUE) + scripts[2] + scripts[1])
    assert [each.reference for each in found.findings] == ["T1", "T2", "T3"]
    assert found.summary().splitlines()[0].startswith("unexplained open item: 2 at blue-wallet, first: T1: ")


def test_consuming_takes_one_finding_by_party_or_holder_and_leaves_the_rest() -> None:
    found = verdict(transfer("T1").altered(BLUE, seconds=1) + transfer("T2", at=50).altered(BLUE, seconds=51))
    once = found.consume(kind.CREDITED_BEFORE_COMMIT, BOB)
    assert [each.reference for each in once.findings] == ["T2"]
    assert once.consume(kind.CREDITED_BEFORE_COMMIT, BLUE).clean
    assert found.consume(kind.CREDITED_BEFORE_COMMIT, AMINA) is found
    assert found.consume(kind.DUPLICATE) is found


def test_a_record_for_which_no_book_has_anything_is_found() -> None:
    record = TransferRecord("T1", "transfer", GREEN, BLUE, (mwk(100),), "committed")
    found = kinds(verdict(Script(records=(record,))).findings)
    assert found == [(kind.BREAK, "hub"), (kind.UNEXPLAINED_OPEN_ITEM, BLUE), (kind.UNEXPLAINED_OPEN_ITEM, GREEN)]
