"""Terms of a bulk's payments: checked as those of a single payment, and accepted within the limits that the channel set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.core_connector.bulks import wire
from connectors.core_connector.bulks.model import Bulk
from connectors.core_connector.cbs import Fee, Holder
from connectors.core_connector.errors import Refusal
from connectors.core_connector.outcomes import Done, Refused
from connectors.core_connector.payments.model import Payment
from connectors.core_connector.payments.reasons import refusal
from connectors.core_connector.payments.terms import Terms
from connectors.core_connector.teller import Teller
from connectors.core_connector.worklist import Worklist
from loopyard.kernel.money import Money

Fees = dict[Money, Money]


class Offers:
    """Makes offers. Replaceable as part "bulks.offers"."""

    def __init__(self, payments: Worklist[Payment], terms: Terms, teller: Teller) -> None:
        self._list = payments
        self._terms = terms
        self._teller = teller

    def note(self, payment: Payment, result: Mapping[str, Any]) -> None:
        """The transfer's id and who the payee is, not saved yet."""
        payment.row.transfer = str(result.get("transferId", payment.row.transfer))
        payment.payee_fsp, payment.payee_name = wire.payee(result)

    async def make(self, payment: Payment, result: Mapping[str, Any], known: Fees) -> None:
        """From QUOTING to OFFERED. `known` are fees that the bank has just named, by amount: a bulk's payments are alike.

        Raises Refusal for terms that are not as they must be.
        """
        seen, request = wire.terms(result), payment.request
        assert seen.quote is not None
        self._terms.check_quote(request, seen.quote, None)
        fee = await self._own_fee(request.payer, self._terms.pays(request, seen), known)
        payment.offer = self._terms.offer(request, seen, Fee(fee), "acceptQuote")
        self._list.move(payment, "offer")

    def consented(self, bulk: Bulk, payment: Payment) -> bool:
        """Whether the channel has accepted such terms beforehand. Where it set limits, one that is missing allows no fee."""
        if not bulk.options.accepts_quotes or payment.offer is None:
            return False
        fee, limits = payment.offer.payee_fee, bulk.options.fee_limits
        return limits is None or not fee or fee <= limits.get(fee.currency.code, Money.zero(fee.currency))

    async def _own_fee(self, payer: Holder, amount: Money, known: Fees) -> Money:
        """What the bank charges on such an amount. When it reserves, it says it again; a fee that has changed meanwhile stops
        the payment."""
        if amount in known:
            return known[amount]
        outcome = await self._teller.bank.payer_fee(payer, amount)
        if isinstance(outcome, Done):
            known[amount] = outcome.value.money
            return outcome.value.money
        if isinstance(outcome, Refused):
            raise refusal(outcome)
        raise Refusal("2003", f"no terms, and nothing reserved: {outcome.why}", unknown=True)
