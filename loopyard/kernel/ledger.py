"""Double entry with holds: the one ledger class that every simulated book is made of. It forbids no overdraft and
forgives no repeat: those are rules of each system, in its own state."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from loopyard.kernel.errors import (
    AccountExists,
    AmountNotPositive,
    CaptureExceedsHold,
    CurrencyMismatch,
    HoldNotActive,
    Unbalanced,
    UnknownAccount,
)
from loopyard.kernel.money import Currency, Money, currency

Side = Literal["debit", "credit"]
HoldState = Literal["active", "captured", "released", "expired"]


class Account:
    """An account of one ledger, in one currency. Only its ledger changes it; reading costs the same at any length.

    `role` says what it is for (customer, fee income, scheme clearing), `holder` whose it is.
    """

    __slots__ = ("_brought", "_held", "_sum", "currency", "holder", "name", "normal", "role")

    def __init__(self, name: str, currency_: Currency, normal: Side, role: str, holder: str) -> None:
        self.name = name
        self.currency = currency_
        self.normal = normal
        self.role = role
        self.holder = holder
        self._sum = 0  # units; credits less debits, whatever the normal side
        self._held = 0
        self._brought = 0

    @property
    def balance(self) -> Money:
        """Positive on the account's normal side."""
        return Money.of_units(self._sum if self.normal == "credit" else -self._sum, self.currency)

    @property
    def held(self) -> Money:
        return Money.of_units(self._held, self.currency)

    @property
    def available(self) -> Money:
        """Balance less what is held; negative when the system allowed it."""
        return self.balance - self.held

    @property
    def brought(self) -> Money:
        """What of the balance was never posted to it: its share when it was singled out, less what others took with them."""
        return Money.of_units(self._brought if self.normal == "credit" else -self._brought, self.currency)

    def __repr__(self) -> str:
        return f"Account({self.name!r}, {self.balance} {self.currency}, held {self.held})"


@dataclass(frozen=True, slots=True)
class Leg:
    """A signed number of units on an account: debit negative, credit positive. Made by `debit` and `credit`."""

    account: Account
    units: int

    @property
    def amount(self) -> Money:
        """Signed: debit negative, credit positive."""
        return Money.of_units(self.units, self.account.currency)

    @property
    def side(self) -> Side:
        return "debit" if self.units < 0 else "credit"


@dataclass(frozen=True, slots=True)
class Posting:
    """Legs that stand or fall together; `cause` is the interaction in which they were posted."""

    id: int
    at: datetime
    reference: str
    legs: tuple[Leg, ...]
    cause: str | None
    memo: str


@dataclass(slots=True, eq=False)
class Hold:
    """Money set aside on an account: still in its balance, no longer available."""

    id: int
    at: datetime
    account: Account
    amount: Money
    reference: str
    until: datetime | None
    cause: str | None
    state: HoldState = "active"


def debit(account: Account, money: Money) -> Leg:
    """A debit of a positive amount. Raises AmountNotPositive, CurrencyMismatch."""
    return Leg(account, -_positive(account, money))


def credit(account: Account, money: Money) -> Leg:
    """A credit of a positive amount. Raises AmountNotPositive, CurrencyMismatch."""
    return Leg(account, _positive(account, money))


def _no_cause() -> str | None:
    return None


