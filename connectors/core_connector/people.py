"""People as the Mojaloop connector tells of them, with the names in parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.core_connector import body
from connectors.core_connector.cbs import Holder


def holder(party: Mapping[str, Any]) -> Holder:
    """Whose account is meant. Raises Malformed."""
    return Holder(body.text(party, "idType"), body.text(party, "idValue"), name(party))


def name(party: Mapping[str, Any]) -> str:
    """The name to show: as it is displayed, or its parts."""
    parts = (party.get("firstName"), party.get("middleName"), party.get("lastName"))
    return str(party.get("displayName") or " ".join(str(part) for part in parts if part))
