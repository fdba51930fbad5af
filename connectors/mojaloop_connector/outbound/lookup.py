"""GET /parties of the outbound API: one question to the hub, its answer passed on as it came."""

from __future__ import annotations

from typing import Any

from connectors.mojaloop_connector.errors import HubFailure, OutboundFailure
from connectors.mojaloop_connector.hub import Outgoing
from connectors.mojaloop_connector.kit import Kit
from connectors.mojaloop_connector.outbound.resolution import addressable
from connectors.mojaloop_connector.waiting import Expectation

STATE_FIELD = "requestPartiesInformationState"


class Lookup:
    """Asks for a party, synchronously."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def find(self, ids: tuple[str, ...]) -> dict[str, Any]:
        """The hub's callback, an error included. Raises OutboundFailure when there is none."""
        message = self._kit.hub.request("GET", "parties", *addressable(ids))
        with self._kit.waiting.expect("/".join(("parties", *ids))) as expectation:
            self._kit.crew.spawn(self._send(message, expectation), "outbound party lookup")
            answer = await expectation.next(self._kit.patience)
        if answer is None:
            raise OutboundFailure("Timeout", 504, field=STATE_FIELD)
        return {"party": {"body": answer.body, "headers": answer.headers}, "currentState": "COMPLETED"}

    async def _send(self, message: Outgoing, expectation: Expectation) -> None:
        try:
            await self._kit.hub.send(message)
        except HubFailure as failure:
            expectation.fail(OutboundFailure(str(failure), 500, plain=True, field=STATE_FIELD))
