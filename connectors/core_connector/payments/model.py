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
class Demand:
    """What a payment says of the request to pay that it answers. `authentication` is OTP or nothing."""

    id: str
    payee_fsp: str
    scenario: str
    initiator_type: str
    authentication: str = ""


@dataclass(frozen=True, slots=True)
class Refund:
    """What a payment says of the transaction that it gives back."""

    transaction: str
    reason: str = ""


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
    demand: Demand | None = None
    """The request to pay that this answers."""
    refund: Refund | None = None

    @property
    def wants_consent(self) -> bool:
        """Whether only the payer herself can accept, whatever the institution accepts for her otherwise."""
        return self.demand is not None or self.refund is not None


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
    acceptance: Literal["acceptQuote", "acceptConversion", "acceptOTP"]
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
    prepare: str = ""
    """Of a refund: the prepare that consent sends, as JSON text, and for whom."""
    payee_fsp: str = ""
    payee_name: str = ""
