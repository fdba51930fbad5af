"""What this bank refuses outright. Refusals of the accounts themselves come from the engine of accounts.

CoreBankingError
    BankError
        DuplicateTransfer       a transfer was reserved before, and this bank forgives no repeat
        UnknownReserve
        UnknownTransfer
        UnknownHomeTransaction
        HomeTransactionExists
        UnknownQuote            no quote of this id
        QuoteMismatch           a quote of other terms
        Offline                 the core is down or closed for maintenance
        Unauthorised            no bearer token, or another one
        NotPublished            a call that the published document does not have
        UnknownAuthentication   no one-time password was sent for this reference
        DuplicateAuthentication the reference stands for another customer's password
"""

from __future__ import annotations

from simulators.cbs.engine.errors import CoreBankingError


class BankError(CoreBankingError):
    """Root of this bank's own refusals."""


class DuplicateTransfer(BankError):
    """A transfer was reserved before, and this bank forgives no repeat of it."""


class UnknownReserve(BankError):
    """No reserve of this id."""


class UnknownTransfer(BankError):
    """No reserve of this transfer."""


class UnknownHomeTransaction(BankError):
    """No channel debit of this home transaction."""


class HomeTransactionExists(BankError):
    """A channel debit of this home transaction with other terms."""


class UnknownQuote(BankError):
    """No quote of this id."""


class QuoteMismatch(BankError):
    """The quote was given for another account, side or amount."""


class Offline(BankError):
    """The core is down or closed for maintenance; nothing was done."""


class Unauthorised(BankError):
    """The bearer token is missing or another one."""


class NotPublished(BankError):
    """The published document has no such call."""


class UnknownAuthentication(BankError):
    """No one-time password was sent for this reference."""


class DuplicateAuthentication(BankError):
    """The reference stands for another customer's password."""
