"""From FSPIOP requests to orders. What is absent is 3102; an unknown amount is absent, or the text "0"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loopyard.engine.call import Call
from loopyard.engine.traffic import dig
from loopyard.kernel.money import Currency, Money, currency
from loopyard.protocols.fspiop import amounts, dates
from simulators.fxp.state.house import ConversionOrder, TermsOrder
from simulators.participant.parse import fingerprint, need


def terms_order(call: Call) -> TermsOrder:
    """A quote request. Raises FspiopError 3102, InvalidAmount, InvalidDateTime."""
    body = call.body
    terms = need(body, "conversionTerms")
    expiration = dig(terms, "expiration")
    return TermsOrder(
        id=need(body, "conversionRequestId"),
        conversion_id=need(terms, "conversionId"),
        transfer_id=dig(terms, "determiningTransferId"),
        initiating_fsp=need(terms, "initiatingFsp"),
        counter_fsp=need(terms, "counterPartyFsp"),
        amount_type=need(terms, "amountType"),
        source=side(need(terms, "sourceAmount")),
        target=side(need(terms, "targetAmount")),
        expires_at=dates.from_iso(expiration) if expiration else None,
        fingerprint=fingerprint(body),
        echo=terms,
    )


def side(amount: Mapping[str, Any]) -> tuple[Currency, Money | None]:
    """Currency and amount of one side; None for an amount that is not known yet."""
    if amount.get("amount") in (None, "", "0"):
        return currency(need(amount, "currency")), None
    money = amounts.to_money(amount)
    return money.currency, money


def conversion_order(call: Call) -> ConversionOrder:
    """A conversion's prepare. Raises FspiopError 3102, InvalidAmount, InvalidDateTime."""
    body = call.body
    return ConversionOrder(
        id=need(body, "commitRequestId"),
        transfer_id=need(body, "determiningTransferId"),
        initiating_fsp=need(body, "initiatingFsp"),
        counter_fsp=need(body, "counterPartyFsp"),
        source=amounts.to_money(need(body, "sourceAmount")),
        target=amounts.to_money(need(body, "targetAmount")),
        condition=need(body, "condition"),
        expires_at=dates.from_iso(need(body, "expiration")),
        fingerprint=fingerprint(body),
    )
