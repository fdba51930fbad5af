"""A payment: what was asked, what was offered, what came of it. No rule and no message lives here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from connectors.core_connector.cbs import Holder
from connectors.core_connector.mojaloop.views import Charge
from connectors.core_connector.store import Row
from loopyard.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Birth:
    """Date and place of birth of a payer, ISO 3166 country, as the channel gave them."""

    date: str
    city: str
    country: str
    province: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """What the channel asked for. SEND fixes the amount that leaves, RECEIVE the amount that arrives."""

    amount_type: Literal["SEND", "RECEIVE"]
    amount: Money
    send_currency: str
    receive_currency: str
    payee: Holder
    payer: Holder
    payee_sub_id: str = ""
    purpose: str = ""
    birth: Birth | None = None


@dataclass(frozen=True, slots=True)
class Conversion:
    """The exchange that the payer consents to. `rate` is target for one of source, charges included, for display."""

    source: Money
    target: Money
    rate: Decimal
    charges: tuple[Charge, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """The terms. The payer pays `send` and `fee`, the payee receives `receive`; `payee_fee` is already taken off."""

    payee_name: str
    payee_fsp: str
    send: Money
    fee: Money
    receive: Money
    payee_fee: Money
    commission: Money
    expires_at: datetime
    acceptance: Literal["acceptQuote", "acceptConversion"]
    bank_quote: str = ""
    conversion: Conversion | None = None


@dataclass(slots=True)
class Payment:
    """A row. `code` and `message` say why it ended, `fulfil` is the hub's notice as JSON text. `payee_*` are known before the
    terms only in a bulk."""

    row: Row
    request: Request
    offer: Offer | None = None
    reserve_id: str = ""
    accepted_at: datetime | None = None
    code: str = ""
    message: str = ""
    fulfil: str = ""
    payee_fsp: str = ""
    payee_name: str = ""
