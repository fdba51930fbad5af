"""What a payment will cost at this bank. A quote moves nothing; a reserve that names it is charged what it says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from loopyard.engine.site import Site
from loopyard.kernel.money import Money, currency
from simulators.cbs.engine import checks
from simulators.cbs.engine.accounts import BankAccount
from simulators.cbs.engine.book import Book
from simulators.cbs.engine.errors import AmountBelowFee
from simulators.cbs.engine.tariff import Tariff
from simulators.cbs.mojaloop_reference.settings import Settings
from simulators.cbs.mojaloop_reference.state.errors import QuoteMismatch, UnknownQuote

ReserveSide = Literal["payer", "payee"]


@dataclass(frozen=True, slots=True)
class Party:
    """Whom a request names."""

    id_type: str
    id_value: str


@dataclass(frozen=True, slots=True)
class QuoteOrder:
    """A wish for terms. RECEIVE fixes what arrives: the payee's account, or, for a payer, the scheme."""

    side: ReserveSide
    party: Party
    amount: Money
    amount_type: Literal["SEND", "RECEIVE"] = "SEND"


@dataclass(frozen=True, slots=True)
class Quote:
    """Terms: `sent` less `fee` is `received`. For a payer that is from her account into the scheme, for a payee from
    the scheme into his account."""

    id: str
    transfer_id: str
    order: QuoteOrder
    account: BankAccount
    sent: Money
    received: Money
    fee: Money
    expiry: datetime

    @property
    def transferred(self) -> Money:
        """What the scheme carries: the amount of a reserve under this quote."""
        return self.received if self.order.side == "payer" else self.sent


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a reserve under a quote is held to; nobody asks for the rest of a quote again."""

    side: ReserveSide
    account: BankAccount
    transferred: Money
    fee: Money


class Quotes:
    """The quotes of one bank, and its present tariffs."""

    def __init__(self, site: Site, book: Book, settings: Settings) -> None:
        self._site = site
        self._book = book
        self._settings = settings
        self._agreed: dict[str, Agreed] = {}
        self.tariffs: dict[str, Tariff] = {}
        for code, tariff in settings.fees.items():
            self.charge(code, tariff)

    def charge(self, code: str, tariff: Tariff) -> None:
        """Charge by `tariff` in a currency from now on. Raises UnknownCurrency, AmountTooFine."""
        tariff.check(currency(code))
        self.tariffs[code] = tariff

    def give(self, order: QuoteOrder) -> Quote:
        """Terms for an order. Raises Refusal: no such account, not usable, beyond a limit."""
        account = self._book.register.one(order.party.id_type, order.party.id_value, order.amount.currency.code)
        fee = self.fee(order.side, account, order.amount)
        adds = order.side == "payer" or order.amount_type == "RECEIVE"
        sent, received = (order.amount + fee, order.amount) if adds else (order.amount, order.amount - fee)
        if received.units <= 0:
            raise AmountBelowFee(f"the fee of {fee} takes all of {order.amount}; send more")
        self._check(order.side, account, received)
        now = self._site.clock.now()
        expiry = now + timedelta(seconds=self._settings.quote_seconds)
        quote = Quote(self._site.ids.uuid(), self._site.ids.uuid(), order, account, sent, received, fee, expiry)
        self._agreed[quote.id] = Agreed(order.side, account, quote.transferred, fee)
        return quote

    def fee(self, side: ReserveSide, account: BankAccount, amount: Money) -> Money:
        """The charge on an amount; the bank charges itself nothing."""
        tariff = self.tariffs.get(account.currency)
        if tariff is None or account.entry.role == "treasury":
            return Money.zero(amount.currency)
        return tariff.charge("sending" if side == "payer" else "receiving").on(amount)

    def forget(self, quote_id: str | None) -> None:
        """Know nothing of a quote, if there is one."""
        if quote_id is not None:
            self._agreed.pop(quote_id, None)

    def agreed_fee(self, quote_id: str, side: ReserveSide, account: BankAccount, amount: Money) -> Money:
        """The fee of a quote that was given for exactly this. Raises UnknownQuote, QuoteMismatch."""
        quote = self._agreed.get(quote_id)
        if quote is None:
            raise UnknownQuote(f"no quote {quote_id}; ask for one, or leave quoteId out")
        if (quote.side, quote.account, quote.transferred) != (side, account, amount):
            raise QuoteMismatch(f"quote {quote_id} is for another account, side or amount; ask for a new one")
        return quote.fee

    def _check(self, side: ReserveSide, account: BankAccount, amount: Money) -> None:
        if side == "payee":
            checks.may_credit(self._book, account, amount)
            return
        checks.sound(account, amount)
        checks.usable(account, "debit")
        checks.within_limits(self._book, account, amount)
