"""The steps of an outbound transfer: ask the hub, wait for its callback, keep what it says. Their order is in `run`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors.mojaloop_connector.errors import HubFailure, HubRefused, OutboundFailure, code_of
from connectors.mojaloop_connector.hub import Outgoing
from connectors.mojaloop_connector.kit import Kit
from connectors.mojaloop_connector.outbound import messages
from connectors.mojaloop_connector.outbound.resolution import adopt_party, party_key, party_path, resolved
from connectors.mojaloop_connector.waiting import Callback, Expectation
from loopyard.protocols import canonical
from loopyard.protocols.iso20022.errors import NoIsoForm

Data = dict[str, Any]
Save = Callable[[Data], None]

QUOTE_TIMEOUT = "Timeout requesting quote for transfer {}"
ORIGINAL = "originalIso20022QuoteResponse"
FULFIL_TIMEOUT = "Timeout waiting for fulfil for transfer {}"
PARTY_TIMEOUT = "Timeout resolving payee for transfer {}"


class Steps:
    """One method an event of the life cycle. Each stores its message before it goes out, and changes the data in place.

    A step that was begun before a crash sends the message that it had stored, byte for byte: to the hub that is a
    repetition, never a second transfer. Every method raises OutboundFailure.
    """

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def resolve_payee(self, data: Data, save: Save) -> None:
        if self._kit.settings.multiple_parties_response:
            await self._resolve_several(data, self._lookup(data), save)
            return
        await self._resolve(data, save, data["transferId"])
        adopt_party(self._kit, data)

    async def resolve_payer(self, data: Data, save: Save) -> None:
        """Who shall pay a request of ours: the real software calls this party a payee, too."""
        await self._resolve(data, save, data["transactionRequestId"])
        adopt_party(self._kit, data, pays_us=True)

    async def _resolve(self, data: Data, save: Save, business: str) -> None:
        timeout = OutboundFailure(PARTY_TIMEOUT.format(business), 504)
        answer = await self._ask("party", party_key(data["to"]), self._lookup(data), timeout, lambda: save(data))
        data["getPartiesResponse"] = {"body": answer.body, "headers": answer.headers}
        refuse(answer, "resolving party")

    def _lookup(self, data: Data) -> Outgoing:
        hub, to = self._kit.hub, data["to"]
        message = hub.request("GET", "parties", *party_path(to), destination=to.get("fspId"), trace_id=data["traceId"])
        data["getPartiesRequest"] = message.stored_lookup
        return message

    async def _resolve_several(self, data: Data, message: Outgoing, save: Save) -> None:
        """All that know the payee, for the backend to choose from: `to` becomes a list."""
        save(data)
        with self._kit.waiting.expect(party_key(data["to"])) as expectation:
            self._kit.crew.spawn(self._send("party", message, expectation, False), "outbound party")
            answers = await expectation.all(self._kit.settings.multiple_parties_response_seconds)
        if not answers:
            raise OutboundFailure(f"Timeout resolving payees for transfer {data['transferId']}", 504)
        found = [answer for answer in answers if not answer.is_error] or answers
        data["getPartiesResponse"] = {"body": found[-1].body, "headers": found[-1].headers}
        refuse(found[-1], "resolving party")
        data["to"] = [resolved(data["to"], answer.body) for answer in found]

    async def request_services_fxp(self, data: Data, save: Save) -> None:
        providers = list(self._kit.settings.get_services_fxp_response)
        data["fxProviders"] = providers
        if not providers:
            raise OutboundFailure("No FX provider detected", plain=True)

    async def request_fx_quote(self, data: Data, save: Save) -> None:
        if "fxQuoteRequest" not in data:
            data["fxQuoteExpiration"] = self._kit.expiration(data.get("fxQuoteExpirySeconds"))
        body = stored(data, "fxQuoteRequest") or messages.fx_quote_request(self._kit, data)
        provider = body["conversionTerms"]["counterPartyFsp"]
        message = self._post("fxQuotes", body, provider, data, "fxQuoteRequest")
        key = f"fxQuotes/{body['conversionRequestId']}"
        answer = await self._ask("fx-quote", key, message, OutboundFailure("Timeout error", plain=True), lambda: save(data))
        refuse(answer, "requesting fxQuote")
        self._reject_late(body["conversionTerms"]["expiration"], "Response missed expiry deadline (fxQuote)")
        data["fxQuoteResponse"] = {"body": answer.body, "headers": answer.headers}
        data["fxQuoteResponseSource"] = answer.headers.get("fspiop-source")

    async def request_quote(self, data: Data, save: Save) -> None:
        body = stored(data, "quoteRequest") or messages.quote_request(self._kit, data)
        data["quoteId"] = body["quoteId"]
        message = self._post("quotes", body, data["to"].get("fspId"), data, "quoteRequest")
        timeout = OutboundFailure(QUOTE_TIMEOUT.format(data["transferId"]), 504)
        answer = await self._ask("quote", f"quotes/{body['quoteId']}", message, timeout, lambda: save(data))
        refuse(answer, "requesting quote")
        self._reject_late(body["expiration"], "Quote response missed expiry deadline")
        data["quoteResponse"] = {"headers": answer.headers, "body": answer.body, ORIGINAL: answer.written or {}}
        data["quoteResponseSource"] = answer.headers.get("fspiop-source")

    async def execute_fx_transfer(self, data: Data, save: Save) -> None:
        if "fxTransferRequest" not in data:
            data["fxTransferExpiration"] = self._kit.expiration(data.get("fxPrepareExpirySeconds"))
        body = stored(data, "fxTransferRequest") or messages.fx_prepare(data)
        message = self._post("fxTransfers", body, body["counterPartyFsp"], data, "fxTransferRequest")
        key = f"fxTransfers/{body['commitRequestId']}"
        timeout = OutboundFailure("Timeout error", plain=True)
        answer = await self._ask("fx-prepare", key, message, timeout, lambda: save(data), moves_money=True)
        refuse(answer, "requesting fxTransfers")
        self._reject_late(body["expiration"], "Response missed expiry deadline (fxTransfers fulfil)", fulfil=True)
        if self._kit.settings.check_ilp and not self._kit.fulfilment_holds(answer.body.get("fulfilment"), body["condition"]):
            raise OutboundFailure("Invalid fulfilment received", plain=True)
        data["fxTransferResponse"] = {"body": answer.body, "headers": answer.headers}

    async def execute_transfer(self, data: Data, save: Save) -> None:
        body = stored(data, "prepare") or messages.prepare(self._kit, data)
        message = self._post("transfers", body, data["quoteResponseSource"], data, "prepare")
        timeout = OutboundFailure(FULFIL_TIMEOUT.format(data["transferId"]), 504)
        key = f"transfers/{data['transferId']}"
        answer = await self._ask("prepare", key, message, timeout, lambda: save(data), moves_money=True, wanted=self.is_final)
        refuse(answer, "preparing transfer")
        self._reject_late(body["expiration"], "Transfer fulfil missed expiry deadline", fulfil=True)
        self.adopt_fulfil(data, answer)
        await self._confirm(data, answer)

    async def request_payment(self, data: Data, save: Save) -> None:
        """POST /transactionRequests, and the first word of the payer's institution."""
        request_id, destination = data["transactionRequestId"], data["to"]["fspId"]
        body = stored(data, "transactionRequest") or messages.transaction_request(self._kit, data)
        message = self._post("transactionRequests", body, destination, data, "transactionRequest")
        timeout = OutboundFailure(f"Timeout waiting for the answer to transaction request {request_id}", 504)
        answer = await self._ask("request", f"transactionRequests/{request_id}", message, timeout, lambda: save(data))
        refuse(answer, "processing transaction request")
        data["transactionRequestResponse"] = {"body": answer.body, "headers": answer.headers}

    async def request_otp(self, data: Data, save: Save) -> None:
        """GET /authorizations: the one-time password that the payer has given to the payee."""
        request_id = data["transactionRequestId"]
        query = f"authenticationType=OTP&retriesLeft=1&amount={data['amount']}&currency={data['currency']}"
        message = self._kit.hub.request(
            "GET", "authorizations", request_id, query=query, destination=data["to"]["fspId"], trace_id=data["traceId"]
        )
        timeout = OutboundFailure(f"Timeout requesting authorization of transaction request {request_id}", 504)
        answer = await self._ask("authorization", f"authorizations/{request_id}", message, timeout, lambda: save(data))
        refuse(answer, "requesting authorization")
        data["authorizationResponse"] = {"body": answer.body, "headers": answer.headers}

    async def get_transfer(self, data: Data) -> Callback:
        """The hub's word on a transfer of ours."""
        transfer_id = data["transferId"]
        message = self._kit.hub.request("GET", "transfers", transfer_id, trace_id=data["traceId"])
        timeout = OutboundFailure(f"Timeout getting transfer {transfer_id}", 504)
        answer = await self._ask("get-transfer", f"transfers/{transfer_id}", message, timeout, lambda: None)
        refuse(answer, "retrieving transfer")
        return answer

    def adopt_fulfil(self, data: Data, answer: Callback, *, on_request: bool = False) -> None:
        """Keep a fulfil; one sent `on_request` may lack its fulfilment. Raises OutboundFailure for a wrong fulfilment."""
        data["fulfil"] = {"body": answer.body, "headers": answer.headers}
        quote, fulfilment = data.get("quoteResponse", {}).get("body"), answer.body.get("fulfilment")
        unproved = answer.body.get("transferState") == "ABORTED" or (on_request and fulfilment is None)
        if quote is None or not self._kit.settings.check_ilp or unproved:
            return
        if not self._kit.fulfilment_holds(fulfilment, quote.get("condition")):
            raise OutboundFailure("Invalid fulfilment received from peer DFSP.", plain=True)

    def is_final(self, answer: Callback) -> bool:
        """Whether a callback ends the transfer: a payee that has merely reserved can still be aborted by the hub."""
        settings = self._kit.settings
        lenient = settings.send_final_notification_if_requested or settings.like_sdk.reserved_is_completed
        return answer.is_error or lenient or answer.body.get("transferState") not in ("RECEIVED", "RESERVED")

    def _post(self, resource: str, body: Data, destination: str | None, data: Data, name: str) -> Outgoing:
        hub = self._kit.hub
        answers = data["quoteResponse"].get(ORIGINAL) if resource == "transfers" else None
        try:
            message = hub.request(
                "POST", resource, body=body, destination=destination, trace_id=data["traceId"], answers=answers
            )
        except NoIsoForm as cause:
            raise OutboundFailure(f"POST /{resource} cannot be said in ISO 20022: {cause}", plain=True) from cause
        data[name] = message.stored
        return message

    async def _ask(
        self,
        noun: str,
        key: str,
        message: Outgoing,
        timeout: OutboundFailure,
        save: Callable[[], None],
        *,
        moves_money: bool = False,
        wanted: Callable[[Callback], bool] = lambda answer: True,
    ) -> Callback:
        """Send, and wait for the callback. The waiting begins before the message leaves, so none can come too early."""
        save()
        self._kit.boundary(f"outbound.{noun}.stored")
        with self._kit.waiting.expect(key) as expectation:
            self._kit.crew.spawn(self._send(noun, message, expectation, moves_money), f"outbound {noun}")
            while True:
                answer = await expectation.next(self._kit.patience)
                if answer is None:
                    raise timeout
                if wanted(answer):
                    self._kit.boundary(f"outbound.{noun}.answered")
                    return answer

    async def _send(self, noun: str, message: Outgoing, expectation: Expectation, moves_money: bool) -> None:
        try:
            await self._kit.hub.send(message)
        except HubFailure as failure:
            # A prepare that may have arrived is not a failed one: only its callback, or the hub when asked, can tell.
            if failure.is_final or not moves_money or self._kit.settings.like_sdk.unanswered_prepare_is_final:
                expectation.fail(_unsent(failure))
            return
        self._kit.boundary(f"outbound.{noun}.sent")

    def _reject_late(self, expiration: str, text: str, *, fulfil: bool = False) -> None:
        settings = self._kit.settings
        strict = settings.reject_expired_transfer_fulfils if fulfil else settings.reject_expired_quote_responses
        if strict and self._kit.has_expired(expiration, self._kit.now()):
            raise OutboundFailure(text, 504)

    async def _confirm(self, data: Data, answer: Callback) -> None:
        """Between two peers without a hub, the payer itself tells the payee that it has committed."""
        wanted = self._kit.settings.send_final_notification_if_requested
        if not wanted or answer.body.get("transferState") != "RESERVED":
            return
        body = {"completedTimestamp": self._kit.now_text(), "transferState": "COMMITTED"}
        source = data["quoteResponseSource"]
        message = self._kit.hub.callback("PATCH", "transfers", data["transferId"], body=body, destination=source)
        data["patch"] = message.stored
        try:
            await self._kit.hub.send(message)
        except HubFailure as failure:
            raise _unsent(failure) from failure


def refuse(answer: Callback, doing: str) -> None:
    """Raises OutboundFailure for a PUT .../error, in the real software's words."""
    if answer.is_error or (isinstance(answer.body, dict) and "errorInformation" in answer.body):
        text = canonical.insertion_json(answer.body).decode()
        raise OutboundFailure(f"Got an error response {doing}: {text}", 500, answer.body)


def stored(data: Data, name: str) -> Data | None:
    """The body of a message that went out, or was about to, before a crash."""
    body: Data | None = data.get(name, {}).get("body")
    return body


def _unsent(failure: HubFailure) -> OutboundFailure:
    body = failure.body if isinstance(failure, HubRefused) else None
    return OutboundFailure(str(failure), 500, body if code_of(body) else None, plain=code_of(body) is None)
