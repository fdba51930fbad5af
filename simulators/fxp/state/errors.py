"""Why an FX provider refuses. Codes and texts of the scheme stand in `wire.refusal`.

LoopyardError
    NotPlayed               no such FXP in this world
    Silence                 a behaviour wants no word at all
    Unwilling               a behaviour wants an HTTP error
    Refusal                 a request that gets an error callback
        Scripted            a behaviour chose code and text
        PairUnsupported, AmountMissing, AmountTooFine, OutsideLimits, RequestExpired, NotOurs
        TermsUnknown, TermsMissing, TermsExpired, TermsAltered, ConversionUnknown, ConversionExpired, TreasuryEmpty, Modified
"""

from __future__ import annotations

from loopyard.kernel.errors import LoopyardError
from simulators.fxp.state.behaviour import Conduct


class NotPlayed(LoopyardError):
    """No FXP of this id is played here."""


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


class PairUnsupported(Refusal):
    """No rate for this pair of currencies."""


class AmountMissing(Refusal):
    """The side that the amount type fixes has no amount."""


class AmountTooFine(Refusal):
    """The amount has more decimals than the currency."""


class OutsideLimits(Refusal):
    """Less or more than the FXP converts at once, or nothing is left after charges."""


class RequestExpired(Refusal):
    """The quote request says that nobody waits for its answer any more."""


class NotOurs(Refusal):
    """The conversion names another FXP."""


class TermsUnknown(Refusal):
    """Asked for terms that were never given."""


class TermsMissing(Refusal):
    """A conversion that no terms stand behind."""


class TermsExpired(Refusal):
    """The terms behind the conversion are no longer good."""


class TermsAltered(Refusal):
    """Amounts, condition or parties of a conversion are not those of its terms."""


class ConversionUnknown(Refusal):
    """Asked for a conversion that never came."""


class ConversionExpired(Refusal):
    """The conversion's time was over when it came."""


class TreasuryEmpty(Refusal):
    """The FXP has not enough of the target currency."""


class Modified(Refusal):
    """The id of an earlier request with another content."""
