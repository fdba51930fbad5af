"""Runs an outbound transfer from halt to halt over the life cycle, and finds its true state when it was lost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from connectors.mojaloop_connector.errors import OutboundFailure, StoreUnavailable
from connectors.mojaloop_connector.kit import Kit
from connectors.mojaloop_connector.outbound.lifecycle import ACCEPTED_BY, OUTBOUND, REFUSAL, public_state
from connectors.mojaloop_connector.outbound.resolution import chosen, named
from connectors.mojaloop_connector.outbound.steps import Save, Steps
from connectors.mojaloop_connector.outbound.unforeseen import unforeseen
from connectors.mojaloop_connector.store import Row
from connectors.mojaloop_connector.waiting import Callback
from loopyard.kernel.clock import Signal

Data = dict[str, Any]

KIND = "outbound"
_MERGED = ("acceptParty", "acceptConversion", "acceptQuote", "acceptQuoteOrConversion", "amount")
_UNDER_WAY = ("prepare", "fxTransferRequest")
_FAILURE = "_failure"
_REASON = "_reason"


class OutboundTransfers:
    """The outbound transfers of one connector. Every method returns a transferState, or raises OutboundFailure."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._steps: Steps = kit.part("outbound_steps", Steps)(kit)
        self._running: dict[str, Signal] = {}

    async def start(self, request: Data, trace_id: str) -> Data:
        """POST /transfers."""
        if request.get("skipPartyLookup") and not request["to"].get("fspId"):
            raise OutboundFailure("fspId of to party must be specific id when skipPartyLookup is truthy", plain=True)
        data = request | {
            "transferId": self._kit.new_id(),
            "traceId": trace_id,
            "currentState": OUTBOUND.initial,
            "initiatedTimestamp": self._kit.now_text(),
            "direction": "OUTBOUND",
        }
        return await self._alone(data["transferId"], lambda: self._run(data))

    async def resume(self, transfer_id: str, merged: Mapping[str, Any]) -> Data:
        """PUT /transfers/{transferId}: leave a halt. A second PUT, while the first works or after the end, changes nothing."""
        if transfer_id in self._running:
            return await self._alone(transfer_id, lambda: self._told(transfer_id))
        return await self._alone(transfer_id, lambda: self._resume(transfer_id, merged))

    async def resync(self, transfer_id: str, trace_id: str) -> Data:
        """GET /transfers/{transferId}: what the hub says of it, merged into what is known here."""
        if transfer_id in self._running:
            return await self._alone(transfer_id, lambda: self._told(transfer_id))
        row = self._kit.store.get(KIND, transfer_id)
        if row is not None and row.state == "aborted" and "prepare" not in row.data:
            return public(row.data)
        unknown = {"transferId": transfer_id, "traceId": trace_id, "currentState": OUTBOUND.initial, "direction": "OUTBOUND"}
        data = row.data if row is not None else unknown
        try:
            answer = await self._steps.get_transfer(data)
        except OutboundFailure as failure:
            row = self._kit.store.get(KIND, transfer_id)
            if row is not None and row.state == "succeeded":
                return public(row.data)
            raise failure.of(public(data | {"currentState": "errored", "lastError": failure.last_error})) from failure
        return self._adopt(transfer_id, data, answer)

    def late(self, transfer_id: str, answer: Callback) -> None:
        """A callback that came when nobody waited any more. A fulfil is final all the same; why an end was refused is kept, for
        the hub's later word that it has aborted gives no reason."""
        row = self._kit.store.get(KIND, transfer_id)
        if row is None or row.state != "errored" or "prepare" not in row.data:
            return
        if answer.is_error:
            row.data[_REASON] = answer.body
            self._save(row.data)
        else:
            self._adopt_quietly(row, answer)

    # -- one run ----------------------------------------------------------------------------------------------------

    async def _alone(self, transfer_id: str, work: Callable[[], Awaitable[Data]]) -> Data:
        """One run of a transfer at a time; who comes second waits for the first."""
        while (running := self._running.get(transfer_id)) is not None:
            await self._kit.clock.wait(running)
        signal = self._running[transfer_id] = self._kit.clock.signal()
        try:
            return await work()
        except (OutboundFailure, StoreUnavailable):
            raise
        except Exception as error:
            raise self._unforeseen(error, transfer_id) from error
        finally:
            del self._running[transfer_id]
            signal.fire()

    def _unforeseen(self, error: Exception, transfer_id: str) -> OutboundFailure:
        """Told with what is stored: as after a crash, the transfer goes on from there with a PUT or a GET."""
        failure = unforeseen(error, self._kit.surroundings.name, "an outbound transfer")
        row = self._kit.store.get(KIND, transfer_id)
        return failure.of(public(row.data) if row is not None else {})

    async def _resume(self, transfer_id: str, merged: Mapping[str, Any]) -> Data:
        row = self._kit.store.get(KIND, transfer_id)
        if row is None:
            raise OutboundFailure(f"No cached data found for transferId: {transfer_id}", plain=True)
        if row.state in OUTBOUND.final or row.state == "errored":
            return await self._told(transfer_id)
        data = row.data | {name: merged[name] for name in _MERGED if name in merged}
        if "to" in merged:
            data["to"] = named(row.data["to"], merged["to"])
        if self._halts(data) and not _accepted(data["currentState"], merged):
            return self._refused(data)
        if row.state == "payeeResolved" and self._kit.settings.multiple_parties_response:
            try:
                chosen(self._kit, data)
            except OutboundFailure as failure:
                raise failure.of(public(row.data)) from failure  # the halt stays: another PUT may choose
        return await self._run(data)

    async def _run(self, data: Data) -> Data:
        """From the present state to the next halt or end. What is stored is always a state from which a run can go on."""
        self._save(data)
        while data["currentState"] not in OUTBOUND.final:
            event = next_event(data)
            try:
                await self._step(event, data)
            except OutboundFailure as failure:
                raise self._failed(data, failure) from failure
            ended = event == "executeTransfer" and data["fulfil"]["body"].get("transferState") == "ABORTED"
            self._move(data, "abort" if ended else event)
            if ended:
                data["abortedReason"] = "Transfer aborted by the hub"
            self._save(data)
            self._kit.boundary(f"outbound.{data['currentState']}")
            if self._halts(data):
                break
        return public(data)

    async def _step(self, event: str, data: Data) -> None:
        steps: dict[str, Callable[[Data, Save], Awaitable[None]]] = {
            "resolvePayee": self._steps.resolve_payee,
            "requestServicesFxp": self._steps.request_services_fxp,
            "requestFxQuote": self._steps.request_fx_quote,
            "requestQuote": self._steps.request_quote,
            "executeFxTransfer": self._steps.execute_fx_transfer,
            "executeTransfer": self._steps.execute_transfer,
        }
        if event in steps:
            await steps[event](data, self._save)

    def _halts(self, data: Data) -> bool:
        """Whether the customer is asked in this state."""
        settings, state = self._kit.settings, data["currentState"]
        if state == "payeeResolved":
            return not settings.auto_accept_party and not data.get("skipPartyLookup")
        if state == "quoteReceived":
            converts_next = bool(data.get("needFx")) and data["amountType"] == "RECEIVE"
            return not settings.auto_accept_quotes or converts_next
        return bool(state == "fxQuoteReceived")

    def _refused(self, data: Data) -> Data:
        if any(name in data for name in _UNDER_WAY):
            problem = f"Transfer {data['transferId']} has been prepared and can no longer be refused; ask for its state"
            raise OutboundFailure(problem, 500).of(public(data))
        data["abortedReason"] = REFUSAL[data["currentState"]]
        self._move(data, "abort")
        self._save(data)
        self._kit.boundary("outbound.aborted")
        return public(data)

    async def _told(self, transfer_id: str) -> Data:
        """What is stored of a transfer, as its last run told it."""
        row = self._kit.store.get(KIND, transfer_id)
        assert row is not None
        if row.state == "errored":
            failure = row.data[_FAILURE]
            raise OutboundFailure(failure["message"], failure["status"]).of(public(row.data))
        return public(row.data)

    def _failed(self, data: Data, failure: OutboundFailure) -> OutboundFailure:
        data["lastError"] = failure.last_error
        data[_FAILURE] = {"message": failure.message, "status": failure.status}
        self._move(data, "error")
        self._save(data)
        self._kit.boundary("outbound.errored")
        return failure.of(public(data))

    # -- the hub's word ---------------------------------------------------------------------------------------------

    def _adopt(self, transfer_id: str, data: Data, answer: Callback) -> Data:
        row = self._kit.store.get(KIND, transfer_id)
        state = answer.body.get("transferState")
        if self._kit.settings.like_sdk.resync_reports_completed:
            return public(data | {"currentState": "succeeded", "fulfil": {"body": answer.body, "headers": answer.headers}})
        if state not in ("COMMITTED", "ABORTED"):
            problem = f"Transfer {transfer_id} is not final at the hub: {state}"
            raise OutboundFailure(problem, 504).of(public(data | {"currentState": "errored"}))
        if row is None:
            ended = "succeeded" if state == "COMMITTED" else "aborted"
            return public(data | {"currentState": ended, "fulfil": {"body": answer.body, "headers": answer.headers}})
        return self._adopt_quietly(row, answer)

    def _adopt_quietly(self, row: Row, answer: Callback) -> Data:
        data, state = row.data, answer.body.get("transferState")
        if row.state in OUTBOUND.final or row.id in self._running or state not in ("COMMITTED", "ABORTED"):
            return public(data)
        try:
            self._steps.adopt_fulfil(data, answer, on_request=True)
        except OutboundFailure as failure:
            raise failure.of(public(data)) from failure
        data.pop("lastError", None)
        data.pop(_FAILURE, None)
        self._move(data, "getTransfer" if state == "COMMITTED" else "getAborted")
        if state == "ABORTED":
            data["abortedReason"] = "Transfer aborted by the hub"
            if _REASON in data:
                data["lastError"] = {"httpStatusCode": 500, "mojaloopError": data[_REASON]}
        self._save(data)
        self._kit.boundary("outbound.resynced")
        return public(data)

    def _move(self, data: Data, event: str) -> None:
        data["currentState"] = OUTBOUND.next(data["currentState"], event)

    def _save(self, data: Data) -> None:
        self._kit.store.put(Row(KIND, data["transferId"], data["currentState"], data))


def next_event(data: Data) -> str:
    """What follows in a state, by amount type and need of a conversion."""
    state, converts, sends = data["currentState"], bool(data.get("needFx")), data["amountType"] == "SEND"
    following = {
        "start": "skipPartyLookup" if data.get("skipPartyLookup") else "resolvePayee",
        "payeeResolved": "requestServicesFxp" if converts else "requestQuote",
        "servicesFxpReceived": "requestFxQuote" if sends else "requestQuote",
        "fxQuoteReceived": "requestQuote" if sends else "executeFxTransfer",
        "quoteReceived": "executeTransfer" if not converts else "executeFxTransfer" if sends else "requestFxQuote",
        "fxTransferSucceeded": "executeTransfer",
    }
    return following[state]


def public(data: Data) -> Data:
    """The transferState that the outbound API shows."""
    shown = {name: value for name, value in data.items() if not name.startswith("_")}
    return shown | {"currentState": public_state(data["currentState"])}


def _accepted(state: str, merged: Mapping[str, Any]) -> bool:
    """Whether this PUT, and not an earlier one, accepts: each halt needs a yes of its own."""
    given = [merged[name] for name in ACCEPTED_BY[state] if name in merged]
    return bool(given) and all(given)
