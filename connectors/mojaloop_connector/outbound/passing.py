"""POST /quotes and POST /simpleTransfers of the outbound API: a message of the backend's own goes to the hub as it is, and the
callback comes back as it is. Nothing is checked here: condition and fulfilment are the backend's affair. Kept is only what a
prepare in ISO 20022 repeats of its quote, and the backend never sees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.mojaloop_connector.errors import HubFailure, HubRefused, OutboundFailure, code_of
from connectors.mojaloop_connector.hub import Answers, Outgoing
from connectors.mojaloop_connector.kit import Kit
from connectors.mojaloop_connector.store import Row
from connectors.mojaloop_connector.waiting import Callback, Expectation
from loopyard.protocols.iso20022.errors import NoIsoForm

Data = dict[str, Any]

KIND = "passed-quotes"
"""Answers to quote requests as they came in ISO 20022, by their condition, which is what binds a prepare to its quote."""

QUOTE_FIELD = "requestQuotesInformationState"
TRANSFER_FIELD = "requestSimpleTransfersInformationState"


class Passing:
    """Passes messages of the backend on, synchronously. Raises OutboundFailure when no callback comes."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def quote(self, params: Mapping[str, str], body: Data, trace_id: str) -> Data:
        """POST /quotes {fspId, quotesPostRequest}."""
        request, fsp = body["quotesPostRequest"], body["fspId"]
        message = self._message("quotes", request, fsp, QUOTE_FIELD, trace_id)
        answer = await self._pass(message, f"quotes/{request['quoteId']}", "quotes", QUOTE_FIELD)
        if answer.written is not None and not answer.is_error:
            self._kit.store.put(Row(KIND, answer.body["condition"], "", {"written": answer.written}))
        return _told(answer, fsp, "quotes", QUOTE_FIELD)

    async def transfer(self, params: Mapping[str, str], body: Data, trace_id: str) -> Data:
        """POST /simpleTransfers {fspId, transfersPostRequest}."""
        request, fsp = body["transfersPostRequest"], body["fspId"]
        quote = self._kit.store.get(KIND, request["condition"]) if self._kit.forms.iso else None
        answers = quote.data["written"] if quote is not None else None
        message = self._message("transfers", request, fsp, TRANSFER_FIELD, trace_id, answers)
        answer = await self._pass(message, f"transfers/{request['transferId']}", "transfer", TRANSFER_FIELD)
        return _told(answer, fsp, "transfer", TRANSFER_FIELD)

    def _message(self, resource: str, request: Data, fsp: str, field: str, trace_id: str, answers: Answers = None) -> Outgoing:
        hub = self._kit.hub
        try:
            return hub.request("POST", resource, body=request, destination=fsp, trace_id=trace_id, answers=answers)
        except NoIsoForm as cause:
            said = f"POST /{resource} cannot be said in ISO 20022: {cause}"
            raise OutboundFailure(said, plain=True, field=field) from cause

    async def _pass(self, message: Outgoing, key: str, name: str, field: str) -> Callback:
        with self._kit.waiting.expect(key) as expectation:
            self._kit.crew.spawn(self._send(message, expectation, field), f"outbound {name} passed on")
            while True:
                answer = await expectation.next(self._kit.patience)
                if answer is None:
                    raise OutboundFailure("Timeout", 504, field=field)
                if answer.is_error or answer.body.get("transferState") not in ("RECEIVED", "RESERVED"):
                    return answer

    async def _send(self, message: Outgoing, expectation: Expectation, field: str) -> None:
        try:
            await self._kit.hub.send(message)
        except HubFailure as failure:
            if isinstance(failure, HubRefused) and failure.is_final:
                error = failure.body if code_of(failure.body) else None
                expectation.fail(OutboundFailure(str(failure), 500, error, plain=error is None, field=field))
            elif message.path == "/quotes":
                expectation.fail(OutboundFailure(str(failure), 500, plain=True, field=field))
            # A prepare that may have arrived is not a failed one: its callback tells, or time is up.


def _told(answer: Callback, fsp: str, name: str, field: str) -> Data:
    """Raises OutboundFailure for an error."""
    state = "ERROR_OCCURRED" if answer.is_error else "COMPLETED"
    told = {name: {"body": answer.body, "headers": answer.headers}, "currentState": state}
    if answer.is_error:
        raise OutboundFailure(f"Got an error response from {fsp}", 500, answer.body, field=field).of(told)
    return told
