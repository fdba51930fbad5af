"""What both faces serve, in handlers of a few lines, with the literal tables of routes at the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from connectors.core_connector import accounts as accounts_wire
from connectors.core_connector.bulks import wire as bulks_wire
from connectors.core_connector.bulks.service import Bulks
from connectors.core_connector.cbs import CoreBanking, Holder
from connectors.core_connector.conversions import wire as conversions_wire
from connectors.core_connector.conversions.service import Conversions
from connectors.core_connector.errors import Refusal
from connectors.core_connector.face import Call, Route, accepted
from connectors.core_connector.mojaloop.client import MojaloopClient
from connectors.core_connector.outcomes import Done
from connectors.core_connector.payments import wire as payments_wire
from connectors.core_connector.payments.service import Payments
from connectors.core_connector.receipts import bulk as receipts_bulk
from connectors.core_connector.receipts import wire as receipts_wire
from connectors.core_connector.receipts.parties import Parties
from connectors.core_connector.receipts.quotes import Quotes
from connectors.core_connector.receipts.transfers import Receipts
from connectors.core_connector.requests.operations import RequestOperations
from connectors.core_connector.settings import Settings
from connectors.core_connector.store import Row
from loopyard.protocols.fspiop.dates import to_iso
from loopyard.transport.messages import Reply


@dataclass(frozen=True, slots=True)
class Operations:
    """The handlers. Each returns the body of a 200, or raises Refusal."""

    settings: Settings
    bank: CoreBanking
    mojaloop: MojaloopClient
    payments: Payments
    parties: Parties
    quotes: Quotes
    receipts: Receipts
    conversions: Conversions
    bulks: Bulks
    requests: RequestOperations

    # -- the channel's side -----------------------------------------------------------------------------------------

    async def send_money(self, call: Call) -> Any:
        request = payments_wire.send_money(call.content, self.settings)
        return payments_wire.terms(await self.payments.request(request, payments_wire.home_id(call.content)), self.settings)

    async def merchant_payment(self, call: Call) -> Any:
        request = payments_wire.merchant_payment(call.content, self.settings)
        return payments_wire.terms(await self.payments.request(request, payments_wire.home_id(call.content)), self.settings)

    async def decide(self, call: Call) -> Any:
        accepts, home_id = payments_wire.decision(call.content)
        payment = await self.payments.decide(call.params["transferId"], accepts, home_id)
        return {"transferId": payment.row.transfer}

    async def submit_bulk(self, call: Call) -> Any:
        return accepted(bulks_wire.taken(await self.bulks.submit(call.content)))

    async def decide_bulk(self, call: Call) -> Any:
        await self.bulks.decide(call.params["bulkTransactionId"], call.content)
        return Reply(202)

    async def bulk(self, call: Call) -> Any:
        return bulks_wire.status(self.bulks.ask(call.params["bulkTransactionId"]))

    async def transfer(self, call: Call) -> Any:
        return payments_wire.status(await self.payments.ask(call.params["transferId"]))

    async def transfers(self, call: Call) -> Any:
        if call.query.get("unresolved") != ["true"]:
            raise Refusal("3100", "all transfers are not listed; ask GET /transfers?unresolved=true or GET /transfers/{id}")
        return list(self._unresolved())

    def _unresolved(self) -> Iterator[dict[str, Any]]:
        for payment in self.payments.worklist.unresolved():
            yield _listed("outbound", payment.row)
        for bulk in self.bulks.worklist.unresolved():
            yield _listed("bulk", bulk.row)
        for payment in self.bulks.payments.unresolved():
            yield _listed("outbound", payment.row)
        for receipt in self.receipts.worklist.unresolved():
            yield _listed("inbound", receipt.row)
        for conversion in self.conversions.worklist.unresolved():
            yield _listed("conversion", conversion.row)

    async def open_accounts(self, call: Call) -> Any:
        return await self.mojaloop.open_accounts([accounts_wire.account(each) for each in call.listed])

    async def close_account(self, call: Call) -> Any:
        ids = (call.params["idType"], call.params["idValue"], call.params.get("idSubValue"))
        return await self.mojaloop.close_account(*filter(None, ids))

    # -- the Mojaloop connector's side ------------------------------------------------------------------------------

    async def party(self, call: Call) -> Any:
        holder = Holder(call.params["idType"], call.params["idValue"])
        account = await self.parties.find(holder)
        return receipts_wire.party(holder, call.params.get("idSubValue"), account, self.settings)

    async def quote(self, call: Call) -> Any:
        request = receipts_wire.quote_request(call.content)
        if request.demand:
            self.requests.sent.check(request)
        return receipts_wire.quote(await self.quotes.give(request))

    async def prepare(self, call: Call) -> Any:
        return receipts_wire.reserved(await self.receipts.prepare(call.content), self.settings)

    async def finish(self, call: Call) -> Any:
        await self.receipts.finish(call.params["transferId"], call.content)

    async def receipt(self, call: Call) -> Any:
        return receipts_wire.status(self.receipts.find(call.params["transferId"]))

    async def bulk_quote(self, call: Call) -> Any:
        return await receipts_bulk.quote(call.content, self.quotes)

    async def bulk_prepare(self, call: Call) -> Any:
        return await receipts_bulk.prepare(call.content, self.receipts)

    async def bulk_notice(self, call: Call) -> Any:
        await self.bulks.told(call.params["bulkTransactionId"], call.content)
        return Reply(202)

    async def fx_quote(self, call: Call) -> Any:
        self._only_fxp()
        return conversions_wire.fx_quote(self.conversions.quote(conversions_wire.wish(call.content)), call.content)

    async def fx_prepare(self, call: Call) -> Any:
        self._only_fxp()
        return conversions_wire.reserved(await self.conversions.prepare(call.content))

    async def fx_finish(self, call: Call) -> Any:
        self._only_fxp()
        await self.conversions.finish(call.params["commitRequestId"], conversions_wire.end(call.content))

    def _only_fxp(self) -> None:
        if self.settings.mode != "fxp":
            raise Refusal("2002", 'this institution provides no foreign exchange; set mode = "fxp"')

    # -- both -------------------------------------------------------------------------------------------------------

    async def alive(self, call: Call) -> Any:
        return {"status": "OK"}

    async def health(self, call: Call) -> Any:
        outcome = await self.bank.healthy()
        return {"status": "OK", "bank": "UP" if isinstance(outcome, Done) else "DOWN"}

    def dfsp_routes(self) -> tuple[Route, ...]:
        return (
            ("GET", "/", self.alive),
            ("GET", "/health", self.health),
            ("POST", "/send-money", self.send_money),
            ("PUT", "/send-money/{transferId}", self.decide),
            ("POST", "/merchant-payment", self.merchant_payment),
            ("PUT", "/merchant-payment/{transferId}", self.decide),
            ("PUT", "/refunds/{transferId}", self.decide),
            ("POST", "/accounts", self.open_accounts),
            ("DELETE", "/accounts/{idType}/{idValue}", self.close_account),
            ("DELETE", "/accounts/{idType}/{idValue}/{idSubValue}", self.close_account),
            ("POST", "/bulkTransactions", self.submit_bulk),
            ("PUT", "/bulkTransactions/{bulkTransactionId}", self.decide_bulk),
            ("GET", "/bulkTransactions/{bulkTransactionId}", self.bulk),
            ("GET", "/transfers", self.transfers),
            ("GET", "/transfers/{transferId}", self.transfer),
            *self.requests.dfsp_routes(),
        )

    def sdk_routes(self) -> tuple[Route, ...]:
        return (
            ("GET", "/", self.alive),
            ("GET", "/health", self.health),
            ("GET", "/parties/{idType}/{idValue}", self.party),
            ("GET", "/parties/{idType}/{idValue}/{idSubValue}", self.party),
            ("POST", "/quoterequests", self.quote),
            ("POST", "/transfers", self.prepare),
            ("PUT", "/transfers/{transferId}", self.finish),
            ("GET", "/transfers/{transferId}", self.receipt),
            ("POST", "/bulkQuotes", self.bulk_quote),
            ("POST", "/bulkTransfers", self.bulk_prepare),
            ("PUT", "/bulkTransactions/{bulkTransactionId}", self.bulk_notice),
            ("POST", "/fxQuotes", self.fx_quote),
            ("POST", "/fxTransfers", self.fx_prepare),
            ("PUT", "/fxTransfers/{commitRequestId}", self.fx_finish),
            *self.requests.sdk_routes(),
        )


def _listed(direction: str, row: Row) -> dict[str, Any]:
    return {
        "direction": direction,
        "transferId": row.transfer,
        "homeTransactionId": row.home,
        "state": row.state,
        "since": to_iso(row.since),
        "dueAt": to_iso(row.due_at) if row.due_at else None,
        "attempts": row.attempts,
        "parked": row.parked,
        "note": row.note,
    }
