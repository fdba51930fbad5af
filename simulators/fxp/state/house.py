"""One FX provider: the terms it gave, the conversions it reserved, its book, and what a repeated request does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from loopyard.engine.plan import Participant
from loopyard.engine.site import Site
from loopyard.kernel.clock import Timer
from loopyard.kernel.ledger import Hold, credit, debit
from loopyard.kernel.lifecycle import Lifecycle
from loopyard.kernel.money import Currency, Money
from simulators.fxp.settings import Options
from simulators.fxp.state import rates
from simulators.fxp.state.errors import (
    AmountMissing,
    AmountTooFine,
    ConversionExpired,
    ConversionUnknown,
    Modified,
    NotOurs,
    RequestExpired,
    TermsAltered,
    TermsExpired,
    TermsMissing,
    TermsUnknown,
    TreasuryEmpty,
)
from simulators.participant.errors import Refusal

CONVERSION = Lifecycle(
    "conversion",
    initial="RECEIVED",
    final={"COMMITTED", "ABORTED"},
    transitions={
        ("RECEIVED", "refuse"): "ABORTED",
        ("RECEIVED", "reserve"): "RESERVED",
        ("RESERVED", "commit"): "COMMITTED",
        ("RESERVED", "abort"): "ABORTED",
    },
)


@dataclass(frozen=True, slots=True)
class TermsOrder:
    """A quote request as it came. An amount of None is unknown; `echo` is what the answer repeats word for word."""

    id: str
    conversion_id: str
    transfer_id: str | None
    initiating_fsp: str
    counter_fsp: str
    amount_type: Literal["SEND", "RECEIVE"]
    source: tuple[Currency, Money | None]
    target: tuple[Currency, Money | None]
    expires_at: datetime | None
    fingerprint: bytes
    echo: Mapping[str, Any]


@dataclass(slots=True)
class Terms:
    """Terms given; `condition` and `fulfilment` seal them."""

    order: TermsOrder
    price: rates.Price
    expires_at: datetime
    condition: str = ""
    fulfilment: str = ""


@dataclass(frozen=True, slots=True)
class ConversionOrder:
    """A conversion's prepare as it came; `id` is the commit request's."""

    id: str
    transfer_id: str
    initiating_fsp: str
    counter_fsp: str
    source: Money
    target: Money
    condition: str
    expires_at: datetime
    fingerprint: bytes


@dataclass(slots=True)
class Conversion:
    """A conversion that came in. `ignored` are notices that changed nothing, in order."""

    order: ConversionOrder
    completed_at: datetime
    state: str = CONVERSION.initial
    terms: Terms | None = None
    refusal: Refusal | None = None
    hold: Hold | None = None
    asked: int = 0
    timer: Timer | None = None
    ignored: list[str] = field(default_factory=list)


class House:
    """An FXP's book has per currency its `treasury` and its money in the scheme, the asset `scheme-clearing`."""

    def __init__(self, participant: Participant, options: Options, site: Site) -> None:
        self.id = participant.id
        self.scheme = participant.schemes[0]
        self.options = options
        self.rates = dict(options.rates)
        self.ledger = site.ledger(participant.id)
        self._now = site.clock.now
        self._terms: dict[str, Terms] = {}
        self._by_conversion: dict[str, Terms] = {}
        self.conversions: dict[str, Conversion] = {}
        for code, funds in participant.funds.items():
            self._open(code, funds, Money(options.treasury.get(code, str(funds)), code))

    def _open(self, code: str, funds: Money, own: Money) -> None:
        clearing = self.ledger.open(f"scheme-clearing:{code}", code, "debit", "scheme-clearing")
        treasury = self.ledger.open(f"treasury:{code}", code, "credit", "treasury")
        opening = self.ledger.open(f"opening:{code}", code, "debit", "opening")
        if funds:
            self.ledger.post("opening", (debit(clearing, funds), credit(opening, funds)))
        if own:
            self.ledger.post("opening", (debit(opening, own), credit(treasury, own)))

    def forget(self, ids: Iterable[str]) -> None:
        """Know nothing of these conversions, nor of their terms."""
        for id_ in ids:
            row = self.conversions.pop(id_, None)
            if row is not None and row.timer is not None:
                row.timer.cancel()
            if row is not None and row.terms is not None:
                self._terms.pop(row.terms.order.id, None)
                self._by_conversion.pop(id_, None)

    def quote(self, order: TermsOrder) -> Terms:
        """Terms for a conversion; the same request again gets the same terms. Raises Refusal."""
        if earlier := self._terms.get(order.id):
            if earlier.order.fingerprint != order.fingerprint:
                raise Modified(f"terms {order.id} were asked for with another content; use a new id")
            return earlier
        if order.counter_fsp != self.id:
            raise NotOurs(f"counterPartyFsp {order.counter_fsp!r} is not {self.id}")
        if order.expires_at is not None and order.expires_at <= self._now():
            raise RequestExpired(f"the request for terms {order.id} has expired; ask again")
        made = Terms(order, self._price(order), self._now() + timedelta(seconds=self.options.expiry_seconds))
        self._terms[order.id] = self._by_conversion[order.conversion_id] = made
        return made

    def _price(self, order: TermsOrder) -> rates.Price:
        source, target = order.source[0], order.target[0]
        rate = rates.rate_of(self.options, self.rates, source, target)
        fixed = order.source[1] if order.amount_type == "SEND" else order.target[1]
        if fixed is None:
            raise AmountMissing(f"{order.amount_type} needs an amount on its side; give one")
        if not fixed.fits(fixed.currency.exponent):
            raise AmountTooFine(f"{fixed} {fixed.currency} has more than {fixed.currency.exponent} decimals; round it")
        if order.amount_type == "SEND":
            return rates.sell(self.options, rate, fixed, target)
        return rates.buy(self.options, rate, source, fixed)

    def known_terms(self, id_: str) -> Terms:
        """Terms that were given. Raises TermsUnknown."""
        if id_ not in self._terms:
            raise TermsUnknown(f"{self.id} gave no terms {id_}; ask for them first")
        return self._terms[id_]

    def known_conversion(self, id_: str) -> Conversion:
        """A conversion that came in. Raises ConversionUnknown."""
        if id_ not in self.conversions:
            raise ConversionUnknown(f"no conversion {id_} came to {self.id}; prepare it first")
        return self.conversions[id_]

    def prepare(self, order: ConversionOrder, abort: bool = False) -> Conversion:
        """Reserve the target currency; the same prepare again gets the same answer. `abort`: decline it. Raises Refusal."""
        row = self.conversions.get(order.id)
        if row is None:
            row = self.conversions[order.id] = Conversion(order, self._now())
            self._decide(row, abort)
        elif row.order.fingerprint != order.fingerprint:
            raise Modified(f"conversion {order.id} was prepared with another content; use a new id")
        if row.refusal is not None:
            raise row.refusal
        return row

    def _decide(self, row: Conversion, abort: bool) -> None:
        row.refusal = None if abort else self._objection(row)
        if abort or row.refusal is not None:
            row.state = CONVERSION.next(row.state, "refuse")
            return
        target = row.order.target
        row.hold = self.ledger.hold(self.ledger.account(f"treasury:{target.currency}"), target, row.order.id)
        row.state = CONVERSION.next(row.state, "reserve")

    def _objection(self, row: Conversion) -> Refusal | None:
        """Why the conversion cannot be taken, and the terms behind it when it can."""
        order, now = row.order, self._now()
        terms = row.terms = self._by_conversion.get(order.id)
        if terms is None:
            return TermsMissing("Corresponding fxQuote not found")
        if order.expires_at <= now:
            return ConversionExpired(f"conversion {order.id} expired before it came; prepare a new one")
        if terms.expires_at <= now:
            return TermsExpired(f"terms {terms.order.id} have expired; ask for new ones")
        for what, same in (
            ("condition", order.condition == terms.condition),
            ("sourceAmount", order.source == terms.price.source),
            ("targetAmount", order.target == terms.price.target),
            ("initiatingFsp", order.initiating_fsp == terms.order.initiating_fsp),
            ("counterPartyFsp", order.counter_fsp == self.id),
            ("determiningTransferId", terms.order.transfer_id in (None, order.transfer_id)),
        ):
            if not same:
                return TermsAltered(f"{what} is not that of the fxQuote")
        treasury = self.ledger.account(f"treasury:{order.target.currency}")
        if treasury.available < order.target:
            return TreasuryEmpty(f"{self.id} has {treasury.available} {treasury.currency}, which is less than {order.target}")
        return None

    def notice(self, id_: str, event: Literal["commit", "abort"], told_by: str) -> Conversion | None:
        """The hub's word on a conversion. What is late, repeated or of none of ours changes nothing."""
        row = self.conversions.get(id_)
        if row is None:
            return None
        if (row.state, event) not in CONVERSION.transitions:
            row.ignored.append(f"{told_by} {event} in {row.state}")
            return row
        row.state = CONVERSION.next(row.state, event)
        if row.timer is not None:
            row.timer.cancel()
            row.timer = None
        assert row.hold is not None
        self.ledger.release(row.hold)
        row.hold = None
        if row.state == "COMMITTED":
            self._exchange(row.order)
        return row

    def _exchange(self, order: ConversionOrder) -> None:
        """Source currency came in, target currency left, both through the scheme."""
        got, gave, book = order.source, order.target, self.ledger.account
        legs = (
            debit(book(f"scheme-clearing:{got.currency}"), got),
            credit(book(f"treasury:{got.currency}"), got),
            debit(book(f"treasury:{gave.currency}"), gave),
            credit(book(f"scheme-clearing:{gave.currency}"), gave),
        )
        self.ledger.post(order.id, legs, "conversion")
