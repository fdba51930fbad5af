"""Messages of the backend API for conversions, to and from the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.core_connector import body
from connectors.core_connector.conversions.model import Conversion, FxQuote, Wish
from connectors.core_connector.errors import Malformed
from loopyard.kernel.errors import MoneyError
from loopyard.kernel.money import Money
from loopyard.protocols.fspiop.amounts import from_money, to_money
from loopyard.protocols.fspiop.dates import InvalidDateTime, from_iso, to_iso

UNKNOWN = (None, "0", "")
"""How an amount that is to be found out looks: absent, or zero where ISO 20022 was translated."""
CHARGE_TYPE = "Conversion"


def wish(content: Mapping[str, Any]) -> Wish:
    """POST /fxQuotes. Raises Malformed."""
    terms = body.part(content, "conversionTerms")
    source, target = body.part(terms, "sourceAmount"), body.part(terms, "targetAmount")
    kind = body.text(terms, "amountType")
    if kind not in ("SEND", "RECEIVE"):
        raise Malformed(f"amountType {kind!r} is neither SEND nor RECEIVE")
    fixed = source if kind == "SEND" else target
    if fixed.get("amount") in UNKNOWN:
        raise Malformed(f"a conversion of type {kind} needs the amount of its fixed side", "3102")
    expiration = terms.get("expiration")
    try:
        return Wish(
            body.text(terms, "conversionId"),
            kind,  # type: ignore[arg-type]
            to_money(fixed),
            body.text(source, "currency"),
            body.text(target, "currency"),
            body.text(terms, "initiatingFsp"),
            body.text(terms, "counterPartyFsp"),
            body.text(terms, "determiningTransferId", ""),
            from_iso(expiration) if expiration is not None else None,
        )
    except (MoneyError, InvalidDateTime) as error:
        raise Malformed(str(error)) from None


def fx_quote(quote: FxQuote, content: Mapping[str, Any]) -> dict[str, Any]:
    """200 of POST /fxQuotes: every id as it came, the missing amount filled in."""
    terms = dict(body.part(content, "conversionTerms"))
    terms |= {
        "sourceAmount": from_money(quote.source),
        "targetAmount": from_money(quote.target),
        "expiration": to_iso(quote.expires_at),
    }
    if quote.charge:
        terms["charges"] = [{"chargeType": CHARGE_TYPE, "sourceAmount": from_money(quote.charge)}]
    return {"homeTransactionId": quote.home_id, "conversionTerms": terms}


def prepared(content: Mapping[str, Any]) -> tuple[str, Money, Money]:
    """POST /fxTransfers: its id and the two amounts. Raises Malformed."""
    try:
        amounts = to_money(body.part(content, "sourceAmount")), to_money(body.part(content, "targetAmount"))
    except MoneyError as error:
        raise Malformed(str(error)) from None
    return body.text(content, "commitRequestId"), *amounts


def reserved(conversion: Conversion) -> dict[str, str]:
    """200 of POST /fxTransfers: towards the hub it is never COMMITTED here."""
    return {
        "homeTransactionId": conversion.home_id,
        "conversionState": "RESERVED",
        "completedTimestamp": to_iso(conversion.at),
    }


def end(content: Mapping[str, Any]) -> str:
    """PUT /fxTransfers: commit, abort, or empty for what is not final."""
    return {"COMMITTED": "commit", "ABORTED": "abort"}.get(body.text(content, "conversionState"), "")
