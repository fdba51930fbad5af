"""Quotes that we give as payee: the backend's terms, sealed with an ILP packet, kept until the prepare."""

from __future__ import annotations

from typing import Any

from connectors.mojaloop_connector.errors import (
    BackendFailure,
    BackendUnanswered,
    information,
)
from connectors.mojaloop_connector.inbound.message import Inbound, reply, reply_error
from connectors.mojaloop_connector.inbound.translation import quote_answer, quote_to_backend
from connectors.mojaloop_connector.kit import Kit
from connectors.mojaloop_connector.outbound.requests import KIND as SENT_REQUEST
from connectors.mojaloop_connector.store import Row
from loopyard.kernel.errors import MoneyError
from loopyard.protocols import ilp

Data = dict[str, Any]

KIND = "inbound"
_BY_QUOTE = "quote-id"
_CALLBACK = "_callback"
_WRITTEN = "_isoQuoteRequest"


class QuoteStore:
    """Quotes by transaction and by their own id. A transfer's row begins as its quote's."""

    def __init__(self, kit: Kit) -> None:
        self._store = kit.store

    def save(self, data: Data, quote_id: str) -> None:
        self._store.put(Row(_BY_QUOTE, quote_id, "", {"transactionId": data["transferId"]}))
        self._store.put(Row(KIND, data["transferId"], data["currentState"], data))

    def of_transaction(self, transaction_id: str) -> Data | None:
        row = self._store.get(KIND, transaction_id)
        return row.data if row is not None else None

    def of_quote(self, quote_id: str) -> Data | None:
        row = self._store.get(_BY_QUOTE, quote_id)
        return self.of_transaction(row.data["transactionId"]) if row is not None else None


class InboundQuotes:
    """Answers POST and GET /quotes."""

    def __init__(self, kit: Kit, quotes: QuoteStore) -> None:
        self._kit = kit
        self._quotes = quotes
        self._busy: set[str] = set()

    async def post(self, message: Inbound) -> None:
        """POST /quotes. The same request again gets the same answer; while it is worked on, nothing."""
        request = message.body
        earlier = self._quotes.of_transaction(request["transactionId"])
        quote_id = request["quoteId"]
        if quote_id in self._busy:
            return
        if earlier is not None and earlier.get("quoteRequest", {}).get("body") == request and _CALLBACK in earlier:
            await self._send(quote_id, earlier[_CALLBACK], message.source, earlier.get(_WRITTEN))
        elif earlier is not None and "prepare" in earlier:
            await self._send(quote_id, {"error": information("3106")}, message.source)
        else:
            self._busy.add(quote_id)
            try:
                await self._quote(message)
            finally:
                self._busy.discard(quote_id)

    async def get(self, message: Inbound) -> None:
        """GET /quotes/{ID}: the stored answer, or 3205."""
        quote_id = message.params["ID"]
        data = self._quotes.of_quote(quote_id)
        code = "2001" if self._kit.settings.like_sdk.quotes_get_2001 else "3205"
        callback = data.get(_CALLBACK) if data is not None else None
        answers = data.get(_WRITTEN) if data is not None else None
        await self._send(quote_id, callback or {"error": information(code)}, message.source, answers)

    async def _quote(self, message: Inbound) -> None:
        request = message.body
        data: Data = {
            "transferId": request["transactionId"],
            "direction": "INBOUND",
            "quoteRequest": message.stored,
            **({_WRITTEN: message.written} if message.written is not None else {}),
            "currentState": "QUOTE_REQUEST_RECEIVED",
            "initiatedTimestamp": self._kit.now_text(),
        }
        self._quotes.save(data, request["quoteId"])
        self._kit.boundary("inbound.quote.stored")
        try:
            await self._agree(data, request)
        except BackendFailure as failure:
            error = self._kit.error_of(failure)
            if error is None:
                return
            data |= {"lastError": {"originalError": str(failure), "mojaloopError": error}}
            data |= {"currentState": "ERROR_OCCURRED", _CALLBACK: {"error": error}}
        await self._answer(data, message)

    async def _agree(self, data: Data, request: Data) -> None:
        """The backend's terms with packet, condition and fulfilment. Raises BackendFailure, for unusable terms too."""
        asked = self._kit.store.get(SENT_REQUEST, request.get("transactionRequestId", ""))
        internal = quote_to_backend(request, asked.data["homeR2PTransactionId"] if asked is not None else None)
        response = await self._kit.backend.ask("POST", "quoterequests", body=internal)
        self._kit.boundary("inbound.quote.agreed")
        response.setdefault("expiration", self._kit.expiration())
        settings = self._kit.settings
        try:
            terms = quote_answer(response)
            sealed = ilp.build_quote(settings.packet_version, settings.ilp_secret, request, terms)
        except (ilp.InvalidPacket, MoneyError, KeyError) as cause:
            raise BackendUnanswered(f"POST /quoterequests was answered with terms that are none: {cause!r}") from cause
        answer = terms | {"ilpPacket": sealed.packet, "condition": sealed.condition}
        data["quote"] = {
            "request": request,
            "internalRequest": internal,
            "response": response,
            "mojaloopResponse": answer,
            "fulfilment": sealed.fulfilment,
        }
        data[_CALLBACK] = {"body": answer}

    async def _answer(self, data: Data, message: Inbound) -> None:
        quote_id, given = message.body["quoteId"], data[_CALLBACK]
        if "body" in given:
            body, answers = given["body"], data.get(_WRITTEN)
            callback = self._kit.hub.callback("PUT", "quotes", quote_id, body=body, destination=message.source, answers=answers)
            data["quoteResponse"] = {"headers": callback.headers, "body": callback.body}
            data["currentState"] = "WAITING_FOR_QUOTE_ACCEPTANCE"
            self._quotes.save(data, quote_id)
            self._kit.boundary("inbound.quote.answer.stored")
            await reply(self._kit, callback)
        else:
            self._quotes.save(data, quote_id)
            self._kit.boundary("inbound.quote.answer.stored")
            await self._send(quote_id, given, message.source)
        self._kit.boundary("inbound.quote.answer.sent")

    async def _send(self, quote_id: str, given: Data, destination: str, answers: Data | None = None) -> None:
        if "error" in given:
            await reply_error(self._kit, "quotes", (quote_id,), given["error"], destination)
        else:
            callback = self._kit.hub.callback(
                "PUT", "quotes", quote_id, body=given["body"], destination=destination, answers=answers
            )
            await reply(self._kit, callback)
