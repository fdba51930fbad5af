"""The payer's side of a peer: payments that its customers make to others, through a conversion where currencies differ.
What is sent in each state stands in `webhooks`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from loopyard.engine.site import Site
from loopyard.kernel.clock import Signal, Timer
from loopyard.kernel.ledger import Hold
from loopyard.kernel.lifecycle import Lifecycle
from loopyard.kernel.money import Currency, Money, currency
from loopyard.protocols import ilp
from simulators.dfsp.state.bank import Bank, Customer, charge
from simulators.dfsp.state.requests import DEMANDED, Demand

OUTGOING = Lifecycle(
    "outbound transfer",
    initial="RESOLVING",
    final={"COMMITTED", "ABORTED", "STOPPED"},
    transitions={
        ("RESOLVING", "quote"): "QUOTING",
        ("RESOLVING", "convert"): "CONVERTING",  # SEND: what arrives follows from what is sent
        ("CONVERTING", "quote"): "QUOTING",
        ("QUOTING", "convert"): "CONVERTING",  # RECEIVE: what is sent follows from what shall arrive
        ("QUOTING", "prepare"): "PREPARED",
        ("QUOTING", "authorize"): "AUTHORIZING",  # a request to pay that wants a password
        ("AUTHORIZING", "prepare"): "PREPARED",
        ("AUTHORIZING", "fail"): "ABORTED",
        ("QUOTING", "prepare conversion"): "CONVERSION_PREPARED",
        ("CONVERTING", "prepare conversion"): "CONVERSION_PREPARED",
        ("CONVERSION_PREPARED", "prepare"): "PREPARED",
        ("PREPARED", "commit"): "COMMITTED",
        ("PREPARED", "expire"): "UNKNOWN",  # no refund before the hub has said how it ended
        ("UNKNOWN", "commit"): "COMMITTED",
        ("UNKNOWN", "fail"): "ABORTED",
        ("RESOLVING", "stop"): "STOPPED",
        ("QUOTING", "stop"): "STOPPED",
        ("CONVERTING", "stop"): "STOPPED",
        ("CONVERSION_PREPARED", "stop"): "STOPPED",
        ("RESOLVING", "fail"): "ABORTED",
        ("QUOTING", "fail"): "ABORTED",
        ("CONVERTING", "fail"): "ABORTED",
        ("CONVERSION_PREPARED", "fail"): "ABORTED",
        ("PREPARED", "fail"): "ABORTED",
    },
)
UNTIL: Final = ("parties", "quote", "conversion", "transfer")


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """What a customer asks for. SEND fixes what leaves her account, RECEIVE what arrives."""

    payer: Customer
    payee: tuple[str, str, str | None]
    amount: Money
    amount_type: Literal["SEND", "RECEIVE"]
    scenario: str
    until: str
    note: str | None = None
    fxp: str | None = None
    refund_of: str | None = None
    refund_reason: str | None = None
    demand: Demand | None = None
    """The request to pay that this payment answers."""


@dataclass(slots=True)
class Outgoing:
    """A payment under way. `party` is the payee as the lookup gave her; `terms_*` are those of the quote."""

    id: str
    quote_id: str
    conversion_id: str
    conversion_request_id: str
    order: PaymentOrder
    started_at: datetime
    state: str = OUTGOING.initial
    party: Mapping[str, Any] = field(default_factory=dict)
    payee_fsp: str = ""
    target_currency: Currency | None = None
    source: Money | None = None
    target: Money | None = None
    fx_condition: str = ""
    transfer: Money | None = None
    commission: Money | None = None
    packet: str = ""
    condition: str = ""
    fee: Money | None = None
    hold: Hold | None = None
    expires_at: datetime | None = None
    asked: int = 0
    error: tuple[str, str] | None = None
    notes: list[str] = field(default_factory=list)
    timer: Timer | None = None
    ended: Signal | None = None  # fired at the end, for who waits for it

    @property
    def final(self) -> bool:
        return self.state in OUTGOING.final

    @property
    def converts(self) -> bool:
        return self.target_currency is not None

    @property
    def quote_amount(self) -> Money:
        """The amount to ask a quote for."""
        if self.converts and self.order.amount_type == "SEND":
            assert self.target is not None
            return self.target
        return self.order.amount


class Payer:
    """Outbound payments of one bank."""

    def __init__(self, bank: Bank, site: Site) -> None:
        self._bank = bank
        self._site = site
        self.payments: dict[str, Outgoing] = {}
        self._open: dict[str, Outgoing] = {}

    def start(self, order: PaymentOrder) -> Outgoing:
        """Begin with the lookup."""
        ids, now = self._site.ids, self._site.clock.now()
        row = Outgoing(ids.ulid(now), ids.ulid(now), ids.ulid(now), ids.ulid(now), order, now)
        self.payments[row.id] = self._open[row.id] = row
        return row

    def forget(self, ids: Iterable[str]) -> None:
        """Know nothing of these payments, if they have ended."""
        for id_ in ids:
            if id_ in self.payments and self.payments[id_].final:
                del self.payments[id_]

    def resolving(self, id_type: str, id_value: str, sub_id: str | None) -> list[Outgoing]:
        """Who waits for the lookup of this party."""
        wanted = (id_type, id_value, sub_id)
        return [row for row in self._open.values() if row.state == "RESOLVING" and row.order.payee == wanted]

    def by_quote(self, id_: str) -> Outgoing | None:
        """Who waits for this quote."""
        return next((row for row in self._open.values() if row.quote_id == id_ and row.state == "QUOTING"), None)

    def by_conversion(self, id_: str) -> Outgoing | None:
        """Who waits for this conversion: terms by request id, reservation by conversion id."""
        return next(
            (
                row
                for row in self._open.values()
                if (id_, row.state) in ((row.conversion_request_id, "CONVERTING"), (row.conversion_id, "CONVERSION_PREPARED"))
            ),
            None,
        )

    def found(self, row: Outgoing, fsp: str, party: Mapping[str, Any], currencies: list[str] | None) -> None:
        """The lookup's answer. Currencies tell whether a conversion is needed; without any there is none."""
        row.payee_fsp, row.party = fsp, party
        if row.order.until == "parties":
            return self._end(row, "stop")
        home, asked = row.order.payer.account.currency, row.order.amount.currency
        if currencies is not None and not currencies:
            return self.fail(row, "5106", "No payee supportedCurrencies received")
        if row.order.amount_type == "SEND" and currencies and asked.code not in currencies:
            row.source, row.target_currency = row.order.amount, currency(currencies[0])
            return self._go(row, "convert")
        if asked != home:
            row.target_currency = asked
        return self._go(row, "quote")

    def conversion_terms(self, row: Outgoing, source: Money, target: Money, condition: str) -> None:
        """The FX provider's terms: the side that was fixed must have stayed as it was."""
        fixed, returned = (row.source, source) if row.order.amount_type == "SEND" else (row.target, target)
        if fixed != returned:
            return self.fail(row, "4000", f"the FX provider changed the fixed amount to {returned}")
        row.source, row.target, row.fx_condition = source, target, condition
        if row.order.amount_type == "SEND":
            return self._go(row, "quote")
        return self._agree(row)

    def terms(
        self, row: Outgoing, transfer: Money, fee: Money | None, commission: Money | None, packet: str, condition: str
    ) -> None:
        """The payee's terms. A commission that is not told, as ISO 20022 cannot tell it, is what the other amounts leave."""
        asked, none = row.quote_amount, Money.zero(transfer.currency)
        if commission is None and transfer.currency == asked.currency:
            left = transfer - asked if row.order.amount_type == "SEND" else transfer - asked - (fee or none)
            commission = none if left.is_negative else left
        row.transfer, row.commission, row.condition = transfer, commission or none, condition
        row.packet = sys.intern(packet)  # the hub keeps it, too
        if not row.converts or row.order.amount_type == "SEND":
            return self._agree(row)
        row.target = transfer
        return self._go(row, "convert")

    def _agree(self, row: Outgoing) -> None:
        """All terms are known: stop as ordered, or set the money aside and send the first prepare."""
        assert row.transfer is not None
        if row.order.until == "quote":
            return self._end(row, "stop")
        if row.converts and row.target != row.transfer:
            return self.fail(row, "4000", f"the conversion gives {row.target}, the payee wants {row.transfer}")
        account = row.order.payer.account
        pays = self._pays(row)
        row.fee = charge(self._bank.options.sending_fee, pays)
        demand = row.order.demand
        if demand is not None and demand.password and row.state == "QUOTING":
            return self._go(row, "authorize")
        if account.available < pays + row.fee:
            return self.fail(row, "4000", f"{account.name} has {account.available}, which is less than {pays + row.fee}")
        row.hold = self._bank.ledger.hold(account, pays + row.fee, row.id)
        row.expires_at = self._site.clock.now() + timedelta(seconds=self._bank.options.transfer_seconds)
        return self._go(row, "prepare conversion" if row.converts else "prepare")

    def authorizing(self, request_id: str) -> Outgoing | None:
        """Who waits for the password of this request."""
        found = (row for row in self._open.values() if row.state == "AUTHORIZING" and row.order.demand is not None)
        return next((row for row in found if row.order.demand and row.order.demand.order.id == request_id), None)

    def authorized(self, row: Outgoing) -> None:
        """The password was right: the money is set aside and the prepare can go."""
        self._agree(row)

    def _pays(self, row: Outgoing) -> Money:
        """What the payment itself takes from the customer: the payee's commission is her bank's to pay."""
        assert row.transfer is not None
        assert row.commission is not None
        if row.converts:
            assert row.source is not None
            return row.source
        return row.transfer - row.commission

    def conversion_reserved(self, row: Outgoing, fulfilment: object) -> None:
        """The FX provider has reserved: stop as ordered, or prepare the transfer."""
        if not ilp.fulfils(fulfilment, row.fx_condition):
            return self.fail(row, "3100", "the FX provider's fulfilment does not answer its condition")
        return self._end(row, "stop") if row.order.until == "conversion" else self._go(row, "prepare")

    def committed(self, row: Outgoing, fulfilment: object) -> None:
        """The hub has committed. The money is gone even when the fulfilment is wrong, which is noted."""
        if fulfilment is not None and not ilp.fulfils(fulfilment, row.condition):
            row.notes.append("the fulfilment does not answer the condition")
        self._end(row, "commit")

    def fail(self, row: Outgoing, code: str, description: str) -> None:
        """It has ended without money moving."""
        row.error = (code, description)
        self._end(row, "fail")

    def expire(self, row: Outgoing) -> None:
        """Its time is over and nobody has said how it ended."""
        row.state = OUTGOING.next(row.state, "expire")

    def _go(self, row: Outgoing, event: str) -> None:
        row.state = OUTGOING.next(row.state, event)

    def _end(self, row: Outgoing, event: str) -> None:
        row.state = OUTGOING.next(row.state, event)
        self._open.pop(row.id, None)
        if row.timer is not None:
            row.timer.cancel()
            row.timer = None
        self._settle(row)
        if (demand := row.order.demand) is not None:
            demand.state = DEMANDED.next(demand.state, "accept" if row.state == "COMMITTED" else "reopen")
        if row.ended is not None:
            row.ended.fire()
            row.ended = None

    def _settle(self, row: Outgoing) -> None:
        if row.hold is None:
            return
        self._bank.ledger.release(row.hold)
        row.hold = None
        if row.state == "COMMITTED":
            assert row.fee is not None
            assert row.transfer is not None
            pays = self._pays(row)
            self._bank.pay(row.id, row.order.payer, pays, row.fee, pays if row.converts else row.transfer)
