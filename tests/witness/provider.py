"""An FX provider's part in the scheme: a price, the promise to convert, and the conversion when the hub says that the transfer
behind it is committed. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from tests.witness import ilp
from tests.witness.books import Books
from tests.witness.messages import Message, error, money, now, value
from tests.witness.payee import Say


@dataclass(slots=True)
class Provider:
    """`rates` are units of the target for one of the source; `charge` is taken from the source amount."""

    fsp: str
    say: Say
    books: Books
    rates: Mapping[tuple[str, str], Decimal]
    charge: Decimal = Decimal(0)
    secret: str = "witness"
    ilp_version: int = 1
    seconds: float = 30.0
    answers: str = "RESERVED"
    _terms: dict[str, tuple[dict[str, Any], ilp.Sealed]] = field(default_factory=dict)

    def quote(self, message: Message) -> None:
        """POST /fxQuotes: the side that is fixed stays as it is, the other is rounded half to even."""
        asked = message.content()
        id_, terms = asked["conversionRequestId"], dict(asked["conversionTerms"])
        pair = terms["sourceAmount"]["currency"], terms["targetAmount"]["currency"]
        if pair not in self.rates:
            self.say("PUT", f"/fxQuotes/{id_}/error", message.source, error("5001", "No rate for this pair of currencies"))
            return
        terms |= self._amounts(terms, pair) | {"expiration": now(self.seconds)}
        if self.charge:
            terms["charges"] = [{"chargeType": "Conversion", "sourceAmount": money(self.charge, pair[0])}]
        sealed = ilp.seal_conversion(id_, terms, self.secret, self.ilp_version)
        self._terms[terms["conversionId"]] = terms, sealed
        self.say("PUT", f"/fxQuotes/{id_}", message.source, {"conversionTerms": terms, "condition": sealed.condition})

    def _amounts(self, terms: dict[str, Any], pair: tuple[str, str]) -> dict[str, Any]:
        rate = self.rates[pair]
        if terms["amountType"] == "SEND":
            target = _rounded((value(terms["sourceAmount"]) - self.charge) * rate, pair[1])
            return {"targetAmount": money(target, pair[1])}
        source = _rounded(value(terms["targetAmount"]) / rate + self.charge, pair[0])
        return {"sourceAmount": money(source, pair[0])}

    def prepare(self, message: Message) -> None:
        """POST /fxTransfers: only what was quoted is accepted, and only reserved."""
        asked = message.content()
        id_, known = asked["commitRequestId"], self._terms.get(asked["commitRequestId"])
        if known is None or not _agrees(*known, asked) or self.answers == "refuse":
            self.say(
                "PUT", f"/fxTransfers/{id_}/error", asked["initiatingFsp"], error("5100", "FX provider rejected the transfer")
            )
            return
        fulfilment = known[1].fulfilment if self.answers != "wrong fulfilment" else "A" * 43
        answer = {"fulfilment": fulfilment, "completedTimestamp": now(), "conversionState": "RESERVED"}
        self.say("PUT", f"/fxTransfers/{id_}", asked["initiatingFsp"], answer)

    def notice(self, message: Message, id_: str) -> None:
        """PATCH /fxTransfers: the source is received and the target given, once."""
        if id_ in self._terms and message.content()["conversionState"] == "COMMITTED":
            source, target = self._terms[id_][0]["sourceAmount"], self._terms[id_][0]["targetAmount"]
            self.books.enter(id_, {source["currency"]: -value(source), target["currency"]: value(target)})


def _agrees(terms: dict[str, Any], sealed: ilp.Sealed, asked: dict[str, Any]) -> bool:
    same = all(terms[key] == asked[key] for key in ("sourceAmount", "targetAmount", "initiatingFsp", "counterPartyFsp"))
    return same and sealed.condition == asked["condition"]


def _rounded(amount: Decimal, currency: str) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-ilp.digits(currency)), ROUND_HALF_EVEN)
