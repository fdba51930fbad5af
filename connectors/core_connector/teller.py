"""Caution with a bank: whatever brought no explicit answer is asked for by its own reference, repeated only where that is
safe, and otherwise left unknown. What an outcome means for a payment is not decided here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from connectors.core_connector.cbs import CoreBanking, Hold, HoldState, Order
from connectors.core_connector.outcomes import Done, Outcome, Refused, Unknown
from connectors.core_connector.retry import Retry
from loopyard.kernel.clock import Clock

SETTLE_SECONDS = 1
"""How long a bank gets to finish what it has not answered, before it is asked."""


class Teller:
    """Carries out operations at the bank as surely as the bank allows. `attempts` counts the earlier tries of a row."""

    def __init__(self, bank: CoreBanking, retry: Retry, clock: Clock) -> None:
        self.bank = bank
        self.retry = retry
        self._clock = clock

    async def reserve(self, order: Order, attempts: int = 0) -> Outcome[Hold]:
        """Hold money. With `attempts` the bank may have done it before, so it is asked first."""
        if attempts == 0:
            outcome = await self.bank.reserve(order)
            if not isinstance(outcome, Unknown):
                return outcome
            await self._clock.sleep(SETTLE_SECONDS)
        if self.retry.asks_first(self.bank):
            found = await self._find(order)
            if found is not None:
                return found
            if not self.retry.may_repeat(self.bank) and not self.retry.absence_is_final(attempts):
                return Unknown("the bank does not know the reserve, or not yet")
        elif not self.retry.may_repeat(self.bank):
            return Unknown("the bank can neither be asked nor be told twice")
        return await self.bank.reserve(replace(order, reference=self.retry.reference(order.reference, attempts + 1)))

    async def trace(self, order: Order, attempts: int) -> Outcome[Hold]:
        """Find a hold that may exist, in order to release it. Refused means that there is none."""
        if not self.retry.asks_first(self.bank):
            if not self.retry.may_repeat(self.bank):
                return Unknown("the bank can neither be asked nor be told twice")
            return await self.bank.reserve(order)
        found = await self._find(order)
        if found is not None:
            return found
        if self.retry.absence_is_final(attempts):
            return Refused("ABSENT", "the bank knows of no reserve")
        return Unknown("the bank does not know the reserve, or not yet")

    async def commit(self, order: Order, reserve_id: str, attempts: int = 0) -> Outcome[None]:
        return await self._ensure("COMMITTED", lambda: self.bank.commit(reserve_id), order, attempts)

    async def release(self, order: Order, reserve_id: str, reason: str, attempts: int = 0) -> Outcome[None]:
        return await self._ensure("RELEASED", lambda: self.bank.release(reserve_id, reason), order, attempts)

    async def _ensure(
        self, wanted: HoldState, call: Callable[[], Awaitable[Outcome[None]]], order: Order, attempts: int
    ) -> Outcome[None]:
        """Bring a hold to its end. Repeating is harmless in itself: the reserve's own id says which hold is meant."""
        if attempts == 0:
            outcome = await call()
            if not isinstance(outcome, Unknown):
                return outcome
            await self._clock.sleep(SETTLE_SECONDS)
        if self.retry.asks_first(self.bank):
            found = await self.bank.query(order.reference, order.side)
            if isinstance(found, Unknown):
                return found
            if isinstance(found, Done) and found.value is not None and found.value.state == wanted:
                return Done(None)
        elif not self.retry.may_repeat(self.bank):
            return Unknown("the bank can neither be asked nor be told twice")
        return await call()

    async def _find(self, order: Order) -> Outcome[Hold] | None:
        """The outcome that the bank's own books show, None when they show nothing."""
        found = await self.bank.query(order.reference, order.side)
        if not isinstance(found, Done):
            return found
        if found.value is None:
            return None
        if found.value.state in ("RESERVED", "COMMITTED"):
            return Done(found.value)
        return Refused(found.value.state, f"the reserve is {found.value.state}")
