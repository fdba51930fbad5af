"""Why the core connector says no. How a refusal looks on the wire stands in `face`.

LoopyardError
    Refusal                 a request that is answered with a Mojaloop error code
        Malformed           what came in cannot be read
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loopyard.kernel.errors import LoopyardError
from loopyard.protocols.fspiop import error_codes

PENDING = "2004"
"""The code of everything that is not final yet; its HTTP status is 504."""


class Refusal(LoopyardError):
    """An answer in the negative. `code` is a Mojaloop code; the HTTP status follows from it unless given.

    `unknown` marks that not a decision, but a missing or unreadable answer of another system, is the cause. `more` stands
    beside code and message in the answer.
    """

    def __init__(
        self, code: str, message: str, *, status: int | None = None, unknown: bool = False,
        more: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(f"{code} {message}")
        self.more = dict(more or {})
        self.code = code
        self.message = message
        self.unknown = unknown
        self.status = status or (504 if code == PENDING else error_codes.http_status(code))


class Malformed(Refusal):
    """A body, field or amount that cannot be read: 3101, or 3102 for one that is missing."""

    def __init__(self, message: str, code: str = "3101") -> None:
        super().__init__(code, message, status=400)
