"""Conversions: terms for payers' institutions, the target held on fxTransfer, both currencies moved once the dependent
transfer is committed. Replaceable as part "conversions"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from connectors.core_connector.cbs import Holder, Order, Side
from connectors.core_connector.conversions import wire
from connectors.core_connector.conversions.lifecycle import QUOTE
from connectors.core_connector.conversions.model import Conversion, FxQuote, Wish
from connectors.core_connector.conversions.rates import Rates
from connectors.core_connector.errors import Refusal
from connectors.core_connector.outcomes import Done, Outcome, Refused, Unknown
from connectors.core_connector.settings import Settings
from connectors.core_connector.store import Row, Shelf
from connectors.core_connector.teller import Teller
from connectors.core_connector.worklist import Worklist
from loopyard.kernel.ids import Ids
from loopyard.kernel.money import Money
from loopyard.transport.service import Surroundings

PAID: Final = frozenset({"PAYING", "COLLECTING", "BOOKING", "COMMITTED"})
GIVEN_UP: Final = frozenset({"RELEASING", "RELEASED", "REFUSED", "WITHDRAWING"})


class Conversions:
    """Conversions, one row each."""

    def __init__(
        self,
        worklist: Worklist[Conversion],
        quotes: Shelf[FxQuote],
        rates: Rates,
        teller: Teller,
        settings: Settings,
        surroundings: Surroundings,
    ) -> None:
        self.worklist = worklist
        self._quotes = quotes
        self._rates = rates
        self._teller = teller
        self._settings = settings
        self._mark = surroundings.boundary
        self._ids: Ids = surroundings.ids

    def quote(self, wish: Wish) -> FxQuote:
        """Raises Refusal: 5106 for a pair that is not offered, 5103 for an amount that is too small."""
        if wish.amount_type == "SEND":
            source, target = wish.fixed, self._rates.target_of(wish.fixed, wish.target_currency)
        else:
            source, target = self._rates.source_of(wish.fixed, wish.source_currency), wish.fixed
        now = self.worklist.clock.now()
        own = now + timedelta(seconds=self._settings.quote_expiry_seconds)
        quote = FxQuote(
            Row(wish.conversion_id, QUOTE.initial, now, transfer=wish.determining_transfer_id),
            wish,
            source,
            target,
            self._rates.charge(wish.source_currency),
            self._ids.uuid(),
            min(own, wish.expires_at) if wish.expires_at else own,
        )
        self._quotes.save(quote)
        return quote

    async def prepare(self, content: Mapping[str, Any]) -> Conversion:
        """POST /fxTransfers. The same conversion again is answered as the first time. Raises Refusal."""
        key, source, target = wire.prepared(content)
        async with self.worklist.alone(key, self._settings.http_timeout) as mine:
            if not mine:
                raise Refusal("2004", f"{key} is being worked on")
            earlier = self.worklist.shelf.get(key)
            if earlier is not None:
                if (earlier.source, earlier.target) != (source, target):
                    raise Refusal("3106", f"{key} stands for another conversion")
                return _answer(earlier)
            quote = self._promised(key, source, target)
            conversion = Conversion(
                self.worklist.new(key, transfer=quote.wish.determining_transfer_id),
                source, target, quote.home_id, self.worklist.clock.now(),
            )  # fmt: skip
            self.worklist.shelf.save(conversion)
            self._mark("conversions.transfer.recorded")
            await self._reserve(conversion)
            self._mark("conversions.reserve.recorded")
            return _answer(conversion)

    async def finish(self, key: str, end: str) -> None:
        """PUT /fxTransfers: both currencies, or none, once. Raises Refusal."""
        self.find(key)
        async with self.worklist.alone(key, self._settings.http_timeout) as mine:
            if not mine:
                raise Refusal("2004", f"{key} is being worked on")
            conversion = self.find(key)
            state = conversion.row.state
            if end and state == "RESERVED":
                self.worklist.move(conversion, end)
                self._mark("conversions.final.recorded")
                await self.work(conversion)
            elif state in (PAID if end == "abort" else GIVEN_UP if end == "commit" else ()):
                raise Refusal("2001", f"{key} is {state} here; the notice says {end}")

    def find(self, key: str) -> Conversion:
        """Raises Refusal 3208."""
        conversion = self.worklist.shelf.get(key)
        if conversion is None:
            raise Refusal("3208", f"no conversion {key}", status=404)
        return conversion

    async def work(self, conversion: Conversion) -> None:
        """Go on from whatever state the row is in."""
        match conversion.row.state:
            case "RECEIVED":
                self._lose_sight(conversion, "the connector restarted before it answered")
            case "WITHDRAWING":
                await self._look_for_hold(conversion)
            case "PAYING":
                await self._pay(conversion)
            case "COLLECTING":
                await self._collect(conversion)
            case "BOOKING":
                await self._book(conversion)
            case "RELEASING":
                await self._release(conversion)

    async def _reserve(self, conversion: Conversion) -> None:
        outcome = await self._teller.reserve(self._order(conversion, "payer"))
        self._mark("conversions.reserve.done")
        match outcome:
            case Done(hold):
                conversion.reserve_id = hold.reserve_id
                self.worklist.move(conversion, "reserve")
            case Refused(reason, message):
                conversion.code, conversion.message = "5001", f"{reason}: {message}"
                self.worklist.move(conversion, "refuse")
            case Unknown(why):
                self._lose_sight(conversion, why)

    def _lose_sight(self, conversion: Conversion, why: str) -> None:
        conversion.code, conversion.message = "2001", why
        self.worklist.move(conversion, "lose sight", why)
        self.worklist.postpone(conversion, self._teller.bank, why)

    async def _look_for_hold(self, conversion: Conversion) -> None:
        outcome = await self._teller.trace(self._order(conversion, "payer"), conversion.row.attempts)
        match outcome:
            case Done(hold):
                conversion.reserve_id = hold.reserve_id
                self.worklist.move(conversion, "find")
                await self._release(conversion)
            case Refused():
                self.worklist.move(conversion, "find nothing")
            case Unknown(why):
                self.worklist.postpone(conversion, self._teller.bank, why)

    async def _pay(self, conversion: Conversion) -> None:
        outcome = await self._teller.commit(self._order(conversion, "payer"), conversion.reserve_id, conversion.row.attempts)
        self._mark("conversions.pay.done")
        if isinstance(outcome, Done):
            self.worklist.move(conversion, "pay")
            self._mark("conversions.pay.recorded")
            await self._collect(conversion)
        else:
            self._owe(conversion, outcome)

    async def _collect(self, conversion: Conversion) -> None:
        outcome = await self._teller.reserve(self._order(conversion, "payee"), conversion.row.attempts)
        self._mark("conversions.collect.done")
        if isinstance(outcome, Done):
            conversion.source_reserve_id = outcome.value.reserve_id
            self.worklist.move(conversion, "reserve")
            await self._book(conversion)
        else:
            self._owe(conversion, outcome)

    async def _book(self, conversion: Conversion) -> None:
        outcome = await self._teller.commit(
            self._order(conversion, "payee"), conversion.source_reserve_id, conversion.row.attempts
        )
        self._mark("conversions.book.done")
        if isinstance(outcome, Done):
            self.worklist.move(conversion, "collect")
        else:
            self._owe(conversion, outcome)
        self._mark("conversions.book.recorded")

    async def _release(self, conversion: Conversion) -> None:
        outcome = await self._teller.release(
            self._order(conversion, "payer"), conversion.reserve_id, "the transfer was aborted", conversion.row.attempts
        )
        self._mark("conversions.release.done")
        match outcome:
            case Done():
                self.worklist.move(conversion, "release")
            case Refused(reason, message):
                self.worklist.park(conversion, f"{reason}: {message}")
            case Unknown(why):
                self.worklist.postpone(conversion, self._teller.bank, why)
        self._mark("conversions.release.recorded")

    def _owe(self, conversion: Conversion, outcome: Outcome[Any]) -> None:
        """The hub has committed: both legs are owed until the bank has booked them."""
        match outcome:
            case Refused(reason, message):
                self.worklist.later(conversion, f"{reason}: {message}")
            case Unknown(why):
                self.worklist.postpone(conversion, self._teller.bank, why)

    def _order(self, conversion: Conversion, side: Side) -> Order:
        """The treasury pays the target currency and is paid the source currency."""
        money = conversion.target if side == "payer" else conversion.source
        return Order(conversion.row.key, side, self._treasury(money), money, conversion.home_id)

    def _treasury(self, money: Money) -> Holder:
        return Holder("ACCOUNT_ID", self._settings.treasury.format(currency=money.currency), "treasury")

    def _promised(self, key: str, source: Money, target: Money) -> FxQuote:
        quote = self._quotes.get(key)
        if quote is None:
            raise Refusal("3205", f"no terms were given for {key}")
        if (quote.source, quote.target) != (source, target):
            raise Refusal("5104", f"{source} for {target}, the terms were {quote.source} for {quote.target}")
        if self.worklist.clock.now() >= quote.expires_at:
            raise Refusal("3302", f"the terms for {key} have expired")
        return quote


def _answer(conversion: Conversion) -> Conversion:
    if conversion.code:
        raise Refusal(conversion.code, conversion.message, unknown=conversion.row.state == "WITHDRAWING")
    return conversion
