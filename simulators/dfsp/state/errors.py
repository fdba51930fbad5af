"""Why a peer DFSP refuses. Codes and texts of the scheme stand in `wire.refusal`.

participant.errors.Refusal  a request that gets an error callback
    PartyUnknown, AccountBlocked, AccountClosed, WrongCurrency, AmountTooFine, AboveLimit, RequestExpired
    QuoteUnknown, BulkQuoteUnknown, QuoteMissing, QuoteExpired, TransferUnknown, TransferExpired, TermsAltered, Modified
    RequestUnknown, RequestLapsed, UnsupportedCurrency, TransactionUnknown
"""

from __future__ import annotations

from simulators.participant.errors import Refusal


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


class BulkQuoteUnknown(Refusal):
    """Asked for a bulk quote that was never given."""


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


class RequestUnknown(Refusal):
    """A request to pay that was never made, or never came."""


class RequestLapsed(Refusal):
    """A request to pay whose time is over, or that was refused."""


class UnsupportedCurrency(Refusal):
    """The payer's account is in another currency than the request."""


class TransactionUnknown(Refusal):
    """Asked for a transaction that is not known."""
