"""The account list of the DFSP API, read. Who registers an account is the Mojaloop connector's affair."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.core_connector import body


def account(entry: Mapping[str, Any]) -> dict[str, str]:
    """One account to be registered, without what the API does not know. Raises Malformed."""
    read = {"idType": body.text(entry, "idType"), "idValue": body.text(entry, "idValue")}
    return read | {name: body.text(entry, name) for name in ("idSubValue", "currency") if name in entry}
