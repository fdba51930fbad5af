"""Incoming transfers: reserve and commit at the bank as the hub reserves and commits, each once. Replaceable as part
"receipts"; the patterns are settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.core_connector.cbs import Order
from connectors.core_connector.errors import Refusal
from connectors.core_connector.mojaloop.client import MojaloopClient
from connectors.core_connector.mojaloop.verdicts import Aborted, Committed, Verdict
from connectors.core_connector.outcomes import Done, Outcome, Refused, Unknown
from connectors.core_connector.receipts import wire
from connectors.core_connector.receipts.model import Quote, Receipt
from connectors.core_connector.receipts.quotes import Quotes, payee_refusal
from connectors.core_connector.settings import Settings
from connectors.core_connector.teller import Teller
from connectors.core_connector.worklist import Worklist
from loopyard.kernel.ids import Ids
from loopyard.kernel.money import Money
from loopyard.transport.service import Surroundings


class Receipts:
    """Incoming transfers, one row each."""

    def __init__(
        self,
        worklist: Worklist[Receipt],
        quotes: Quotes,
        teller: Teller,
        mojaloop: MojaloopClient,
        settings: Settings,
        surroundings: Surroundings,
    ) -> None:
        self.worklist = worklist
        self.quotes = quotes
        self.teller = teller
        self.mojaloop = mojaloop
        self.settings = settings
        self.mark = surroundings.boundary
        self._ids: Ids = surroundings.ids

    async def prepare(self, content: Mapping[str, Any]) -> Receipt:
        """POST /transfers. The same transfer again is answered as the first time. Raises Refusal."""
        transfer_id, quote_id, amounts = wire.prepared(content)
        async with self.worklist.alone(transfer_id, self.settings.http_timeout) as mine:
            if not mine:
                raise Refusal("2004", f"{transfer_id} is being worked on")
            earlier = self.earlier(transfer_id)
            if earlier is not None:
                return self._again(earlier, quote_id, amounts)
            receipt = self._new(transfer_id, self._promised(transfer_id, quote_id, amounts), content)
            self.mark("receipts.transfer.recorded")
            await self.on_prepare(receipt)
            return self._answer(receipt)

    def earlier(self, transfer_id: str) -> Receipt | None:
        """The receipt of the same transfer, if it came before."""
        return self.worklist.shelf.get(transfer_id)

    async def on_prepare(self, receipt: Receipt) -> None:
        """What happens at the bank before the hub has committed."""
        if self.settings.receipts == "single-on-patch":
            self.worklist.move(receipt, "note")
        else:
            await self._reserve(receipt)
        if receipt.row.state in ("RESERVED", "NOTED"):
            self.worklist.wake_in(receipt, self.settings.notification_wait_seconds)
        self.mark("receipts.reserve.recorded")

    async def finish(self, transfer_id: str, content: Mapping[str, Any]) -> None:
        """PUT /transfers: commit or release, once. What the bank does not do now is done later. Raises Refusal."""
        self.find(transfer_id)
        async with self.worklist.alone(transfer_id, self.settings.http_timeout) as mine:
            if not mine:
                raise Refusal("2004", f"{transfer_id} is being worked on")
            receipt = self.find(transfer_id)
            end = wire.end(content)
            if end != "unclear":
                await self.on_final(receipt, end)
            elif receipt.row.state in ("RESERVED", "NOTED"):
                self.worklist.wake_in(receipt, 0, "the final notice does not say how the transfer ended")

    async def on_final(self, receipt: Receipt, end: wire.End) -> None:
        """The hub's final word; a second one is ignored, a contradicting one is refused loudly. Raises Refusal."""
        if receipt.row.state in ("RESERVED", "NOTED"):
            self.worklist.move(receipt, end)
            self.mark("receipts.final.recorded")
            await self.work(receipt)
        elif (wire.STATES if end == "abort" else wire.ENDED).get(receipt.row.state):
            raise Refusal("2001", f"{receipt.row.key} is {receipt.row.state} here; the notice says {end}")

    def find(self, transfer_id: str) -> Receipt:
        """Raises Refusal 3208."""
        receipt = self.worklist.shelf.get(transfer_id)
        if receipt is None:
            raise Refusal("3208", f"no transfer {transfer_id}", status=404)
        return receipt

    async def work(self, receipt: Receipt) -> None:
        """Go on from whatever state the row is in."""
        match receipt.row.state:
            case "RECEIVED":
                await self._withdraw(receipt, "the connector restarted before it answered")
            case "WITHDRAWING":
                await self._look_for_hold(receipt)
            case "RESERVED" | "NOTED":
                await self._ask(receipt)
            case "CREDITING":
                await self._credit(receipt)
            case "COMMITTING":
                await self._commit(receipt)
            case "RELEASING":
                await self._release(receipt)

    def order(self, receipt: Receipt) -> Order:
        return Order(receipt.row.key, "payee", receipt.payee, receipt.transfer, receipt.home_id, receipt.bank_quote)

    async def _reserve(self, receipt: Receipt) -> None:
        outcome = await self.teller.reserve(self.order(receipt))
        self.mark("receipts.reserve.done")
        match outcome:
            case Done(hold) if hold.fee is None or hold.fee == receipt.fee:
                receipt.reserve_id = hold.reserve_id
                self.worklist.move(receipt, "reserve")
            case Done(hold):
                receipt.reserve_id = hold.reserve_id
                await self._withdraw(receipt, f"the bank takes {hold.fee}, the payer was promised {receipt.fee}")
            case Refused():
                no = payee_refusal(outcome)
                receipt.code, receipt.message = no.code, no.message
                self.worklist.move(receipt, "refuse")
            case Unknown(why):
                await self._withdraw(receipt, why)

    async def _withdraw(self, receipt: Receipt, why: str) -> None:
        """Refuse to the hub; whatever the bank holds will be released."""
        receipt.code, receipt.message = "2001", why
        self.worklist.move(receipt, "lose sight", why)
        if receipt.reserve_id:
            self.worklist.move(receipt, "find", why)
            await self._release(receipt)
        else:
            self.worklist.postpone(receipt, self.teller.bank, why)

    async def _look_for_hold(self, receipt: Receipt) -> None:
        outcome = await self.teller.trace(self.order(receipt), receipt.row.attempts)
        match outcome:
            case Done(hold):
                receipt.reserve_id = hold.reserve_id
                self.worklist.move(receipt, "find")
                await self._release(receipt)
            case Refused():
                self.worklist.move(receipt, "find nothing")
            case Unknown(why):
                self.worklist.postpone(receipt, self.teller.bank, why)

    async def _ask(self, receipt: Receipt) -> None:
        """No final notice came, or an unclear one: the Mojaloop connector asks the hub."""
        verdict: Verdict = await self.mojaloop.query(receipt.row.key)
        if isinstance(verdict, Committed):
            await self.on_final(receipt, "commit")
        elif isinstance(verdict, Aborted):
            await self.on_final(receipt, "abort")
        else:
            self.worklist.later(receipt, "no final notice, and the hub's state is not final")

    async def _credit(self, receipt: Receipt) -> None:
        """single-on-patch: the whole of the credit, after the hub has committed."""
        outcome = await self.teller.reserve(self.order(receipt), receipt.row.attempts)
        self.mark("receipts.reserve.done")
        if isinstance(outcome, Done):
            receipt.reserve_id = outcome.value.reserve_id
            self.worklist.move(receipt, "reserve")
            await self._commit(receipt)
        else:
            self._owe(receipt, outcome)

    async def _commit(self, receipt: Receipt) -> None:
        outcome = await self.teller.commit(self.order(receipt), receipt.reserve_id, receipt.row.attempts)
        self.mark("receipts.commit.done")
        if isinstance(outcome, Done):
            self.worklist.move(receipt, "credit")
        else:
            self._owe(receipt, outcome)
        self.mark("receipts.commit.recorded")

    def _owe(self, receipt: Receipt, outcome: Outcome[Any]) -> None:
        """The hub has committed: the payee is owed the money until the bank has credited it, whatever the bank says now."""
        match outcome:
            case Refused(reason, message):
                self.worklist.later(receipt, f"{reason}: {message}")
            case Unknown(why):
                self.worklist.postpone(receipt, self.teller.bank, why)

    async def _release(self, receipt: Receipt) -> None:
        outcome = await self.teller.release(
            self.order(receipt), receipt.reserve_id, "the transfer was aborted", receipt.row.attempts
        )
        self.mark("receipts.release.done")
        match outcome:
            case Done():
                self.worklist.move(receipt, "release")
            case Refused(reason, message):
                self.worklist.park(receipt, f"{reason}: {message}")
            case Unknown(why):
                self.worklist.postpone(receipt, self.teller.bank, why)
        self.mark("receipts.release.recorded")

    def _promised(self, transfer_id: str, quote_id: str, amounts: list[Money]) -> Quote:
        quote = self.quotes.given(transfer_id, quote_id)
        if quote is None:
            raise Refusal("3205", f"no quote {quote_id} was given for {transfer_id}")
        if any(amount != quote.transfer for amount in amounts):
            raise Refusal("5104", f"the transfer is of {amounts[0]}, the quote of {quote.transfer}")
        return quote

    def _new(self, transfer_id: str, quote: Quote, content: Mapping[str, Any]) -> Receipt:
        row = self.worklist.new(transfer_id, transfer=transfer_id)
        receipt = Receipt(
            row, quote.row.key, quote.request.payee, quote.transfer, quote.receives, quote.fee,
            self._ids.uuid(), self.worklist.clock.now(), quote.bank_quote, shown=wire.shown(content),
        )  # fmt: skip
        self.worklist.shelf.save(receipt)
        return receipt

    def _again(self, earlier: Receipt, quote_id: str, amounts: list[Money]) -> Receipt:
        if earlier.quote_id != quote_id or any(amount != earlier.transfer for amount in amounts):
            raise Refusal("3106", f"{earlier.row.key} stands for another transfer")
        return self._answer(earlier)

    def _answer(self, receipt: Receipt) -> Receipt:
        if receipt.code:
            raise Refusal(receipt.code, receipt.message, unknown=receipt.row.state == "WITHDRAWING")
        return receipt
