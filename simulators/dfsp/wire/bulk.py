"""Bulks of peer DFSPs as FSPIOP bodies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from loopyard.protocols.fspiop.dates import to_iso
from simulators.dfsp.state.bulk import BulkIncoming, BulkOutgoing, BulkTerms
from simulators.dfsp.state.payee import Quote
from simulators.dfsp.state.payer import Outgoing
from simulators.dfsp.wire import build

Body = dict[str, Any]


def one_quote(part: Mapping[str, Any], bulk: Mapping[str, Any]) -> Body:
    """A part of POST /bulkQuotes as POST /quotes would have it."""
    whole = {name: bulk[name] for name in ("payer", "expiration") if name in bulk}
    return {**whole, **part}


def one_transfer(part: Mapping[str, Any], bulk: Mapping[str, Any]) -> Body:
    """A part of POST /bulkTransfers as POST /transfers would have it."""
    whole = {name: bulk[name] for name in ("payerFsp", "payeeFsp", "expiration") if name in bulk}
    others = {name: value for name, value in part.items() if name != "transferAmount"}
    return {**whole, **others, "amount": part.get("transferAmount")}


def result(quote: Quote) -> Body:
    """What is said of one part: its terms, which expire with the whole."""
    given = {name: value for name, value in build.quote(quote).items() if name != "expiration"}
    return {"quoteId": quote.order.id, **given}


def terms(given: BulkTerms) -> Body:
    """PUT /bulkQuotes/{ID}."""
    return {"individualQuoteResults": given.results, "expiration": to_iso(given.expires_at)}


def fulfil(bulk: BulkIncoming) -> Body:
    """PUT /bulkTransfers/{ID}."""
    done = {"bulkTransferState": "COMPLETED", "completedTimestamp": to_iso(bulk.completed_at)}
    return done | {"individualTransferResults": bulk.results}


def payee(row: Outgoing, fsp: str) -> Body:
    """A payee of whom only the number and the institution are known."""
    return {"partyIdInfo": build.party_id(*row.order.payee, fsp)}


def quote_request(bulk: BulkOutgoing, seed: str) -> Body:
    """POST /bulkQuotes."""
    parts = [build.quote_request(row, seed) for row in bulk.rows]
    kept = ("quoteId", "transactionId", "payee", "amountType", "amount", "transactionType", "note")
    return {
        "bulkQuoteId": bulk.quote_id,
        "payer": parts[0]["payer"],
        "individualQuotes": [{name: part[name] for name in kept if name in part} for part in parts],
        "expiration": to_iso(bulk.started_at + timedelta(minutes=1)),
    }


def prepare(bulk: BulkOutgoing, rows: Sequence[Outgoing]) -> Body:
    """POST /bulkTransfers."""
    assert bulk.expires_at is not None
    parts = [build.prepare(row) for row in rows]
    return {
        "bulkTransferId": bulk.id,
        "bulkQuoteId": bulk.quote_id,
        "payerFsp": parts[0]["payerFsp"],
        "payeeFsp": bulk.payee_fsp,
        "individualTransfers": [
            {
                "transferId": part["transferId"],
                "transferAmount": part["amount"],
                "ilpPacket": part["ilpPacket"],
                "condition": part["condition"],
            }
            for part in parts
        ],
        "expiration": to_iso(bulk.expires_at),
    }
