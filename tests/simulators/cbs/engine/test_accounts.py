from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopyard.kernel.ledger import Ledger, credit, debit
from loopyard.kernel.money import Money, currency
from simulators.cbs.engine import checks
from simulators.cbs.engine.accounts import REFUSES, BankAccount, Limits
from simulators.cbs.engine.book import Book
from simulators.cbs.engine.calendar import BusinessDay
from simulators.cbs.engine.errors import (
    AccountNotFound,
    AccountNotUsable,
    AlreadyReversed,
    AmountTooFine,
    InsufficientFunds,
    LimitExceeded,
    RequestUnknown,
    ValueDateRefused,
    WrongCurrency,
)
from simulators.cbs.engine.requests import RequestLog
from simulators.cbs.engine.tariff import Charge, Tariff


class Watch:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def book(watch: Watch) -> Book:
    return Book(Ledger("bank", watch), BusinessDay(watch))


@pytest.fixture
def account(book: Book) -> BankAccount:
    made = book.open("1000000001", "Amina Banda", "MWK", ("MSISDN", "265991000101"), holder="MSISDN:265991000101")
    book.deposit(made, mwk(500), "opening")
    return made


def mwk(amount: str | int) -> Money:
    return Money(amount, "MWK")


def pay(book: Book, account: BankAccount, amount: str | int, value_date: date | None = None) -> int:
    legs = (debit(account.entry, mwk(amount)), credit(book.internal("scheme-clearing", "MWK"), mwk(amount)))
    return book.post("out", legs, value_date=value_date).id


def receive(book: Book, account: BankAccount, amount: str | int, value_date: date | None = None) -> None:
    legs = (debit(book.internal("scheme-clearing", "MWK"), mwk(amount)), credit(account.entry, mwk(amount)))
    book.post("in", legs, value_date=value_date)


def test_an_identifier_leads_to_the_account_of_the_currency_asked_for(book: Book, account: BankAccount) -> None:
    dollars = book.open("1000000002", "Amina Banda", "USD", ("MSISDN", "265991000101"))
    assert book.register.one("MSISDN", "265991000101") is account
    assert book.register.one("MSISDN", "265991000101", "USD") is dollars
    assert book.register.numbered("1000000002") is dollars
    with pytest.raises(WrongCurrency):
        book.register.one("MSISDN", "265991000101", "ZMW")
    with pytest.raises(AccountNotFound):
        book.register.find("MSISDN", "1")


@pytest.mark.parametrize("status", sorted(REFUSES))
def test_a_status_refuses_exactly_its_sides(book: Book, account: BankAccount, status: str) -> None:
    account.status = status  # type: ignore[assignment]
    sides: dict[str, Callable[[], None]] = {
        "debit": lambda: checks.may_debit(book, account, mwk(1)),
        "credit": lambda: checks.may_credit(book, account, mwk(1)),
    }
    for side, check in sides.items():
        if side in REFUSES[account.status]:
            with pytest.raises(AccountNotUsable):
                check()
        else:
            check()


def test_the_overdraft_is_available_and_no_more(book: Book, account: BankAccount) -> None:
    account.overdraft = mwk(100)
    checks.may_debit(book, account, mwk(590), fee=mwk(10))
    with pytest.raises(InsufficientFunds):
        checks.may_debit(book, account, mwk(590), fee=mwk("10.01"))


def test_held_money_is_not_available(book: Book, account: BankAccount) -> None:
    hold = book.ledger.hold(account.entry, mwk(450), "T1")
    with pytest.raises(InsufficientFunds):
        checks.may_debit(book, account, mwk(51))
    book.draw(hold, (debit(account.entry, mwk(450)), credit(book.internal("scheme-clearing", "MWK"), mwk(450))))
    assert (account.entry.balance, account.entry.held) == (mwk(50), mwk(0))


def test_an_amount_finer_than_its_currency_or_in_another_is_refused(book: Book, account: BankAccount) -> None:
    with pytest.raises(AmountTooFine):
        checks.may_debit(book, account, mwk("0.001"))
    with pytest.raises(WrongCurrency):
        checks.may_credit(book, account, Money(1, "ZMW"))


def test_a_daily_limit_counts_what_left_today_and_what_is_held(book: Book, account: BankAccount, watch: Watch) -> None:
    account.limits = Limits(daily=Decimal(100))
    pay(book, account, 60)
    book.ledger.hold(account.entry, mwk(30), "T1")
    checks.may_debit(book, account, mwk(10))
    with pytest.raises(LimitExceeded):
        checks.may_debit(book, account, mwk(11))
    watch.at += timedelta(days=1)
    checks.may_debit(book, account, mwk(70))


def test_a_reversed_debit_no_longer_counts_to_the_day(book: Book, account: BankAccount) -> None:
    account.limits = Limits(daily=Decimal(100))
    number = pay(book, account, 60)
    book.reverse(book.ledger.postings[number - 1], "undo")
    checks.may_debit(book, account, mwk(100))


def test_a_daily_limit_of_receipts_counts_what_came_today_and_what_is_promised(
    book: Book, account: BankAccount, watch: Watch
) -> None:
    account.limits = Limits(daily_received=Decimal(100))
    receive(book, account, 60)
    checks.may_credit(book, account, mwk(10), expected=mwk(30))
    with pytest.raises(LimitExceeded):
        checks.may_credit(book, account, mwk(11), expected=mwk(30))
    watch.at += timedelta(days=1)
    checks.may_credit(book, account, mwk(70), expected=mwk(30))


