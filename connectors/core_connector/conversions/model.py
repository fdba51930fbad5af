"""Conversion terms that were given, and conversions. No rule and no message lives here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from connectors.core_connector.store import Row
from loopyard.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Wish:
    """POST /fxQuotes: one amount is fixed, the other only a currency."""

    conversion_id: str
    amount_type: Literal["SEND", "RECEIVE"]
    fixed: Money
    source_currency: str
    target_currency: str
    initiating_fsp: str
    counter_party_fsp: str
    determining_transfer_id: str
    expires_at: datetime | None = None


@dataclass(slots=True)
class FxQuote:
    """Terms given, by conversionId. `charge` is part of `source`."""

    row: Row
    wish: Wish
    source: Money
    target: Money
    charge: Money
    home_id: str
    expires_at: datetime


@dataclass(slots=True)
class Conversion:
    """A conversion, by commitRequestId. `reserve_id` holds the target, `source_reserve_id` brings the source."""

    row: Row
    source: Money
    target: Money
    home_id: str
    at: datetime
    reserve_id: str = ""
    source_reserve_id: str = ""
    code: str = ""
    message: str = ""
