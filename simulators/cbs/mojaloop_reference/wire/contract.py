"""The public document as a contract, with the one thing that the extended profile says differently: a quote for a payer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loopyard.protocols import schemas


class ReferenceContract:
    """Checks against the public document; a quote request for a payer is checked as one for a payee."""

    def __init__(self) -> None:
        self._document = schemas.load("reference_core_banking")

    def request_errors(self, key: str, body: Any) -> Sequence[str]:
        if key == "POST /quotes" and isinstance(body, dict) and "payer" in body and "payee" not in body:
            body = {**body, "payee": body["payer"]}
        return self._document.request_errors(key, body)

    def response_errors(self, key: str, status: int, body: Any) -> Sequence[str]:
        return self._document.response_errors(key, status, body)