def test_a_cap_refuses_the_credit_beyond_it(book: Book, account: BankAccount) -> None:
    account.limits = Limits(greatest_balance=Decimal(600))
    checks.may_credit(book, account, mwk(100))
    with pytest.raises(LimitExceeded):
        checks.may_credit(book, account, mwk("100.01"))


def test_a_credit_of_a_later_value_date_is_booked_but_not_available(book: Book, account: BankAccount, watch: Watch) -> None:
    receive(book, account, 100, date(2026, 3, 3))
    assert (account.entry.balance, book.available(account)) == (mwk(600), mwk(500))
    watch.at += timedelta(days=1)
    assert book.available(account) == mwk(600)


def test_a_value_date_before_the_business_date_is_refused(book: Book, account: BankAccount) -> None:
    book.day.set(date(2026, 3, 4))
    with pytest.raises(ValueDateRefused):
        pay(book, account, 1, date(2026, 3, 3))
    assert account.entry.balance == mwk(500)


def test_the_business_date_may_run_ahead_and_moves_with_the_clock(book: Book, watch: Watch) -> None:
    book.day.set(date(2026, 3, 4))
    watch.at += timedelta(days=2)
    assert book.day.today == date(2026, 3, 6)


def test_a_reversal_undoes_exactly_and_once(book: Book, account: BankAccount) -> None:
    posting = book.ledger.postings[pay(book, account, "12.34") - 1]
    book.reverse(posting, "undo")
    assert (account.entry.balance, book.internal("scheme-clearing", "MWK").balance) == (mwk(500), mwk(0))
    with pytest.raises(AlreadyReversed):
        book.reverse(posting, "undo")


def test_what_is_forgotten_stays_in_limits_and_in_the_balance_of_a_statement(book: Book, account: BankAccount) -> None:
    account.limits = Limits(daily=Decimal(100))
    first = book.ledger.postings[pay(book, account, 60) - 1].reference
    receive(book, account, 5)
    book.forget({first})
    checks.may_debit(book, account, mwk(40))
    with pytest.raises(LimitExceeded):
        checks.may_debit(book, account, mwk(41))
    assert list(book.statement(account))[-1].balance == account.entry.balance


def test_a_statement_runs_from_zero_to_the_balance_and_marks_reversals(book: Book, account: BankAccount) -> None:
    posting = book.ledger.postings[pay(book, account, 200) - 1]
    undone = book.reverse(posting, "undo")
    lines = list(book.statement(account))
    assert [(line.side, line.amount, line.balance) for line in lines] == [
        ("credit", mwk(500), mwk(500)), ("debit", mwk(200), mwk(300)), ("credit", mwk(200), mwk(500)),
    ]  # fmt: skip
    assert [line.reversed_by for line in lines] == [None, undone.id, None]


def test_a_request_log_keeps_every_request_of_a_reference() -> None:
    log: RequestLog[str] = RequestLog()
    log.record("R", "one", "first")
    log.record("R", "two", "second")
    assert [each.content for each in log.earlier("R")] == ["one", "two"]
    assert log.first("R").result == "first"
    assert log.earlier("S") == ()
    with pytest.raises(RequestUnknown):
        log.first("S")


@pytest.mark.parametrize(
    ("charge", "amount", "expected"),
    [
        (Charge(Decimal(2)), "100", "2"), (Charge(percent=Decimal("0.5")), "100", "0.5"),
        (Charge(Decimal(1), Decimal(1)), "100", "2"), (Charge(percent=Decimal(1), minimum=Decimal(5)), "100", "5"),
        (Charge(percent=Decimal(1), maximum=Decimal("0.5")), "100", "0.5"), (Charge(percent=Decimal(1)), "0.5", "0"),
        (Charge(percent=Decimal(1), rounding="half-up"), "0.5", "0.01"),
        (Charge(percent=Decimal(1), rounding="up"), "0.1", "0.01"),
    ],
)  # fmt: skip
def test_a_charge_is_flat_plus_share_within_its_bounds(charge: Charge, amount: str, expected: str) -> None:
    assert charge.on(mwk(amount)) == mwk(expected)


def test_a_tariff_finer_than_its_currency_is_refused() -> None:
    Tariff(sending=Charge(Decimal("0.5"))).check(currency("MWK"))
    with pytest.raises(AmountTooFine):
        Tariff(sending=Charge(Decimal("0.5"))).check(currency("UGX"))


def test_a_negative_charge_is_refused() -> None:
    with pytest.raises(ValueError, match="flat must not be negative"):
        Charge(Decimal(-1))


@given(
    flat=st.decimals(0, 10, places=2), percent=st.decimals(0, 100, places=3), units=st.integers(1, 10**10),
)  # fmt: skip
def test_a_charge_is_never_negative_and_always_whole_minor_units(flat: Decimal, percent: Decimal, units: int) -> None:
    charge = Charge(flat, percent).on(Money.of_units(units * 100, "MWK"))
    assert not charge.is_negative
    assert charge.fits(2)
