"""What the channel can do with bulks, and what the Mojaloop connector's notices do to them. The money of each payment is moved
by `Settlement`, as that of any payment: held before it is accepted, captured or released as the hub says."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any

import orjson

from connectors.core_connector import body
from connectors.core_connector.bulks import wire
from connectors.core_connector.bulks.client import BulkClient
from connectors.core_connector.bulks.model import Bulk, Standing
from connectors.core_connector.bulks.offers import Fees, Offers
from connectors.core_connector.bulks.results import verdict_of
from connectors.core_connector.errors import PENDING, Refusal
from connectors.core_connector.outcomes import Done, Refused, Unknown
from connectors.core_connector.payments.model import Payment
from connectors.core_connector.payments.settlement import Settlement
from connectors.core_connector.settings import Settings
from connectors.core_connector.worklist import Worklist
from loopyard.kernel.ids import Ids
from loopyard.protocols import canonical
from loopyard.transport.service import Surroundings

OVER = ("COMPLETED", "ERROR_OCCURRED")
"""States with which the Mojaloop connector says that it has nothing left to do."""
EXPIRED = "3300"


class Bulks:
    """Bulks of outgoing payments. Replaceable as part "bulks"."""

    def __init__(
        self,
        worklist: Worklist[Bulk],
        payments: Worklist[Payment],
        settlement: Settlement,
        offers: Offers,
        client: BulkClient,
        settings: Settings,
        surroundings: Surroundings,
    ) -> None:
        self.worklist = worklist
        self.payments = payments
        self.settlement = settlement
        self._offers = offers
        self._client = client
        self._settings = settings
        self._ids: Ids = surroundings.ids
        self._mark = surroundings.boundary

    # -- the channel ----------------------------------------------------------------------------------------------------

    async def submit(self, content: Mapping[str, Any]) -> Standing:
        """POST /bulkTransactions. Asked again under the same bulkHomeTransactionID it is the same bulk. Raises Refusal."""
        if not self.settlement.holds_payers:
            raise Refusal("2002", "the bank cannot hold a payer's money, so a bulk could not be paid item by item")
        home = body.text(content, "bulkHomeTransactionID")
        mark = hashlib.sha256(canonical.sorted_json(dict(content))).hexdigest()
        async with self.worklist.alone(home, self._settings.http_timeout) as mine:
            if not mine:
                raise Refusal(PENDING, f"{home} is pending")
            earlier = self.worklist.shelf.by_home(home)
            if earlier is None:
                bulk = self._new(content, home, mark)
                self._mark("bulks.request.recorded")
                await self._submit(bulk)
            elif earlier.fingerprint != mark:
                raise Refusal("3106", f"bulkHomeTransactionID {home} stands for another bulk")
            else:
                bulk = earlier
        return self.ask(bulk.row.key)

    def _new(self, content: Mapping[str, Any], home: str, mark: str) -> Bulk:
        now, lasts = self.worklist.clock.now(), timedelta(seconds=self._settings.bulk_seconds)
        options, wishes = wire.options(content, now, lasts), wire.wishes(content)
        id_ = self._ids.ulid(now)
        keys = tuple(f"{id_}/{number}" for number in range(len(wishes)))
        for key, wish in zip(keys, wishes, strict=True):
            self.payments.shelf.save(Payment(self.payments.new(key, home=wish.home), wish.request))
        wanted = body.build(wire.outbound(content, id_, options)).decode()
        bulk = Bulk(self.worklist.new(id_, home=home), options, mark, wanted, keys)
        self.worklist.shelf.save(bulk)
        return bulk

    async def work(self, bulk: Bulk) -> None:
        """Go on after an interruption: the Mojaloop connector takes the same request again for the same."""
        if bulk.row.state == "SUBMITTING":
            await self._submit(bulk)

    async def _submit(self, bulk: Bulk) -> None:
        match await self._client.start(orjson.loads(bulk.wanted)):
            case Done():
                if self._again(bulk).row.state == "SUBMITTING":  # else it was told of meanwhile
                    self.worklist.move(bulk, "submit")
                self._mark("bulks.request.sent")
            case Refused(_, message):
                for payment in self._payments(bulk):
                    self._fail(payment, "3100", message)
                self.worklist.move(bulk, "refuse", message)
                raise Refusal("3100", message)
            case Unknown(why):
                self.worklist.later(bulk, why)

    async def decide(self, bulk_id: str, content: Mapping[str, Any]) -> Standing:
        """PUT /bulkTransactions/{id}: the channel's word on payments that wait for it. Raises Refusal."""
        bulk, decided = self.find(bulk_id), wire.decisions(content)
        by_transfer = {payment.row.transfer: payment for payment in self._payments(bulk)}
        strangers = [id_ for id_ in decided if id_ not in by_transfer]
        if strangers:
            raise Refusal("3208", f"no transfer {strangers[0]} in bulk {bulk_id}", status=404)
        async with self._alone(bulk):
            parties = [(id_, yes) for id_, (word, yes) in decided.items() if word == "acceptParty"]
            if parties:
                await self._client.decide(bulk_id, "acceptParty", parties)
            await self._settle(bulk, {id_: yes for id_, (word, yes) in decided.items() if word == "acceptQuote"})
        return self.ask(bulk_id)

    def ask(self, bulk_id: str) -> Standing:
        """The bulk as it stands. Raises Refusal 3210."""
        bulk = self.find(bulk_id)
        return Standing(bulk, self._payments(bulk))

    def find(self, bulk_id: str) -> Bulk:
        """Raises Refusal 3210."""
        bulk = self.worklist.shelf.get(bulk_id)
        if bulk is None:
            raise Refusal("3210", f"no bulk {bulk_id}", status=404)
        return bulk

    # -- the Mojaloop connector -----------------------------------------------------------------------------------------

    async def told(self, bulk_id: str, content: Mapping[str, Any]) -> None:
        """PUT /bulkTransactions/{id}: terms to accept, payments that have ended. Said again, it changes nothing.

        Raises Refusal.
        """
        bulk = self.find(bulk_id)
        state, results = wire.results(content)
        async with self._alone(bulk):
            bulk = self._again(bulk)
            if bulk.row.state == "SUBMITTING":  # its notice has overtaken the answer to the request
                self.worklist.move(bulk, "submit")
            bulk.told = state
            self.worklist.shelf.save(bulk)
            fees: Fees = {}
            for payment in self._payments(bulk):
                if payment.row.home in results:
                    async with self.payments.alone(payment.row.home):
                        await self._hear(bulk, self._fresh(payment), results[payment.row.home], fees)
            self._mark("bulks.notice.recorded")
            offered = [each for each in self._payments(bulk) if each.row.state == "OFFERED"]
            await self._settle(bulk, {each.row.transfer: True for each in offered if self._offers.consented(bulk, each)})
            if state in OVER and bulk.row.state == "SUBMITTED":
                self.worklist.move(bulk, "end")

    async def _hear(self, bulk: Bulk, payment: Payment, result: Mapping[str, Any], fees: Fees) -> None:
        verdict = verdict_of(result)
        match payment.row.state:
            case "QUOTING":
                self._offers.note(payment, result)
                if verdict is not None:
                    self._fail(payment, *_why(result))
                elif "quoteResponse" in result:
                    await self._offer(payment, result, fees)
                elif bulk.options.only_validate and bulk.told in OVER:
                    self.payments.move(payment, "validate")
            case "OFFERED" if verdict is not None:
                payment.code, payment.message = _why(result)
                self.payments.move(payment, "expire" if payment.code == EXPIRED else "fail")
            case "ACCEPTING" | "PENDING" if verdict is not None:
                await self.settlement.judge(payment, verdict)

    async def _offer(self, payment: Payment, result: Mapping[str, Any], fees: Fees) -> None:
        try:
            await self._offers.make(payment, result, fees)
        except Refusal as no:
            self._fail(payment, no.code, no.message)
            await self._client.refuse(payment.row.transfer, "acceptQuote")

    async def _settle(self, bulk: Bulk, decided: Mapping[str, bool]) -> None:
        """Hold the money of what is accepted, then say all of it to the Mojaloop connector in one word."""
        said: list[tuple[str, bool]] = []
        for payment in self._payments(bulk):
            accepts = decided.get(payment.row.transfer)
            if accepts is None:
                continue
            async with self.payments.alone(payment.row.home):
                if await self._decided(self._fresh(payment), accepts):
                    said.append((payment.row.transfer, accepts))
        self._mark("bulks.reserves.done")
        if not said:
            return
        outcome = await self._client.decide(bulk.row.key, "acceptQuote", said)
        why = "the bulk is under way" if isinstance(outcome, Done) else "the acceptance may not have arrived"
        for payment in self._payments(bulk):
            if (payment.row.transfer, True) in said and payment.row.state == "ACCEPTING":
                self.settlement.lose_sight(payment, why, self._settings.bulk_question_seconds)
        self._mark("bulks.accept.done")

    async def _decided(self, payment: Payment, accepts: bool) -> bool:
        """Whether the Mojaloop connector is to hear of it."""
        if payment.row.state != "OFFERED":
            return False
        if accepts:
            return await self.settlement.hold(payment)
        self.payments.move(payment, "decline")
        return True

    def _fresh(self, payment: Payment) -> Payment:
        found = self.payments.shelf.get(payment.row.key)
        assert found is not None
        return found

    def _fail(self, payment: Payment, code: str, message: str) -> None:
        payment.code, payment.message = code, message
        self.payments.move(payment, "fail")

    def _payments(self, bulk: Bulk) -> list[Payment]:
        found = (self.payments.shelf.get(key) for key in bulk.parts)
        return [payment for payment in found if payment is not None]

    def _again(self, bulk: Bulk) -> Bulk:
        return self.find(bulk.row.key)

    def _alone(self, bulk: Bulk) -> AbstractAsyncContextManager[bool]:
        return self.worklist.alone(bulk.row.key)


def _why(result: Mapping[str, Any]) -> tuple[str, str]:
    """Code and words of the error that a result carries."""
    error = result["lastError"].get("mojaloopError", {}).get("errorInformation", {})
    return str(error.get("errorCode", "2001")), str(error.get("errorDescription", "the payment was given up"))
