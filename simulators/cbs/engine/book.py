"""The books of one bank: customers' and internal accounts over one ledger, value dates, holds, reversal, statements.
It posts what it is told each time; whether it may is asked in checks, and repeats are the protocol's affair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from loopyard.kernel.ledger import Account, Hold, Ledger, Leg, Posting, Side, credit, debit
from loopyard.kernel.money import Currency, Money
from simulators.cbs.engine.accounts import BankAccount, Limits, Register, Status
from simulators.cbs.engine.calendar import BusinessDay
from simulators.cbs.engine.errors import AlreadyReversed, ValueDateRefused

INTERNAL: Mapping[str, Side] = MappingProxyType(
    {
        "fee-income": "credit",
        "commission-paid": "debit",
        "scheme-clearing": "debit",  # an asset: the bank's money at the scheme
        "settlement-bank": "debit",  # an asset: the bank's money outside the scheme, where funds come from and go to
        "holding": "credit",
        "opening": "debit",
        "suspense": "credit",
    }
)
PROVISIONING = "provisioning"
"""The memo of postings that set up a world: they belong to no transfer."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement. `side` and `amount` are the movement, `balance` is what it left."""

    posting: int
    booked: datetime
    value_date: date
    reference: str
    side: Side
    amount: Money
    balance: Money
    memo: str
    reversed_by: int | None


@dataclass(frozen=True, slots=True)
class Movement:
    """One leg of a posting on its account, with the bank's own dates."""

    posting: Posting
    leg: Leg
    booked: date
    value_date: date


