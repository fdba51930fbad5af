"""GET /transactions of other participants: how a transaction stands that we pay or are paid, from what is stored here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from connectors.mojaloop_connector.errors import information
from connectors.mojaloop_connector.inbound.message import Inbound, reply, reply_error
from connectors.mojaloop_connector.inbound.quotes import KIND as RECEIVED
from connectors.mojaloop_connector.kit import Kit
from connectors.mojaloop_connector.outbound.run import KIND as SENT

STATES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "COMPLETED": "COMPLETED", "succeeded": "COMPLETED", "ABORTED": "REJECTED", "aborted": "REJECTED",
        "ERROR_OCCURRED": "REJECTED", "QUOTE_REQUEST_RECEIVED": "RECEIVED", "WAITING_FOR_QUOTE_ACCEPTANCE": "RECEIVED",
    }
)  # fmt: skip
"""The scheme's transactionState of a stored state; what is under way, or of unknown end, is PENDING."""


class Transactions:
    """Answers GET /transactions/{ID}; a transaction's id is its transfer's, as this connector gives it."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def get(self, message: Inbound) -> None:
        """The state, or 3207."""
        key = message.params["ID"]
        row = self._kit.store.get(RECEIVED, key) or self._kit.store.get(SENT, key)
        if row is None:
            await reply_error(self._kit, "transactions", (key,), information("3207"), message.source)
            return
        body = {"transactionState": STATES.get(row.state, "PENDING")}
        await reply(self._kit, self._kit.hub.callback("PUT", "transactions", key, body=body, destination=message.source))
