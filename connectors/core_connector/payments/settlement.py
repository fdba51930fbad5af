"""From the payer's consent to the end: reserve, accept, then capture or release, inline or after any interruption. Every
state is written before the step that it announces."""

from __future__ import annotations

from datetime import timedelta

import orjson

from connectors.core_connector.cbs import Hold, Order
from connectors.core_connector.errors import PENDING
from connectors.core_connector.mojaloop.client import ACCEPTANCE_OF, MojaloopClient
from connectors.core_connector.mojaloop.verdicts import Aborted, Absent, Committed, Halted, Pending, Verdict
from connectors.core_connector.outcomes import Done, Outcome, Refused, Unknown
from connectors.core_connector.payments.lines import Lines
from connectors.core_connector.payments.model import Offer, Payment
from connectors.core_connector.payments.policy import RefundPolicy
from connectors.core_connector.payments.reasons import refusal
from connectors.core_connector.payments.terms import Terms
from connectors.core_connector.settings import Settings
from connectors.core_connector.teller import Teller
from connectors.core_connector.worklist import Worklist
from loopyard.transport.service import Surroundings

RESTARTED = "the connector restarted before the transfer was accepted"


class Settlement:
    """Moves payments through the states behind the offer. Its callers hold the row for themselves alone."""

    def __init__(
        self,
        worklist: Worklist[Payment],
        mojaloop: MojaloopClient,
        teller: Teller,
        terms: Terms,
        policy: RefundPolicy,
        settings: Settings,
        surroundings: Surroundings,
    ) -> None:
        self._list = worklist
        self._mojaloop = mojaloop
        self._lines = Lines(mojaloop, settings, surroundings)
        self._teller = teller
        self._terms = terms
        self._policy = policy
        self._mark = surroundings.boundary

    @property
    def holds_payers(self) -> bool:
        """Whether the bank can hold the payer's money; if not, the channel has debited it before."""
        return self._teller.bank.holds_payers

    async def accept(self, payment: Payment) -> None:
        """From OFFERED as far as it goes now."""
        if await self.hold(payment):
            verdict = await self._lines.accept(payment, _offer(payment).acceptance)
            self._mark("payments.accept.done")
            await self.judge(payment, verdict)

    async def hold(self, payment: Payment) -> bool:
        """From OFFERED to ACCEPTING, with the payer's money held; False when it does not come to that."""
        if self.holds_payers:
            self._list.move(payment, "consent")
            self._mark("payments.consent.recorded")
            if not await self._reserve(payment):
                return False
        else:
            self._list.move(payment, "consent to a debit")
            self._mark("payments.consent.recorded")
        payment.accepted_at = self._list.clock.now()
        self._list.move(payment, "accept")
        self._mark("payments.accept.recorded")
        return True

    async def give_back(self, payment: Payment, code: str, message: str) -> None:
        """From OFFERED: the terms are refused, and what the channel debited for them is refunded."""
        payment.code, payment.message = code, message
        self._list.move(payment, "give back")
        await self._refuse(payment)
        await self._release(payment)

    async def resolve(self, payment: Payment) -> None:
        """Go on after an interruption or a pause, from whatever state the row is in."""
        match payment.row.state:
            case "QUOTING":
                self._end(payment, "fail", "2001", "the connector restarted before there were terms")
            case "RESERVING":
                self._list.move(payment, "lose sight", RESTARTED)
                await self._withdraw(payment, RESTARTED)
            case "WITHDRAWING":
                await self._look_for_hold(payment)
            case "RESERVED":
                payment.code, payment.message = "2001", RESTARTED
                self._list.move(payment, "withdraw")
                await self._refuse(payment)
                await self._release(payment)
            case "ACCEPTING" | "PENDING":
                await self._ask(payment)
            case "CAPTURING":
                await self._capture(payment)
            case "RELEASING":
                await self._release(payment)

    async def _reserve(self, payment: Payment) -> bool:
        outcome = await self._teller.reserve(self._order(payment))
        self._mark("payments.reserve.done")
        match outcome:
            case Done(hold):
                return await self._hold(payment, hold)
            case Refused():
                no = refusal(outcome)
                self._end(payment, "refuse", no.code, no.message)
                await self._refuse(payment)
            case Unknown(why):
                self._list.move(payment, "lose sight", why)
                await self._withdraw(payment, f"the bank did not say whether it reserved: {why}")
        return False

    async def _hold(self, payment: Payment, hold: Hold) -> bool:
        """Keep the hold, unless the bank charges something else than the payer saw."""
        payment.reserve_id = hold.reserve_id
        self._list.move(payment, "reserved")
        self._mark("payments.reserve.recorded")
        offer = _offer(payment)
        if hold.fee is None or self._terms.same(hold.fee, offer.fee):
            return True
        payment.code, payment.message = "4000", f"the fee is {hold.fee}, the terms said {offer.fee}"
        self._list.move(payment, "withdraw")
        await self._refuse(payment)
        await self._release(payment)
        return False

    async def _withdraw(self, payment: Payment, why: str) -> None:
        """The transfer will not be made, but the bank may hold the money."""
        payment.code, payment.message = "2001", why
        self._list.postpone(payment, self._teller.bank, why)
        await self._refuse(payment)

    async def _look_for_hold(self, payment: Payment) -> None:
        outcome = await self._teller.trace(self._order(payment), payment.row.attempts)
        self._mark("payments.query.done")
        match outcome:
            case Done(hold):
                payment.reserve_id = hold.reserve_id
                self._list.move(payment, "find")
                await self._release(payment)
            case Refused():
                self._list.move(payment, "find nothing")
            case Unknown(why):
                self._list.postpone(payment, self._teller.bank, why)

    async def _ask(self, payment: Payment) -> None:
        verdict = await self._mojaloop.query(payment.row.transfer)
        self._mark("payments.query.done")
        if isinstance(verdict, Halted):
            # The acceptance never arrived. Refusing settles it: whichever of the two the Mojaloop connector takes, it says.
            verdict = await self._lines.refuse(payment, _offer(payment).acceptance)
        await self.judge(payment, verdict)

    async def judge(self, payment: Payment, verdict: Verdict) -> None:
        """Follow the hub: capture, release, or wait."""
        if isinstance(verdict, Halted):
            verdict = await self._unexpected_halt(payment, verdict)
        since = self._list.clock.now() - payment.accepted_at if payment.accepted_at else timedelta(0)
        match self._policy.decide(verdict, since):
            case "capture":
                payment.code = payment.message = ""
                if isinstance(verdict, Committed):
                    payment.fulfil = orjson.dumps(dict(verdict.fulfil), default=str).decode()
                self._list.move(payment, "commit")
                self._mark("payments.outcome.recorded")
                await self._capture(payment)
            case "release":
                payment.code, payment.message = _why_aborted(verdict, payment)
                self._list.move(payment, "abort")
                self._mark("payments.outcome.recorded")
                await self._release(payment)
            case "wait":
                self._wait(payment, verdict)

    def lose_sight(self, payment: Payment, why: str, seconds: int) -> None:
        """From ACCEPTING: the outcome will be told; if not, it is asked for after so many seconds."""
        self._list.move(payment, "lose sight", why)
        self._list.wake_in(payment, seconds, why)

    async def _unexpected_halt(self, payment: Payment, halted: Halted) -> Verdict:
        """After the last acceptance nothing may be open: what the payer has not seen is refused."""
        verdict = await self._lines.refuse(payment, ACCEPTANCE_OF[halted.state])
        return Pending(f"halted again at {halted.state}") if isinstance(verdict, Halted) else verdict

    def _wait(self, payment: Payment, verdict: Verdict) -> None:
        why = verdict.why if isinstance(verdict, Pending) else "the hub does not know the transfer, or not yet"
        if isinstance(verdict, Pending) and verdict.code:
            payment.code, payment.message = verdict.code, why
        if payment.row.state == "ACCEPTING":
            self._list.move(payment, "lose sight", why)
            self._mark("payments.outcome.recorded")
        self._list.later(payment, why)

    async def _capture(self, payment: Payment) -> None:
        """The payer's money follows the hub. This is owed until it is done."""
        if not self.holds_payers:
            self._list.move(payment, "capture")
            return
        outcome: Outcome[None] | Outcome[Hold] = Done(None)
        if not payment.reserve_id:
            outcome = await self._teller.reserve(self._order(payment), payment.row.attempts)
            if isinstance(outcome, Done) and isinstance(outcome.value, Hold):
                payment.reserve_id = outcome.value.reserve_id
                self._list.shelf.save(payment)
        if isinstance(outcome, Done):
            outcome = await self._teller.commit(self._order(payment), payment.reserve_id, payment.row.attempts)
            self._mark("payments.capture.done")
        self._conclude(payment, outcome, "capture")
        self._mark("payments.capture.recorded")

    async def _release(self, payment: Payment) -> None:
        if self.holds_payers:
            outcome = await self._teller.release(
                self._order(payment), payment.reserve_id, payment.message[:120], payment.row.attempts
            )
        else:
            outcome = await self._teller.bank.refund(payment.row.home)
        self._mark("payments.release.done")
        if isinstance(outcome, Unknown) and not self.holds_payers:
            self._list.later(payment, outcome.why)  # a refund may always be repeated
        else:
            self._conclude(payment, outcome, "release")
        self._mark("payments.release.recorded")

    def _conclude(self, payment: Payment, outcome: Outcome[None] | Outcome[Hold], event: str) -> None:
        match outcome:
            case Done():
                self._list.move(payment, event)
            case Refused(reason, message):
                if event == "capture":
                    self._list.later(payment, f"{reason}: {message}")
                else:
                    self._list.park(payment, f"{reason}: {message}")
            case Unknown(why):
                self._list.postpone(payment, self._teller.bank, why)

    def _end(self, payment: Payment, event: str, code: str, message: str) -> None:
        payment.code, payment.message = code, message
        self._list.move(payment, event)

    async def _refuse(self, payment: Payment) -> None:
        """Tell the Mojaloop connector that the terms are refused. It keeps nothing open for long, so this is not repeated."""
        await self._lines.refuse(payment, _offer(payment).acceptance)

    def _order(self, payment: Payment) -> Order:
        offer = _offer(payment)
        owed = offer.commission if offer.commission and not offer.conversion else None
        return Order(
            payment.row.transfer,
            "payer",
            payment.request.payer,
            self._terms.to_reserve(offer),
            payment.row.home,
            offer.bank_quote,
            owed,
        )


def _offer(payment: Payment) -> Offer:
    assert payment.offer is not None, f"{payment.row.key} has no terms"
    return payment.offer


def _why_aborted(verdict: Verdict, payment: Payment) -> tuple[str, str]:
    """The hub's own code where there is one; else what was heard last, unless that was "pending": it is not any more."""
    if isinstance(verdict, Aborted):
        return verdict.code, verdict.message
    if isinstance(verdict, Absent):
        heard = payment.code and payment.code != PENDING
        return (payment.code, payment.message) if heard else ("2001", "the hub never saw the transfer")
    return payment.code or "2004", payment.message or "the transfer did not become final in time"
