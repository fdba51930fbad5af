"""What the template that core connectors start from is known to do wrong: each defect a part in place of the right one, chosen
by the table `like_template`. Off by default; switched on, each must be caught by the scenario that docs/defects.md names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from connectors.core_connector.errors import Refusal
from connectors.core_connector.mojaloop.verdicts import Answers, Committed, Pending, Verdict
from connectors.core_connector.mojaloop.views import INVALID_CONVERSION, INVALID_QUOTE, ConversionView, QuoteView, TransferView
from connectors.core_connector.payments.model import Payment, Request
from connectors.core_connector.payments.negotiation import Negotiation
from connectors.core_connector.payments.policy import Decision, RefundPolicy
from connectors.core_connector.payments.terms import Terms
from connectors.core_connector.receipts import wire
from connectors.core_connector.receipts.model import Receipt
from connectors.core_connector.receipts.transfers import Receipts
from connectors.core_connector.settings import Settings
from loopyard.kernel.money import Money
from loopyard.transport.client import Answer

NOT_COMPLETED = "5000"


class AcceptsBeforeItChecks(Negotiation):
    """An exact amount to the payee: the quote is accepted on the way to a conversion, which within one currency never comes."""

    async def _is_last(self, request: Request, seen: TransferView) -> bool:
        is_last = await super()._is_last(request, seen)
        return is_last and not (request.amount_type == "RECEIVE" and seen.conversion is None)

    async def _unasked(self, payment: Payment, verdict: Committed) -> Committed:
        if payment.request.amount_type == "RECEIVE":
            raise Refusal(INVALID_CONVERSION, "there are no terms of a conversion")
        return await super()._unasked(payment, verdict)


class TemplateTerms(Terms):
    """Terms judged as the template judges them, as far as the settings ask for it."""

    def check_quote(self, request: Request, quote: QuoteView, conversion: ConversionView | None) -> None:
        like = self._settings.like_template
        multiple = self._settings.currency_mode == "multiple"
        if like.sending_needs_conversion and multiple and request.amount_type == "SEND" and conversion is None:
            raise Refusal(INVALID_QUOTE, "the quote is compared with a conversion that there is not")
        if like.compares_floats and quote.receives is not None:
            due = float(quote.transfer.decimal) - float(quote.fee.decimal)
            if float(quote.receives.decimal) != due:
                raise Refusal(INVALID_QUOTE, f"payeeReceiveAmount is {quote.receives}, by the other amounts it is {due}")
        super().check_quote(request, quote, conversion)

    def _due(self, request: Request, quote: QuoteView) -> Money:
        if self._settings.like_template.leaves_out_payee_fee and request.amount_type == "SEND":
            return quote.transfer - quote.commission
        return super()._due(request, quote)


class Believes200(Answers):
    """HTTP 200 is success, whatever the transfer's state."""

    def verdict(self, answer: Answer) -> Verdict:
        halted = b"WAITING_FOR" in answer.body
        return Committed({}, {}) if answer.status == 200 and not halted else super().verdict(answer)


class RefundsOnTimeOut(RefundPolicy):
    """Who has not answered is taken to have failed."""

    def decide(self, verdict: Verdict, since_acceptance: timedelta) -> Decision:
        return "release" if isinstance(verdict, Pending) else super().decide(verdict, since_acceptance)


class FailsAfterRelease(Receipts):
    """Each notice of an abort releases what was reserved, and is answered with an error, so that another comes."""

    async def on_final(self, receipt: Receipt, end: wire.End) -> None:
        if end != "abort":
            await super().on_final(receipt, end)
            return
        if receipt.row.state in ("RESERVED", "NOTED"):
            await super().on_final(receipt, end)
        else:
            await self.teller.bank.release(receipt.reserve_id, "the transfer was aborted")
        raise Refusal(NOT_COMPLETED, "the transfer was not completed", status=500)


def replacements(settings: Settings) -> Mapping[str, Any]:
    """Parts by name, for the defects that the settings ask for."""
    like = settings.like_template
    chosen = (
        (like.accepts_before_it_checks and settings.currency_mode == "multiple", "payments.negotiation", AcceptsBeforeItChecks),
        (like.sending_needs_conversion or like.leaves_out_payee_fee or like.compares_floats, "terms", TemplateTerms),
        (like.believes_200, "answers", Believes200),
        (like.refunds_on_time_out, "payments.refund_policy", RefundsOnTimeOut),
        (like.fails_after_release, "receipts", FailsAfterRelease),
    )
    return {name: part for wanted, name, part in chosen if wanted}
