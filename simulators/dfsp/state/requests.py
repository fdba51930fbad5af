"""Requests to pay of one peer: those that its customers make of others, and those that come to its customers. Money moves only
by the payment that follows; what a customer is sent to prove that it is her is here, too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from loopyard.engine.site import Site
from loopyard.kernel.lifecycle import Lifecycle
from loopyard.kernel.money import Money
from simulators.dfsp.state.bank import Bank, Customer
from simulators.dfsp.state.errors import (
    Modified,
    RequestLapsed,
    RequestUnknown,
    TermsAltered,
    TransactionUnknown,
    UnsupportedCurrency,
)

TRIES: Final = 3
"""How often a payer may give a wrong password."""

REQUESTED: Final = Lifecycle(
    "request to pay that was made",
    initial="RESOLVING",
    final={"ACCEPTED", "REJECTED", "FAILED", "EXPIRED"},
    transitions={
        ("RESOLVING", "send"): "SENT",
        ("SENT", "receive"): "RECEIVED",
        ("RECEIVED", "receive"): "RECEIVED",
        ("SENT", "accept"): "ACCEPTED",
        ("RECEIVED", "accept"): "ACCEPTED",
        ("SENT", "reject"): "REJECTED",
        ("RECEIVED", "reject"): "REJECTED",
        ("RESOLVING", "fail"): "FAILED",
        ("SENT", "fail"): "FAILED",
        ("RECEIVED", "fail"): "FAILED",
        ("SENT", "expire"): "EXPIRED",
        ("RECEIVED", "expire"): "EXPIRED",
    },
)

DEMANDED: Final = Lifecycle(
    "request to pay that came",
    initial="RECEIVED",
    final={"ACCEPTED", "REJECTED"},
    transitions={
        ("RECEIVED", "approve"): "APPROVED",  # the customer pays; what becomes of that is the payment's
        ("RECEIVED", "reject"): "REJECTED",
        ("APPROVED", "accept"): "ACCEPTED",
        ("APPROVED", "reopen"): "RECEIVED",  # the payment came to nothing
    },
)

ANSWERS: Final = {"RECEIVED": "receive", "PENDING": "receive", "ACCEPTED": "accept", "REJECTED": "reject"}
"""What the states that a payer's institution names do to a request."""


@dataclass(slots=True)
class Requested:
    """A request that a customer of ours made. `typed` are passwords that nobody has asked for yet, `asking` who has asked."""

    id: str
    payee: Customer
    payer: tuple[str, str, str | None]
    amount: Money
    scenario: str
    initiator_type: str
    authentication: str | None
    expires_at: datetime
    state: str = REQUESTED.initial
    payer_fsp: str = ""
    transaction_id: str = ""
    error: tuple[str, str] | None = None
    typed: list[str] = field(default_factory=list)
    asking: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Order:
    """A request as it came; `fingerprint` stands for its whole content, `party` is the payee as the scheme writes her."""

    id: str
    payee_fsp: str
    party: Mapping[str, Any]
    payer: tuple[str, str, str | None]
    amount: Money
    scenario: str
    initiator_type: str
    authentication: str | None
    expires_at: datetime | None
    fingerprint: bytes


@dataclass(slots=True)
class Demand:
    """A request that came to a customer of ours. `password` is what she was sent, `wrong` how often another one came back."""

    order: Order
    payer: Customer
    transaction_id: str
    state: str = DEMANDED.initial
    password: str = ""
    wrong: int = 0

    @property
    def tries_left(self) -> int:
        return TRIES - self.wrong


