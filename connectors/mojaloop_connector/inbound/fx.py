"""Conversions that we offer as FX provider: POST and GET /fxQuotes, and what is a conversion's alone of a reservation."""

from __future__ import annotations

from typing import Any

from connectors.mojaloop_connector.errors import BackendFailure, BackendUnanswered, information
from connectors.mojaloop_connector.inbound.message import Inbound, reply, reply_error
from connectors.mojaloop_connector.kit import Kit
from connectors.mojaloop_connector.parties import present
from connectors.mojaloop_connector.store import Row
from loopyard.protocols import ilp

Data = dict[str, Any]

KIND = "conversion"
_BY_REQUEST = "conversion-request-id"
_CALLBACK = "_callback"


class FxQuoteStore:
    """Conversions by their own id and by that of the request."""

    def __init__(self, kit: Kit) -> None:
        self._store = kit.store

    def save(self, data: Data, request_id: str) -> None:
        self._store.put(Row(_BY_REQUEST, request_id, "", {"conversionId": data["conversionId"]}))
        self._store.put(Row(KIND, data["conversionId"], data["currentState"], data))

    def of_conversion(self, conversion_id: str) -> Data | None:
        row = self._store.get(KIND, conversion_id)
        return row.data if row is not None else None

    def of_request(self, request_id: str) -> Data | None:
        row = self._store.get(_BY_REQUEST, request_id)
        return self.of_conversion(row.data["conversionId"]) if row is not None else None


class InboundFxQuotes:
    """Answers POST and GET /fxQuotes."""

    def __init__(self, kit: Kit, quotes: FxQuoteStore) -> None:
        self._kit = kit
        self._quotes = quotes
        self._busy: set[str] = set()

    async def post(self, message: Inbound) -> None:
        """POST /fxQuotes. The same request again gets the same answer; while it is worked on, nothing."""
        request = message.body
        request_id = request["conversionRequestId"]
        earlier = self._quotes.of_conversion(request["conversionTerms"]["conversionId"])
        if request_id in self._busy:
            return
        if earlier is not None and earlier["fxQuoteRequest"]["body"] == request and _CALLBACK in earlier:
            await self._send(request_id, earlier[_CALLBACK], message.source)
        elif earlier is not None and "prepare" in earlier:
            await self._send(request_id, {"error": information("3106")}, message.source)
        else:
            self._busy.add(request_id)
            try:
                await self._quote(message)
            finally:
                self._busy.discard(request_id)

    async def get(self, message: Inbound) -> None:
        """GET /fxQuotes/{ID}: the stored answer, or 3205."""
        request_id = message.params["ID"]
        data = self._quotes.of_request(request_id)
        callback = data.get(_CALLBACK) if data is not None else None
        await self._send(request_id, callback or {"error": information("3205")}, message.source)

    async def _quote(self, message: Inbound) -> None:
        request = message.body
        data: Data = {
            "conversionId": request["conversionTerms"]["conversionId"],
            "direction": "INBOUND",
            "fxQuoteRequest": message.stored,
            "currentState": "FX_QUOTE_REQUEST_RECEIVED",
            "initiatedTimestamp": self._kit.now_text(),
        }
        request_id = request["conversionRequestId"]
        self._quotes.save(data, request_id)
        self._kit.boundary("inbound.fx-quote.stored")
        try:
            await self._agree(data, request)
        except BackendFailure as failure:
            error = self._kit.error_of(failure)
            if error is None:
                return
            data |= {"lastError": {"originalError": str(failure), "mojaloopError": error}}
            data |= {"currentState": "ERROR_OCCURRED", _CALLBACK: {"error": error}}
        self._quotes.save(data, request_id)
        self._kit.boundary("inbound.fx-quote.answer.stored")
        await self._send(request_id, data[_CALLBACK], message.source)
        self._kit.boundary("inbound.fx-quote.answer.sent")

    async def _agree(self, data: Data, request: Data) -> None:
        """The backend's terms with their condition. Raises BackendFailure, for unusable terms too."""
        response = await self._kit.backend.ask("POST", "fxQuotes", body=request)
        self._kit.boundary("inbound.fx-quote.agreed")
        settings = self._kit.settings
        try:
            terms = dict(response["conversionTerms"])
            terms.setdefault("expiration", self._kit.expiration())
            sealed = ilp.build_fx_quote(settings.packet_version, settings.ilp_secret, request["conversionRequestId"], terms)
        except (ilp.InvalidPacket, KeyError, TypeError) as cause:
            raise BackendUnanswered(f"POST /fxQuotes was answered with terms that are none: {cause!r}") from cause
        answer = {"conversionTerms": terms, "condition": sealed.condition}
        data["fxQuote"] = {
            "request": request,
            "response": response,
            "mojaloopResponse": answer,
            "fulfilment": sealed.fulfilment,
        }
        data["currentState"] = "FX_QUOTE_WAITING_FOR_ACCEPTANCE"
        data[_CALLBACK] = {"body": answer}

    async def _send(self, request_id: str, given: Data, destination: str) -> None:
        if "error" in given:
            await reply_error(self._kit, "fxQuotes", (request_id,), given["error"], destination)
        else:
            callback = self._kit.hub.callback("PUT", "fxQuotes", request_id, body=given["body"], destination=destination)
            await reply(self._kit, callback)


class FxTransferFlavour:
    """An FX provider's side of POST /fxTransfers."""

    resource = "fxTransfers"
    kind = KIND
    noun = "fx-prepare"
    id_field = "commitRequestId"
    state_field = "conversionState"

    def __init__(self, kit: Kit, quotes: FxQuoteStore) -> None:
        self._kit = kit
        self._quotes = quotes

    def terms(self, prepare: Data) -> Data | None:
        data = self._quotes.of_conversion(prepare["commitRequestId"])
        return data if data is not None and "fxQuote" in data else None

    def unknown(self, prepare: Data) -> Data:
        return {"conversionId": prepare["commitRequestId"], "direction": "INBOUND", "initiatedTimestamp": self._kit.now_text()}

    def must_have_terms(self) -> bool:
        return True

    def condition(self, prepare: Data, terms: Data) -> str:
        return str(terms["fxQuote"]["mojaloopResponse"]["condition"])

    def amounts(self, prepare: Data, terms: Data) -> list[tuple[Any, Any]]:
        agreed = terms["fxQuote"]["mojaloopResponse"]["conversionTerms"]
        return [(prepare.get(name), agreed.get(name)) for name in ("sourceAmount", "targetAmount")]

    def quote_expiration(self, terms: Data) -> Any:
        return terms["fxQuote"]["mojaloopResponse"]["conversionTerms"].get("expiration")

    def to_backend(self, prepare: Data, terms: Data) -> Data:
        return prepare | present(homeTransactionId=terms["fxQuote"]["response"].get("homeTransactionId"))

    def fulfil(self, answer: Data, terms: Data) -> Data:
        # Towards the hub a conversion is only ever reserved: COMMITTED would be refused.
        extensions = answer.get("extensionList")
        return {
            "conversionState": "RESERVED",
            "fulfilment": answer.get("fulfilment") or terms["fxQuote"]["fulfilment"],
            "completedTimestamp": answer.get("completedTimestamp") or self._kit.now_text(),
        } | present(extensionList={"extension": extensions} if extensions else None)

    def notification(self, data: Data) -> Data:
        final = data["finalNotification"]
        return present(conversionState=final.get("conversionState"), completedTimestamp=final.get("completedTimestamp"))

    def aborted(self, at: str) -> Data:
        return {"completedTimestamp": at, "conversionState": "ABORTED"}
