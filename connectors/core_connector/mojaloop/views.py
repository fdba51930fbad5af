"""What stands in the state of a transfer: payee, quote, conversion. Read strictly, judged elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.core_connector import body
from connectors.core_connector.errors import Refusal
from loopyard.kernel.errors import MoneyError
from loopyard.kernel.money import Money
from loopyard.protocols.fspiop.amounts import to_money
from loopyard.protocols.fspiop.dates import InvalidDateTime, from_iso

INVALID_QUOTE = "5101"
INVALID_CONVERSION = "4000"


@dataclass(frozen=True, slots=True)
class QuoteView:
    """The payee institution's terms. `receives` is None when it does not say."""

    transfer: Money
    receives: Money | None
    fee: Money
    commission: Money
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge of the FX provider, in source and target currency as far as it says."""

    kind: str
    source: Money | None = None
    target: Money | None = None


@dataclass(frozen=True, slots=True)
class ConversionView:
    """The FX provider's terms."""

    source: Money
    target: Money
    charges: tuple[Charge, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TransferView:
    """A transfer that waits. `need_fx` is None when the Mojaloop connector does not say."""

    transfer_id: str
    state: str
    need_fx: bool | None
    payee_fsp: str
    payee_name: str
    quote: QuoteView | None
    conversion: ConversionView | None


def view(transfer: Mapping[str, Any]) -> TransferView:
    """Raises Refusal: 5101 for a quote, 4000 for a conversion that cannot be read, Malformed for the rest."""
    need_fx = transfer.get("needFx")
    payee = transfer.get("to") if isinstance(transfer.get("to"), Mapping) else {}
    assert isinstance(payee, Mapping)
    quote = _response(transfer, "quoteResponse")
    conversion = _response(transfer, "fxQuoteResponse") or _response(transfer, "fxQuotesResponse")
    return TransferView(
        transfer_id=body.text(transfer, "transferId"),
        state=body.text(transfer, "currentState"),
        need_fx=need_fx if isinstance(need_fx, bool) else None,
        payee_fsp=str(payee.get("fspId", "")),
        payee_name=_name(payee, transfer),
        quote=quote_view(quote) if quote else None,
        conversion=_conversion(conversion) if conversion else None,
    )


def _response(transfer: Mapping[str, Any], key: str) -> Mapping[str, Any] | None:
    response = transfer.get(key)
    content = response.get("body") if isinstance(response, Mapping) else None
    return content if isinstance(content, Mapping) else None


def quote_view(quote: Mapping[str, Any]) -> QuoteView:
    """The body of PUT /quotes, or its like in a bulk. Raises Refusal 5101 for one that cannot be read."""
    try:
        transfer = to_money(quote["transferAmount"])
        none = {"currency": transfer.currency.code, "amount": "0"}
        receives = quote.get("payeeReceiveAmount")
        return QuoteView(
            transfer,
            to_money(receives) if receives else None,
            to_money(quote.get("payeeFspFee") or none),
            to_money(quote.get("payeeFspCommission") or none),
            from_iso(quote["expiration"]),
        )
    except (KeyError, TypeError, MoneyError, InvalidDateTime) as error:
        raise Refusal(INVALID_QUOTE, f"the quote cannot be read: {error}") from None


def _conversion(response: Mapping[str, Any]) -> ConversionView:
    try:
        terms = response["conversionTerms"]
        return ConversionView(
            to_money(terms["sourceAmount"]),
            to_money(terms["targetAmount"]),
            tuple(_charge(each) for each in terms.get("charges") or ()),
            from_iso(terms["expiration"]),
        )
    except (KeyError, TypeError, AttributeError, MoneyError, InvalidDateTime) as error:
        raise Refusal(INVALID_CONVERSION, f"the conversion terms cannot be read: {error}") from None


def _charge(charge: Mapping[str, Any]) -> Charge:
    source, target = charge.get("sourceAmount"), charge.get("targetAmount")
    return Charge(str(charge["chargeType"]), to_money(source) if source else None, to_money(target) if target else None)


def _name(payee: Mapping[str, Any], transfer: Mapping[str, Any]) -> str:
    """The payee's name: the scheme's own field for it first, then the parts."""
    party = (_response(transfer, "getPartiesResponse") or {}).get("party")
    if isinstance(party, Mapping) and party.get("name"):
        return str(party["name"])
    if payee.get("displayName"):
        return str(payee["displayName"])
    parts = (payee.get("firstName"), payee.get("middleName"), payee.get("lastName"))
    return " ".join(str(part) for part in parts if part)
