"""The payee's side of a peer: quotes it gave and transfers that came in, each with what a repeated request does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from loopyard.engine.site import Site
from loopyard.kernel.clock import Timer
from loopyard.kernel.ledger import Hold
from loopyard.kernel.lifecycle import Lifecycle
from loopyard.kernel.money import Money
from loopyard.protocols.ilp import Ilp
from simulators.dfsp.state.bank import Bank, Customer, charge
from simulators.dfsp.state.errors import (
    Modified,
    QuoteExpired,
    QuoteMissing,
    QuoteUnknown,
    RequestExpired,
    TermsAltered,
    TransferExpired,
    TransferUnknown,
)
from simulators.participant.errors import Refusal

INCOMING = Lifecycle(
    "inbound transfer",
    initial="RECEIVED",
    final={"COMMITTED", "ABORTED", "REVERSED"},
    transitions={
        ("RECEIVED", "refuse"): "ABORTED",
        ("RECEIVED", "reserve"): "RESERVED",
        ("RECEIVED", "credit"): "CREDITED",  # on its own word alone: option answers = "COMMITTED"
        ("RESERVED", "commit"): "COMMITTED",
        ("RESERVED", "abort"): "ABORTED",
        ("CREDITED", "commit"): "COMMITTED",
        ("CREDITED", "abort"): "REVERSED",
    },
)


@dataclass(frozen=True, slots=True)
class QuoteOrder:
    """A quote request as it came; `fingerprint` stands for its whole content."""

    id: str
    transaction_id: str
    payer_fsp: str
    payee: tuple[str, str, str | None]
    amount_type: Literal["SEND", "RECEIVE"]
    amount: Money
    expires_at: datetime | None
    fingerprint: bytes


@dataclass(slots=True)
class Quote:
    """Terms given to a payer; `ilp` seals them."""

    order: QuoteOrder
    customer: Customer
    transfer: Money
    receive: Money
    fee: Money
    commission: Money
    expires_at: datetime
    ilp: Ilp | None = None
    condition: str = ""


@dataclass(frozen=True, slots=True)
class TransferOrder:
    """A prepare as it came. `transaction_id` is what its packet says."""

    id: str
    payer_fsp: str
    payee_fsp: str
    transaction_id: str
    amount: Money
    packet: str
    condition: str
    expires_at: datetime
    fingerprint: bytes


@dataclass(slots=True)
class Incoming:
    """A transfer that came in. `ignored` are notices that changed nothing, in order.

    Once it is decided, its order keeps neither packet nor condition: they are those of the quote, or were refused."""

    order: TransferOrder
    state: str = INCOMING.initial
    quote: Quote | None = None
    refusal: Refusal | None = None
    aborted_by_us: bool = False
    hold: Hold | None = None
    completed_at: datetime | None = None
    asked: int = 0
    timer: Timer | None = None
    ignored: list[str] = field(default_factory=list)


class Payee:
    """Quotes and inbound transfers of one bank."""

    def __init__(self, bank: Bank, site: Site) -> None:
        self._bank = bank
        self._now = site.clock.now
        self._quotes: dict[str, Quote] = {}
        self._by_transaction: dict[str, Quote] = {}
        self.transfers: dict[str, Incoming] = {}

    def forget(self, ids: Iterable[str]) -> None:
        """Know nothing of these transfers, nor of their quotes."""
        for id_ in ids:
            row = self.transfers.pop(id_, None)
            if row is not None and row.timer is not None:
                row.timer.cancel()
            if row is not None and row.quote is not None:
                self._quotes.pop(row.quote.order.id, None)
                self._by_transaction.pop(row.quote.order.transaction_id, None)

    def quote(self, order: QuoteOrder) -> Quote:
        """Terms for a payment; the same request again gets the same terms. Raises Refusal."""
        if earlier := self._quotes.get(order.id):
            if earlier.order.fingerprint != order.fingerprint:
                raise Modified(f"quote {order.id} was asked for with another content; use a new id")
            return earlier
        if order.expires_at is not None and order.expires_at <= self._now():
            raise RequestExpired(f"the request for quote {order.id} has expired; ask again")
        customer = self._bank.customer(*order.payee)
        self._bank.check(customer, order.amount)
        quote = self._quotes[order.id] = self._by_transaction[order.transaction_id] = self._terms(order, customer)
        return quote

    def _terms(self, order: QuoteOrder, customer: Customer) -> Quote:
        options, amount = self._bank.options, order.amount
        fee, commission = charge(options.fee, amount), charge(options.commission, amount)
        if order.amount_type == "SEND":
            transfer = amount + commission
            receive = transfer - fee
        else:
            transfer, receive = amount + fee + commission, amount
        if receive.units <= 0:
            raise TermsAltered(f"the fee of {fee} takes all of {amount} {amount.currency}; send more")
        return Quote(
            order, customer, transfer, receive, fee, commission, self._now() + timedelta(seconds=options.expiry_seconds)
        )

    def known_quote(self, id_: str) -> Quote:
        """A quote that was given. Raises QuoteUnknown."""
        if id_ not in self._quotes:
            raise QuoteUnknown(f"{self._bank.id} gave no quote {id_}; ask for one first")
        return self._quotes[id_]

    def known_transfer(self, id_: str) -> Incoming:
        """A transfer that came in. Raises TransferUnknown."""
        if id_ not in self.transfers:
            raise TransferUnknown(f"no transfer {id_} came to {self._bank.id}; prepare it first")
        return self.transfers[id_]

    def prepare(self, order: TransferOrder, abort: bool = False) -> Incoming:
        """Reserve or credit; the same prepare again gets the same answer. `abort`: decline it. Raises Refusal."""
        if earlier := self.transfers.get(order.id):
            if earlier.order.fingerprint != order.fingerprint:
                raise Modified(f"transfer {order.id} was prepared with another content; use a new id")
        else:
            earlier = self.transfers[order.id] = Incoming(order)
            self._decide(earlier, abort)
            earlier.order = replace(order, packet="", condition="")
        if earlier.refusal is not None:
            raise earlier.refusal
        return earlier

    def _decide(self, row: Incoming, abort: bool) -> None:
        row.completed_at = self._now()
        row.aborted_by_us = abort
        row.refusal = None if abort else self._objection(row)
        if abort or row.refusal is not None:
            row.state = INCOMING.next(row.state, "refuse")
            return
        assert row.quote is not None
        if self._bank.options.answers == "RESERVED":
            row.hold = self._bank.expect(row.order.id, row.quote.transfer)
            row.state = INCOMING.next(row.state, "reserve")
        else:
            self._credit(row)
            row.state = INCOMING.next(row.state, "credit")

    def _objection(self, row: Incoming) -> Refusal | None:
        """Why the transfer cannot be taken, and the quote behind it when it can."""
        order, now = row.order, self._now()
        quote = row.quote = self._by_transaction.get(order.transaction_id)
        if quote is None:
            return QuoteMissing("Corresponding quote not found")
        if order.expires_at <= now:
            return TransferExpired(f"transfer {order.id} expired before it came; prepare a new one")
        if quote.expires_at <= now and self._bank.options.reject_on_expired_quote:
            return QuoteExpired(f"quote {quote.order.id} has expired; ask for a new one")
        assert quote.ilp is not None
        for what, same in (
            ("condition", order.condition == quote.condition),
            ("amount", order.amount == quote.transfer),
            ("ilpPacket", order.packet == quote.ilp.packet),
            ("payerFsp", order.payer_fsp == quote.order.payer_fsp),
            ("payeeFsp", order.payee_fsp == self._bank.id),
        ):
            if not same:
                return TermsAltered(f"{what} is not that of the quote")
        return None

    def _credit(self, row: Incoming, back: bool = False) -> None:
        assert row.quote is not None
        self._bank.receive(row.order.id, row.quote.customer, row.quote.transfer, row.quote.receive, back)

    def notice(self, id_: str, event: Literal["commit", "abort"], told_by: str) -> Incoming | None:
        """The hub's word on a transfer. What is late, repeated or of no transfer of ours changes nothing."""
        row = self.transfers.get(id_)
        if row is None:
            return None
        if (row.state, event) not in INCOMING.transitions:
            row.ignored.append(f"{told_by} {event} in {row.state}")
            return row
        before, row.state = row.state, INCOMING.next(row.state, event)
        if row.hold is not None:
            self._bank.ledger.release(row.hold)
            row.hold = None
        if row.state == "REVERSED" or (before, event) == ("RESERVED", "commit"):
            self._credit(row, back=row.state == "REVERSED")
        if row.timer is not None:
            row.timer.cancel()
            row.timer = None
        return row
