"""POST /quotes and POST /simpleTransfers of the outbound API: a message of the backend's own goes to the hub as it is, and the
callback comes back as it is. Nothing is kept and nothing is checked here: condition and fulfilment are the backend's affair."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.mojaloop_connector.errors import HubFailure, HubRefused, OutboundFailure, code_of
from connectors.mojaloop_connector.hub import Outgoing
from connectors.mojaloop_connector.kit import Kit
from connectors.mojaloop_connector.waiting import Expectation

Data = dict[str, Any]

QUOTE_FIELD = "requestQuotesInformationState"
TRANSFER_FIELD = "requestSimpleTransfersInformationState"


class Passing:
    """Passes messages of the backend on, synchronously. Raises OutboundFailure when no callback comes."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def quote(self, params: Mapping[str, str], body: Data, trace_id: str) -> Data:
        """POST /quotes {fspId, quotesPostRequest}."""
        request = body["quotesPostRequest"]
        return await self._pass("quotes", request["quoteId"], request, body["fspId"], "quotes", QUOTE_FIELD, trace_id)

    async def transfer(self, params: Mapping[str, str], body: Data, trace_id: str) -> Data:
        """POST /simpleTransfers {fspId, transfersPostRequest}."""
        request = body["transfersPostRequest"]
        return await self._pass(
            "transfers", request["transferId"], request, body["fspId"], "transfer", TRANSFER_FIELD, trace_id
        )

    async def _pass(
        self, resource: str, key: str, request: Data, fsp: str, name: str, field: str, trace_id: str
    ) -> Data:  # fmt: skip
        message = self._kit.hub.request("POST", resource, body=request, destination=fsp, trace_id=trace_id)
        with self._kit.waiting.expect(f"{resource}/{key}") as expectation:
            self._kit.crew.spawn(self._send(message, expectation, field), f"outbound {name} passed on")
            while True:
                answer = await expectation.next(self._kit.patience)
                if answer is None:
                    raise OutboundFailure("Timeout", 504, field=field)
                if answer.is_error or answer.body.get("transferState") not in ("RECEIVED", "RESERVED"):
                    break
        state = "ERROR_OCCURRED" if answer.is_error else "COMPLETED"
        told = {name: {"body": answer.body, "headers": answer.headers}, "currentState": state}
        if answer.is_error:
            raise OutboundFailure(f"Got an error response from {fsp}", 500, answer.body, field=field).of(told)
        return told

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
