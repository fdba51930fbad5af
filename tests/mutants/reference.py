"""The reference with one part broken each: subclasses and functions handed to the composition root, never patched text.

Each name here is a mapping connector -> part -> replacement, as the option `--parts` takes it.
"""

from __future__ import annotations

import hmac
import json
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from connectors.core_connector.bulks.model import Bulk
from connectors.core_connector.bulks.offers import Offers
from connectors.core_connector.cbs import Checked, CoreBanking
from connectors.core_connector.drivers.mojaloop_reference import MojaloopReference
from connectors.core_connector.errors import Refusal
from connectors.core_connector.face import Replies
from connectors.core_connector.guard import Guard
from connectors.core_connector.outcomes import Done, Outcome
from connectors.core_connector.payments.model import Offer, Payment
from connectors.core_connector.payments.service import Payments
from connectors.core_connector.payments.settlement import Settlement
from connectors.core_connector.payments.terms import Terms
from connectors.core_connector.receipts.model import Receipt
from connectors.core_connector.receipts.transfers import Receipts
from connectors.core_connector.requests.model import Received
from connectors.core_connector.requests.received import ReceivedRequests
from connectors.core_connector.requests.refunds import Refunds
from connectors.core_connector.retry import Retry
from connectors.mojaloop_connector import trust
from connectors.mojaloop_connector.inbound.bulk_transfers import InboundBulkTransfers
from connectors.mojaloop_connector.inbound.reservations import Reservations
from connectors.mojaloop_connector.onboarding.manager import HttpManager
from connectors.mojaloop_connector.outbound.accounts import Accounts
from connectors.mojaloop_connector.outbound.request_transfers import OutboundRequestTransfers
from connectors.mojaloop_connector.security import Security
from connectors.mojaloop_connector.settings import Settings
from connectors.mojaloop_connector.store import Row
from connectors.mojaloop_connector.tokens import OAuthTokens
from loopyard.kernel.money import Money
from loopyard.protocols import base64url, canonical, jws, jws_octets
from loopyard.transport.messages import Reply
from loopyard.transport.messages import Request as HttpRequest
from tests.mutants.outbound import AsksNoProvider, AsksTheFirst, ConvertsForNoCurrency

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


class ForgetsToRelease(MojaloopReference):
    """What was reserved for a transfer that failed stays reserved."""

    async def release(self, reserve_id: str, reason: str) -> Outcome[None]:
        return Done(None)


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


class FillsOneList(Accounts):
    """All accounts go into one list, however many there are."""

    most_parties = 1_000_000


class ForgetsSubIds(Accounts):
    """Accounts are registered without their sub-identifiers."""

    async def create(self, accounts: list[dict[str, Any]]) -> dict[str, Any]:
        return await super().create([{name: each[name] for name in each if name != "idSubValue"} for each in accounts])


class BelievesAnySignature(Security):
    """What is signed is believed, whatever it signs."""

    def verify(self, method: str, resource: str, headers: Mapping[str, str], body: bytes) -> None:
        """Nothing is refused."""


class ReadsNoProtectedHeader(Security):
    """A signature has to hold over the body, and may say of the message what it likes."""

    def verify(self, method: str, resource: str, headers: Mapping[str, str], body: bytes) -> None:
        sent = {name.lower(): value for name, value in headers.items()}
        every = [pem for pems in self.keys.values() for pem in pems]
        if not any(jws.forms_under(pem, sent.get("fspiop-signature", ""), body) for pem in every):
            super().verify(method, resource, headers, body)


class LetsTheMessageChoose(Security):
    """The algorithm is the one that the message names: the public key serves as a secret when it says HS256."""

    def verify(self, method: str, resource: str, headers: Mapping[str, str], body: bytes) -> None:
        sent = {name.lower(): value for name, value in headers.items()}
        if "fspiop-signature" not in sent or not self._symmetric(sent, body):
            super().verify(method, resource, headers, body)

    def _symmetric(self, sent: Mapping[str, str], body: bytes) -> bool:
        given = json.loads(sent["fspiop-signature"])
        message = jws_octets.signing_input(given["protectedHeader"], canonical.sorted_bytes(body))
        secrets = (pem.encode() for pem in self.keys.get(sent["fspiop-source"], ()))
        return any(base64url.encode(hmac.digest(secret, message, "sha256")) == given["signature"] for secret in secrets)


class NeverForgetsAKey(Security):
    """A key that was good once is good for ever."""

    @property
    def keys(self) -> Mapping[str, Sequence[str]]:
        world = self._surroundings.signing(self._dfsp_id)
        past = world.keys.past if world is not None else {}
        return {fsp: [*keys, *past.get(fsp, ())] for fsp, keys in super().keys.items()}


class SignsNoRefusals(Security):
    """Error callbacks go out unsigned."""

    def signature(self, method: str, url: str, headers: Mapping[str, str], body: Any, resource: str) -> dict[str, str]:
        return {} if url.endswith("/error") else super().signature(method, url, headers, body, resource)


