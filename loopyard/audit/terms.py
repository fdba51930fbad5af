"""What the parties agreed on in their quotes, as far as FSPIOP messages in the log say it: who pays, who is paid, what the
payee receives, and what is given back. Whether the books kept to it is judged elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from loopyard.engine.traffic import Interaction, dig
from loopyard.kernel.errors import MoneyError
from loopyard.kernel.money import Money, parse_fspiop


@dataclass(slots=True)
class Terms:
    """The terms of one business; empty sets where no message states them. Parties are "<id type>:<id value>"."""

    payers: set[str] = field(default_factory=set)
    payees: set[str] = field(default_factory=set)
    receives: set[Money] = field(default_factory=set)
    refunds: set[str] = field(default_factory=set)
    """The transactions that this one gives back. They are other businesses: each moves its money once."""

    def add(self, other: Terms) -> None:
        self.payers |= other.payers
        self.payees |= other.payees
        self.receives |= other.receives
        self.refunds |= other.refunds


def terms_of(row: Interaction) -> Terms | None:
    """What a quote's request or answer states; None for any other message, and for one that was made on purpose."""
    if "/quotes" not in row.path or row.deliberate or row.fault is not None or not row.request_body:
        return None
    if row.method == "POST" and b'"partyIdInfo"' in row.request_body:
        body = row.request()
        original = dig(body, "transactionType.refundInfo.originalTransactionId")
        refunds = {original} if isinstance(original, str) else set()
        return Terms(payers=set(_party(body, "payer")), payees=set(_party(body, "payee")), refunds=refunds)
    if row.method == "PUT" and b'"payeeReceiveAmount"' in row.request_body:
        return Terms(receives=set(_amount(dig(row.request(), "payeeReceiveAmount"))))
    return None


def _party(body: Any, side: str) -> Iterable[str]:
    kind, value = (dig(body, f"{side}.partyIdInfo.{name}") for name in ("partyIdType", "partyIdentifier"))
    return (f"{kind}:{value}",) if kind and value else ()


def _amount(stated: Any) -> Iterable[Money]:
    try:
        return (parse_fspiop(dig(stated, "amount"), str(dig(stated, "currency"))),)
    except MoneyError:  # an amount that is none is the contract's finding; it promises nothing
        return ()
