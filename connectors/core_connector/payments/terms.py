"""Whether terms are what was asked for, what the payer would pay, and until when. Replaceable as part "terms".

Amounts are compared as Money. Rules: SEND of A: transferAmount = A + commission, payeeReceiveAmount = transferAmount - fee.
RECEIVE of A: payeeReceiveAmount = A, transferAmount = A + fee + commission. With a conversion the quote is about its target.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Context, Decimal
from typing import Literal

from connectors.core_connector.cbs import Fee
from connectors.core_connector.errors import Refusal
from connectors.core_connector.mojaloop.views import (
    INVALID_CONVERSION,
    INVALID_QUOTE,
    ConversionView,
    QuoteView,
    TransferView,
)
from connectors.core_connector.payments.model import Conversion, Offer, Request
from connectors.core_connector.settings import Settings
from loopyard.kernel.money import Money

UNSUPPORTED_CURRENCY = "5106"
OUTSIDE_LIMITS = "4200"
RATE_DIGITS = Context(prec=12)


class Terms:
    """Judges terms. Every refusal here comes before any money is touched."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def same(self, one: Money, other: Money) -> bool:
        """Whether two amounts are one and the same."""
        return one == other

    def needs_conversion(self, request: Request, view: TransferView) -> bool:
        """Raises Refusal when the payee's currencies do not fit what was asked for."""
        asked = request.send_currency != request.receive_currency
        needed = asked if view.need_fx is None else view.need_fx
        if asked != needed:
            problem = "does not take" if needed else "needs no conversion from"
            other = request.receive_currency if needed else request.send_currency
            raise Refusal(UNSUPPORTED_CURRENCY, f"the payee {problem} {other}; ask with the payee's currency")
        return asked

    def check_conversion(self, request: Request, conversion: ConversionView) -> None:
        """Raises Refusal 4000 when the fixed side was changed or the currencies are others."""
        source, target = conversion.source, conversion.target
        if source.currency.code != request.send_currency or target.currency.code != request.receive_currency:
            raise Refusal(INVALID_CONVERSION, f"asked {request.send_currency} to {request.receive_currency}, got {source!r}")
        if request.amount_type == "SEND" and not self.same(source, request.amount):
            raise Refusal(INVALID_CONVERSION, f"the FX provider changed {request.amount} to {source}")
        if source.units <= 0 or target.units <= 0:
            raise Refusal(INVALID_CONVERSION, f"{source!r} for {target!r} is no conversion")
        charged = Money.zero(source.currency)
        for charge in conversion.charges:
            if charge.source:
                charged = charged + self._in(charge.source, source, INVALID_CONVERSION)
        if charged > source:
            raise Refusal(INVALID_CONVERSION, f"charges of {charged} for {source}")

    def check_quote(self, request: Request, quote: QuoteView, conversion: ConversionView | None) -> None:
        """Raises Refusal 5101 when the sums do not agree, 4000 when they do not agree with the conversion."""
        fee, commission = (self._in(each, quote.transfer, INVALID_QUOTE) for each in (quote.fee, quote.commission))
        if quote.transfer.currency.code != request.receive_currency:
            raise Refusal(INVALID_QUOTE, f"a quote in {quote.transfer.currency}, asked for {request.receive_currency}")
        if request.amount_type == "RECEIVE":
            self._agree(quote.transfer, request.amount + fee + commission, "transferAmount")
        elif conversion is None:
            self._agree(quote.transfer, request.amount + commission, "transferAmount")
        self._agree(self.receives(request, quote), self._due(request, quote), "payeeReceiveAmount")
        if conversion is not None and not self.same(quote.transfer, conversion.target):
            raise Refusal(INVALID_CONVERSION, f"{conversion.target} bought for a transfer of {quote.transfer}")

    def receives(self, request: Request, quote: QuoteView) -> Money:
        """What arrives on the payee's account: as the payee's institution says, else as it follows."""
        return quote.receives if quote.receives is not None else self._due(request, quote)

    def _due(self, request: Request, quote: QuoteView) -> Money:
        return request.amount if request.amount_type == "RECEIVE" else quote.transfer - quote.fee

    def offer(
        self,
        request: Request,
        view: TransferView,
        fee: Fee,
        acceptance: Literal["acceptQuote", "acceptConversion", "acceptOTP"],
    ) -> Offer:
        """The terms in the payer's words; they were checked before."""
        quote, conversion = view.quote, view.conversion
        assert quote is not None
        limits = [quote.expires_at] + ([conversion.expires_at] if conversion else [])
        return Offer(
            view.payee_name,
            view.payee_fsp,
            self.pays(request, view),
            fee.money,
            self.receives(request, quote),
            quote.fee,
            quote.commission,
            min(limits),
            acceptance,
            fee.quote,
            _shown(conversion) if conversion else None,
        )

    def pays(self, request: Request, view: TransferView) -> Money:
        """What leaves the payer's account, without the own bank's fee."""
        if view.conversion is not None:
            return view.conversion.source
        assert view.quote is not None
        return request.amount if request.amount_type == "SEND" else view.quote.transfer - view.quote.commission

    def to_reserve(self, offer: Offer) -> Money:
        """What the bank is told to hold; it adds its own fee."""
        return offer.send

    def expired(self, offer: Offer, now: datetime) -> bool:
        return now >= offer.expires_at

    def within_limits(self, offer: Offer) -> None:
        """The payer's part in the pattern `single`. Raises Refusal 4200."""
        limits = self._settings
        for fee in (offer.fee, offer.payee_fee):
            self._below(fee, limits.max_fee.get(fee.currency.code), "fee")
        self._below(offer.send, limits.max_amount.get(offer.send.currency.code), "amount")
        self.may_be_paid(offer.payee_fsp)
        if offer.conversion and limits.max_rate_deviation is not None:
            pair = f"{offer.conversion.source.currency}/{offer.conversion.target.currency}"
            reference = limits.reference_rates.get(pair)
            if reference is None or offer.conversion.rate < reference * (1 - limits.max_rate_deviation):
                raise Refusal(OUTSIDE_LIMITS, f"rate {offer.conversion.rate} for {pair}, expected {reference}")

    def may_be_paid(self, payee_fsp: str) -> None:
        """The payer's part in the pattern `single`, as soon as the payee is known. Raises Refusal 4200."""
        if self._settings.pattern == "single" and self._settings.payee_fsps and payee_fsp not in self._settings.payee_fsps:
            raise Refusal(OUTSIDE_LIMITS, f"payments to {payee_fsp} are not allowed")

    def _below(self, money: Money, limit: Decimal | None, what: str) -> None:
        if limit is not None and money > Money(limit, money.currency):
            raise Refusal(OUTSIDE_LIMITS, f"{what} {money} {money.currency} is above the limit of {limit}")

    def _agree(self, found: Money, wanted: Money, what: str) -> None:
        if not self.same(found, wanted):
            raise Refusal(INVALID_QUOTE, f"{what} is {found}, by the other amounts it is {wanted}")

    def _in(self, money: Money, other: Money, code: str) -> Money:
        if money.currency != other.currency:
            raise Refusal(code, f"{money!r} beside {other!r}")
        return money


def _shown(conversion: ConversionView) -> Conversion:
    rate = RATE_DIGITS.divide(conversion.target.decimal, conversion.source.decimal)
    return Conversion(conversion.source, conversion.target, rate, conversion.charges)
