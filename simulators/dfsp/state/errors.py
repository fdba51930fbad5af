"""Why a peer DFSP refuses. Codes and texts of the scheme stand in `wire.refusal`.

LoopyardError
    NotPlayed               no such peer in this world
    Silence                 a behaviour wants no word at all
    Unwilling               a behaviour wants an HTTP error
    Refusal                 a request that gets an error callback
        Scripted            a behaviour chose code and text
        PartyUnknown, AccountBlocked, AccountClosed, WrongCurrency, AmountTooFine, AboveLimit, RequestExpired
        QuoteUnknown, QuoteMissing, QuoteExpired, TransferUnknown, TransferExpired, TermsAltered, Modified
"""

from __future__ import annotations

from loopyard.kernel.errors import LoopyardError
from simulators.dfsp.state.behaviour import Conduct


class NotPlayed(LoopyardError):
    """No DFSP of this id is played here."""


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


class PartyUnknown(Refusal):
    """No customer has this identifier."""


class AccountBlocked(Refusal):
    """The customer's account is blocked."""


class AccountClosed(Refusal):
    """The customer's account is closed."""


class WrongCurrency(Refusal):
    """The customer's account is in another currency."""


class AmountTooFine(Refusal):
    """The amount has more decimals than the currency."""


class AboveLimit(Refusal):
    """More than the DFSP lets a customer receive at once."""


class RequestExpired(Refusal):
    """The quote request says that nobody waits for its answer any more."""


class QuoteUnknown(Refusal):
    """Asked for a quote that was never given."""


class QuoteMissing(Refusal):
    """A transfer that no quote stands behind."""


class QuoteExpired(Refusal):
    """The quote behind the transfer is no longer good."""


class TransferUnknown(Refusal):
    """Asked for a transfer that never came."""


class TransferExpired(Refusal):
    """The transfer's time was over when it came."""


class TermsAltered(Refusal):
    """Amount, condition, packet or parties of a transfer are not those of its quote."""


class Modified(Refusal):
    """The id of an earlier request with another content."""
