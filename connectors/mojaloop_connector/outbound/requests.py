"""Requests to pay that our customers make of others: from the lookup of who shall pay to the first word of that party's
institution. What it says later is taken in `inbound.requests`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from connectors.mojaloop_connector.errors import OutboundFailure
from connectors.mojaloop_connector.kit import Kit
from connectors.mojaloop_connector.outbound.lifecycle import REQUEST
from connectors.mojaloop_connector.outbound.run import public
from connectors.mojaloop_connector.outbound.steps import Steps
from connectors.mojaloop_connector.store import Row
from loopyard.kernel.clock import Signal
from loopyard.kernel.lifecycle import Lifecycle

Data = dict[str, Any]

KIND = "request"
STATE_FIELD = "requestToPayState"
FAILURE = "_failure"


class Runs:
    """What the two models of a request to pay share: a row by the request's id, one run at a time, an error kept as told."""

    def __init__(self, kit: Kit, kind: str, lifecycle: Lifecycle) -> None:
        self._kit = kit
        self._kind = kind
        self._lifecycle = lifecycle
        self._running: dict[str, Signal] = {}

    def get(self, request_id: str) -> Row | None:
        return self._kit.store.get(self._kind, request_id)

    async def alone(self, request_id: str, work: Callable[[], Awaitable[Data]]) -> Data:
        """One run of a request at a time; who comes second waits for the first."""
        while (running := self._running.get(request_id)) is not None:
            await self._kit.clock.wait(running)
        signal = self._running[request_id] = self._kit.clock.signal()
        try:
            return await work()
        finally:
            del self._running[request_id]
            signal.fire()

    def move(self, data: Data, event: str) -> None:
        data["currentState"] = self._lifecycle.next(data["currentState"], event)
        self.save(data)
        self._kit.boundary(f"outbound.{data['currentState']}")

    def save(self, data: Data) -> None:
        self._kit.store.put(Row(self._kind, data["transactionRequestId"], data["currentState"], data))

    def failed(self, data: Data, failure: OutboundFailure) -> OutboundFailure:
        """The end of a run that failed, as it is told now and when it is asked for again."""
        data["lastError"] = failure.last_error
        data[FAILURE] = {"message": failure.message, "status": failure.status, "field": failure.field}
        self.move(data, "error")
        return failure.of(public(data))

    def told(self, row: Row) -> Data:
        """What is stored, as its last run told it. Raises OutboundFailure."""
        if row.state == "errored":
            kept = row.data[FAILURE]
            raise OutboundFailure(kept["message"], kept["status"], field=kept["field"]).of(public(row.data))
        return public(row.data)


class OutboundRequests:
    """Requests of ours. Every method returns a requestToPayState, or raises OutboundFailure."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._steps: Steps = kit.part("outbound_steps", Steps)(kit)
        self._runs = Runs(kit, KIND, REQUEST)

    async def start(self, params: Mapping[str, str], body: Data, trace_id: str) -> Data:
        """POST /requestToPay."""
        data = body | {
            "transactionRequestId": self._kit.new_id(),
            "traceId": trace_id,
            "currentState": REQUEST.initial,
            "initiatedTimestamp": self._kit.now_text(),
        }
        data["from"] = data["from"] | {"fspId": self._kit.settings.dfsp_id}
        return await self._runs.alone(data["transactionRequestId"], lambda: self._look_up(data))

    async def resume(self, params: Mapping[str, str], merged: Data, trace_id: str) -> Data:
        """PUT /requestToPay/{transactionRequestId}: whether the party found shall be asked. A second PUT changes nothing."""
        request_id = params["transactionRequestId"]
        return await self._runs.alone(request_id, lambda: self._resume(request_id, merged))

    async def _resume(self, request_id: str, merged: Data) -> Data:
        row = self._runs.get(request_id)
        if row is None:
            raise OutboundFailure(f"No cached data found for transactionRequestId: {request_id}", plain=True)
        if row.state in REQUEST.final:
            return self._runs.told(row)
        if not merged["acceptParty"]:
            row.data["abortedReason"] = "Payer rejected by backend"
            self._runs.move(row.data, "abort")
            return public(row.data)
        return await self._send(row.data, "transferState")

    async def _look_up(self, data: Data) -> Data:
        self._runs.save(data)
        try:
            await self._steps.resolve_payer(data, self._runs.save)
        except OutboundFailure as failure:
            failure.field = STATE_FIELD
            raise self._runs.failed(data, failure) from failure
        self._runs.move(data, "resolvePayee")
        if not self._kit.settings.auto_accept_r2p_party:
            return public(data)
        return await self._send(data, STATE_FIELD)

    async def _send(self, data: Data, field: str) -> Data:
        try:
            await self._steps.request_payment(data, self._runs.save)
        except OutboundFailure as failure:
            failure.field = field
            raise self._runs.failed(data, failure) from failure
        self._runs.move(data, "executeTransactionRequest")
        return public(data)
