"""An incoming transfer and the terms that it was promised. No rule and no message lives here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from connectors.core_connector.cbs import Holder
from connectors.core_connector.store import Row
from loopyard.kernel.money import Money


@dataclass(frozen=True, slots=True)
class QuoteRequest:
    """What a payer's institution wants to know. The transaction's id becomes the transfer's."""

    quote_id: str
    transaction_id: str
    amount_type: Literal["SEND", "RECEIVE"]
    amount: Money
    payee: Holder
    payer: Holder
    expires_at: datetime | None = None
    demand: str = ""
    """The request to pay that is answered."""


@dataclass(slots=True)
class Quote:
    """Terms that were given: `transfer` is what the hub moves, `receives` what the payee gets."""

    row: Row
    request: QuoteRequest
    transfer: Money
    receives: Money
    fee: Money
    expires_at: datetime
    bank_quote: str = ""


@dataclass(slots=True)
class Receipt:
    """An incoming transfer. `code` and `message` say why it was refused."""

    row: Row
    quote_id: str
    payee: Holder
    transfer: Money
    receives: Money
    fee: Money
    home_id: str
    at: datetime
    bank_quote: str = ""
    reserve_id: str = ""
    code: str = ""
    message: str = ""
    shown: Mapping[str, Any] = field(default_factory=dict)
    """What GET /transfers/{id} repeats of the transfer."""
    refunds: tuple[str, ...] = ()
    """The institution's own ids of payments that give it back."""
