"""Why the connection manager refuses. The bodies that it answers with are built in `wire.refusal`.

LoopyardError
    McmError
        Invalid             what was sent is no such thing, or lacks something
        Unprocessable       it is one, but nothing can be done with it
        Unknown             there is no such DFSP, endpoint, enrollment, certificate
        NotLoggedIn         no token, or one that does not hold
        NotAllowed          a token of somebody else
"""

from __future__ import annotations

from loopyard.kernel.errors import LoopyardError


class McmError(LoopyardError):
    """Root of the connection manager's refusals."""


class Invalid(McmError):
    """What was sent is no such thing, or lacks something. `cause` is the reason of the reason."""

    def __init__(self, message: str, cause: str | None = None) -> None:
        super().__init__(message)
        self.cause = cause


class Unprocessable(McmError):
    """It is well formed, but nothing can be done with it."""


class Unknown(McmError):
    """There is no such thing."""


class NotLoggedIn(McmError):
    """There is no token, or it does not hold; `reason` is for the log."""

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class NotAllowed(McmError):
    """The token is good, and another DFSP's."""
