"""Transfers that pay a request which came to one of our customers: quote, one-time password, prepare, each with its halt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.mojaloop_connector.errors import HubFailure, OutboundFailure, information
from connectors.mojaloop_connector.inbound.request_store import RequestStore
from connectors.mojaloop_connector.kit import Kit
from connectors.mojaloop_connector.outbound.lifecycle import REQUEST_TRANSFER
from connectors.mojaloop_connector.outbound.requests import Runs
from connectors.mojaloop_connector.outbound.run import public
from connectors.mojaloop_connector.outbound.steps import Steps
from connectors.mojaloop_connector.store import Row

Data = dict[str, Any]

KIND = "request-transfer"
STATE_FIELD = "requestToPayTransferState"
_ASKED = {"quoteReceived": "acceptQuote", "otpReceived": "acceptOTP"}
"""What leaves each halt; a yes that was meant for another one changes nothing."""


class OutboundRequestTransfers:
    """One transfer at most for each request. Every method returns a requestToPayTransferState, or raises OutboundFailure."""

    def __init__(self, kit: Kit, requests: RequestStore) -> None:
        self._kit = kit
        self._requests = requests
        self._steps: Steps = kit.part("outbound_steps", Steps)(kit)
        self._runs = Runs(kit, KIND, REQUEST_TRANSFER)

    async def start(self, params: Mapping[str, str], body: Data, trace_id: str) -> Data:
        """POST /requestToPayTransfer. Asked for again before anything was prepared it is a new attempt, with new terms."""
        return await self._runs.alone(body["transactionRequestId"], lambda: self._start(body, trace_id))

    async def resume(self, params: Mapping[str, str], merged: Data, trace_id: str) -> Data:
        """PUT /requestToPayTransfer/{transactionRequestId}: yes or no to the terms, or to the password."""
        request_id = params["transactionRequestId"]
        return await self._runs.alone(request_id, lambda: self._resume(request_id, merged))

    def is_decided(self, row: Row) -> bool:
        """Whether the request was paid, may have been paid, or was refused: then it is not paid again."""
        if self._kit.settings.like_sdk.pays_requests_again:
            return False
        return row.state in ("succeeded", "aborted") or "prepare" in row.data

    async def _start(self, body: Data, trace_id: str) -> Data:
        earlier = self._runs.get(body["transactionRequestId"])
        if earlier is not None and self.is_decided(earlier):
            return self._runs.told(earlier)
        data = body | {
            "transferId": self._kit.new_id(),
            "traceId": trace_id,
            "currentState": REQUEST_TRANSFER.initial,
            "initiatedTimestamp": self._kit.now_text(),
            "direction": "OUTBOUND",
        }
        self._runs.save(data)
        expiration = self._requests.expiration(body["transactionRequestId"])
        if expiration is not None and self._kit.has_expired(expiration, self._kit.now()):
            late = OutboundFailure("The transaction request has expired", 500, information("3301"), field=STATE_FIELD)
            raise self._runs.failed(data, late)
        return await self._run(data, STATE_FIELD)

    async def _resume(self, request_id: str, merged: Data) -> Data:
        row = self._runs.get(request_id)
        if row is None:
            raise OutboundFailure(f"No cached data found for transactionRequestId: {request_id}", plain=True)
        if row.state in REQUEST_TRANSFER.final:
            return self._runs.told(row)
        answers = [merged[name] for name in _ASKED.values() if name in merged]
        if not all(answers):
            return await self._reject(row.data)
        if not merged.get(_ASKED.get(row.state, "")):
            return public(row.data)
        return await self._run(row.data, "transferState", passed=True)

    async def _run(self, data: Data, field: str, *, passed: bool = False) -> Data:
        """From the present state to the next halt or end; `passed` is the halt that a yes has just left."""
        while data["currentState"] not in REQUEST_TRANSFER.final and (passed or not self._halts(data)):
            passed = False
            try:
                await self._step(data)
            except OutboundFailure as failure:
                failure.field = field
                raise self._runs.failed(data, failure) from failure
        return public(data)

    async def _step(self, data: Data) -> None:
        if data["currentState"] == "start":
            await self._steps.request_quote(data, self._runs.save)
            self._runs.move(data, "requestQuote")
        elif data["currentState"] == "quoteReceived":
            await self._authorize(data)
        else:
            await self._steps.execute_transfer(data, self._runs.save)
            aborted = data["fulfil"]["body"].get("transferState") == "ABORTED"
            if aborted:
                data["abortedReason"] = "Transfer aborted by the hub"
            self._runs.move(data, "abort" if aborted else "executeTransfer")
            self._requests.say(data["transactionRequestId"], "REJECTED" if aborted else "ACCEPTED")

    async def _authorize(self, data: Data) -> None:
        kind = data.get("authenticationType")
        if kind is None or data["initiatorType"] == "BUSINESS":
            self._runs.move(data, "skipOTP")
        elif kind == "OTP":
            await self._steps.request_otp(data, self._runs.save)
            self._runs.move(data, "requestOTP")
        else:
            raise OutboundFailure("authenticationType is not supported", plain=True)

    def _halts(self, data: Data) -> bool:
        """Whether the backend is asked in this state."""
        settings, state, business = self._kit.settings, data["currentState"], data["initiatorType"] == "BUSINESS"
        if state == "quoteReceived":
            return not (business and settings.auto_accept_r2p_business_quotes)
        return state == "otpReceived" and "authorizationResponse" in data and not settings.auto_accept_r2p_device_otp

    async def _reject(self, data: Data) -> Data:
        """Tell the payee's institution that its request is refused. Raises OutboundFailure when the hub does not take that."""
        request_id, body = data["transactionRequestId"], {"transactionRequestState": "REJECTED"}
        hub = self._kit.hub
        message = hub.callback("PUT", "transactionRequests", request_id, body=body, destination=data["to"].get("fspId", ""))
        if "prepare" in data:
            problem = f"Transfer {data['transferId']} has been prepared and can no longer be refused; ask for its state"
            raise OutboundFailure(problem, 500).of(public(data))
        data["abortedReason"] = "Transaction request rejected by backend"
        self._requests.say(request_id, "REJECTED")
        self._runs.move(data, "abort")
        try:
            await hub.send(message)
        except HubFailure as failure:
            raise OutboundFailure(str(failure), plain=True).of(public(data)) from failure
        return {"status": f"{request_id} has been REJECTED"}
