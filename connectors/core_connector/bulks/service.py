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
Decision = tuple[str, str, bool]
"""Key and own id of a payment, and whether its terms are accepted."""


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

    async def submit(self, content: Mapping[str, Any]) -> Bulk:
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
        return bulk

    def _new(self, content: Mapping[str, Any], home: str, mark: str) -> Bulk:
        now, lasts = self.worklist.clock.now(), timedelta(seconds=self._settings.bulk_seconds)
        options, wishes = wire.options(content, now, lasts), wire.wishes(content)
        id_ = self._ids.ulid(now)
        wanted = body.build(wire.outbound(content, id_, options)).decode()
        bulk = Bulk(self.worklist.new(id_, home=home), options, mark, wanted, tuple(wish.home for wish in wishes))
        for (key, _), wish in zip(bulk.parts, wishes, strict=True):
            self.payments.shelf.save(Payment(self.payments.new(key, home=wish.home), wish.request))
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

    async def decide(self, bulk_id: str, content: Mapping[str, Any]) -> None:
        """PUT /bulkTransactions/{id}: the channel's word on payments that wait for it. Raises Refusal."""
        bulk = self.find(bulk_id)
        parties: list[tuple[str, bool]] = []
        quotes: list[Decision] = []
        for id_, (word, accepts) in wire.decisions(content).items():
            if id_ not in bulk.transfers:
                raise Refusal("3208", f"no transfer {id_} in bulk {bulk_id}", status=404)
            if word == "acceptParty":
                parties.append((id_, accepts))
            else:
                quotes.append((*bulk.part(bulk.transfers[id_]), accepts))
        async with self._alone(bulk):
            if parties:
                await self._client.decide(bulk_id, "acceptParty", parties)
            await self._settle(bulk, quotes)

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
            ids = enumerate(results.get(home, {}).get("transferId") for home in bulk.homes)
            bulk.transfers = {**bulk.transfers, **{str(id_): number for number, id_ in ids if id_}}
            self.worklist.shelf.save(bulk)
            fees: Fees = {}
            consented: list[Decision] = []
            for key, home in bulk.parts:
                if home in results:
                    async with self.payments.alone(home):
                        payment = self._payment(key)
                        await self._hear(bulk, payment, results[home], fees)
                    if payment.row.state == "OFFERED" and self._offers.consented(bulk, payment):
                        consented.append((key, home, True))
            self._mark("bulks.notice.recorded")
            await self._settle(bulk, consented)
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
                else:
                    self.payments.shelf.save(payment)
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

    async def _settle(self, bulk: Bulk, decided: list[Decision]) -> None:
        """Hold the money of what is accepted, then say all of it to the Mojaloop connector in one word."""
        said: list[tuple[str, bool]] = []
        for key, home, accepts in decided:
            async with self.payments.alone(home):
                payment = self._payment(key)
                if await self._decided(payment, accepts):
                    said.append((payment.row.transfer, accepts))
        self._mark("bulks.reserves.done")
        if not said:
            return
        outcome = await self._client.decide(bulk.row.key, "acceptQuote", said)
        why = "the bulk is under way" if isinstance(outcome, Done) else "the acceptance may not have arrived"
        for payment in (self._payment(key) for key, _, accepts in decided if accepts):
            if payment.row.state == "ACCEPTING":
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

    def _fail(self, payment: Payment, code: str, message: str) -> None:
        payment.code, payment.message = code, message
        self.payments.move(payment, "fail")

    def _payments(self, bulk: Bulk) -> list[Payment]:
        return [self._payment(key) for key, _ in bulk.parts]

    def _payment(self, key: str) -> Payment:
        found = self.payments.shelf.get(key)
        assert found is not None, f"{key} is no payment of a bulk"
        return found

    def _again(self, bulk: Bulk) -> Bulk:
        return self.find(bulk.row.key)

    def _alone(self, bulk: Bulk) -> AbstractAsyncContextManager[bool]:
        return self.worklist.alone(bulk.row.key)


def _why(result: Mapping[str, Any]) -> tuple[str, str]:
    """Code and words of the error that a result carries."""
    error = result["lastError"].get("mojaloopError", {}).get("errorInformation", {})
    return str(error.get("errorCode", "2001")), str(error.get("errorDescription", "the payment was given up"))
