"""Requests to pay: those that come to our customers, the later word on those that our customers made, and the one-time password
that a payer has given to our customer."""

from __future__ import annotations

from typing import Any

from connectors.mojaloop_connector.errors import BackendFailure, BackendUnanswered, information, of_backend
from connectors.mojaloop_connector.inbound.message import Inbound, reply, reply_error
from connectors.mojaloop_connector.inbound.request_store import CALLBACK, RequestStore
from connectors.mojaloop_connector.inbound.translation import request_answer, request_to_backend
from connectors.mojaloop_connector.kit import Kit
from connectors.mojaloop_connector.outbound.requests import KIND as SENT
from connectors.mojaloop_connector.parties import present
from connectors.mojaloop_connector.store import Row
from connectors.mojaloop_connector.waiting import Callback

Data = dict[str, Any]

RESOURCE = "transactionRequests"


class InboundRequests:
    """Answers POST and GET /transactionRequests and GET /authorizations; takes the callbacks of both."""

    def __init__(self, kit: Kit, requests: RequestStore) -> None:
        self._kit = kit
        self._requests = requests
        self._busy: set[str] = set()

    async def post(self, message: Inbound) -> None:
        """POST /transactionRequests. The same request again gets the latest answer, another one with its id 3106."""
        request = message.body
        request_id = request["transactionRequestId"]
        earlier = self._requests.get(request_id)
        if request_id in self._busy:
            return
        if earlier is not None and earlier["request"] != request:
            await self._answer(request_id, {"error": information("3106")}, message.source)
        elif earlier is not None and CALLBACK in earlier:
            await self._answer(request_id, earlier[CALLBACK], message.source)
        else:
            self._busy.add(request_id)
            try:
                await self._ask_backend(request_id, message)
            finally:
                self._busy.discard(request_id)

    async def get(self, message: Inbound) -> None:
        """GET /transactionRequests/{ID}: what was last said of it, or 3206."""
        data = self._requests.get(message.params["ID"])
        given = data.get(CALLBACK) if data is not None else None
        await self._answer(message.params["ID"], given or {"error": information("3206")}, message.source)

    async def _ask_backend(self, request_id: str, message: Inbound) -> None:
        request = message.body
        data: Data = {"request": request, "payee": message.source}
        self._requests.save(request_id, data)
        self._kit.boundary("inbound.request.stored")
        expiration = request.get("expiration")
        if expiration is not None and self._kit.has_expired(expiration, self._kit.now()):
            data[CALLBACK] = {"error": information("3301")}
        else:
            given = await self._given(request)
            if given is None:
                return
            data[CALLBACK] = given
        self._requests.save(request_id, data)
        self._kit.boundary("inbound.request.answer.stored")
        await self._answer(request_id, data[CALLBACK], message.source)
        self._kit.boundary("inbound.request.answer.sent")

    async def _given(self, request: Data) -> Data | None:
        """The backend's answer to a request, or the error that it becomes; None where nothing is to be said."""
        try:
            response = await self._kit.backend.ask("POST", "transactionrequests", body=request_to_backend(request))
            return {"body": _usable(response)}
        except BackendFailure as failure:
            error = self._kit.error_of(failure)
            return None if error is None else {"error": error}

    # -- the later word on a request of ours ------------------------------------------------------------------------

    async def responded(self, message: Inbound) -> None:
        """PUT /transactionRequests/{ID}: to whoever waits, else to the backend."""
        await self._heard(message, message.body["transactionRequestState"], is_error=False)

    async def refused(self, message: Inbound) -> None:
        """PUT /transactionRequests/{ID}/error: the same; an error ends a request as a rejection does."""
        await self._heard(message, "REJECTED", is_error=True)

    async def _heard(self, message: Inbound, state: str, *, is_error: bool) -> None:
        request_id = message.params["ID"]
        if self._kit.waiting.deliver(f"{RESOURCE}/{request_id}", Callback(is_error, message.body, message.headers)):
            return
        row = self._kit.store.get(SENT, request_id)
        if row is None and is_error:
            return
        home = row.data["homeR2PTransactionId"] if row is not None else None
        if row is not None:
            row.data["putTransactionRequestNotification"] = message.stored
            self._kit.store.put(Row(SENT, request_id, row.state, row.data))
        body = present(transactionRequestState=state, homeR2PTransactionId=home)
        try:
            await self._kit.backend.notify("requestToPay", request_id, body=body)
        except BackendFailure as failure:
            like_sdk = self._kit.settings.like_sdk
            resource = "quotes" if like_sdk.request_errors_on_quotes else RESOURCE
            error = of_backend(failure, verbatim=like_sdk.http_code_as_error_code)
            if not is_error:  # nobody answers an error with an error
                await reply_error(self._kit, resource, (request_id,), error, message.source)

    # -- one-time passwords -----------------------------------------------------------------------------------------

    async def authorization(self, message: Inbound) -> None:
        """GET /authorizations/{ID}: the backend has what the payer entered."""
        request_id, resource = message.params["ID"], "authorizations"
        try:
            response = await self._kit.backend.ask("GET", "otp", request_id)
            if "otpValue" not in response:
                raise BackendUnanswered("GET /otp was answered without otpValue")
        except BackendFailure as failure:
            error = self._kit.error_of(failure)
            if error is not None:
                await reply_error(self._kit, resource, (request_id,), error, message.source)
            return
        info = {"authentication": "OTP", "authenticationValue": str(response["otpValue"])}
        body = {"authenticationInfo": info, "responseType": "ENTERED"}
        await reply(self._kit, self._kit.hub.callback("PUT", resource, request_id, body=body, destination=message.source))

    async def authorized(self, message: Inbound) -> None:
        """PUT /authorizations/{ID}."""
        self._deliver("authorizations", message, is_error=False)

    async def authorization_refused(self, message: Inbound) -> None:
        """PUT /authorizations/{ID}/error."""
        self._deliver("authorizations", message, is_error=True)

    def _deliver(self, resource: str, message: Inbound, *, is_error: bool) -> None:
        key = f"{resource}/{message.params['ID']}"
        self._kit.waiting.deliver(key, Callback(is_error, message.body, message.headers))

    async def _answer(self, request_id: str, given: Data, destination: str) -> None:
        if "error" in given:
            await reply_error(self._kit, RESOURCE, (request_id,), given["error"], destination)
        else:
            body = given["body"]
            await reply(self._kit, self._kit.hub.callback("PUT", RESOURCE, request_id, body=body, destination=destination))


def _usable(response: Data) -> Data:
    """Raises BackendUnanswered."""
    try:
        return request_answer(response)
    except KeyError as cause:
        raise BackendUnanswered(f"POST /transactionrequests was answered without {cause}") from cause
