"""The reference with one part broken each: subclasses and functions handed to the composition root, never patched text.

Each name here is a mapping connector -> part -> replacement, as the option `--parts` takes it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from connectors.core_connector.cbs import Checked, CoreBanking
from connectors.core_connector.drivers.mojaloop_reference import MojaloopReference
from connectors.core_connector.errors import Refusal
from connectors.core_connector.face import Replies
from connectors.core_connector.mojaloop.verdicts import Answers, Committed, Pending, Verdict
from connectors.core_connector.mojaloop.views import INVALID_QUOTE, ConversionView, QuoteView
from connectors.core_connector.outcomes import Done, Outcome
from connectors.core_connector.payments.model import Offer, Request
from connectors.core_connector.payments.policy import Decision, RefundPolicy
from connectors.core_connector.payments.service import Payments
from connectors.core_connector.payments.terms import Terms
from connectors.core_connector.receipts.model import Receipt
from connectors.core_connector.receipts.transfers import Receipts
from connectors.core_connector.requests.model import Received
from connectors.core_connector.requests.received import ReceivedRequests
from connectors.core_connector.requests.refunds import Refunds
from connectors.core_connector.retry import Retry
from connectors.mojaloop_connector.outbound.request_transfers import OutboundRequestTransfers
from connectors.mojaloop_connector.store import Row
from loopyard.kernel.money import Money
from loopyard.transport.client import Answer
from loopyard.transport.messages import Reply

Parts = dict[str, dict[str, Any]]


class CreditsOnTransfer(Receipts):
    """The payee has the money before the hub has committed."""

    async def on_prepare(self, receipt: Receipt) -> None:
        await super().on_prepare(receipt)
        await self.teller.commit(self.order(receipt), receipt.reserve_id)


class ForgetsReceipts(Receipts):
    """A transfer that comes again is a new one."""

    def earlier(self, transfer_id: str) -> Receipt | None:
        return None


class ForgetsPayments(Payments):
    """A payment that is asked for again is a new one."""

    def earlier(self, home_id: str) -> None:
        return None


class RefundsOnTimeout(RefundPolicy):
    """Who has not answered is taken to have failed."""

    def decide(self, verdict: Verdict, since_acceptance: timedelta) -> Decision:
        return "release" if isinstance(verdict, Pending) else super().decide(verdict, since_acceptance)


class ForgetsToRelease(MojaloopReference):
    """What was reserved for a transfer that failed stays reserved."""

    async def release(self, reserve_id: str, reason: str) -> Outcome[None]:
        return Done(None)


class ComparesFloats(Terms):
    """Sums of terms are reckoned in binary fractions."""

    def check_quote(self, request: Request, quote: QuoteView, conversion: ConversionView | None) -> None:
        due = float(quote.transfer.decimal) - float(quote.fee.decimal)
        if quote.receives is not None and float(quote.receives.decimal) != due:
            raise Refusal(INVALID_QUOTE, f"payeeReceiveAmount is {quote.receives}, by the other amounts it is {due}")
        super().check_quote(request, quote, conversion)


class NewIdEachTime(Retry):
    """A repeated call to the bank bears another id, and nobody asks what became of the first."""

    def reference(self, reference: str, attempt: int) -> str:
        return f"{reference}-{attempt}"

    def asks_first(self, bank: CoreBanking) -> bool:
        return False

    def may_repeat(self, bank: CoreBanking) -> bool:
        return True


class RetriesBlindly(Retry):
    """A call that was not answered is repeated, whatever the bank does with repeats."""

    def asks_first(self, bank: CoreBanking) -> bool:
        return False

    def may_repeat(self, bank: CoreBanking) -> bool:
        return True


class TrustsHttp(Answers):
    """Status 200 is success, whatever the body says."""

    def verdict(self, answer: Answer) -> Verdict:
        halted = b"WAITING_FOR" in answer.body
        return Committed({}, {}) if answer.status == 200 and not halted else super().verdict(answer)


class NeverExpires(Terms):
    """Terms are good for ever."""

    def expired(self, offer: Offer, now: datetime) -> bool:
        return False


class FeeTwice(Terms):
    """The bank's own fee is reserved by the connector as well."""

    def to_reserve(self, offer: Offer) -> Money:
        return offer.send + offer.fee


class SilentWhenLost(Replies):
    """When the bank has answered nothing, so does the connector."""

    def refused(self, no: Refusal) -> Reply:
        return Reply(200) if no.unknown else super().refused(no)


class PaysAgain(ReceivedRequests):
    """A request that was paid is paid once more when she agrees once more."""

    async def decide(self, request_id: str, accepts: bool) -> Received:
        request = self.find(request_id)
        if accepts and request.row.state == "ACCEPTED":
            request.row.state, request.row.open = "RECEIVED", True
            request.row.home += "-again"
            self.worklist.shelf.save(request)
            await self.terms(request_id)
        return await super().decide(request_id, accepts)


class PaysRequestsAgain(OutboundRequestTransfers):
    """A request that was paid may be paid once more."""

    def is_decided(self, row: Row) -> bool:
        return False


class AnyPassword(MojaloopReference):
    """Whatever was typed is the password."""

    async def check_password(self, reference: str, value: str) -> Outcome[Checked]:
        return Done(Checked(True, 1))


class RefundsWithoutEnd(Refunds):
    """What was given back before does not count."""

    def left(self, receipt: Receipt, home_id: str) -> Money:
        return receipt.transfer


def any_fulfilment(fulfilment: str, condition: str) -> bool:
    """A fulfilment is not held against its condition."""
    return True


def never_expired(expiration: str, now: datetime) -> bool:
    """A transfer that has expired is taken like any other."""
    return False


def any_condition(prepared: str, agreed: str) -> bool:
    """The condition of a transfer is not compared with the quote's."""
    return True


credits_on_transfer: Parts = {"core_connector": {"receipts": CreditsOnTransfer}}
ignores_duplicate_transfers: Parts = {"core_connector": {"receipts": ForgetsReceipts}}
ignores_duplicate_payments: Parts = {"core_connector": {"payments": ForgetsPayments}}
refunds_on_timeout: Parts = {"core_connector": {"payments.refund_policy": RefundsOnTimeout}}
forgets_to_release: Parts = {"core_connector": {"cbs": ForgetsToRelease}}
compares_floats: Parts = {"core_connector": {"terms": ComparesFloats}}
new_id_each_time: Parts = {"core_connector": {"retry": NewIdEachTime}}
retries_blindly: Parts = {"core_connector": {"retry": RetriesBlindly}}
trusts_http_200: Parts = {"core_connector": {"answers": TrustsHttp}}
terms_never_expire: Parts = {"core_connector": {"terms": NeverExpires}}
posts_the_fee_twice: Parts = {"core_connector": {"terms": FeeTwice}}
silent_on_empty_body: Parts = {"core_connector": {"replies": SilentWhenLost}}
accepts_any_fulfilment: Parts = {"mojaloop_connector": {"fulfilment_check": any_fulfilment}}
accepts_expired_prepare: Parts = {"mojaloop_connector": {"expiry_check": never_expired}}
accepts_any_condition: Parts = {"mojaloop_connector": {"condition_check": any_condition}}
pays_requests_again: Parts = {
    "core_connector": {"requests.received": PaysAgain},
    "mojaloop_connector": {"outbound_request_transfers": PaysRequestsAgain},
}
accepts_any_password: Parts = {"core_connector": {"cbs": AnyPassword}}
refunds_without_end: Parts = {"core_connector": {"refunds": RefundsWithoutEnd}}
