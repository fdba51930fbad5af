"""Requests to pay that came to our customers, by their id: the request, and what was last said of it."""

from __future__ import annotations

from typing import Any

from connectors.mojaloop_connector.kit import Kit
from connectors.mojaloop_connector.store import Row

Data = dict[str, Any]

KIND = "transaction-request"
CALLBACK = "_callback"


class RequestStore:
    """Rows of requests. `say` is called by whoever decides, so that a question about a request finds its latest state."""

    def __init__(self, kit: Kit) -> None:
        self._store = kit.store

    def get(self, request_id: str) -> Data | None:
        row = self._store.get(KIND, request_id)
        return row.data if row is not None else None

    def save(self, request_id: str, data: Data) -> None:
        self._store.put(Row(KIND, request_id, "", data))

    def say(self, request_id: str, state: str) -> None:
        """What the payer's side has decided; nothing for a request that did not come through here."""
        data = self.get(request_id)
        if data is not None and "body" in data.get(CALLBACK, {}):
            data[CALLBACK]["body"]["transactionRequestState"] = state
            self.save(request_id, data)

    def expiration(self, request_id: str) -> Any:
        """Until when the payee's institution wants it paid; None when it does not say."""
        data = self.get(request_id)
        return data["request"].get("expiration") if data is not None else None