class Ledger:
    """The book of one owner. `now` gives the time of a posting, `cause` the interaction that is being served."""

    __slots__ = ("_accounts", "_active", "_archived", "_cause", "_hold_count", "_made", "_now", "_postings", "owner")

    def __init__(self, owner: str, now: Callable[[], datetime], cause: Callable[[], str | None] = _no_cause) -> None:
        self.owner = owner
        self._now = now
        self._cause = cause
        self._accounts: dict[str, Account] = {}
        self._postings: list[Posting] = []
        self._made = 0
        self._archived: dict[str, int] = {}
        self._active: dict[int, Hold] = {}
        self._hold_count = 0

    @property
    def accounts(self) -> Collection[Account]:
        """All accounts, in the order of opening."""
        return self._accounts.values()

    @property
    def postings(self) -> Sequence[Posting]:
        """All postings but those archived, in order; a live view."""
        return self._postings

    @property
    def made(self) -> int:
        """How many postings were ever made, those archived included. Ids count them from 1."""
        return self._made

    @property
    def archived(self) -> Mapping[str, int]:
        """What the archived postings moved, by account name: credits less debits, in units of 1/10,000."""
        return self._archived

    def since(self, made: int) -> Sequence[Posting]:
        """The postings that came after the first `made`."""
        return self._postings[self._place(made) :]

    def until(self, made: int) -> Sequence[Posting]:
        """The first `made` postings, as far as they are not archived."""
        return self._postings[: self._place(made)]

    def _place(self, made: int) -> int:
        return bisect_right(self._postings, made, key=lambda posting: posting.id)

    @property
    def holds(self) -> Collection[Hold]:
        """The active holds, in the order of placing; a live view."""
        return self._active.values()

    def open(self, name: str, currency_: str | Currency, normal: Side = "credit", role: str = "", holder: str = "") -> Account:
        """A new account at zero. Raises AccountExists, UnknownCurrency."""
        if name in self._accounts:
            raise AccountExists(f"{self.owner} has an account {name!r}; choose another name, or use the one it has")
        account = self._accounts[name] = Account(name, currency(currency_), normal, role, holder)
        return account

    def single_out(self, whole: Account, share: Money, name: str, role: str = "", holder: str = "") -> Account:
        """An account that was a part of `whole` all along gets a name of its own, and takes its share with it: for owners too
        many to have an account each before it is asked for. Nothing has moved, so nothing is posted.

        Raises AccountExists, CurrencyMismatch, UnknownAccount.
        """
        self._check_own(whole)
        if share.currency != whole.currency:
            raise CurrencyMismatch(f"account {whole.name!r} is in {whole.currency}, not {share!r}; single out what is in it")
        account = self.open(name, whole.currency, whole.normal, role, holder)
        units = share.units if whole.normal == "credit" else -share.units
        for each, moved in ((whole, -units), (account, units)):
            each._sum += moved
            each._brought += moved
        return account

    def account(self, name: str) -> Account:
        """The account of a name. Raises UnknownAccount."""
        try:
            return self._accounts[name]
        except KeyError:
            raise UnknownAccount(f"{self.owner} has no account {name!r}; open it first") from None

    def post(self, reference: str, legs: Sequence[Leg], memo: str = "") -> Posting:
        """Post all legs or none; posts every time it is called. Raises Unbalanced, UnknownAccount."""
        self._check_balanced(reference, legs)
        for leg in legs:
            self._check_own(leg.account)
        self._made += 1
        posting = Posting(self._made, self._now(), reference, tuple(legs), self._cause(), memo)
        for leg in legs:
            leg.account._sum += leg.units
        self._postings.append(posting)
        return posting

    def hold(self, account: Account, money: Money, reference: str, until: datetime | None = None) -> Hold:
        """Set money aside until it is captured, released, or `until` has come and `expire` is called.

        Raises AmountNotPositive, CurrencyMismatch, UnknownAccount.
        """
        units = _positive(account, money)
        self._check_own(account)
        hold = Hold(self._hold_count + 1, self._now(), account, money, reference, until, self._cause())
        self._hold_count = hold.id
        self._active[hold.id] = hold
        account._held += units
        return hold

    def capture(self, hold: Hold, to: Account, amount: Money | None = None, memo: str = "") -> Posting:
        """Move held money out of its account to `to`, under the hold's reference; what is not taken is released.

        The held account's balance falls on its normal side. Raises HoldNotActive, CaptureExceedsHold,
        AmountNotPositive, CurrencyMismatch, UnknownAccount; then nothing has changed.
        """
        self._check_active(hold)
        taken = hold.amount if amount is None else amount
        if taken > hold.amount:
            raise CaptureExceedsHold(f"hold {hold.id} ({hold.reference}) is of {hold.amount}, not {taken}; capture less")
        out, into = (debit, credit) if hold.account.normal == "credit" else (credit, debit)
        posting = self.post(hold.reference, (out(hold.account, taken), into(to, taken)), memo)
        self._finish(hold, "captured")
        return posting

    def release(self, hold: Hold) -> None:
        """Make held money available again. Raises HoldNotActive."""
        self._check_active(hold)
        self._finish(hold, "released")

    def expire(self, now: datetime) -> list[Hold]:
        """Release the holds whose `until` has come (until <= now), and return them in the order of placing."""
        due = [hold for hold in self._active.values() if hold.until is not None and hold.until <= now]
        for hold in due:
            self._finish(hold, "expired")
        return due

    def archive(self, references: Set[str]) -> None:
        """Keep of the postings of these references one sum an account. Balances stay, and so do holds."""
        kept = []
        for posting in self._postings:
            if posting.reference not in references:
                kept.append(posting)
                continue
            for leg in posting.legs:
                self._archived[leg.account.name] = self._archived.get(leg.account.name, 0) + leg.units
        self._postings[:] = kept

    def _finish(self, hold: Hold, state: HoldState) -> None:
        del self._active[hold.id]
        hold.account._held -= hold.amount.units
        hold.state = state

    def _check_active(self, hold: Hold) -> None:
        if self._active.get(hold.id) is not hold:
            where = f"{hold.state}, or another ledger's" if hold.state == "active" else hold.state
            raise HoldNotActive(f"hold {hold.id} ({hold.reference}) at {self.owner} is {where}; place a new one")

    def _check_own(self, account: Account) -> None:
        if self._accounts.get(account.name) is not account:
            raise UnknownAccount(f"account {account.name!r} is not one of {self.owner}; post it in its own ledger")

    def _check_balanced(self, reference: str, legs: Sequence[Leg]) -> None:
        sums: dict[Currency, int] = {}
        for leg in legs:
            sums[leg.account.currency] = sums.get(leg.account.currency, 0) + leg.units
        off = [f"{Money.of_units(units, cur)} {cur}" for cur, units in sums.items() if units]
        if off or not legs:
            problem = f"credits exceed debits by {', '.join(off)}" if off else "there are no legs"
            raise Unbalanced(f"{self.owner}: {reference}: {problem}; each currency must sum to zero")


def _positive(account: Account, money: Money) -> int:
    if money.currency != account.currency:
        raise CurrencyMismatch(f"account {account.name!r} is in {account.currency}, not {money!r}; convert it first")
    if money.units <= 0:
        raise AmountNotPositive(f"{money!r} on account {account.name!r} is not positive; use the other side, or none")
    return money.units