class Book:
    """Accounts and movements of one bank."""

    def __init__(self, ledger: Ledger, day: BusinessDay) -> None:
        self.ledger = ledger
        self.day = day
        self.register = Register()
        self._internal: dict[tuple[str, str], Account] = {}
        self._movements: dict[str, list[Movement]] = {}
        self._forgotten: dict[str, Counter[tuple[date, Side]]] = {}  # units that forgotten movements came to, by account
        self._reversed: dict[int, int] = {}
        self._forward: dict[str, list[tuple[date, Money]]] = {}

    def open(
        self, number: str, title: str, currency: str, *identifiers: tuple[str, str], role: str = "customer", holder: str = "",
        product: str = "SAVINGS", status: Status = "active", overdraft: Money | None = None, limits: Limits | None = None,
        out_of: Account | None = None, share: Money | None = None,
    ) -> BankAccount:  # fmt: skip
        """A new account at zero, or with its share of an account that it was a part of so far.

        Raises AccountExists, UnknownCurrency, and what the ledger raises."""
        if out_of is not None and share is not None:
            entry = self.ledger.single_out(out_of, share, number, role, holder)
        else:
            entry = self.ledger.open(number, currency, "credit", role, holder)
        account = BankAccount(number, title, entry, identifiers, product, status, overdraft, limits or Limits())
        self.register.add(account)
        return account

    def internal(self, role: str, currency: Currency | str) -> Account:
        """The bank's own account of a role in a currency, opened when first asked for. KeyError for an unknown role."""
        code = currency if isinstance(currency, str) else currency.code
        if (role, code) not in self._internal:
            self._internal[role, code] = self.ledger.open(f"{role}-{code}", code, INTERNAL[role], role)
        return self._internal[role, code]

    def deposit(self, account: BankAccount, amount: Money, reference: str) -> Posting | None:
        """Put money on an account (take it, when negative) against the opening account, to set up a world."""
        opening = self.internal("opening", account.entry.currency)
        if not amount:
            return None
        into, out = (account.entry, opening) if not amount.is_negative else (opening, account.entry)
        return self.post(reference, (debit(out, abs(amount)), credit(into, abs(amount))), PROVISIONING)

    def fund(self, amount: Money, reference: str, *, inward: bool) -> Posting:
        """Pay money into the bank's liquidity account at the scheme, or take it out, by way of its settlement bank."""
        clearing, outside = (self.internal(role, amount.currency) for role in ("scheme-clearing", "settlement-bank"))
        into, out = (clearing, outside) if inward else (outside, clearing)
        return self.post(reference, (debit(into, amount), credit(out, amount)), "funds in" if inward else "funds out")

    def post(self, reference: str, legs: Sequence[Leg], memo: str = "", value_date: date | None = None) -> Posting:
        """Post all legs or none, each time it is called. Credits of a later value date are not available before it.

        Raises ValueDateRefused for a date before the business date, and what the ledger raises.
        """
        today = self.day.today
        value = value_date or today
        if value < today:
            raise ValueDateRefused(f"value date {value} lies before the business date {today}; use {today} or later")
        posting = self.ledger.post(reference, legs, memo)
        for leg in legs:
            self._movements.setdefault(leg.account.name, []).append(Movement(posting, leg, today, value))
            if value > today and leg.side == "credit":
                self._forward.setdefault(leg.account.name, []).append((value, leg.amount))
        return posting

    def draw(self, hold: Hold, legs: Sequence[Leg], memo: str = "") -> Posting:
        """Post legs in place of a hold, in one step, under the hold's reference. Raises what the ledger raises."""
        self.ledger.release(hold)
        return self.post(hold.reference, legs, memo)

    def reverse(self, posting: Posting, reference: str, memo: str = "reversal") -> Posting:
        """Undo a posting exactly, once. Raises AlreadyReversed."""
        if posting.id in self._reversed:
            raise AlreadyReversed(f"posting {posting.id} was reversed by {self._reversed[posting.id]}; it stays reversed")
        legs = [(debit if leg.side == "credit" else credit)(leg.account, abs(leg.amount)) for leg in posting.legs]
        undone = self.post(reference, legs, memo)
        self._reversed[posting.id] = undone.id
        return undone

    def forget(self, references: Set[str]) -> None:
        """Keep of the movements of these references one sum for each account, day and side; what was reversed stays."""
        for name, movements in self._movements.items():
            sums = self._forgotten.setdefault(name, Counter())
            kept = []
            for each in movements:
                if each.posting.reference in references and each.posting.id not in self._reversed:
                    sums[each.booked, each.leg.side] += abs(each.leg.units)
                else:
                    kept.append(each)
            movements[:] = kept

    def uncleared(self, account: BankAccount) -> Money:
        """Credits whose value date has not come."""
        today = self.day.today
        waiting = [(value, amount) for value, amount in self._forward.get(account.number, ()) if value > today]
        return sum((amount for _, amount in waiting), Money.zero(account.entry.currency))

    def available(self, account: BankAccount) -> Money:
        """Balance less holds and uncleared credits, plus the overdraft."""
        free = account.entry.available - self.uncleared(account)
        return free + account.overdraft if account.overdraft else free

    def moved_on(self, account: BankAccount, day: date, side: Side) -> Money:
        """What left (debit) or reached (credit) the account on a business date, reversals left out."""
        total = Money.of_units(self._forgotten.get(account.number, Counter())[day, side], account.entry.currency)
        for each in reversed(self._movements.get(account.number, [])):
            if each.booked < day:
                break
            if each.leg.side == side and each.posting.id not in self._reversed and each.posting.memo != PROVISIONING:
                total += abs(each.leg.amount)
        return total

    def statement(self, account: BankAccount) -> Iterator[Line]:
        """The movements of an account that were not forgotten, oldest first; the first balance takes up what was forgotten."""
        before = self._forgotten.get(account.number, Counter())
        units = sum(units if side == "credit" else -units for (_, side), units in before.items())
        balance = Money.of_units(units, account.entry.currency) + account.entry.brought
        for each in self._movements.get(account.number, ()):
            posting, leg = each.posting, each.leg
            balance += leg.amount
            yield Line(
                posting.id, posting.at, each.value_date, posting.reference, leg.side, abs(leg.amount), balance,
                posting.memo, self._reversed.get(posting.id),
            )  # fmt: skip
