"""Requests to pay as rows. No rule and no message lives here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connectors.core_connector.cbs import Holder
from connectors.core_connector.store import Row
from loopyard.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Wish:
    """What a payee's institution asks for. `authentication` is OTP or nothing."""

    request_id: str
    payee: Holder
    payee_sub_id: str
    payee_fsp: str
    payer: Holder
    amount: Money
    scenario: str
    initiator_type: str
    authentication: str = ""
    expires_at: datetime | None = None
    note: str = ""


@dataclass(slots=True)
class Received:
    """A request that came. `row.transfer` is the transfer of the latest try; `wrong` how many passwords were wrong."""

    row: Row
    wish: Wish
    payer_name: str
    transaction_id: str
    wrong: int = 0
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """What a customer of ours asks for."""

    payee: Holder
    payer: Holder
    amount: Money
    authentication: str = ""


@dataclass(slots=True)
class Sent:
    """A request that a customer made. `row.key` is the institution's own id, `row.transfer` the scheme's of the request.

    `transaction` is the transfer that the latest quote for it stands for; `typed` are passwords that nobody has asked for yet.
    """

    row: Row
    ask: Ask
    payer_name: str = ""
    payer_fsp: str = ""
    state: str = ""
    transaction: str = ""
    typed: tuple[str, ...] = ()
    code: str = ""
    message: str = ""