class KeepsOldKeys(Security):
    """The first keys of a peer are its keys for ever."""

    def trust(self, keys: Mapping[str, str]) -> None:
        super().trust({**keys, **{fsp: held[0] for fsp, held in self._learned.items()}})


class TrustsTheManager(HttpManager):
    """What the connection manager has taken it has found good."""

    async def post(self, path: str, body: Any) -> Any:
        told = await super().post(path, body)
        return {**told, "validationState": "VALID"} if isinstance(told, dict) else told


class KeepsTokens(OAuthTokens):
    """A token that the hub has refused is shown again and again."""

    async def renew(self, refused: Mapping[str, str]) -> None:
        return None


class OpenDoor(Guard):
    """Whoever reaches the send-money API is served."""

    def check(self, request: HttpRequest) -> None:
        return None


def any_hub(settings: Settings) -> ssl.SSLContext | None:
    """Whoever answers at the hub's address is taken for the hub."""
    context = trust.of_hub(settings)
    if context is not None:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


class AcceptsAnyFee(Offers):
    """A bulk's limits on fees are not looked at."""

    def consented(self, bulk: Bulk, payment: Payment) -> bool:
        return bulk.options.accepts_quotes


class AcceptsUnheld(Settlement):
    """Terms are accepted before the payer's money is held."""

    async def hold(self, payment: Payment) -> bool:
        for event in ("consent", "reserved", "accept"):
            self._list.move(payment, event)
        payment.accepted_at = self._list.clock.now()
        return True


class OneForAll(InboundBulkTransfers):
    """What is wrong with one transfer of a bulk refuses them all, as the real software does it."""

    def refuses_all(self, errors: Mapping[str, Any]) -> bool:
        return bool(errors)


class GivesUpWithoutStore(Reservations):
    """What cannot be written down when the bank has reserved is forgotten."""

    async def surely(self, work: Callable[[], Awaitable[None]]) -> None:
        await work()


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
forgets_to_release: Parts = {"core_connector": {"cbs": ForgetsToRelease}}
new_id_each_time: Parts = {"core_connector": {"retry": NewIdEachTime}}
retries_blindly: Parts = {"core_connector": {"retry": RetriesBlindly}}
terms_never_expire: Parts = {"core_connector": {"terms": NeverExpires}}
posts_the_fee_twice: Parts = {"core_connector": {"terms": FeeTwice}}
accepts_any_fee: Parts = {"core_connector": {"bulks.offers": AcceptsAnyFee}}
accepts_unheld: Parts = {"core_connector": {"payments.settlement": AcceptsUnheld}}
one_for_all: Parts = {"mojaloop_connector": {"inbound_bulk_transfers": OneForAll}}
silent_on_empty_body: Parts = {"core_connector": {"replies": SilentWhenLost}}
believes_any_signature: Parts = {"mojaloop_connector": {"security": BelievesAnySignature}}
reads_no_protected_header: Parts = {"mojaloop_connector": {"security": ReadsNoProtectedHeader}}
lets_the_message_choose: Parts = {"mojaloop_connector": {"security": LetsTheMessageChoose}}
never_forgets_a_key: Parts = {"mojaloop_connector": {"security": NeverForgetsAKey}}
signs_no_refusals: Parts = {"mojaloop_connector": {"security": SignsNoRefusals}}
accepts_any_fulfilment: Parts = {"mojaloop_connector": {"fulfilment_check": any_fulfilment}}
accepts_expired_prepare: Parts = {"mojaloop_connector": {"expiry_check": never_expired}}
fills_one_list: Parts = {"mojaloop_connector": {"outbound_accounts": FillsOneList}}
forgets_sub_ids: Parts = {"mojaloop_connector": {"outbound_accounts": ForgetsSubIds}}
converts_for_no_currency: Parts = {"mojaloop_connector": {"outbound_steps": ConvertsForNoCurrency}}
asks_no_provider: Parts = {"mojaloop_connector": {"outbound_steps": AsksNoProvider}}
asks_the_first: Parts = {"mojaloop_connector": {"outbound_steps": AsksTheFirst}}
keeps_old_keys: Parts = {"mojaloop_connector": {"security": KeepsOldKeys}}
trusts_the_manager: Parts = {"mojaloop_connector": {"connection_manager": TrustsTheManager}}
keeps_refused_tokens: Parts = {"mojaloop_connector": {"tokens": KeepsTokens}}
trusts_any_hub: Parts = {"mojaloop_connector": {"hub_trust": any_hub}}
opens_the_door: Parts = {"core_connector": {"guard": OpenDoor}}
gives_up_without_redis: Parts = {"mojaloop_connector": {"inbound_transfers": GivesUpWithoutStore}}
accepts_any_condition: Parts = {"mojaloop_connector": {"condition_check": any_condition}}
pays_requests_again: Parts = {
    "core_connector": {"requests.received": PaysAgain},
    "mojaloop_connector": {"outbound_request_transfers": PaysRequestsAgain},
}
accepts_any_password: Parts = {"core_connector": {"cbs": AnyPassword}}
refunds_without_end: Parts = {"core_connector": {"refunds": RefundsWithoutEnd}}
