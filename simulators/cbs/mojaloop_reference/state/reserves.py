"""The life of reserved money at this bank, and what repeated requests do. A FAILED reserve is an answer, not an error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal

from loopyard.engine.site import Site
from loopyard.kernel.clock import Timer
from loopyard.kernel.ledger import Hold, Leg, credit, debit
from loopyard.kernel.lifecycle import Lifecycle
from loopyard.kernel.money import Money
from simulators.cbs.engine import checks
from simulators.cbs.engine.accounts import BankAccount
from simulators.cbs.engine.book import Book
from simulators.cbs.engine.errors import (
    AccountNotFound,
    AccountNotUsable,
    AmountBelowFee,
    InsufficientFunds,
    LimitExceeded,
    Refusal,
    WrongCurrency,
)
from simulators.cbs.engine.requests import RequestLog
from simulators.cbs.mojaloop_reference.settings import Settings
from simulators.cbs.mojaloop_reference.state.errors import DuplicateTransfer, UnknownReserve, UnknownTransfer
from simulators.cbs.mojaloop_reference.state.quotes import Party, Quotes, ReserveSide

RESERVE = Lifecycle(
    "reserve",
    initial="REQUESTED",
    final={"COMMITTED", "RELEASED", "FAILED"},
    transitions={
        ("REQUESTED", "hold"): "RESERVED",
        ("REQUESTED", "refuse"): "FAILED",
        ("RESERVED", "commit"): "COMMITTED",
        ("RESERVED", "release"): "RELEASED",
        ("RESERVED", "lapse"): "RELEASED",  # only where the bank's holds expire
    },
)

REASONS: Mapping[type[Refusal], str] = MappingProxyType(
    {
        InsufficientFunds: "INSUFFICIENT_FUNDS",
        AccountNotFound: "ACCOUNT_NOT_FOUND",
        WrongCurrency: "CURRENCY_MISMATCH",
        LimitExceeded: "LIMIT_EXCEEDED",
        AmountBelowFee: "LIMIT_EXCEEDED",
    }
)


@dataclass(frozen=True, slots=True)
class ReserveOrder:
    """A wish to set money aside for a transfer. `commission` is what the payer's bank adds out of its own pocket."""

    transfer_id: str
    side: ReserveSide
    party: Party
    amount: Money
    commission: Money | None = None
    home_transaction_id: str | None = None
    quote_id: str | None = None


@dataclass(slots=True, eq=False)
class Reserve:
    """One reserve, with its hold while it has one. `outcome` is what its request was answered, `state` where it stands now."""

    id: str
    order: ReserveOrder
    fee: Money
    account: BankAccount | None = None
    hold: Hold | None = None
    reason: str | None = None
    state: str = RESERVE.initial
    timer: Timer | None = field(default=None, repr=False)

    @property
    def outcome(self) -> Literal["RESERVED", "FAILED"]:
        return "RESERVED" if self.reason is None else "FAILED"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a commit or a release."""

    reserve: Reserve
    status: Literal["COMMITTED", "RELEASED", "FAILED"]
    reason: str | None = None


def reason_of(refusal: Refusal) -> str:
    """The bank's word for a refusal."""
    if isinstance(refusal, AccountNotUsable):
        return "ACCOUNT_INACTIVE" if refusal.status in ("dormant", "closed") else "ACCOUNT_BLOCKED"
    return REASONS[type(refusal)]


