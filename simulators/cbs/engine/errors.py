"""Why a bank refuses, in its own terms. How a refusal is worded on a wire is each protocol's.

LoopyardError
    CoreBankingError
        Refusal               a business refusal: nothing was done
            AccountNotFound
            AccountNotUsable  its status refuses this side
            WrongCurrency
            AmountTooFine     more decimals than the currency has
            InsufficientFunds
            LimitExceeded     per transaction, per day, or the tier's greatest balance
            ValueDateRefused  before the business date
            AmountBelowFee    the fee takes it all
        AlreadyReversed
        RequestUnknown        no request of this reference
"""

from __future__ import annotations

from loopyard.kernel.errors import LoopyardError


class CoreBankingError(LoopyardError):
    """Root of the errors of simulated banks."""


class Refusal(CoreBankingError):
    """A business refusal: nothing was done."""


class AccountNotFound(Refusal):
    """No account answers to this number or identifier."""


class AccountNotUsable(Refusal):
    """The account's status refuses debits, credits or both."""

    def __init__(self, number: str, status: str, side: str) -> None:
        super().__init__(f"account {number} is {status} and takes no {side}; change its status, or use another account")
        self.status = status
        self.side = side


class WrongCurrency(Refusal):
    """The account is in another currency."""


class AmountTooFine(Refusal):
    """The amount has more decimals than its currency."""


class InsufficientFunds(Refusal):
    """The available balance with the overdraft does not cover the amount."""


class LimitExceeded(Refusal):
    """A limit per transaction or day, or the greatest balance of the account's tier."""


class ValueDateRefused(Refusal):
    """A value date before the bank's business date."""


class AmountBelowFee(Refusal):
    """The fee would take the whole amount."""


class AlreadyReversed(CoreBankingError):
    """The posting was reversed before."""


class RequestUnknown(CoreBankingError):
    """The log holds no request of this reference."""
