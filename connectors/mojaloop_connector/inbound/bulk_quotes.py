"""Bulk quotes that we give as payee: the backend's terms of each payment, each sealed and kept as any other quote is."""

from __future__ import annotations

from typing import Any

from connectors.mojaloop_connector.errors import BackendFailure, information, of_body
from connectors.mojaloop_connector.inbound.message import Inbound, reply, reply_error
from connectors.mojaloop_connector.inbound.quotes import QuoteStore
from connectors.mojaloop_connector.inbound.translation import bulk_quote_to_backend, quote_answer, quote_to_backend
from connectors.mojaloop_connector.kit import Kit
from connectors.mojaloop_connector.parties import present
from connectors.mojaloop_connector.store import Row
from loopyard.kernel.errors import MoneyError
from loopyard.protocols import ilp

Data = dict[str, Any]

KIND = "inbound_bulk_quotes"
_CALLBACK = "_callback"


class InboundBulkQuotes:
    """Answers POST and GET /bulkQuotes."""

    def __init__(self, kit: Kit, quotes: QuoteStore) -> None:
        self._kit = kit
        self._quotes = quotes
        self._busy: set[str] = set()

    async def post(self, message: Inbound) -> None:
        """POST /bulkQuotes. The same request again gets the same answer; while it is worked on, nothing."""
        id_ = message.body["bulkQuoteId"]
        earlier = self._kit.store.get(KIND, id_)
        if id_ in self._busy:
            return
        if earlier is not None and earlier.data["request"] != message.body:
            await self._send(id_, {"error": information("3106")}, message.source)
        elif earlier is not None:
            await self._send(id_, earlier.data[_CALLBACK], message.source)
        else:
            self._busy.add(id_)
            try:
                await self._quote(id_, message)
            finally:
                self._busy.discard(id_)

    async def get(self, message: Inbound) -> None:
        """GET /bulkQuotes/{ID}: the stored answer, or 3209."""
        id_ = message.params["ID"]
        row = self._kit.store.get(KIND, id_)
        given = row.data[_CALLBACK] if row is not None else {"error": information("3209")}
        await self._send(id_, given, message.source)

    async def _quote(self, id_: str, message: Inbound) -> None:
        request = message.body
        try:
            response = await self._kit.backend.ask("POST", "bulkQuotes", body=bulk_quote_to_backend(request))
            given: Data = {"body": self._answer(request, response, message)}
        except BackendFailure as failure:
            error = self._kit.error_of(failure)
            if error is None:
                return
            given = {"error": error}
        self._kit.store.put(Row(KIND, id_, "", {"request": request, _CALLBACK: given}))
        self._kit.boundary("inbound.bulk-quotes.answer.stored")
        await self._send(id_, given, message.source)

    def _answer(self, request: Data, response: Data, message: Inbound) -> Data:
        """Each with its terms or its error; what the backend leaves out is 2001."""
        expiration = response.get("expiration") or self._kit.expiration()
        listed = response.get("individualQuoteResults") or []
        said = {each.get("quoteId"): each for each in listed if isinstance(each, dict)}
        results = [
            {"quoteId": part["quoteId"]} | self._seal(part, request, said.get(part["quoteId"]), expiration, message)
            for part in request["individualQuotes"]
        ]
        return {"individualQuoteResults": results, "expiration": expiration}

    def _seal(self, part: Data, bulk: Data, said: Data | None, expiration: str, message: Inbound) -> Data:
        if said is None or "errorResponse" in said:
            return of_body(said.get("errorResponse") if said else None)
        settings = self._kit.settings
        single = part | {"payer": bulk["payer"]} | present(expiration=bulk.get("expiration"), geoCode=bulk.get("geoCode"))
        try:
            terms = quote_answer(said | {"expiration": expiration})
            sealed = ilp.build_quote(settings.packet_version, settings.ilp_secret, single, terms)
        except (ilp.InvalidPacket, MoneyError, KeyError):
            return information("2001")
        answer = terms | {"ilpPacket": sealed.packet, "condition": sealed.condition}
        response = said | {"expiration": expiration, "transactionId": part["transactionId"]}
        quote = {
            "request": single, "internalRequest": quote_to_backend(single), "response": response, "mojaloopResponse": answer,
            "fulfilment": sealed.fulfilment,
        }  # fmt: skip
        row = {
            "transferId": part["transactionId"], "direction": "INBOUND", "initiatedTimestamp": self._kit.now_text(),
            "quoteRequest": {"headers": message.headers, "body": single}, "quote": quote,
            "currentState": "WAITING_FOR_QUOTE_ACCEPTANCE",
        }  # fmt: skip
        self._quotes.save(row, part["quoteId"])
        return {name: value for name, value in answer.items() if name != "expiration"}

    async def _send(self, id_: str, given: Data, destination: str) -> None:
        if "error" in given:
            await reply_error(self._kit, "bulkQuotes", (id_,), given["error"], destination)
        else:
            callback = self._kit.hub.callback("PUT", "bulkQuotes", id_, body=given["body"], destination=destination)
            await reply(self._kit, callback)
