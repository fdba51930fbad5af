"""What every driver can be asked and answers, whatever API it speaks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from loopyard.kernel.money import Money

Told = Literal["terms", "completed", "pending", "failed"]


@dataclass(frozen=True, slots=True)
class Birth:
    """Date (ISO 8601), city and country (ISO 3166) of a payer's birth, as her institution knows them."""

    date: str
    city: str
    country: str


@dataclass(frozen=True, slots=True)
class Payment:
    """What a customer asks for. `amount` is what she sends (SEND) or what the payee shall get (RECEIVE)."""

    payer_id_type: str
    payer_id: str
    payer_name: str
    payee_id_type: str
    payee_id: str
    amount: Money
    amount_type: Literal["SEND", "RECEIVE"]
    send_currency: str
    receive_currency: str
    reference: str
    payee_sub_id: str | None = None
    payer_birth: Birth | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the customer is told: terms to consent to, done, not known yet, or failed with the scheme's error code."""

    told: Told
    transfer_id: str | None = None
    code: str | None = None
    message: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    http_status: int | None = None

    def money(self, amount: str, currency: str) -> Money:
        """An amount of the terms by the names of its members."""
        return Money(str(self.body[amount]), str(self.body[currency]))


class Driver(Protocol):
    """A way to start and steer payments."""

    async def initiate(self, payment: Payment) -> Outcome:
        """Ask for terms."""

    async def decide(self, payment: Payment, transfer_id: str, accept: bool) -> Outcome:
        """Consent to the terms or refuse them."""

    async def ask(self, payment: Payment, transfer_id: str) -> Outcome:
        """How the payment stands."""

    async def unresolved(self) -> frozenset[str]:
        """References that the system under test itself reports as not finished."""
