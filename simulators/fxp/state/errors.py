"""Why an FX provider refuses. Codes and texts of the scheme stand in `wire.refusal`.

participant.errors.Refusal  a request that gets an error callback
    PairUnsupported, AmountMissing, AmountTooFine, OutsideLimits, RequestExpired, NotOurs
    TermsUnknown, TermsMissing, TermsExpired, TermsAltered, ConversionUnknown, ConversionExpired, TreasuryEmpty, Modified
"""

from __future__ import annotations

from simulators.participant.errors import Refusal


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
