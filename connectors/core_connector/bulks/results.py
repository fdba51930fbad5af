"""What the Mojaloop connector's notice says of one payment of a bulk. Only what is explicitly final is final."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.core_connector.mojaloop.verdicts import Committed, Verdict, of_error


def verdict_of(result: Mapping[str, Any]) -> Verdict | None:
    """The verdict; None for a payment that goes on."""
    fulfil = result.get("fulfil")
    if isinstance(fulfil, Mapping) and fulfil.get("transferState") == "COMMITTED":
        return Committed({"body": fulfil}, result)
    last = result.get("lastError")
    if not isinstance(last, Mapping):
        return None
    information = (last.get("mojaloopError") or {}).get("errorInformation") or {}
    code = information.get("errorCode")
    error = None if code is None else (str(code), str(information.get("errorDescription", code)))
    return of_error(error, "the Mojaloop connector reports an error")
