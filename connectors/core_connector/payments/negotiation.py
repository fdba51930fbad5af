"""From a request to terms that can be put to the payer: every halt of the Mojaloop connector before the last is passed, and
nothing is passed that was not checked. No money moves here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.core_connector.cbs import Fee
from connectors.core_connector.errors import Refusal
from connectors.core_connector.mojaloop.client import ACCEPTANCE_OF, MojaloopClient
from connectors.core_connector.mojaloop.verdicts import Aborted, Committed, Halted, Verdict
from connectors.core_connector.mojaloop.views import TransferView, view
from connectors.core_connector.outcomes import Done, Refused
from connectors.core_connector.payments.lines import Lines
from connectors.core_connector.payments.model import Offer, Payment, Request
from connectors.core_connector.payments.reasons import refusal
from connectors.core_connector.payments.terms import Terms
from connectors.core_connector.settings import Settings
from connectors.core_connector.teller import Teller
from loopyard.kernel.money import Money
from loopyard.transport.service import Surroundings

MOST_HALTS = 4


class Negotiation:
    """One payment's way to its terms."""

    def __init__(
        self, mojaloop: MojaloopClient, teller: Teller, terms: Terms, settings: Settings, surroundings: Surroundings
    ) -> None:
        self._lines = Lines(mojaloop, settings, surroundings)
        self._teller = teller
        self._terms = terms
        self._mark = surroundings.boundary

    async def run(self, payment: Payment) -> Offer | Committed:
        """The terms; or Committed, when the Mojaloop connector is set to accept by itself.

        Sets the transfer's id on the row as soon as it is known. Raises Refusal, after having refused the transfer.
        """
        request = payment.request
        verdict = await self._lines.start(payment)
        for _ in range(MOST_HALTS):
            self._mark("payments.terms.received")
            if isinstance(verdict, Committed):
                return await self._unasked(payment, verdict)
            transfer = _waiting(verdict)
            payment.row.transfer = str(transfer.get("transferId", ""))
            last = ACCEPTANCE_OF[str(transfer["currentState"])]
            try:
                _require_one_payee(transfer)
                seen = view(transfer)
                if await self._is_last(request, seen):
                    assert last != "acceptParty"
                    return self._terms.offer(request, seen, await self._own_fee(request, seen), last)
            except Refusal:
                await self._lines.refuse(payment, last)
                raise
            verdict = await self._lines.proceed(payment, last)
        raise Refusal("2001", "the Mojaloop connector halts without end")

    async def _unasked(self, payment: Payment, verdict: Committed) -> Committed:
        """The money is gone at the hub already, so the payer owes it: what is owed is worked out, nothing is refused."""
        payment.row.transfer = str(verdict.transfer.get("transferId", ""))
        try:
            seen = view(verdict.transfer)
        except Refusal:
            return verdict
        if seen.quote is not None:
            outcome = await self._teller.bank.payer_fee(payment.request.payer, self._terms.pays(payment.request, seen))
            fee = outcome.value if isinstance(outcome, Done) else Fee(Money.zero(payment.request.send_currency))
            payment.offer = self._terms.offer(payment.request, seen, fee, "acceptQuote")
        return verdict

    async def _is_last(self, request: Request, seen: TransferView) -> bool:
        """Whether the payer decides at this halt. Raises Refusal for terms that are not as they must be."""
        if seen.state == "WAITING_FOR_PARTY_ACCEPTANCE":
            self._terms.may_be_paid(seen.payee_fsp)
            return False
        converts = self._terms.needs_conversion(request, seen)
        if seen.conversion:
            self._terms.check_conversion(request, seen.conversion)
        if seen.quote:
            self._terms.check_quote(request, seen.quote, seen.conversion)
        return seen.quote is not None and (seen.conversion is not None or not converts)

    async def _own_fee(self, request: Request, seen: TransferView) -> Fee:
        outcome = await self._teller.bank.payer_fee(request.payer, self._terms.pays(request, seen))
        if isinstance(outcome, Done):
            return outcome.value
        if isinstance(outcome, Refused):
            raise refusal(outcome)
        raise Refusal("2003", f"no terms, and nothing reserved: {outcome.why}", unknown=True)


def _require_one_payee(transfer: Mapping[str, Any]) -> None:
    """Raises Refusal for a payee whom several institutions know: the API has no place for a choice."""
    to = transfer.get("to")
    if isinstance(to, list) and len(to) > 1:
        names = ", ".join(str(each.get("fspId")) for each in to if isinstance(each, Mapping))
        raise Refusal("3100", f"several institutions know this payee: {names}")


def _waiting(verdict: Verdict) -> Mapping[str, Any]:
    """The transfer that waits. Raises Refusal for one that was given up."""
    if isinstance(verdict, Halted):
        return verdict.transfer
    if isinstance(verdict, Aborted):
        raise Refusal(verdict.code, verdict.message)
    raise Refusal("2001", "the Mojaloop connector does not know the transfer", unknown=True)
