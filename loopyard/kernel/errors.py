"""The roots of the one error tree. Domain errors of a system live with that system and descend from here.

LoopyardError
    UsageError              what the user wrote cannot be used: file, key, problem, remedy
    InfrastructureError     the lab is broken, not the bank: unreachable, never started
    MoneyError
        InvalidAmount       not an amount, or finer than money can be
        UnknownCurrency     no such currency code
        CurrencyMismatch    two currencies where one is needed
    LedgerError
        Unbalanced          legs that do not sum to zero in each currency
        UnknownAccount      no such account in this ledger
        AccountExists       the name is taken
        AmountNotPositive   a leg, hold or capture of zero or less
        HoldNotActive       the hold was captured, released or expired before, or is another ledger's
        CaptureExceedsHold  more was asked for than is held
    LifecycleError
        MalformedLifecycle  a transition table that contradicts itself
        IllegalTransition   an event that the state does not allow
    ClockError
        Stuck               the world is neither quiet nor progressing
"""

from __future__ import annotations

from collections.abc import Iterable


class LoopyardError(Exception):
    """Root of all errors that Loopyard raises."""


class UsageError(LoopyardError):
    """What the user wrote cannot be used; the message names the file, the key, the problem and the remedy."""

    def __init__(self, file: str, key: str, problem: str, remedy: str) -> None:
        super().__init__(f"{file}: {key}: {problem}; {remedy}")
        self.file = file
        self.key = key
        self.problem = problem
        self.remedy = remedy


class InfrastructureError(LoopyardError):
    """The lab is broken, not the system under test: something is unreachable or never started."""


class MoneyError(LoopyardError):
    """Root of the errors of amounts and currencies."""


class InvalidAmount(MoneyError):
    """Not an amount, or finer than 1/10,000 of the major unit."""


class UnknownCurrency(MoneyError):
    """No such currency code."""


class CurrencyMismatch(MoneyError):
    """Two currencies where one is needed."""


class LedgerError(LoopyardError):
    """Root of the errors of double entry."""


class Unbalanced(LedgerError):
    """Legs that do not sum to zero in each currency."""


class UnknownAccount(LedgerError):
    """No such account in this ledger."""


class AccountExists(LedgerError):
    """An account of this name is open already."""


class AmountNotPositive(LedgerError):
    """A leg, hold or capture of zero or less."""


class HoldNotActive(LedgerError):
    """The hold was captured, released or expired before, or belongs to another ledger."""


class CaptureExceedsHold(LedgerError):
    """More was asked for than is held."""


class LifecycleError(LoopyardError):
    """Root of the errors of state machines."""


class MalformedLifecycle(LifecycleError):
    """A transition table that contradicts itself."""


class IllegalTransition(LifecycleError):
    """An event that the present state does not allow."""

    def __init__(self, machine: str, state: str, event: str) -> None:
        super().__init__(
            f"{machine}: {event!r} is not allowed in state {state!r}; "
            f"check the state first, or add the edge if the specification has it"
        )
        self.machine = machine
        self.state = state
        self.event = event


class ClockError(LoopyardError):
    """Root of the errors of time."""


class Stuck(ClockError):
    """Time cannot go on as asked: `problem` says why, `holders` who has a turn and what each awaits."""

    def __init__(self, problem: str, holders: Iterable[str] = ()) -> None:
        self.problem = problem
        self.holders = tuple(holders)
        super().__init__("\n  ".join((problem, *self.holders)))
