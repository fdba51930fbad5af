"""What the parties agreed on in their quotes, as far as messages in the log say it, in either form: who pays, who is paid,
what the payee receives, and what is given back. Whether the books kept to it is judged elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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


def terms_in(row: Interaction) -> Iterator[tuple[str, Terms]]:
    """What the request or answer of a quote, or of many, states of each business, named by one of its ids. Nothing for any
    other message, and for one that was made on purpose."""
    if row.deliberate or row.fault is not None or not row.request_body:
        return
    if "/bulkQuotes" in row.path:
        yield from _bulk(row)
    elif "/quotes" in row.path and row.refs and (terms := _single(row)) is not None:
        yield row.refs[0], terms


def _bulk(row: Interaction) -> Iterator[tuple[str, Terms]]:
    body = row.request()
    for part in listed(body, "individualQuotes"):
        yield str(part.get("transactionId")), Terms(payers=set(_party(body, "payer")), payees=set(_party(part, "payee")))
    for part in listed(body, "individualQuoteResults"):
        if "payeeReceiveAmount" in part:
            yield str(part.get("quoteId")), Terms(receives=set(_amount(part["payeeReceiveAmount"])))


def listed(body: Any, name: str) -> Iterator[Mapping[str, Any]]:
    """The parts of a bulk's body."""
    parts = body.get(name) if isinstance(body, dict) else None
    return (each for each in parts if isinstance(each, dict)) if isinstance(parts, list) else iter(())


def _single(row: Interaction) -> Terms | None:
    otherwise = row.notation is not None  # the words looked for are those of FSPIOP
    if row.method == "POST" and (otherwise or b'"partyIdInfo"' in row.request_body):
        body = row.request()
        original = dig(body, "transactionType.refundInfo.originalTransactionId")
        refunds = {original} if isinstance(original, str) else set()
        return Terms(payers=set(_party(body, "payer")), payees=set(_party(body, "payee")), refunds=refunds)
    if row.method == "PUT" and (otherwise or b'"payeeReceiveAmount"' in row.request_body):
        return Terms(receives=set(_amount(dig(row.request(), "payeeReceiveAmount"))))
    return None


def _party(body: Any, side: str) -> Iterable[str]:
    kind, value = (dig(body, f"{side}.partyIdInfo.{name}") for name in ("partyIdType", "partyIdentifier"))
    return (f"{kind}:{value}",) if kind and value else ()


def _amount(stated: Any) -> Iterable[Money]:
    if not isinstance(stated, dict):
        return ()
    try:
        return (parse_fspiop(dig(stated, "amount"), str(dig(stated, "currency"))),)
    except MoneyError:  # an amount that is none is the contract's finding; it promises nothing
        return ()
