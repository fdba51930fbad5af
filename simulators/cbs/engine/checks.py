"""Whether an account may be debited or credited. Every bank asks here first; nothing is changed here."""

from __future__ import annotations

from decimal import Decimal

from loopyard.kernel.ledger import Side
from loopyard.kernel.money import Money
from simulators.cbs.engine.accounts import REFUSES, BankAccount
from simulators.cbs.engine.book import Book
from simulators.cbs.engine.errors import (
    AccountNotUsable,
    AmountTooFine,
    InsufficientFunds,
    LimitExceeded,
    WrongCurrency,
)


def may_debit(book: Book, account: BankAccount, amount: Money, fee: Money | None = None) -> None:
    """Raises the Refusal that stands against taking `amount` and `fee` off an account. Limits count without the fee."""
    sound(account, amount)
    usable(account, "debit")
    within_limits(book, account, amount)
    total = amount + fee if fee is not None else amount
    available = book.available(account)
    if total > available:
        raise InsufficientFunds(f"account {account.number} has {available} available, not {total}; pay in first, or send less")


def may_credit(book: Book, account: BankAccount, amount: Money, expected: Money | None = None) -> None:
    """Raises the Refusal that stands against crediting `amount`; `expected` is what was promised to the account before."""
    sound(account, amount)
    usable(account, "credit")
    coming, limits = amount + (expected or Money.zero(amount.currency)), account.limits
    if _beyond(account.entry.balance + coming, limits.greatest_balance):
        raise LimitExceeded(f"account {account.number} may hold {limits.greatest_balance}; credit less, or raise its tier")
    if limits.daily_received is not None:
        had = book.moved_on(account, book.day.today, "credit")
        if _beyond(had + coming, limits.daily_received):
            raise LimitExceeded(
                f"account {account.number} may receive {limits.daily_received} a day and has had {had}; wait a day"
            )


def within_limits(book: Book, account: BankAccount, amount: Money) -> None:
    """Raises LimitExceeded. What is held counts to the day, since it is meant to leave."""
    if _beyond(amount, account.limits.per_transaction):
        raise LimitExceeded(f"account {account.number} may send {account.limits.per_transaction} at once; send less")
    if account.limits.daily is not None:
        used = book.moved_on(account, book.day.today, "debit") + account.entry.held
        if _beyond(used + amount, account.limits.daily):
            raise LimitExceeded(
                f"account {account.number} may send {account.limits.daily} a day and has used {used}; wait a day"
            )


def usable(account: BankAccount, side: Side) -> None:
    """Raises AccountNotUsable."""
    if side in REFUSES[account.status]:
        raise AccountNotUsable(account.number, account.status, side)


def sound(account: BankAccount, amount: Money) -> None:
    """Raises WrongCurrency, AmountTooFine."""
    if amount.currency != account.entry.currency:
        raise WrongCurrency(f"account {account.number} is in {account.currency}, not {amount.currency}; convert first")
    if not amount.fits(amount.currency.exponent):
        raise AmountTooFine(f"{amount} {amount.currency} has more than {amount.currency.exponent} decimals; round it first")


def _beyond(amount: Money, limit: Decimal | None) -> bool:
    return limit is not None and amount > Money(limit, amount.currency)
