"""Ids as ISO 20022 has them: ULIDs, where FSPIOP has UUIDs too. The mapping itself passes either on; whoever must satisfy the
contract asks here first.

Source: docs/sources/iso20022.md, "Common".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from loopyard.protocols.iso20022 import tree
from loopyard.protocols.iso20022.errors import NoIsoForm
from loopyard.protocols.iso20022.profile import Envelope

ULIDS: Final = tuple(f"CdtTrfTxInf.PmtId.{each}" for each in ("TxId", "EndToEndId", "InstrId"))
"""The elements that may be nothing else, in whatever message they stand."""
_ULID: Final = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")


def require_ulids(iso: Mapping[str, Any], body: Mapping[str, Any], envelope: Envelope) -> None:
    """Refuse a message made of an FSPIOP body for an id that only FSPIOP has. Raises NoIsoForm, which names the id as FSPIOP
    does."""
    for path in ULIDS:
        id_ = tree.text(iso, path, NoIsoForm)
        if id_ is not None and _ULID.fullmatch(id_) is None:
            name = _name_of(id_, body, envelope) or path
            raise NoIsoForm(name, f"must be a ULID: {envelope.destination} speaks ISO 20022, which has no UUIDs")


def _name_of(id_: str, body: Mapping[str, Any], envelope: Envelope) -> str | None:
    if id_ == envelope.resource_id:
        return "the path's id"
    return next((name for name, value in tree.leaves(body) if value == id_), None)
