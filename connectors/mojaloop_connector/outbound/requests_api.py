"""Requests to pay and messages that are passed on, in the outbound API: each answered with the state it comes to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from connectors.mojaloop_connector.bulk.api import Served
from connectors.mojaloop_connector.kit import Kit
from connectors.mojaloop_connector.outbound.passing import Passing
from connectors.mojaloop_connector.outbound.request_transfers import OutboundRequestTransfers
from connectors.mojaloop_connector.outbound.requests import OutboundRequests
from loopyard.transport import trace

Work = Callable[[Mapping[str, str], Any, str], Awaitable[Any]]
"""Path parameters, checked body and trace id; the result is the body of a 200."""


class RequestsApi:
    """Their handlers, by operation."""

    def __init__(self, kit: Kit, requests: OutboundRequests, transfers: OutboundRequestTransfers, passing: Passing) -> None:
        self._kit = kit
        self.routes: dict[str, Served] = {
            "POST /requestToPay": self._traced(requests.start),
            "PUT /requestToPay/{transactionRequestId}": self._traced(requests.resume),
            "POST /requestToPayTransfer": self._traced(transfers.start),
            "PUT /requestToPayTransfer/{transactionRequestId}": self._traced(transfers.resume),
            "POST /quotes": self._traced(passing.quote),
            "POST /simpleTransfers": self._traced(passing.transfer),
        }

    def _traced(self, work: Work) -> Served:
        async def serve(params: Mapping[str, str], content: Any) -> tuple[int, Any]:
            here = trace.current.get()
            trace_id = here.trace_id if here else self._kit.surroundings.client.ids.trace()
            return 200, await work(params, content, trace_id)

        return serve
