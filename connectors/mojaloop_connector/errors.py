"""The connector's own errors, and what another party's failure becomes on either side.

LoopyardError
    OutboundFailure     a transfer of ours failed: what the outbound API answers
    HubFailure
        HubRefused      the hub answered a call with an error
            HubSaidMore the hub took a message and said something to it: an error of the real software's alone
        HubUnanswered   the hub gave no usable answer: whether it took the message is unknown
        NoToken         there is no access token for the hub: nothing was sent
    BackendFailure
        BackendRefused  the backend answered with an error status
        BackendEmpty    the backend answered well, with nothing in it
        BackendUnanswered  the backend gave no usable answer: whether it acted is unknown
    StoreUnavailable    nothing can be read or written: nothing may be promised
"""

from __future__ import annotations

import re
from typing import Any

from loopyard.kernel.errors import LoopyardError
from loopyard.protocols import canonical
from loopyard.protocols.fspiop import error_codes
from loopyard.protocols.fspiop.errors import LONGEST_TEXT, NoErrorInformation, from_body

INTERNAL = "2001"
_CODE = re.compile(r"[1-9]\d{3}", re.ASCII)


class OutboundFailure(LoopyardError):
    """`status` is the HTTP status of the answer; `error` another party's errorInformation body.

    A `plain` failure is one of which the real software reports an empty `lastError`; `field` is the name that the
    answer gives to the state.
    """

    def __init__(
        self, message: str, status: int = 500, error: Any = None, *, plain: bool = False, field: str = "transferState"
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.status = status
        self.error = error
        self.plain = plain
        self.state: dict[str, Any] | None = None

    def of(self, state: dict[str, Any], field: str | None = None) -> OutboundFailure:
        """The same failure, with the state that is answered with it."""
        told = OutboundFailure(self.message, self.status, self.error, plain=self.plain, field=field or self.field)
        told.state = state
        return told

    @property
    def last_error(self) -> dict[str, Any]:
        """The element `lastError` of a transferState."""
        if self.plain:
            return {}
        return {"httpStatusCode": self.status} | ({"mojaloopError": self.error} if self.error is not None else {})


class HubFailure(LoopyardError):
    """A message that the hub did not accept."""

    @property
    def for_log(self) -> str:
        """What a log may say of it: no path and no body, for they name people."""
        return "the hub gave no usable answer"

    @property
    def is_final(self) -> bool:
        """Whether the hub surely did not take the message."""
        return False


class HubRefused(HubFailure):
    """The hub answered with an error status; `body` is its parsed answer, or None."""

    def __init__(self, call: str, status: int, body: Any) -> None:
        super().__init__(
            f"{call} was answered {status} by the hub: {canonical.sorted_json(body).decode()}; see its errorInformation"
        )
        self.status = status
        self.body = body

    @property
    def for_log(self) -> str:
        return f"the hub answered {self.status}, {code_of(self.body) or 'without a code'}"

    @property
    def is_final(self) -> bool:
        """Whether the hub surely did not take the message: a gateway's 5xx says nothing."""
        return 400 <= self.status < 500


class HubSaidMore(HubRefused):
    """A good status with a body: the real software, which expects none, takes the message for failed."""

    def __str__(self) -> str:
        return "Expected empty response body"

    @property
    def is_final(self) -> bool:
        return True


class HubUnanswered(HubFailure):
    """No usable answer: the hub may have taken the message."""


class NoToken(HubFailure):
    """There is no access token for the hub: nothing was sent."""

    @property
    def for_log(self) -> str:
        return str(self)

    @property
    def is_final(self) -> bool:
        """Nothing has left."""
        return True


class BackendFailure(LoopyardError):
    """The backend did not do what was asked, or did not say so."""

    @property
    def for_log(self) -> str:
        """What a log may say of it: no path and no body, for they name people."""
        return "the backend gave no usable answer"


class BackendRefused(BackendFailure):
    """An error status; `body` is the parsed answer, or None when there was none."""

    def __init__(self, call: str, status: int, body: Any) -> None:
        super().__init__(f"{call} was answered {status} by the backend: {canonical.sorted_json(body).decode()}")
        self.status = status
        self.body = body

    @property
    def for_log(self) -> str:
        return f"the backend answered {self.status}"


class BackendEmpty(BackendFailure):
    """A good status and an empty body."""


class BackendUnanswered(BackendFailure):
    """No usable answer: the backend may have acted."""


class StoreUnavailable(LoopyardError):
    """The store of the connector's rows does not answer."""


def information(code: str, description: str | None = None) -> dict[str, Any]:
    """An errorInformation body; without a description the standard text of the code."""
    text = description or error_codes.standard_text(code)
    return {"errorInformation": {"errorCode": code, "errorDescription": text[:LONGEST_TEXT]}}


def of_backend(failure: BackendFailure, *, verbatim: bool) -> dict[str, Any]:
    """What a backend's failure becomes towards the hub. `verbatim` passes any statusCode on, as the real software does.

    Only `{statusCode, message}` with a Mojaloop code of four digits is understood; anything else is 2001.
    """
    return of_body(failure.body if isinstance(failure, BackendRefused) else None, verbatim=verbatim)


def of_body(body: Any, *, verbatim: bool = False) -> dict[str, Any]:
    """The same of the body of an error, or of one part of a bulk."""
    if not isinstance(body, dict):
        return information(INTERNAL)
    code, message = body.get("statusCode"), body.get("message")
    text = message if isinstance(message, str) else None
    if isinstance(code, str | int) and not isinstance(code, bool) and _CODE.fullmatch(str(code)):
        return information(str(code), text or error_codes.standard_text(str(code)) or "Custom error")
    if verbatim:
        pairs = {"errorCode": code, "errorDescription": message}
        return {"errorInformation": {name: value for name, value in pairs.items() if value is not None}}
    return information(INTERNAL, text)


def code_of(body: Any) -> str | None:
    """The errorCode of an errorInformation body, or None."""
    try:
        return from_body(body).code
    except NoErrorInformation:
        return None
