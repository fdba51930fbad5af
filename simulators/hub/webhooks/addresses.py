"""Where a participant takes a message: its endpoints as the operator set them, else the address that the world knows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote, urlsplit

from loopyard.engine.operations import Message
from simulators.hub.state import Hub
from simulators.hub.webhooks.messages import Route

PREFIX: Final = "FSPIOP_CALLBACK_URL_"
_PLACE: Final = re.compile(r"\{\{\s*([A-Za-z]+)\s*\}\}")
_NAMES: Final[Mapping[str, str]] = {
    "partyIdType": "type", "partyIdentifier": "id", "partySubIdOrType": "subId", "transferId": "id", "commitRequestId": "id",
    "requestId": "id", "quoteId": "id", "bulkTransferId": "id", "ID": "id", "id": "id",
}  # fmt: skip
"""Places in the operator's templates, and the parameters of messages that fill them."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes: who takes it, the address, and the message as it goes there."""

    receiver: str
    base: str
    message: Message


def address(hub: Hub, to: str, route: Route, params: Mapping[str, str]) -> Place | None:
    """The place of a participant, which for one of another scheme is its proxy's; None when there is none for the message."""
    who = hub.schemes.reach(to)
    if who is None:
        return None
    template = who.endpoints.get(PREFIX + route.endpoint)
    if template is None:
        return Place(who.name, who.base(), route.message) if who.base is not None else None
    if route.appended:
        return Place(who.name, template, route.message)
    return Place(who.name, *_templated(template, route.message, params))


def path_of(route: Route, params: Mapping[str, str]) -> str:
    """The message's path as the API has it, for fspiop-uri."""
    return route.message.path.format(**{name: quote(value, safe="") for name, value in params.items()})


def _templated(template: str, message: Message, params: Mapping[str, str]) -> tuple[str, Message]:
    url = _PLACE.sub(lambda place: quote(params.get(_NAMES.get(place[1], ""), ""), safe=""), template)
    try:
        parts = urlsplit(url)
    except ValueError:  # the operator may write what he likes: nobody can be called there, and the log says where it was
        return url, message
    path = parts.path.replace("{", "{{").replace("}", "}}")
    return f"{parts.scheme}://{parts.netloc}", replace(message, path=path, schema=message.contract_key)
