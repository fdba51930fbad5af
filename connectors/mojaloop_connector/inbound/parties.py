"""Who banks here: GET /parties and GET /participants of the hub, answered from the backend."""

from __future__ import annotations

from typing import Any

from connectors.mojaloop_connector.errors import BackendFailure
from connectors.mojaloop_connector.inbound.message import Inbound, reply, reply_error
from connectors.mojaloop_connector.kit import Kit
from connectors.mojaloop_connector.parties import to_scheme


class InboundParties:
    """Looks parties up for others."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def get_party(self, message: Inbound) -> None:
        """GET /parties/{Type}/{ID}[/{SubId}]."""
        party = await self._ask("parties", message)
        if party is not None:
            settings = self._kit.settings
            body = {"party": to_scheme(party, settings.dfsp_id, settings.supported_currencies)}
            await self._answer("parties", message, body)

    async def get_participant(self, message: Inbound) -> None:
        """GET /participants/{Type}/{ID}[/{SubId}]: whoever is a party here is ours. The backend is asked for the party."""
        if await self._ask("participants", message) is not None:
            await self._answer("participants", message, {"fspId": self._kit.settings.dfsp_id})

    async def _ask(self, resource: str, message: Inbound) -> dict[str, Any] | None:
        try:
            return await self._kit.backend.ask("GET", "parties", *message.party)
        except BackendFailure as failure:
            error = self._kit.error_of(failure)
            if error is not None:
                await reply_error(self._kit, resource, message.party, error, message.source)
            return None

    async def _answer(self, resource: str, message: Inbound, body: Any) -> None:
        callback = self._kit.hub.callback("PUT", resource, *message.party, body=body, destination=message.source)
        await reply(self._kit, callback)
