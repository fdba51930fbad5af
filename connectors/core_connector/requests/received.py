"""Requests that come to our customers: shown, consented to, proved by a one-time password, paid once or refused."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

from connectors.core_connector.cbs import CoreBanking, Holder
from connectors.core_connector.errors import PENDING, Refusal
from connectors.core_connector.mojaloop.client import MojaloopClient
from connectors.core_connector.mojaloop.verdicts import Committed, Halted, Verdict
from connectors.core_connector.outcomes import Done, Refused, Unknown
from connectors.core_connector.payments.model import Demand, Payment, Request
from connectors.core_connector.payments.reasons import refusal
from connectors.core_connector.payments.service import NEVER_ACCEPTED, Payments
from connectors.core_connector.receipts.parties import Parties
from connectors.core_connector.requests.lifecycle import RECEIVED_WAIT
from connectors.core_connector.requests.model import Received, Wish
from connectors.core_connector.settings import Settings
from connectors.core_connector.worklist import Worklist
from loopyard.transport.service import Surroundings

REJECTED: Final = ("4101", "the payer rejected the request")
UNPROVED: Final = ("4100", "the password was wrong too often")


class ReceivedRequests:
    """Requests to pay, one row each, paid by one payment at most. Replaceable as part "requests.received"."""

    def __init__(
        self, worklist: Worklist[Received], payments: Payments, parties: Parties, bank: CoreBanking, mojaloop: MojaloopClient,
        settings: Settings, surroundings: Surroundings,
    ) -> None:  # fmt: skip
        self.worklist = worklist
        self._payments = payments
        self._parties = parties
        self._bank = bank
        self._mojaloop = mojaloop
        self._settings = settings
        self._ids = surroundings.ids
        self._crew = surroundings.crew
        self._mark = surroundings.boundary

    # -- the Mojaloop connector's side --------------------------------------------------------------------------------

    async def take(self, wish: Wish) -> Received:
        """POST /transactionrequests; the same again is the same. Raises Refusal: 3204, 4400, 4103, 4102, 3301, 3106."""
        async with self._alone(wish.request_id, self._settings.http_timeout):
            earlier = self.worklist.shelf.get(wish.request_id)
            if earlier is not None:
                if earlier.wish != wish:
                    raise Refusal("3106", f"{wish.request_id} stands for another request")
                return earlier
            if wish.expires_at is not None and wish.expires_at <= self.worklist.clock.now():
                raise Refusal("3301", "the request had expired when it came")
            name = await self._payer_name(wish)
            home = self._ids.uuid()
            row = self.worklist.new(wish.request_id, home=home)
            request = Received(row, wish, name, self._ids.ulid(self.worklist.clock.now()))
            self.worklist.shelf.save(request)
            self._mark("requests.received.recorded")
            return request

    async def _payer_name(self, wish: Wish) -> str:
        try:
            account = await self._parties.find(wish.payer)
        except Refusal as no:
            raise Refusal("4400", no.message) if no.code == "5400" else no from None
        if account.currency != wish.amount.currency.code:
            raise Refusal("4103", f"the payer's account is in {account.currency}, not in {wish.amount.currency}")
        if wish.authentication and not (wish.authentication == "OTP" and self._bank.sends_passwords):
            raise Refusal("4102", f"payers cannot be authenticated by {wish.authentication} here")
        return account.name

    # -- the payer's side -----------------------------------------------------------------------------------------------

    def of_payer(self, payer_id: str) -> list[Received]:
        """The open requests of a customer."""
        return [each for each in self.worklist.shelf.open() if each.wish.payer.id_value == payer_id]

    def find(self, request_id: str) -> Received:
        """The request as it stands now. Raises Refusal 3206."""
        request = self.worklist.shelf.get(request_id)
        if request is None:
            raise Refusal("3206", f"no request {request_id}", status=404)
        at = request.wish.expires_at
        if request.row.state in RECEIVED_WAIT and at is not None and at <= self.worklist.clock.now():
            self._end(request, "expire", "3301", "the request has expired")
        return request

    async def terms(self, request_id: str) -> Payment:
        """What paying would cost; asked again the same while it holds. Raises Refusal."""
        async with self._alone(request_id, self._settings.http_timeout):
            request = self._open(request_id)
            return await self._offer(request)

    async def decide(self, request_id: str, accepts: bool) -> Received:
        """Consent to the terms, or reject the request. Decided again it is as it stands. Raises Refusal."""
        request = self.find(request_id)
        if request.row.state == "AUTHENTICATING" and accepts:
            return request
        async with self._alone(request_id, self._settings.http_timeout):
            request = self.find(request_id)
            if not request.row.open:
                return await self._as_decided(request)
            if not accepts:
                await self._reject(request, *REJECTED)
                raise Refusal(*REJECTED)
            request = self._open(request_id)
            if request.row.state != "OFFERED":
                raise Refusal("3100", "the payer has not seen the terms; ask for them first")
            if request.wish.authentication:
                await self._send_password(request)
            else:
                await self._settle(request, self._payments.decide(request.row.transfer, True, request.row.home))
            return request

    async def _as_decided(self, request: Received) -> Received:
        if request.code:
            raise Refusal(request.code, request.message)
        self._payments.outcome(await self._payments.ask(request.row.transfer))
        return request

    def _open(self, request_id: str) -> Received:
        """A request that can be paid. Raises Refusal: 3206, 3301, or what it ended with."""
        request = self.find(request_id)
        if request.code and not request.row.open:
            raise Refusal(request.code, request.message)
        if not request.row.open or request.row.state == "AUTHENTICATING":
            raise Refusal("3100", f"the request is {request.row.state}")
        return request

    async def _offer(self, request: Received) -> Payment:
        wish = request.wish
        kind = Demand(wish.request_id, wish.payee_fsp, wish.scenario, wish.initiator_type, wish.authentication)
        code = wish.amount.currency.code
        payer = Holder(wish.payer.id_type, wish.payer.id_value, request.payer_name)
        asked = Request("RECEIVE", wish.amount, code, code, wish.payee, payer, wish.payee_sub_id, demand=kind)
        payment = await self._payments.request(asked, request.row.home)
        request.row.transfer, request.code, request.message = payment.row.transfer, "", ""
        self.worklist.move(request, "offer")
        return payment

    async def _settle(self, request: Received, paying: Awaitable[Payment]) -> None:
        """Pay. The request is decided with that, unless the terms had expired: then it waits for new ones. Raises Refusal."""
        try:
            await paying
        except Refusal as no:
            state = self._payments.find(request.row.transfer).row.state
            if state != "EXPIRED":
                # A payment that failed before anything was sent has been refused, and the payee's institution was told.
                event = "reject" if state == "FAILED" else "accept"
                told = ("", "") if no.code == PENDING else (no.code, no.message)
                self._end(request, event, *told)
            raise
        self.worklist.move(request, "accept")

    async def _reject(self, request: Received, code: str, message: str) -> None:
        """Tell the payee's institution. The Mojaloop connector says no to terms only, so they are asked for where need be."""
        payment = self._payments.earlier(request.row.home)
        try:
            if payment is None or payment.row.state != "OFFERED":
                payment = await self._offer(request)
        except Refusal as no:
            self._end(request, "reject", code, f"{message}; the payee's institution was not told: {no.message}")
            return
        self._end(request, "reject", code, message)
        await self._mojaloop.refuse_for(request.wish.request_id, "acceptQuote")
        self._payments.give_up(payment, code, message, declined=True)

    # -- passwords ------------------------------------------------------------------------------------------------------

    async def _send_password(self, request: Received) -> None:
        outcome = await self._bank.send_password(request.wish.request_id, request.wish.payer)
        match outcome:
            case Refused():
                raise refusal(outcome)
            case Unknown(why):
                raise Refusal("2003", why, unknown=True)
        self.worklist.move(request, "authenticate")
        self._mark("requests.password.sent")
        self._crew.spawn(self._authenticate(request.row.key), f"password for {request.row.key}")

    async def resume(self, request: Received) -> None:
        """After a restart: who waited for a password consents anew, unless the payment was under way."""
        if request.row.state != "AUTHENTICATING":
            return
        payment = self._payments.earlier(request.row.home)
        if payment is not None and payment.row.state not in NEVER_ACCEPTED | {"OFFERED"}:
            self.worklist.move(request, "accept")
        else:
            self._give_up(request, Refusal("2001", "the connector restarted before the password came"))

    async def _authenticate(self, request_id: str) -> None:
        """Wait for passwords until one is right, or the bank has had enough of wrong ones."""
        async with self._alone(request_id, None):
            request = self.find(request_id)
            payment = self._payments.find(request.row.transfer)
            try:
                while not await self._proved(request, payment):
                    await self._payments.renew(payment)
                    request.row.transfer = payment.row.transfer
                    self.worklist.shelf.save(request)
            except Refusal as no:
                self._give_up(request, no)

    async def _proved(self, request: Received, payment: Payment) -> bool:
        """One try. True when the request has come to its end. Raises Refusal when no password came."""
        verdict = await self._mojaloop.authenticate(request.wish.request_id)
        if isinstance(verdict, Committed):
            return await self._paid(request, self._payments.unasked(payment))
        checked = await self._bank.check_password(request.wish.request_id, _password(verdict))
        if not isinstance(checked, Done):
            raise Refusal("2003", "the bank did not check the password", unknown=True)
        if checked.value.right:
            return await self._paid(request, self._payments.authenticated(payment))
        request.wrong += 1
        self.worklist.shelf.save(request)
        if checked.value.left > 0:
            return False
        await self._mojaloop.refuse_for(request.wish.request_id, "acceptOTP")
        self._payments.give_up(payment, *UNPROVED, declined=True)
        self._end(request, "reject", *UNPROVED)
        return True

    async def _paid(self, request: Received, paying: Awaitable[Payment]) -> bool:
        """Nobody waits for the answer: what became of the payment stands in the rows. Raises Refusal for expired terms."""
        try:
            await self._settle(request, paying)
        except Refusal:
            if request.row.open:
                raise
        return True

    def _give_up(self, request: Received, why: Refusal) -> None:
        payment = self._payments.earlier(request.row.home)
        if payment is not None and payment.row.state == "OFFERED":
            self._payments.give_up(payment, why.code, why.message)
        request.code, request.message = why.code, why.message
        self.worklist.move(request, "give up")

    def _end(self, request: Received, event: str, code: str, message: str) -> None:
        request.code, request.message = code, message
        self.worklist.move(request, event)

    @asynccontextmanager
    async def _alone(self, request_id: str, patience: float | None) -> AsyncIterator[None]:
        """Work on a request as the only one. Raises Refusal when somebody else still does after `patience` seconds."""
        async with self.worklist.alone(request_id, patience) as mine:
            if not mine:
                raise Refusal(PENDING, f"{request_id} is being worked on")
            yield


def _password(verdict: Verdict) -> str:
    """The password that came back. Raises Refusal when the verdict is none that waits for one, or nobody has entered any."""
    transfer: Mapping[str, Any] = verdict.transfer if isinstance(verdict, Halted) else {}
    response = transfer.get("authorizationResponse")
    content = response.get("body") if isinstance(response, Mapping) else None
    info = content.get("authenticationInfo") if isinstance(content, Mapping) else None
    value = info.get("authenticationValue") if isinstance(info, Mapping) else None
    if not isinstance(value, str) or not value:
        raise Refusal("4100", "nobody has entered the password")
    return value
