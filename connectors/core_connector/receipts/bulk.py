"""Bulks that come in, taken apart: each payment gets terms and is reserved as any incoming transfer, and what is refused fails
alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.core_connector import body
from connectors.core_connector.errors import Malformed, Refusal
from connectors.core_connector.receipts import wire
from connectors.core_connector.receipts.quotes import Quotes
from connectors.core_connector.receipts.transfers import Receipts

Data = dict[str, Any]


async def quote(content: Mapping[str, Any], quotes: Quotes) -> Data:
    """POST /bulkQuotes. Raises Malformed."""
    payer, results, expires = body.part(content, "from"), [], None
    for part in _parts(content, "individualQuotes"):
        try:
            given = await quotes.give(wire.quote_request({**part, "from": payer}))
        except Refusal as no:
            results.append({"quoteId": body.text(part, "quoteId"), "errorResponse": _error(no)})
            continue
        told = wire.quote(given)
        expires = min(expires or told["expiration"], told["expiration"])
        results.append({name: value for name, value in told.items() if name not in ("expiration", "transactionId")})
    answer: Data = {"bulkQuoteId": body.text(content, "bulkQuoteId"), "individualQuoteResults": results}
    return answer | ({"expiration": expires} if expires is not None else {})


async def prepare(content: Mapping[str, Any], receipts: Receipts) -> Data:
    """POST /bulkTransfers. Each payment must be told with its quote. Raises Malformed."""
    results: list[Data] = []
    for part in _parts(content, "individualTransfers"):
        result: Data = {"transferId": body.text(part, "transferId")}
        try:
            await receipts.prepare(part)
        except Refusal as no:
            result["errorResponse"] = _error(no)
        results.append(result)
    bulk_id = body.text(content, "bulkTransferId")
    return {"bulkTransferId": bulk_id, "homeTransactionId": bulk_id, "individualTransferResults": results}


def _parts(content: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    listed = content.get(name)
    if not isinstance(listed, list) or not all(isinstance(each, Mapping) for each in listed):
        raise Malformed(f"{name} must be a list of objects", "3102")
    return listed


def _error(no: Refusal) -> Data:
    return {"statusCode": no.code, "message": no.message}
