"""The scheme's own messages of a refund: a new transfer in the other direction that names what it gives back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.core_connector.errors import Malformed, Refusal
from connectors.core_connector.payments.model import Request
from connectors.core_connector.settings import Settings


def quote_request(
    request: Request, party: Mapping[str, Any], transfer_id: str, quote_id: str, settings: Settings
) -> dict[str, Any]:  # fmt: skip
    """POST /quotes. Raises Refusal 5106 where giving back would need a conversion: its rate is not the first one's."""
    assert request.refund is not None
    currencies, code = party.get("supportedCurrencies"), request.amount.currency.code
    if currencies and code not in currencies:
        raise Refusal("5106", f"the refund is in {code}; the payee takes {', '.join(currencies)}")
    info = {"partyIdType": request.payer.id_type, "partyIdentifier": request.payer.id_value, "fspId": settings.fsp_id}
    name = {"name": request.payer.name} if request.payer.name else {}
    reason = {"refundReason": request.refund.reason} if request.refund.reason else {}
    return {
        "quoteId": quote_id,
        "transactionId": transfer_id,
        "payer": {"partyIdInfo": info, **name},
        "payee": {key: value for key, value in party.items() if key != "supportedCurrencies"},
        "amountType": request.amount_type,
        "amount": {"currency": code, "amount": str(request.amount)},
        "transactionType": {
            "scenario": "REFUND",
            "initiator": "PAYER",
            "initiatorType": "CONSUMER",
            "refundInfo": {"originalTransactionId": request.refund.transaction, **reason},
        },
    }


def prepare(terms: Mapping[str, Any], transfer_id: str, payee_fsp: str, settings: Settings) -> dict[str, Any]:
    """POST /transfers, but for its expiration. Raises Malformed for terms that seal nothing."""
    try:
        return {
            "transferId": transfer_id,
            "payeeFsp": payee_fsp,
            "payerFsp": settings.fsp_id,
            "amount": terms["transferAmount"],
            "ilpPacket": terms["ilpPacket"],
            "condition": terms["condition"],
        }
    except KeyError as missing:
        raise Malformed(f"the quote has no {missing}", "5101") from None
