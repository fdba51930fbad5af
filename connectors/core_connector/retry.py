"""When something unknown may be asked for again, with which reference, and after which pause. Replaceable as part "retry"."""

from __future__ import annotations

from connectors.core_connector.cbs import CoreBanking
from connectors.core_connector.settings import Settings


class Retry:
    """The rules of repeating. A reference is never changed: a bank can only recognise what it has seen before."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def pause(self, attempts: int) -> int:
        """Seconds until the next attempt, after the given number of attempts (from 1)."""
        doubled = self._settings.retry_first_seconds << min(attempts - 1, 16)
        return min(doubled, self._settings.retry_longest_seconds)

    def reference(self, reference: str, attempt: int) -> str:
        """The reference of the given repetition."""
        return reference

    def asks_first(self, bank: CoreBanking) -> bool:
        """Whether to ask what became of an operation before anything else."""
        return bank.can_query

    def may_repeat(self, bank: CoreBanking) -> bool:
        """Whether an operation of unknown outcome may simply be sent again."""
        return bank.repeat_is_safe

    def absence_is_final(self, attempts: int) -> bool:
        """Whether the bank has said often enough that it does not know an operation: a query may lag behind."""
        return attempts >= self._settings.absent_after_attempts

    def hopeless(self, bank: CoreBanking) -> bool:
        """Whether nothing but a person can find out what this bank did."""
        return not (self.asks_first(bank) or self.may_repeat(bank))
