"""The Mojaloop connector as a bulk's payments see it: accepted and refused together, asked for one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from connectors.core_connector.bulks import wire
from connectors.core_connector.bulks.model import Bulk
from connectors.core_connector.mojaloop.client import Acceptance, MojaloopClient
from connectors.core_connector.mojaloop.verdicts import Absent, Pending, Verdict
from connectors.core_connector.outcomes import Outcome
from connectors.core_connector.payments.model import Payment
from connectors.core_connector.store import Shelf

AT_WORK = Pending("the bulk is under way")


class BulkClient:
    """What `Settlement` asks of the Mojaloop connector, for payments of bulks."""

    def __init__(
        self, mojaloop: MojaloopClient, bulks: Shelf[Bulk], payments: Shelf[Payment], now: Callable[[], datetime]
    ) -> None:
        self._mojaloop = mojaloop
        self._bulks = bulks
        self._payments = payments
        self._now = now

    async def start(self, wanted: Mapping[str, Any]) -> Outcome[None]:
        """POST /bulkTransactions."""
        return await self._mojaloop.tell("POST", "/bulkTransactions", wanted)

    async def decide(self, bulk_id: str, word: str, decided: list[tuple[str, bool]]) -> Outcome[None]:
        """PUT /bulkTransactions/{id} with a word on several."""
        return await self._mojaloop.tell("PUT", f"/bulkTransactions/{bulk_id}", wire.acceptance(word, decided))

    async def accept(self, transfer_id: str, acceptance: Acceptance) -> Verdict:
        return await self._say(transfer_id, True)

    async def refuse(self, transfer_id: str, acceptance: Acceptance) -> Verdict:
        """Refuse terms. The Mojaloop connector keeps nothing open beyond the bulk's time, so this is not repeated."""
        return await self._say(transfer_id, False)

    async def query(self, transfer_id: str) -> Verdict:
        """How a transfer stands at the hub. That the hub does not know it is no end while it may still come: then the
        acceptance, which may not have arrived, is said again."""
        verdict = await self._mojaloop.query(transfer_id)
        bulk = self._of(transfer_id)
        if isinstance(verdict, Absent) and self._now() < bulk.options.expires_at:
            return await self._say(transfer_id, True)
        return verdict

    async def _say(self, transfer_id: str, accepts: bool) -> Verdict:
        await self.decide(self._of(transfer_id).row.key, "acceptQuote", [(transfer_id, accepts)])
        return AT_WORK

    def _of(self, transfer_id: str) -> Bulk:
        payment = self._payments.by_transfer(transfer_id)
        assert payment is not None, f"{transfer_id} is no payment of a bulk"
        bulk = self._bulks.get(bulk_of(payment))
        assert bulk is not None
        return bulk


def bulk_of(payment: Payment) -> str:
    """The key of the bulk that a payment belongs to."""
    return payment.row.key.partition("/")[0]
