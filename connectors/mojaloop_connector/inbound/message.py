"""An FSPIOP message as it came in, and how the connector's replies to it reach the hub."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from connectors.mojaloop_connector.errors import HubFailure
from connectors.mojaloop_connector.hub import Outgoing
from connectors.mojaloop_connector.kit import Kit

LOG = logging.getLogger("connectors.mojaloop_connector")


@dataclass(frozen=True, slots=True)
class Inbound:
    """`headers` are lower case, `body` is validated FSPIOP and has texts where the API asks for texts; `written` is the body as
    it came, where that was in ISO 20022."""

    headers: dict[str, Any]
    params: dict[str, str]
    body: Any
    written: Any = None

    @property
    def source(self) -> str:
        return str(self.headers.get("fspiop-source", ""))

    @property
    def stored(self) -> dict[str, Any]:
        """The message as a transfer's state shows it."""
        return {"headers": self.headers, "body": self.body}

    @property
    def party(self) -> tuple[str, ...]:
        """Type, id and, where there is one, sub-id of the path."""
        named = (self.params.get(name) for name in ("Type", "ID", "SubId"))
        return tuple(each for each in named if each)


async def reply(kit: Kit, message: Outgoing) -> bool:
    """Send a callback; false when the hub did not take it, which is logged: nobody waits for the answer here."""
    try:
        await kit.hub.send(message)
    except HubFailure as failure:
        callback = f"{message.method} /{message.path.split('/')[1]}"
        LOG.warning("%s: a callback %s was not delivered: %s", kit.surroundings.name, callback, failure.for_log)
        return False
    return True


async def reply_error(kit: Kit, resource: str, ids: tuple[str, ...], error: Any, destination: str) -> bool:
    """Send PUT .../error."""
    return await reply(kit, kit.hub.callback("PUT", resource, *ids, "error", body=error, destination=destination))
