"""From FSPIOP requests to orders. What is absent is 3102; amounts and packets that are none raise their own errors."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from loopyard.engine.call import Call
from loopyard.engine.traffic import dig
from loopyard.protocols import ilp
from loopyard.protocols.fspiop import amounts, dates
from simulators.dfsp.state.payee import QuoteOrder, TransferOrder
from simulators.dfsp.state.requests import Order as RequestOrder
from simulators.participant.parse import fingerprint, need


def quote_order(body: Mapping[str, Any], source: str) -> QuoteOrder:
    """A quote request of `source`. Raises FspiopError 3102, InvalidAmount, InvalidDateTime."""
    party = need(body, "payee.partyIdInfo")
    expiration = dig(body, "expiration")
    return QuoteOrder(
        id=need(body, "quoteId"),
        transaction_id=need(body, "transactionId"),
        payer_fsp=sys.intern(source),
        payee=(need(party, "partyIdType"), need(party, "partyIdentifier"), party.get("partySubIdOrType")),
        amount_type=need(body, "amountType"),
        amount=amounts.to_money(need(body, "amount")),
        expires_at=dates.from_iso(expiration) if expiration else None,
        fingerprint=fingerprint(body),
    )


def transfer_order(body: Mapping[str, Any]) -> TransferOrder:
    """A prepare. Raises FspiopError 3102, InvalidAmount, InvalidDateTime, InvalidPacket."""
    packet = need(body, "ilpPacket")
    return TransferOrder(
        id=need(body, "transferId"),
        payer_fsp=sys.intern(need(body, "payerFsp")),
        payee_fsp=sys.intern(need(body, "payeeFsp")),
        transaction_id=str(ilp.decode(packet).data.get("transactionId")),
        amount=amounts.to_money(need(body, "amount")),
        packet=packet,
        condition=need(body, "condition"),
        expires_at=dates.from_iso(need(body, "expiration")),
        fingerprint=fingerprint(body),
    )


def request_order(call: Call) -> RequestOrder:
    """A request to pay. Raises FspiopError 3102, InvalidAmount, InvalidDateTime."""
    body = call.body
    payer, expiration = need(body, "payer"), dig(body, "expiration")
    return RequestOrder(
        id=need(body, "transactionRequestId"),
        payee_fsp=sys.intern(call.header("fspiop-source") or ""),
        party=need(body, "payee"),
        payer=(need(payer, "partyIdType"), need(payer, "partyIdentifier"), payer.get("partySubIdOrType")),
        amount=amounts.to_money(need(body, "amount")),
        scenario=need(body, "transactionType.scenario"),
        initiator_type=need(body, "transactionType.initiatorType"),
        authentication=dig(body, "authenticationType"),
        expires_at=dates.from_iso(expiration) if expiration else None,
        fingerprint=fingerprint(body),
    )
