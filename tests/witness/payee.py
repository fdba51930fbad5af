"""A payee's part in the scheme: who is here, at what price, and the promise to credit. Money counts as received when the
answer is the commit, or when the hub says that it is committed. Standard library only."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.witness import ilp
from tests.witness.books import Books
from tests.witness.messages import Message, error, money, now, value

Say = Callable[[str, str, str, dict[str, Any] | None], int]
"""Method, path, destination, body; gives the status of the answer."""

ANSWERS = ("RESERVED", "COMMITTED", "refuse", "wrong fulfilment", "silence")


@dataclass(slots=True)
class Promise:
    """A quote that was given."""

    customer: str
    transfer: dict[str, str]
    receive: Decimal
    sealed: ilp.Sealed


@dataclass(slots=True)
class Payee:
    """`answers` is what a good prepare is answered; `fee` is taken from what arrives."""

    fsp: str
    say: Say
    books: Books
    people: Collection[str]
    currencies: Collection[str]
    fee: Decimal = Decimal(0)
    answers: str = "RESERVED"
    secret: str = "witness"
    ilp_version: int = 1
    seconds: float = 30.0
    _promises: dict[str, Promise] = field(default_factory=dict)

    def party(self, message: Message, kind: str, identifier: str) -> None:
        """GET /parties."""
        path = f"/parties/{kind}/{identifier}"
        if f"{kind}:{identifier}" not in self.people:
            self.say("PUT", f"{path}/error", message.source, error("3204", "Party not found"))
            return
        info = {"partyIdType": kind, "partyIdentifier": identifier, "fspId": self.fsp}
        found = {"partyIdInfo": info, "name": f"Customer {identifier}", "supportedCurrencies": sorted(self.currencies)}
        self.say("PUT", path, message.source, {"party": found})

    def quote(self, message: Message) -> None:
        """POST /quotes: SEND names what is transferred, RECEIVE what the customer gets."""
        asked = message.content()
        info, amount, currency = asked["payee"]["partyIdInfo"], value(asked["amount"]), asked["amount"]["currency"]
        customer = f"{info['partyIdType']}:{info['partyIdentifier']}"
        if customer not in self.people or currency not in self.currencies:
            self.say("PUT", f"/quotes/{asked['quoteId']}/error", message.source, error("3204", "Party not found"))
            return
        transfer = amount if asked["amountType"] == "SEND" else amount + self.fee
        answer = {
            "transferAmount": money(transfer, currency),
            "payeeReceiveAmount": money(transfer - self.fee, currency),
            "payeeFspFee": money(self.fee, currency),
            "expiration": now(self.seconds),
        }
        sealed = ilp.seal_quote(asked, answer, self.secret, self.ilp_version)
        self._promises[asked["transactionId"]] = Promise(customer, money(transfer, currency), transfer - self.fee, sealed)
        terms = {"ilpPacket": sealed.packet, "condition": sealed.condition}
        self.say("PUT", f"/quotes/{asked['quoteId']}", message.source, answer | terms)

    def prepare(self, message: Message) -> None:
        """POST /transfers: only what was quoted is accepted."""
        asked = message.content()
        id_, promise = asked["transferId"], self._promises.get(asked["transferId"])
        agreed = promise is not None and self._agrees(promise, asked)
        if promise is None or not agreed or self.answers == "refuse":
            self.say("PUT", f"/transfers/{id_}/error", asked["payerFsp"], error("5100", "Payee FSP rejected the transfer"))
            return
        if self.answers == "silence":
            return
        fulfilment = promise.sealed.fulfilment if self.answers != "wrong fulfilment" else "A" * 43
        state = "COMMITTED" if self.answers == "COMMITTED" else "RESERVED"
        answer = {"fulfilment": fulfilment, "completedTimestamp": now(), "transferState": state}
        status = self.say("PUT", f"/transfers/{id_}", asked["payerFsp"], answer)
        if state == "COMMITTED" and status < 300:
            self._credit(id_, promise)

    def _agrees(self, promise: Promise, asked: dict[str, Any]) -> bool:
        agreed = (promise.transfer, promise.sealed.condition, promise.sealed.packet)
        return agreed == (asked["amount"], asked["condition"], asked["ilpPacket"]) and asked["payeeFsp"] == self.fsp

    def notice(self, message: Message, id_: str) -> None:
        """The hub's word on a transfer: PATCH, or PUT in answer to a question."""
        promise = self._promises.get(id_)
        if promise is not None and message.content()["transferState"] == "COMMITTED":
            self._credit(id_, promise)

    def failed(self, id_: str) -> None:
        """The hub says that a transfer failed: whoever had committed by himself takes it back."""
        promise = self._promises.get(id_)
        if promise is not None and self.books.has(id_):
            amount, currency = value(promise.transfer), promise.transfer["currency"]
            self.books.enter(f"{id_} undone", {currency: amount}, {promise.customer: -promise.receive})

    def _credit(self, id_: str, promise: Promise) -> None:
        amount, currency = value(promise.transfer), promise.transfer["currency"]
        self.books.enter(id_, {currency: -amount}, {promise.customer: promise.receive})
