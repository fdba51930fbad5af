"""What the channel can do with payments: ask for terms, accept or refuse them, ask what became of them."""

from __future__ import annotations

from dataclasses import replace

from connectors.core_connector.errors import PENDING, Refusal
from connectors.core_connector.mojaloop.client import MojaloopClient
from connectors.core_connector.mojaloop.verdicts import Committed
from connectors.core_connector.payments.lines import Lines
from connectors.core_connector.payments.model import Offer, Payment, Request
from connectors.core_connector.payments.negotiation import Negotiation
from connectors.core_connector.payments.settlement import Settlement
from connectors.core_connector.payments.terms import Terms
from connectors.core_connector.settings import Settings
from connectors.core_connector.worklist import Worklist
from loopyard.kernel.ids import Ids
from loopyard.transport.service import Surroundings

NEVER_ACCEPTED = frozenset({"FAILED", "DECLINED", "EXPIRED"})
"""Ends without any money touched: the same transaction may be asked for again."""

ENDED_WITHOUT = NEVER_ACCEPTED | {"ABORTED", "RELEASING"}


class Payments:
    """Outgoing payments. Replaceable as part "payments"."""

    def __init__(
        self,
        worklist: Worklist[Payment],
        negotiation: Negotiation,
        settlement: Settlement,
        terms: Terms,
        mojaloop: MojaloopClient,
        settings: Settings,
        surroundings: Surroundings,
    ) -> None:
        self.worklist = worklist
        self._negotiation = negotiation
        self._settlement = settlement
        self._terms = terms
        self._lines = Lines(mojaloop, settings, surroundings)
        self._settings = settings
        self._ids: Ids = surroundings.ids
        self._mark = surroundings.boundary

    async def request(self, request: Request, home_id: str | None) -> Payment:
        """The payment with its terms, by the institution's own id; asked again it is the same one. Raises Refusal."""
        home = home_id or self._ids.uuid()
        async with self.worklist.alone(home, self._settings.http_timeout) as mine:
            if not mine:
                raise _pending(home)
            earlier = self.earlier(home)
            if earlier is not None and not self._is_over(earlier):
                return await self._again(earlier, request)
            return await self._negotiate(self._new(request, home, earlier))

    def earlier(self, home_id: str) -> Payment | None:
        """The payment that was asked for under the same id before."""
        return self.worklist.shelf.by_home(home_id)

    async def decide(self, transfer_id: str, accepts: bool, home_id: str) -> Payment:
        """Accept or refuse the terms; decided again, the payment as it stands. Raises Refusal."""
        found = self.find(transfer_id)
        if found.row.home != home_id:
            raise Refusal("3100", f"homeTransactionId of {transfer_id} is another one")
        async with self.worklist.alone(home_id, self._settings.http_timeout) as mine:
            if not mine:
                raise _pending(transfer_id)
            payment = self.find(transfer_id)
            if payment.row.state == "OFFERED":
                await (self._accept(payment) if accepts else self._decline(payment))
            elif not accepts and payment.row.state not in ENDED_WITHOUT:
                raise Refusal("3100", "the terms were accepted before; they can no longer be refused")
            return self.outcome(payment)

    # -- requests to pay that want a password -------------------------------------------------------------------------

    async def renew(self, payment: Payment) -> None:
        """Ask for the same terms once more: each try of a password is a transfer of its own. Raises Refusal."""
        before = payment.offer
        agreed = await self._negotiation.run(payment)
        if not isinstance(agreed, Offer) or before is None or _price(agreed) != _price(before):
            raise Refusal("4000", "the terms are no longer those that the payer accepted")
        payment.offer = agreed
        self.worklist.shelf.save(payment)

    async def authenticated(self, payment: Payment) -> Payment:
        """The payer is known and has consented: pay. Raises Refusal as `decide` does."""
        assert payment.offer is not None
        payment.offer = replace(payment.offer, acceptance="acceptOTP")
        await self._accept(payment)
        return self.outcome(payment)

    async def unasked(self, payment: Payment) -> Payment:
        """The Mojaloop connector has made the transfer by itself: it is owed."""
        self.worklist.move(payment, "committed")
        await self._settlement.resolve(payment)
        return self.outcome(payment)

    def give_up(self, payment: Payment, code: str, message: str, *, declined: bool = False) -> None:
        """The payment ends without anything reserved."""
        payment.code, payment.message = code, message
        self.worklist.move(payment, "decline" if declined else "fail")

    async def ask(self, transfer_id: str) -> Payment:
        """The payment as it stands; one that is not final is asked for at once."""
        payment = self.find(transfer_id)
        if payment.row.state == "PENDING" and not payment.row.parked:
            async with self.worklist.alone(payment.row.home, 0) as mine:
                if mine:
                    await self._settlement.resolve(self.find(transfer_id))
        return self.find(transfer_id)

    def find(self, transfer_id: str) -> Payment:
        """Raises Refusal 3208."""
        payment = self.worklist.shelf.by_transfer(transfer_id)
        if payment is None:
            raise Refusal("3208", f"no transfer {transfer_id}", status=404)
        return payment

    def outcome(self, payment: Payment) -> Payment:
        """The payment, if it is made. Raises Refusal with the code it ended with, or 2004 while it has not ended."""
        match payment.row.state:
            case "COMPLETED" | "CAPTURING" | "OFFERED":
                return payment
            case "DECLINED":
                raise Refusal("4101", "the payer refused the terms; nothing was reserved")
            case "EXPIRED":
                raise Refusal("3302", "the terms have expired; nothing was reserved, ask for new ones")
            case "ABORTED" | "RELEASING" | "FAILED":
                raise Refusal(payment.code, payment.message)
        raise _pending(payment.row.transfer)

    async def _negotiate(self, payment: Payment) -> Payment:
        self.worklist.shelf.save(payment)
        self._mark("payments.request.recorded")
        try:
            agreed = await self._negotiation.run(payment)
            if isinstance(agreed, Offer) and self._is_single(payment.request):
                await self._within_limits(payment, agreed)
        except Refusal as no:
            payment.code, payment.message = no.code, no.message
            self.worklist.move(payment, "fail")
            raise
        if isinstance(agreed, Committed):
            self.worklist.move(payment, "committed")
            if payment.offer is None:
                self.worklist.park(payment, "the hub committed, but nobody said on which terms")
                raise _pending(payment.row.transfer)
            await self._settlement.resolve(payment)
            return self.outcome(payment)
        payment.offer = agreed
        self.worklist.move(payment, "offer")
        self._mark("payments.offer.recorded")
        if self._is_single(payment.request):
            await self._accept(payment)
            return self.outcome(payment)
        return payment

    async def _within_limits(self, payment: Payment, offer: Offer) -> None:
        try:
            self._terms.within_limits(offer)
        except Refusal:
            await self._lines.refuse(payment, offer.acceptance)
            raise

    async def _accept(self, payment: Payment) -> None:
        assert payment.offer is not None
        if not self._terms.expired(payment.offer, self.worklist.clock.now()):
            await self._settlement.accept(payment)
            return
        if not self._settlement.holds_payers:
            await self._settlement.give_back(payment, "3302", "the terms have expired; the debit is refunded")
            return
        self.worklist.move(payment, "expire")
        if payment.request.demand is None:  # a request to pay lives on: new terms may be asked for
            await self._lines.refuse(payment, payment.offer.acceptance)

    async def _decline(self, payment: Payment) -> None:
        assert payment.offer is not None
        self.worklist.move(payment, "decline")
        await self._lines.refuse(payment, payment.offer.acceptance)

    def _is_single(self, request: Request) -> bool:
        """Whether the institution accepts in the payer's place."""
        return self._settings.pattern == "single" and not request.wants_consent

    def _is_over(self, payment: Payment) -> bool:
        """Whether new terms may be asked for: nothing was accepted, and nothing can be any more."""
        if payment.row.state == "OFFERED" and payment.offer is not None:
            return self._terms.expired(payment.offer, self.worklist.clock.now())
        return payment.row.state in NEVER_ACCEPTED

    async def _again(self, earlier: Payment, request: Request) -> Payment:
        if earlier.request != request:
            raise Refusal("3106", f"homeTransactionId {earlier.row.home} stands for another payment")
        if self._is_single(request):
            if earlier.row.state == "OFFERED":  # interrupted between the terms and their acceptance
                await self._accept(earlier)
            return self.outcome(earlier)
        if earlier.row.state in ("ABORTED", "RELEASING"):
            return self.outcome(earlier)
        if earlier.offer is None:
            raise _pending(earlier.row.home)
        return earlier

    def _new(self, request: Request, home: str, earlier: Payment | None) -> Payment:
        if earlier is not None and earlier.row.state == "OFFERED":
            self.worklist.move(earlier, "expire")
        key = home if earlier is None else f"{home}/{self._ids.digits(8)}"
        return Payment(self.worklist.new(key, home=home), request)


def _price(offer: Offer) -> tuple[object, ...]:
    return (offer.send, offer.fee, offer.receive, offer.payee_fee, offer.commission, offer.payee_fsp)


def _pending(what: str) -> Refusal:
    return Refusal(PENDING, f"{what} is pending; its outcome is not known yet, ask GET /transfers/{{id}}")
