"""A payer's part in the scheme: finds the payee, agrees the terms, converts if it must, and prepares. It believes that it has
paid when the hub says so with a fulfilment that opens the condition. Standard library only."""

from __future__ import annotations

import queue
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from tests.witness.books import Books
from tests.witness.messages import Message, money, new_id, now, value
from tests.witness.payee import Say
from tests.witness.seen import opens


class Refused(Exception):
    """The scheme, or a party, said no. `code` is the error code of the callback, or the HTTP status."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(f"{code}: {why}")
        self.code = code


class Silence(Exception):
    """No callback came in time: what became of the request is unknown."""


@dataclass(frozen=True, slots=True)
class Order:
    """Who pays whom what. SEND fixes what the payer gives, RECEIVE what the payee gets; `via` is the FX provider, and
    `currency` the payer's, `into` the payee's."""

    payer: str
    payee: str
    amount: Decimal
    currency: str
    amount_type: str = "SEND"
    via: str | None = None
    into: str | None = None


@dataclass(slots=True)
class Payment:
    """How a payment ended: COMMITTED, ABORTED, REFUSED before it was prepared, or UNKNOWN; and what was paid and arrived."""

    transfer_id: str
    state: str = "REFUSED"
    paid: dict[str, str] = field(default_factory=dict)
    received: dict[str, str] = field(default_factory=dict)
    code: str | None = None
    conversion_id: str | None = None


@dataclass(slots=True)
class Payer:
    """Sends money of its customers. `patience` is in seconds on the wall clock, for each callback."""

    fsp: str
    say: Say
    books: Books
    patience: float = 10.0
    seconds: float = 30.0
    _waiting: dict[str, queue.Queue[Message]] = field(default_factory=dict)

    def deliver(self, message: Message) -> bool:
        """A callback has come; whether anybody here waits for it."""
        waiting = self._waiting.get(message.path.removesuffix("/error"))
        if waiting is not None:
            waiting.put(message)
        return waiting is not None

    def send(self, order: Order) -> Payment:
        """Carry out an order to its end, and count what was paid."""
        payment = Payment(new_id())
        try:
            payee = self._find(order.payee)
            fx, terms = self._agree(order, payment.transfer_id, payee)
            payment.paid = fx["conversionTerms"]["sourceAmount"] if fx else terms["transferAmount"]
            payment.received = terms["payeeReceiveAmount"]
            if fx:
                payment.conversion_id = fx["conversionTerms"]["conversionId"]
                self._convert(fx)
        except (Refused, Silence) as problem:
            payment.code = problem.code if isinstance(problem, Refused) else None
            return payment
        payment.state, payment.code = self._transfer(payment.transfer_id, payee, terms)
        if payment.state == "COMMITTED":
            amount, currency = value(payment.paid), payment.paid["currency"]
            self.books.enter(payment.transfer_id, {currency: amount}, {order.payer: -amount})
        return payment

    def _find(self, party: str) -> dict[str, Any]:
        kind, identifier = party.split(":", 1)
        path = f"/parties/{kind}/{quote(identifier, safe='')}"
        found: dict[str, Any] = self._ask("GET", path, path, None)["party"]
        return found

    def _agree(self, order: Order, transfer_id: str, payee: dict[str, Any]) -> tuple[dict[str, Any] | None, dict[str, Any]]:
        """The conversion's terms, if there is one, and the transfer's. What is fixed is asked first."""
        if order.via is None or order.into is None:
            return None, self._quote(order, transfer_id, payee, money(order.amount, order.currency))
        if order.amount_type == "SEND":
            fx = self._quote_fx(order, transfer_id, money(order.amount, order.currency), {"currency": order.into})
            terms = self._quote(order, transfer_id, payee, fx["conversionTerms"]["targetAmount"])
        else:
            terms = self._quote(order, transfer_id, payee, money(order.amount, order.into))
            fx = self._quote_fx(order, transfer_id, {"currency": order.currency}, terms["transferAmount"])
        if fx["conversionTerms"]["targetAmount"] != terms["transferAmount"]:
            raise Refused("terms", "the conversion gives something else than the transfer needs")
        return fx, terms

    def _quote(self, order: Order, transfer_id: str, payee: dict[str, Any], amount: dict[str, str]) -> dict[str, Any]:
        kind, identifier = order.payer.split(":", 1)
        id_ = new_id()
        asked = {
            "quoteId": id_,
            "transactionId": transfer_id,
            "payee": {"partyIdInfo": payee["partyIdInfo"]},
            "payer": {"partyIdInfo": {"partyIdType": kind, "partyIdentifier": identifier, "fspId": self.fsp}},
            "amountType": order.amount_type,
            "amount": amount,
            "transactionType": {"scenario": "TRANSFER", "initiator": "PAYER", "initiatorType": "CONSUMER"},
            "expiration": now(self.seconds),
        }
        return self._ask("POST", "/quotes", f"/quotes/{id_}", payee["partyIdInfo"]["fspId"], asked)

    def _quote_fx(self, order: Order, transfer_id: str, source: dict[str, str], target: dict[str, str]) -> dict[str, Any]:
        id_ = new_id()
        terms = {
            "conversionId": new_id(),
            "determiningTransferId": transfer_id,
            "initiatingFsp": self.fsp,
            "counterPartyFsp": order.via,
            "amountType": order.amount_type,
            "sourceAmount": source,
            "targetAmount": target,
            "expiration": now(self.seconds),
        }
        asked = {"conversionRequestId": id_, "conversionTerms": terms}
        return self._ask("POST", "/fxQuotes", f"/fxQuotes/{id_}", order.via, asked)

    def _convert(self, fx: dict[str, Any]) -> None:
        terms = fx["conversionTerms"]
        id_, provider = terms["conversionId"], terms["counterPartyFsp"]
        kept = ("determiningTransferId", "initiatingFsp", "counterPartyFsp", "sourceAmount", "targetAmount")
        asked = {key: terms[key] for key in kept} | {
            "commitRequestId": id_, "condition": fx["condition"], "expiration": now(self.seconds),
        }  # fmt: skip
        promise = self._ask("POST", "/fxTransfers", f"/fxTransfers/{id_}", provider, asked)
        if promise["conversionState"] != "RESERVED" or not opens(fx["condition"], promise["fulfilment"]):
            raise Refused("fulfilment", "the provider's fulfilment does not open its condition")

    def _transfer(self, id_: str, payee: dict[str, Any], terms: dict[str, Any]) -> tuple[str, str | None]:
        """State and error code. Whoever hears nothing asks once, and then does not know."""
        destination, path = payee["partyIdInfo"]["fspId"], f"/transfers/{id_}"
        asked = {
            "transferId": id_, "payerFsp": self.fsp, "payeeFsp": destination, "amount": terms["transferAmount"],
            "ilpPacket": terms["ilpPacket"], "condition": terms["condition"], "expiration": now(self.seconds),
        }  # fmt: skip
        try:
            outcome = self._ask("POST", "/transfers", path, destination, asked)
        except Refused as problem:
            return "ABORTED", problem.code
        except Silence:
            outcome = self._enquire(path)
        if outcome["transferState"] == "COMMITTED" and not opens(terms["condition"], outcome["fulfilment"]):
            return "UNKNOWN", "fulfilment"
        return (outcome["transferState"] if outcome["transferState"] in ("COMMITTED", "ABORTED") else "UNKNOWN"), None

    def _enquire(self, path: str) -> dict[str, Any]:
        try:
            return self._ask("GET", path, path, None)
        except (Refused, Silence):
            return {"transferState": "UNKNOWN"}

    def _ask(
        self, method: str, path: str, back: str, destination: str | None, content: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Send, and wait for the callback on `back`. Raises Refused, Silence."""
        waiting = self._waiting[back] = queue.Queue()
        try:
            status = self.say(method, path, destination or "", content)
            if status >= 300:
                raise Refused(str(status), f"{method} {path} was refused at once")
            answer = waiting.get(timeout=self.patience)
        except queue.Empty:
            raise Silence(f"nothing came back for {method} {path}") from None
        finally:
            del self._waiting[back]
        if answer.path.endswith("/error"):
            information = answer.content()["errorInformation"]
            raise Refused(information["errorCode"], information["errorDescription"])
        return answer.content()
