"""Why a participant of the scheme refuses. Codes and texts of the scheme stand in `refusal`.

LoopyardError
    NotPlayed               no such participant in this world
    Silence                 a behaviour wants no word at all
    Unwilling               a behaviour wants an HTTP error
    Refusal                 a request that gets an error callback; each simulator adds its own
        Scripted            a behaviour chose code and text
"""

from __future__ import annotations

from loopyard.kernel.errors import LoopyardError
from simulators.participant.behaviour import Conduct


class NotPlayed(LoopyardError):
    """No participant of this id is played here."""


class Silence(LoopyardError):
    """The request is accepted and nothing is done about it."""


class Unwilling(LoopyardError):
    """The request is answered at once with an HTTP error."""

    def __init__(self, status: int) -> None:
        super().__init__(f"a behaviour answers with HTTP {status}; take the behaviour away to be served")
        self.status = status


class Refusal(LoopyardError):
    """A request that is answered with an error callback."""


class Scripted(Refusal):
    """A behaviour's own error. `as_integer` writes the code as a number, as some connectors do; `conduct` is how the
    callback leaves."""

    def __init__(self, code: str, description: str | None, as_integer: bool, conduct: Conduct) -> None:
        super().__init__(f"a behaviour refuses with {code}; take the behaviour away to be served")
        self.code = code
        self.description = description
        self.as_integer = as_integer
        self.conduct = conduct


def heed(conduct: Conduct) -> Conduct:
    """The conduct of a request that is carried out. Raises Scripted, Silence or Unwilling where nothing of it shall be."""
    options = conduct.options
    if conduct.do in ("error", "integer-error-code"):
        as_integer = conduct.do == "integer-error-code"
        raise Scripted(str(options.get("code", "2001")), options.get("description"), as_integer, conduct)
    if conduct.do == "ignore":
        raise Silence("a behaviour ignores the request")
    if conduct.do == "refuse":
        raise Unwilling(int(options.get("status", 503)))
    return conduct
