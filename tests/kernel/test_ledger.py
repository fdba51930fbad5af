"""The ledger balances after anything, changes nothing when it refuses, and repeats whatever it is told to repeat."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from loopyard.kernel.errors import (
    AccountExists,
    AmountNotPositive,
    CaptureExceedsHold,
    CurrencyMismatch,
    HoldNotActive,
    Unbalanced,
    UnknownAccount,
    UnknownCurrency,
)
from loopyard.kernel.ledger import Account, Hold, Ledger, Leg, credit, debit
from loopyard.kernel.money import Money

START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


def ngn(amount: str | int) -> Money:
    return Money(amount, "NGN")


def new_ledger(owner: str = "green-bank") -> Ledger:
    return Ledger(owner, now=lambda: START, cause=lambda: "span-1")


class Bank:
    """A customer with 500, a clearing account and the vault."""

    def __init__(self) -> None:
        self.ledger = new_ledger()
        self.customer = self.ledger.open("amina", "NGN", role="customer", holder="Amina")
        self.clearing = self.ledger.open("clearing", "NGN")
        self.vault = self.ledger.open("vault", "NGN", normal="debit")
        self.ledger.post("opening", [debit(self.vault, ngn(500)), credit(self.customer, ngn(500))])

    def shown(self) -> tuple[list[str], list[str], int, int]:
        accounts = self.ledger.accounts
        figures = [str(a.balance) for a in accounts], [str(a.held) for a in accounts]
        return *figures, len(self.ledger.postings), len(self.ledger.holds)


@pytest.fixture
def bank() -> Bank:
    return Bank()


def test_balances_are_shown_on_the_normal_side(bank: Bank) -> None:
    assert bank.customer.balance == ngn(500)
    assert bank.vault.balance == ngn(500)


def test_a_leg_is_signed_debit_negative_credit_positive(bank: Bank) -> None:
    out, into = debit(bank.customer, ngn("1.5")), credit(bank.clearing, ngn("1.5"))
    assert (out.units, out.amount, out.side) == (-15_000, ngn("-1.5"), "debit")
    assert (into.units, into.amount, into.side) == (15_000, ngn("1.5"), "credit")


def test_a_posting_keeps_time_reference_cause_and_memo(bank: Bank) -> None:
    legs = [debit(bank.customer, ngn(1)), credit(bank.clearing, ngn(1))]
    posting = bank.ledger.post("t-1", legs, memo="fee")
    legs.clear()
    assert (posting.id, posting.at, posting.reference) == (2, START, "t-1")
    assert (posting.cause, posting.memo, len(posting.legs)) == ("span-1", "fee", 2)
    assert bank.ledger.postings[-1] is posting


def test_archived_postings_leave_their_sums_and_their_numbers(bank: Bank) -> None:
    for reference, amount in (("t-1", 1), ("t-2", 2), ("t-1", 4)):
        bank.ledger.post(reference, [debit(bank.customer, ngn(amount)), credit(bank.clearing, ngn(amount))])
    seen = bank.ledger.postings
    bank.ledger.archive({"t-1", "unheard of"})
    assert [(each.id, each.reference) for each in seen] == [(1, "opening"), (3, "t-2")]
    assert (bank.customer.balance, bank.clearing.balance) == (ngn(493), ngn(7))
    assert bank.ledger.archived == {"amina": -50_000, "clearing": 50_000}
    assert bank.ledger.made == 4
    assert [each.id for each in bank.ledger.since(1)] == [3]
    assert [each.id for each in bank.ledger.until(2)] == [1]
    assert bank.ledger.post("t-3", [debit(bank.customer, ngn(1)), credit(bank.clearing, ngn(1))]).id == 5


def test_an_account_that_is_singled_out_takes_its_share_with_it_and_nothing_is_posted(bank: Bank) -> None:
    bob = bank.ledger.single_out(bank.customer, ngn(120), "bob", "customer", "Bob")
    assert [str(each.balance) for each in (bank.customer, bob)] == ["380", "120"]
    assert [str(each.brought) for each in (bank.customer, bob, bank.vault)] == ["-120", "120", "0"]
    assert (bob.normal, bob.role, bob.holder) == ("credit", "customer", "Bob")
    assert len(bank.ledger.postings) == 1
    chest = bank.ledger.single_out(bank.vault, ngn(500), "chest")
    assert (str(bank.vault.balance), str(chest.balance), str(chest.brought)) == ("0", "500", "500")


def test_what_cannot_be_singled_out_changes_nothing(bank: Bank) -> None:
    before = bank.shown()
    with pytest.raises(AccountExists):
        bank.ledger.single_out(bank.customer, ngn(1), "vault")
    with pytest.raises(CurrencyMismatch):
        bank.ledger.single_out(bank.customer, Money(1, "KES"), "bob")
    with pytest.raises(UnknownAccount):
        bank.ledger.single_out(Bank().customer, ngn(1), "bob")
    assert bank.shown() == before


def test_a_ledger_without_cause_posts_without_one() -> None:
    ledger = Ledger("book", now=lambda: START)
    a, b = ledger.open("a", "NGN"), ledger.open("b", "NGN")
    assert ledger.post("r", [debit(a, ngn(1)), credit(b, ngn(1))]).cause is None


def test_the_same_reference_posts_every_time(bank: Bank) -> None:
    for _ in range(3):
        bank.ledger.post("t-1", [debit(bank.customer, ngn(10)), credit(bank.clearing, ngn(10))])
    assert (bank.customer.balance, bank.clearing.balance) == (ngn(470), ngn(30))


def test_the_ledger_forbids_no_overdraft_and_no_hold_beyond_the_balance(bank: Bank) -> None:
    bank.ledger.post("t-1", [debit(bank.customer, ngn(600)), credit(bank.clearing, ngn(600))])
    bank.ledger.hold(bank.customer, ngn(50), "t-2")
    assert (bank.customer.balance, bank.customer.available) == (ngn(-100), ngn(-150))


def test_each_currency_must_balance_by_itself(bank: Bank) -> None:
    dollars = bank.ledger.open("usd", "USD")
    before = bank.shown()
    with pytest.raises(Unbalanced, match=r"t-1: credits exceed debits by -1 NGN, 1 USD"):
        bank.ledger.post("t-1", [debit(bank.customer, ngn(1)), credit(dollars, Money(1, "USD"))])
    assert bank.shown() == before


def test_several_currencies_may_move_in_one_posting(bank: Bank) -> None:
    here, there = bank.ledger.open("usd", "USD"), bank.ledger.open("usd-fx", "USD")
    bank.ledger.post(
        "fx-1",
        [
            debit(bank.customer, ngn(100)),
            credit(bank.clearing, ngn(100)),
            debit(there, Money(1, "USD")),
            credit(here, Money(1, "USD")),
        ],
    )
    assert (bank.clearing.balance, here.balance) == (ngn(100), Money(1, "USD"))


def test_a_posting_without_legs_is_refused(bank: Bank) -> None:
    with pytest.raises(Unbalanced, match="no legs"):
        bank.ledger.post("t-1", [])


def test_a_leg_of_another_ledger_is_refused_and_changes_nothing(bank: Bank) -> None:
    foreign = new_ledger("blue-wallet").open("clearing", "NGN")
    before = bank.shown()
    with pytest.raises(UnknownAccount, match="clearing"):
        bank.ledger.post("t-1", [debit(bank.customer, ngn(1)), credit(foreign, ngn(1))])
    with pytest.raises(UnknownAccount, match="clearing"):
        bank.ledger.hold(foreign, ngn(1), "t-1")
    assert bank.shown() == before
    assert (foreign.balance, foreign.held) == (ngn(0), ngn(0))


@pytest.mark.parametrize("amount", ["0", "-1"])
def test_legs_holds_and_captures_of_zero_or_less_are_refused(bank: Bank, amount: str) -> None:
    hold = bank.ledger.hold(bank.customer, ngn(5), "t-1")
    before = bank.shown()
    with pytest.raises(AmountNotPositive):
        debit(bank.customer, ngn(amount))
    with pytest.raises(AmountNotPositive):
        credit(bank.customer, ngn(amount))
    with pytest.raises(AmountNotPositive):
        bank.ledger.hold(bank.customer, ngn(amount), "t-1")
    with pytest.raises(AmountNotPositive):
        bank.ledger.capture(hold, bank.clearing, ngn(amount))
    assert bank.shown() == before


def test_money_of_another_currency_is_refused(bank: Bank) -> None:
    dollars = bank.ledger.open("usd", "USD")
    hold = bank.ledger.hold(bank.customer, ngn(5), "t-1")
    before = bank.shown()
    with pytest.raises(CurrencyMismatch):
        debit(dollars, ngn(1))
    with pytest.raises(CurrencyMismatch):
        credit(dollars, ngn(1))
    with pytest.raises(CurrencyMismatch):
        bank.ledger.hold(dollars, ngn(1), "t-1")
    with pytest.raises(CurrencyMismatch):
        bank.ledger.capture(hold, dollars)
    assert bank.shown() == before


def test_accounts_are_found_by_name_and_opened_once(bank: Bank) -> None:
    assert bank.ledger.account("amina") is bank.customer
    assert (bank.customer.role, bank.customer.holder) == ("customer", "Amina")
    with pytest.raises(AccountExists, match="amina"):
        bank.ledger.open("amina", "USD")
    with pytest.raises(UnknownAccount, match="bob"):
        bank.ledger.account("bob")
    with pytest.raises(UnknownCurrency):
        bank.ledger.open("bob", "ZZZ")
    assert [account.name for account in bank.ledger.accounts] == ["amina", "clearing", "vault"]


def test_a_hold_lowers_what_is_available_and_not_the_balance(bank: Bank) -> None:
    hold = bank.ledger.hold(bank.customer, ngn(120), "t-1", until=START + timedelta(minutes=2))
    figures = (bank.customer.balance, bank.customer.held, bank.customer.available)
    assert figures == (ngn(500), ngn(120), ngn(380))
    assert (hold.reference, hold.cause, hold.at, hold.state) == ("t-1", "span-1", START, "active")
    assert list(bank.ledger.holds) == [hold]


def test_a_capture_moves_the_money_under_the_holds_reference(bank: Bank) -> None:
    hold = bank.ledger.hold(bank.customer, ngn(120), "t-1")
    posting = bank.ledger.capture(hold, bank.clearing, memo="fulfilled")
    assert (posting.reference, posting.memo, hold.state) == ("t-1", "fulfilled", "captured")
    assert (bank.customer.balance, bank.customer.held) == (ngn(380), ngn(0))
    assert bank.clearing.balance == ngn(120)
    assert not bank.ledger.holds


def test_a_capture_of_less_releases_the_rest(bank: Bank) -> None:
    hold = bank.ledger.hold(bank.customer, ngn(120), "t-1")
    bank.ledger.capture(hold, bank.clearing, ngn(20))
    assert (bank.customer.balance, bank.customer.held, bank.customer.available) == (ngn(480), ngn(0), ngn(480))


def test_a_capture_of_more_is_refused_and_the_hold_stays(bank: Bank) -> None:
    hold = bank.ledger.hold(bank.customer, ngn(120), "t-1")
    before = bank.shown()
    with pytest.raises(CaptureExceedsHold, match=r"120\.0001"):
        bank.ledger.capture(hold, bank.clearing, ngn("120.0001"))
    assert (bank.shown(), hold.state) == (before, "active")


def test_a_capture_lowers_a_debit_normal_account_too(bank: Bank) -> None:
    bank.ledger.capture(bank.ledger.hold(bank.vault, ngn(100), "cash-1"), bank.customer)
    assert (bank.vault.balance, bank.vault.held, bank.customer.balance) == (ngn(400), ngn(0), ngn(400))


@pytest.mark.parametrize("end", ["captured", "released", "expired"])
def test_a_finished_hold_cannot_be_used_again(bank: Bank, end: str) -> None:
    hold = bank.ledger.hold(bank.customer, ngn(120), "t-1", until=START)
    if end == "captured":
        bank.ledger.capture(hold, bank.clearing)
    elif end == "released":
        bank.ledger.release(hold)
    else:
        assert bank.ledger.expire(START) == [hold]
    before = bank.shown()
    with pytest.raises(HoldNotActive, match=end):
        bank.ledger.capture(hold, bank.clearing)
    with pytest.raises(HoldNotActive, match=end):
        bank.ledger.release(hold)
    assert bank.ledger.expire(START) == []
    assert (bank.shown(), bank.customer.held, hold.state) == (before, ngn(0), end)


def test_a_hold_of_another_ledger_is_refused(bank: Bank) -> None:
    bank.ledger.hold(bank.customer, ngn(1), "t-1")
    other = new_ledger("blue-wallet")
    foreign = other.hold(other.open("bob", "NGN"), ngn(1), "t-1")
    with pytest.raises(HoldNotActive, match="another ledger"):
        bank.ledger.release(foreign)
    assert foreign.state == "active"


def test_holds_expire_when_their_time_has_come_and_not_before(bank: Bank) -> None:
    later = START + timedelta(seconds=60)
    second = bank.ledger.hold(bank.customer, ngn(1), "t-1", until=later)
    first = bank.ledger.hold(bank.customer, ngn(2), "t-2", until=START)
    forever = bank.ledger.hold(bank.customer, ngn(4), "t-3")
    assert bank.ledger.expire(later - timedelta(microseconds=1)) == [first]
    assert bank.customer.held == ngn(5)
    assert bank.ledger.expire(later) == [second]
    assert list(bank.ledger.holds) == [forever]


amounts = st.integers(min_value=1, max_value=10**9)
seconds = st.none() | st.integers(min_value=0, max_value=100)


class LedgerMachine(RuleBasedStateMachine):
    """Any order of posts, holds, captures, releases and expiries, against plain sums kept beside the ledger."""

    holds: Bundle[Hold] = Bundle("holds")

    @initialize()
    def open_accounts(self) -> None:
        self.now = START
        self.ledger = Ledger("any", now=lambda: self.now)
        self.accounts = [
            self.ledger.open(f"{code}-{side}-{n}", code, normal=side)
            for code in ("NGN", "MWK")
            for side in ("credit", "debit")
            for n in range(2)
        ]
        self.expected: dict[str, int] = {account.name: 0 for account in self.accounts}
        self.expected_held: dict[str, int] = dict(self.expected)

    def other(self, account: Account, pick: int) -> Account:
        same = [a for a in self.accounts if a.currency == account.currency and a is not account]
        return same[pick % len(same)]

    def moved(self, account: Account, units: int) -> None:
        self.expected[account.name] += units if account.normal == "credit" else -units

    def finished(self, hold: Hold) -> None:
        self.expected_held[hold.account.name] -= hold.amount.units

    @rule(of=st.integers(0, 7), to=st.integers(0, 2), units=amounts, again=st.integers(1, 2))
    def post(self, of: int, to: int, units: int, again: int) -> None:
        source = self.accounts[of]
        target = self.other(source, to)
        money = Money.of_units(units, source.currency)
        for _ in range(again):
            self.ledger.post("r", [debit(source, money), credit(target, money)])
            self.moved(source, -units)
            self.moved(target, units)

    @rule(of=st.integers(0, 7), units=amounts, off=st.integers(1, 5))
    def post_unbalanced(self, of: int, units: int, off: int) -> None:
        source = self.accounts[of]
        with pytest.raises(Unbalanced):
            self.ledger.post("r", [Leg(source, -units), Leg(self.other(source, 0), units + off)])

    @rule(target=holds, of=st.integers(0, 7), units=amounts, after=seconds)
    def hold(self, of: int, units: int, after: int | None) -> Hold:
        account = self.accounts[of]
        until = None if after is None else self.now + timedelta(seconds=after)
        self.expected_held[account.name] += units
        return self.ledger.hold(account, Money.of_units(units, account.currency), "r", until)

    @rule(hold=holds, to=st.integers(0, 2), share=st.integers(1, 110))
    def capture(self, hold: Hold, to: int, share: int) -> None:
        target = self.other(hold.account, to)
        taken = max(1, hold.amount.units * share // 100)
        money = Money.of_units(taken, hold.account.currency)
        if hold.state != "active":
            with pytest.raises(HoldNotActive):
                self.ledger.capture(hold, target, money)
        elif taken > hold.amount.units:
            with pytest.raises(CaptureExceedsHold):
                self.ledger.capture(hold, target, money)
        else:
            self.ledger.capture(hold, target, money)
            sign = -1 if hold.account.normal == "credit" else 1
            self.moved(hold.account, sign * taken)
            self.moved(target, -sign * taken)
            self.finished(hold)

    @rule(hold=holds)
    def release(self, hold: Hold) -> None:
        if hold.state != "active":
            with pytest.raises(HoldNotActive):
                self.ledger.release(hold)
        else:
            self.ledger.release(hold)
            self.finished(hold)

    @rule(after=st.integers(0, 60))
    def expire(self, after: int) -> None:
        self.now += timedelta(seconds=after)
        for hold in self.ledger.expire(self.now):
            assert hold.until is not None
            assert hold.until <= self.now
            self.finished(hold)
        assert all(hold.until is None or hold.until > self.now for hold in self.ledger.holds)

    @invariant()
    def every_currency_is_at_zero(self) -> None:
        sums: dict[str, int] = {}
        for account in self.accounts:
            sign = 1 if account.normal == "credit" else -1
            code = account.currency.code
            sums[code] = sums.get(code, 0) + sign * account.balance.units
        assert set(sums.values()) == {0}

    @invariant()
    def balances_and_holds_are_as_counted(self) -> None:
        for account in self.accounts:
            active = [h.amount.units for h in self.ledger.holds if h.account is account]
            posted = sum(leg.units for p in self.ledger.postings for leg in p.legs if leg.account is account)
            assert account.balance.units == self.expected[account.name]
            assert account.balance.units == (posted if account.normal == "credit" else -posted)
            assert account.held.units == self.expected_held[account.name] == sum(active)
            assert account.available == account.balance - account.held


TestAnySequence = LedgerMachine.TestCase
TestAnySequence.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)
