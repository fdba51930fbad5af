"""The message set: which ISO 20022 message stands for which operation of the FSPIOP API. Operations that are not in the table
have no body, or the same one in both notations."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from loopyard.protocols.iso20022 import fx, party, quotes, status, transfers
from loopyard.protocols.iso20022.message import Message

MESSAGES: Final[Mapping[str, Message]] = MappingProxyType(
    {
        "PUT /parties/{Type}/{ID}": party.PARTY,
        "PUT /parties/{Type}/{ID}/{SubId}": party.PARTY,
        "PUT /parties/{Type}/{ID}/error": party.PARTY_ERROR,
        "PUT /parties/{Type}/{ID}/{SubId}/error": party.PARTY_ERROR,
        "POST /quotes": quotes.REQUEST,
        "PUT /quotes/{ID}": quotes.ANSWER,
        "PUT /quotes/{ID}/error": status.ERROR,
        "POST /transfers": transfers.PREPARE,
        "PUT /transfers/{ID}": status.fulfil("transferState"),
        "PATCH /transfers/{ID}": status.notice("transferState"),
        "PUT /transfers/{ID}/error": status.ERROR,
        "POST /fxQuotes": fx.REQUEST,
        "PUT /fxQuotes/{ID}": fx.ANSWER,
        "PUT /fxQuotes/{ID}/error": status.ERROR,
        "POST /fxTransfers": fx.COMMITMENT,
        "PUT /fxTransfers/{ID}": status.fulfil("conversionState"),
        "PATCH /fxTransfers/{ID}": status.notice("conversionState"),
        "PUT /fxTransfers/{ID}/error": status.ERROR,
    }
)
"""By operation, as the contracts name it."""

_FSPIOP_MEDIA: Final = frozenset({"authorizations", "transactionRequests"})


def is_iso_media(resource: str) -> bool:
    """Whether connectors in ISO mode name the ISO 20022 media type for a resource; they do so for participants too, whose
    bodies stay FSPIOP's. Source: docs/sources/iso20022.md, "Media types"."""
    return resource not in _FSPIOP_MEDIA