class Requests:
    """Both sides' requests of one peer."""

    def __init__(self, bank: Bank, site: Site) -> None:
        self._bank = bank
        self._site = site
        self.made: dict[str, Requested] = {}
        self.came: dict[str, Demand] = {}

    def forget(self, ids: Iterable[str]) -> None:
        """Know nothing of these requests, if they have ended."""
        for id_ in ids:
            if id_ in self.made and (self.made[id_].state in REQUESTED.final or self.made[id_].transaction_id):
                del self.made[id_]
            if id_ in self.came and self.came[id_].state in DEMANDED.final:
                del self.came[id_]

    # -- the payee's side -----------------------------------------------------------------------------------------------

    def make(self, **wish: Any) -> Requested:
        """A customer asks for money; next comes the lookup of who shall pay."""
        row = Requested(self._site.ids.ulid(self._site.clock.now()), **wish)
        self.made[row.id] = row
        return row

    def resolving(self, id_type: str, id_value: str, sub_id: str | None) -> list[Requested]:
        """Who waits for the lookup of this party."""
        return [row for row in self.made.values() if row.state == "RESOLVING" and row.payer == (id_type, id_value, sub_id)]

    def asked_for(self, id_: str) -> Requested:
        """A request that was made here. Raises RequestUnknown."""
        if id_ not in self.made:
            raise RequestUnknown(f"{self._bank.id} has made no request {id_}; ask for one first")
        return self.made[id_]

    def move(self, row: Requested, event: str) -> None:
        """A word that comes too late for a request changes nothing."""
        if (row.state, event) in REQUESTED.transitions:
            row.state = REQUESTED.next(row.state, event)

    def fail(self, row: Requested, code: str, description: str) -> None:
        if row.state not in REQUESTED.final:
            row.error = (code, description)
        self.move(row, "fail")

    def check_terms(self, id_: str, payer_fsp: str, amount: Money) -> None:
        """Whether a payer who asks for terms pays the request. Raises RequestUnknown, RequestLapsed, TermsAltered."""
        row = self.asked_for(id_)
        if row.state in ("REJECTED", "FAILED", "EXPIRED") or row.expires_at <= self._site.clock.now():
            self.move(row, "expire")
            raise RequestLapsed(f"request {id_} is {row.state}; ask for a new one")
        if (payer_fsp, amount) != (row.payer_fsp, row.amount):
            raise TermsAltered(f"request {id_} is for {row.amount} {row.amount.currency} from {row.payer_fsp}")

    # -- the payer's side -----------------------------------------------------------------------------------------------

    def take(self, order: Order) -> Demand:
        """A request for a customer; the same again is the same. Raises Refusal."""
        if earlier := self.came.get(order.id):
            if earlier.order.fingerprint != order.fingerprint:
                raise Modified(f"request {order.id} came with another content; use a new id")
            return earlier
        if order.expires_at is not None and order.expires_at <= self._site.clock.now():
            raise RequestLapsed(f"request {order.id} had expired when it came")
        payer = self._bank.customer(*order.payer)
        if payer.account.currency != order.amount.currency:
            raise UnsupportedCurrency(f"{payer.person.name}'s account is in {payer.account.currency}")
        row = self.came[order.id] = Demand(order, payer, self._site.ids.ulid(self._site.clock.now()))
        return row

    def demanded(self, id_: str) -> Demand:
        """A request that came. Raises RequestUnknown."""
        if id_ not in self.came:
            raise RequestUnknown(f"no request {id_} came to {self._bank.id}")
        return self.came[id_]

    def approve(self, row: Demand) -> None:
        """The customer will pay; where a password is wanted, she is sent one. Raises RequestLapsed."""
        if row.order.expires_at is not None and row.order.expires_at <= self._site.clock.now():
            raise RequestLapsed(f"request {row.order.id} has expired; it can no longer be paid")
        row.state = DEMANDED.next(row.state, "approve")
        if row.order.authentication == "OTP":
            row.password = self._site.ids.digits(6)

    def proves(self, row: Demand, value: object) -> bool:
        """Whether this is the password that the customer was sent."""
        if value == row.password:
            return True
        row.wrong += 1
        return False

    def end(self, row: Demand, event: str) -> None:
        row.state = DEMANDED.next(row.state, event)

    def transaction(self, id_: str) -> Demand:
        """The request behind a transaction's id. Raises TransactionUnknown."""
        found = next((row for row in self.came.values() if row.transaction_id == id_), None)
        if found is None:
            raise TransactionUnknown(f"{self._bank.id} knows no transaction {id_}")
        return found
