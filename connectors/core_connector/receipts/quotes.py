"""Terms for payers: what the payee's bank takes, what therefore must be sent. Giving terms promises to credit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from connectors.core_connector.cbs import CoreBanking, Fee, Holder
from connectors.core_connector.errors import Refusal
from connectors.core_connector.outcomes import Done, Outcome, Refused
from connectors.core_connector.receipts.lifecycle import QUOTE
from connectors.core_connector.receipts.model import Quote, QuoteRequest
from connectors.core_connector.receipts.parties import Parties
from connectors.core_connector.settings import Settings
from connectors.core_connector.store import Row, Shelf
from loopyard.kernel.clock import Clock
from loopyard.kernel.money import Money

CODES: Final[Mapping[str, str]] = {
    "LIMIT_EXCEEDED": "5200",
    "ACCOUNT_BLOCKED": "5400",
    "ACCOUNT_INACTIVE": "5400",
    "CURRENCY_MISMATCH": "5106",
    "ACCOUNT_NOT_FOUND": "3204",
}
"""What a bank's refusal to credit is called in the scheme; 5103 for what has no code of its own."""
MOST_ROUNDS = 8


def payee_refusal(refused: Refused) -> Refusal:
    return Refusal(CODES.get(refused.reason, "5103"), f"{refused.reason}: {refused.message}".removesuffix(": "))


class Quotes:
    """Quotes given, one a transaction; the latest counts."""

    def __init__(self, bank: CoreBanking, parties: Parties, shelf: Shelf[Quote], settings: Settings, clock: Clock) -> None:
        self._bank = bank
        self._parties = parties
        self._shelf = shelf
        self._settings = settings
        self._clock = clock

    async def give(self, request: QuoteRequest) -> Quote:
        """Raises Refusal: 5106 for another currency, 5200 and 5400 as the bank decides, those of Parties.find."""
        account = await self._parties.find(request.payee)
        if account.currency != request.amount.currency.code:
            raise Refusal("5106", f"the account is in {account.currency}, not in {request.amount.currency}")
        if request.amount_type == "SEND":
            transfer, fee = request.amount, await self._fee(request.payee, request.amount)
        else:
            transfer, fee = await self._gross(request.payee, request.amount)
        if fee.money >= transfer:
            raise Refusal("5103", f"a fee of {fee.money} leaves nothing of {transfer}")
        now = self._clock.now()
        expires_at = now + timedelta(seconds=self._settings.quote_expiry_seconds)
        row = Row(request.quote_id, QUOTE.initial, now, transfer=request.transaction_id)
        quote = Quote(row, request, transfer, transfer - fee.money, fee.money, expires_at, fee.quote)
        self._shelf.save(quote)
        return quote

    def given(self, transfer_id: str, quote_id: str) -> Quote | None:
        quote = self._shelf.get(quote_id)
        return quote if quote is not None and quote.row.transfer == transfer_id else None

    async def _gross(self, payee: Holder, net: Money) -> tuple[Money, Fee]:
        """The amount whose fee leaves exactly `net`: the bank will take its fee from what arrives."""
        fee = await self._fee(payee, net)
        for _ in range(MOST_ROUNDS):
            again = await self._fee(payee, net + fee.money)
            if again.money == fee.money:
                return net + fee.money, again
            fee = again
        raise Refusal("5103", f"no amount leaves exactly {net} after fees")

    async def _fee(self, payee: Holder, amount: Money) -> Fee:
        outcome: Outcome[Fee] = await self._bank.payee_fee(payee, amount)
        if isinstance(outcome, Done):
            return outcome.value
        if isinstance(outcome, Refused):
            raise payee_refusal(outcome)
        raise Refusal("2003", outcome.why, unknown=True)
