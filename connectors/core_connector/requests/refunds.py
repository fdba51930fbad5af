"""Refunds: a payment back to who has paid our customer, never of more than she was paid."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.core_connector.cbs import Holder
from connectors.core_connector.errors import Refusal
from connectors.core_connector.payments.model import Payment, Refund, Request
from connectors.core_connector.payments.service import ENDED_WITHOUT, Payments
from connectors.core_connector.receipts.model import Receipt
from connectors.core_connector.receipts.quotes import Quotes
from connectors.core_connector.receipts.transfers import Receipts
from loopyard.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Wish:
    """What the payee wants to give back: all that she was paid unless `amount` says less."""

    transfer_id: str
    amount: str
    reason: str
    payer_name: str


class Refunds:
    """Gives back what was received. Replaceable as part "refunds"."""

    def __init__(self, payments: Payments, receipts: Receipts, quotes: Quotes) -> None:
        self._payments = payments
        self._receipts = receipts
        self._quotes = quotes

    async def request(self, wish: Wish, home_id: str) -> Payment:
        """Terms of a refund; consent goes the way of every payment. Raises Refusal: 3208, 3100."""
        receipt = self._receipts.find(wish.transfer_id)
        if receipt.row.state != "COMMITTED":
            raise Refusal("3100", f"{wish.transfer_id} is {receipt.row.state}; only what was received can be given back")
        amount = self._amount(wish, receipt)
        left = self.left(receipt, home_id)
        if amount > left:
            raise Refusal("3100", f"{amount} {amount.currency} is more than the {left} that can still be given back")
        if home_id not in receipt.refunds:
            receipt.refunds = (*receipt.refunds, home_id)
            self._receipts.worklist.shelf.save(receipt)
        return await self._payments.request(self._request(wish, receipt, amount), home_id)

    def left(self, receipt: Receipt, home_id: str) -> Money:
        """What was received, less the other refunds that were made or may still be."""
        others = (self._payments.earlier(each) for each in receipt.refunds if each != home_id)
        counting = [each.request.amount for each in others if each is not None and each.row.state not in ENDED_WITHOUT]
        return receipt.transfer - sum(counting, Money.zero(receipt.transfer.currency))

    def _amount(self, wish: Wish, receipt: Receipt) -> Money:
        return Money(wish.amount, receipt.transfer.currency) if wish.amount else receipt.transfer

    def _request(self, wish: Wish, receipt: Receipt, amount: Money) -> Request:
        quote = self._quotes.given(wish.transfer_id, receipt.quote_id)
        if quote is None:
            raise Refusal("3205", f"no quote was given for {wish.transfer_id}")
        code = amount.currency.code
        payer = Holder(receipt.payee.id_type, receipt.payee.id_value, wish.payer_name or receipt.payee.name)
        refund = Refund(quote.request.transaction_id, wish.reason)
        return Request("RECEIVE", amount, code, code, quote.request.payer, payer, refund=refund)