class Reserves:
    """All reserves of one bank."""

    def __init__(self, site: Site, book: Book, quotes: Quotes, settings: Settings) -> None:
        self._site = site
        self._book = book
        self._quotes = quotes
        self._settings = settings
        self._requests: RequestLog[Reserve] = RequestLog()
        self._by_id: dict[str, Reserve] = {}
        self._expected: dict[BankAccount, Money] = {}  # reserved for a payee and not yet credited

    def reserve(self, order: ReserveOrder) -> Reserve:
        """Set money aside. A repeat does what the setting says; the same transfer with other terms is always refused.

        Raises DuplicateTransfer, UnknownQuote, QuoteMismatch.
        """
        earlier = [each for each in self._requests.earlier(order.transfer_id) if each.result.order.side == order.side]
        if not earlier or self._settings.duplicate_reserve == "second-hold":
            return self._new(order)
        if self._settings.duplicate_reserve == "reject" or earlier[0].content != order:
            raise DuplicateTransfer(f"transfer {order.transfer_id} was reserved before on the {order.side}'s side; query it")
        return earlier[0].result

    def commit(self, reserve_id: str) -> Outcome:
        """Turn a reserve into postings, once; a repeat gets the same answer. Raises UnknownReserve."""
        reserve = self.by_id(reserve_id)
        if reserve.state == "COMMITTED":
            return Outcome(reserve, "COMMITTED")
        if reserve.state != "RESERVED":
            return Outcome(reserve, "FAILED", "NOT_RESERVED")
        refusal = self._refusal_at_commit(reserve)
        if refusal is not None:
            return Outcome(reserve, "FAILED", reason_of(refusal))
        assert reserve.hold is not None
        self._book.draw(reserve.hold, self._legs(reserve), f"{reserve.order.side} commit")
        self._turn(reserve, "commit")
        return Outcome(reserve, "COMMITTED")

    def release(self, reserve_id: str) -> Outcome:
        """Make the money available again, once; a repeat gets the same answer. Raises UnknownReserve."""
        reserve = self.by_id(reserve_id)
        if reserve.state == "RELEASED":
            return Outcome(reserve, "RELEASED")
        if reserve.state != "RESERVED":
            return Outcome(reserve, "FAILED", "ALREADY_COMMITTED" if reserve.state == "COMMITTED" else "NOT_RESERVED")
        self._free(reserve, "release")
        return Outcome(reserve, "RELEASED")

    def by_id(self, reserve_id: str) -> Reserve:
        """Raises UnknownReserve."""
        if reserve_id not in self._by_id:
            raise UnknownReserve(f"no reserve {reserve_id}; commit and unreserve take the reserveId of a reserve")
        return self._by_id[reserve_id]

    def of_transfer(self, transfer_id: str) -> tuple[Reserve, ...]:
        """The reserves of a transfer, in the order of arrival. Raises UnknownTransfer."""
        found = tuple(each.result for each in self._requests.earlier(transfer_id))
        if not found:
            raise UnknownTransfer(f"no reserve was asked for transfer {transfer_id}; reserve it first")
        return found

    def forget(self, transfer_ids: Iterable[str]) -> None:
        """Know nothing of the reserves of these transfers, nor of the quotes that they named."""
        for id_ in transfer_ids:
            for request in self._requests.forget(id_):
                del self._by_id[request.result.id]
                self._quotes.forget(request.result.order.quote_id)

    def __iter__(self) -> Iterator[Reserve]:
        return iter(self._by_id.values())

    def _new(self, order: ReserveOrder) -> Reserve:
        reserve = Reserve(self._site.ids.uuid(), order, Money.zero(order.amount.currency))
        try:
            account, reserve.fee = self._admit(order)
        except Refusal as refusal:
            reserve.reason = reason_of(refusal)
            self._turn(reserve, "refuse")
        else:
            reserve.account = account
            self._hold(reserve, account)
        self._by_id[reserve.id] = reserve
        return self._requests.record(order.transfer_id, order, reserve)

    def _admit(self, order: ReserveOrder) -> tuple[BankAccount, Money]:
        amount = order.amount
        account = self._book.register.one(order.party.id_type, order.party.id_value, amount.currency.code)
        if order.quote_id is not None:
            fee = self._quotes.agreed_fee(order.quote_id, order.side, account, amount)
        else:
            fee = self._quotes.fee(order.side, account, amount)
        if order.side == "payer":
            checks.may_debit(self._book, account, amount, fee)
        elif amount <= fee:
            raise AmountBelowFee(f"the fee of {fee} takes all of {amount}; send more")
        else:
            checks.may_credit(self._book, account, amount - fee, self._expected.get(account))
        return account, fee

    def _hold(self, reserve: Reserve, account: BankAccount) -> None:
        order, until = reserve.order, self._lapses()
        held, money = account.entry, order.amount + reserve.fee
        if order.side == "payee":
            held, money = self._book.internal("scheme-clearing", account.currency), order.amount
        reserve.hold = self._book.ledger.hold(held, money, order.transfer_id, until)
        self._turn(reserve, "hold")
        self._expect(reserve, order.amount - reserve.fee)
        if until is not None:
            reserve.timer = self._site.crew.at(until, lambda: self._lapse(reserve), f"reserve {reserve.id} lapses")

    def _lapses(self) -> datetime | None:
        seconds = self._settings.hold_seconds
        return self._site.clock.now() + timedelta(seconds=seconds) if seconds else None

    async def _lapse(self, reserve: Reserve) -> None:
        if reserve.state == "RESERVED":
            self._free(reserve, "lapse")

    def _free(self, reserve: Reserve, event: str) -> None:
        assert reserve.hold is not None
        self._book.ledger.release(reserve.hold)
        self._turn(reserve, event)

    def _turn(self, reserve: Reserve, event: str) -> None:
        held = reserve.state == "RESERVED"
        reserve.state = RESERVE.next(reserve.state, event)
        if held:
            self._expect(reserve, reserve.fee - reserve.order.amount)
            reserve.hold = None
        if reserve.timer is not None:
            reserve.timer.cancel()
            reserve.timer = None

    def _expect(self, reserve: Reserve, change: Money) -> None:
        """Keep count of what is promised to a payee, so that a tier's cap is met at the reserve and not at the commit."""
        if reserve.order.side == "payee":
            assert reserve.account is not None
            self._expected[reserve.account] = self._expected.get(reserve.account, Money.zero(change.currency)) + change

    def _refusal_at_commit(self, reserve: Reserve) -> Refusal | None:
        side, account, whose = reserve.order.side, reserve.account, self._settings.recheck_at_commit
        assert account is not None
        if whose == "none" or (whose == "payee" and side == "payer"):
            return None
        try:
            checks.usable(account, "credit" if side == "payee" else "debit")
        except Refusal as refusal:
            return refusal
        return None

    def _legs(self, reserve: Reserve) -> list[Leg]:
        order, account, fee = reserve.order, reserve.account, reserve.fee
        assert account is not None
        clearing = self._book.internal("scheme-clearing", account.currency)
        if order.side == "payee":
            legs = [debit(clearing, order.amount), credit(account.entry, order.amount - fee)]
        else:
            legs = [debit(account.entry, order.amount + fee), credit(clearing, order.amount)]
            if order.commission:
                paid = self._book.internal("commission-paid", account.currency)
                legs += [debit(paid, order.commission), credit(clearing, order.commission)]
        return legs if not fee else [*legs, credit(self._book.internal("fee-income", account.currency), fee)]
