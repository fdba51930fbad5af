"""What the face `outbound` serves of bulks: bodies in and out. What a bulk does is in `run` and `direct`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from connectors.mojaloop_connector.bulk.direct import DirectBulks
from connectors.mojaloop_connector.bulk.run import BulkTransactions
from connectors.mojaloop_connector.kit import Kit
from loopyard.transport import trace

Data = dict[str, Any]
Served = Callable[[dict[str, str], Any], Awaitable[tuple[int, Any]]]
"""A handler: the parameters of the path and the checked body in, status and body out."""


class BulkApi:
    """Handlers by the operations of the outbound API."""

    def __init__(self, kit: Kit, transactions: BulkTransactions) -> None:
        self._kit = kit
        self._transactions = transactions
        self._direct = DirectBulks(kit)

    @property
    def routes(self) -> dict[str, Served]:
        return {
            "POST /bulkTransactions": self._start,
            "PUT /bulkTransactions/{bulkTransactionId}": self._decide,
            "POST /bulkQuotes": self._quote,
            "GET /bulkQuotes/{bulkQuoteId}": self._quotes,
            "POST /bulkTransfers": self._transfer,
            "GET /bulkTransfers/{bulkTransferId}": self._transfers,
        }

    async def _start(self, params: dict[str, str], body: Any) -> tuple[int, Any]:
        here = trace.current.get()
        await self._transactions.start(body, here.trace_id if here else self._kit.surroundings.client.ids.trace())
        return 202, None

    async def _decide(self, params: dict[str, str], body: Any) -> tuple[int, Any]:
        self._transactions.decide(params["bulkTransactionId"], body["individualTransfers"])
        return 202, None

    async def _quote(self, params: dict[str, str], body: Any) -> tuple[int, Any]:
        return 200, await self._direct.quote(body)

    async def _quotes(self, params: dict[str, str], body: Any) -> tuple[int, Any]:
        return 200, await self._direct.quotes(params["bulkQuoteId"])

    async def _transfer(self, params: dict[str, str], body: Any) -> tuple[int, Any]:
        return 200, await self._direct.transfer(body)

    async def _transfers(self, params: dict[str, str], body: Any) -> tuple[int, Any]:
        return 200, await self._direct.transfers(params["bulkTransferId"])
