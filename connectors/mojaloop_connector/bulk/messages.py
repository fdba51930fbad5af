"""The messages of bulks, built from what is kept of them, so that one that is sent again after a crash is the same again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from connectors.mojaloop_connector.errors import information
from connectors.mojaloop_connector.parties import present

Data = dict[str, Any]

EXPIRED = information("3300", "Generic expired error - bulkExpiration has passed")


def bulk_quotes(id_: str, carried: Data, bulk: Data, items: Sequence[Data], dfsp_id: str) -> Data:
    """POST /bulkQuotes."""
    payer = {**bulk["from"], "partyIdInfo": {**bulk["from"]["partyIdInfo"], "fspId": dfsp_id}}
    return {
        "bulkQuoteId": id_,
        "payer": payer,
        "individualQuotes": [_quote(item) for item in items],
        "expiration": carried["expiration"],
    } | present(extensionList=bulk.get("extensions"))


def _quote(item: Data) -> Data:
    return {
        "quoteId": item["quoteId"],
        "transactionId": item["transferId"],
        "payee": item["to"],
        "amountType": item["amountType"],
        "amount": {"currency": item["currency"], "amount": item["amount"]},
        "transactionType": {"scenario": "TRANSFER", "initiator": "PAYER", "initiatorType": "CONSUMER"},
    } | present(note=item.get("note"), extensionList=item.get("quoteExtensions"))


def bulk_transfers(id_: str, carried: Data, bulk: Data, items: Sequence[Data], dfsp_id: str) -> Data:
    """POST /bulkTransfers: amounts, packets and conditions of the quotes."""
    return {
        "bulkTransferId": id_,
        "bulkQuoteId": carried["bulkQuoteId"],
        "payerFsp": dfsp_id,
        "payeeFsp": carried["fsp"],
        "individualTransfers": [_transfer(item) for item in items],
        "expiration": carried["expiration"],
    } | present(extensionList=bulk.get("extensions"))


def _transfer(item: Data) -> Data:
    quote = item["quoteResponse"]
    return {
        "transferId": item["transferId"],
        "transferAmount": quote["transferAmount"],
        "ilpPacket": quote["ilpPacket"],
        "condition": quote["condition"],
    } | present(extensionList=item.get("transferExtensions"))


_TOLD = (
    *("transferId", "homeTransactionId", "to", "reference", "amountType", "currency", "amount", "note", "quoteId"),
    *("quoteResponse", "fulfil", "quoteExtensions", "transferExtensions", "lastError"),
)


def notice(bulk: Data, state: str, items: Sequence[Data]) -> Data:
    """PUT /bulkTransactions/{id} of the backend."""
    return {
        "bulkHomeTransactionID": bulk["bulkHomeTransactionID"],
        "bulkTransactionId": bulk["bulkTransactionId"],
        "currentState": state,
        "options": bulk["options"],
        "individualTransferResults": [{name: item[name] for name in _TOLD if name in item} for item in items],
    } | present(extensions=bulk.get("extensions"))


def last_error(error: Any, status: int = 500) -> Data:
    """The element `lastError` of a transfer."""
    return {"httpStatusCode": status, "mojaloopError": error}
