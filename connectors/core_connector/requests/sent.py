"""Requests that our customers make of others: who would be asked, what the payer's institution says, and the password that the
payer tells our customer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from connectors.core_connector import body as json
from connectors.core_connector import people
from connectors.core_connector.errors import Refusal
from connectors.core_connector.mojaloop.client import MojaloopClient
from connectors.core_connector.mojaloop.verdicts import code_of
from connectors.core_connector.receipts.model import QuoteRequest
from connectors.core_connector.receipts.transfers import Receipts
from connectors.core_connector.requests import wire
from connectors.core_connector.requests.model import Ask, Sent
from connectors.core_connector.settings import Settings
from connectors.core_connector.worklist import Worklist
from loopyard.kernel.clock.base import Signal
from loopyard.transport.client import Answer
from loopyard.transport.service import Surroundings

EVENTS: Final[Mapping[str, str]] = {"RECEIVED": "send", "PENDING": "send", "ACCEPTED": "accept", "REJECTED": "reject"}
REJECTED: Final = ("4101", "the payer rejected the request")


class SentRequests:
    """Requests to pay of our customers. Replaceable as part "requests.sent"."""

    def __init__(
        self, worklist: Worklist[Sent], receipts: Receipts, mojaloop: MojaloopClient, settings: Settings,
        surroundings: Surroundings,
    ) -> None:  # fmt: skip
        self.worklist = worklist
        self._receipts = receipts
        self._mojaloop = mojaloop
        self._settings = settings
        self._clock = surroundings.clock
        self._ids = surroundings.ids
        self._waiting: dict[str, Signal] = {}

    # -- our customer's side ----------------------------------------------------------------------------------------

    async def make(self, ask: Ask, home_id: str | None) -> Sent:
        """Find who would be asked; the same id again is the same request. Raises Refusal."""
        home = home_id or self._ids.uuid()
        earlier = self.worklist.shelf.by_home(home)
        if earlier is not None:
            if earlier.ask != ask:
                raise Refusal("3106", f"homeTransactionId {home} stands for another request")
            return self._checked(earlier)
        request = Sent(self.worklist.new(home, home=home), ask)
        self.worklist.shelf.save(request)
        content = await self._ask(request, "POST", "/requestToPay", wire.outbound(ask, home, self._settings))
        request.row.transfer = str(content.get("transactionRequestId", ""))
        self._adopt_party(request, content)
        if content.get("currentState") == "WAITING_FOR_PARTY_ACCEPTANCE":
            self.worklist.move(request, "offer")
        else:
            self._adopt(request, content)
        return self._checked(request)

    async def confirm(self, request_id: str, accepts: bool) -> Sent:
        """Whether who was found shall be asked. Decided again it is as it stands. Raises Refusal."""
        request = self.find(request_id)
        if request.row.state != "OFFERED":
            return self._checked(request)
        path = f"/requestToPay/{request_id}"
        if not accepts:
            self.worklist.move(request, "decline")
            await self._mojaloop.ask("PUT", path, {"acceptParty": False})
            return request
        self._adopt(request, await self._ask(request, "PUT", path, {"acceptParty": True}))
        return self._checked(request)

    def type_password(self, request_id: str, value: str) -> Sent:
        """Keep what the payer has told our customer until the payer's institution asks for it. Raises Refusal 3206."""
        request = self.find(request_id)
        request.typed = (*request.typed, value)
        self.worklist.shelf.save(request)
        if (waiting := self._waiting.pop(request_id, None)) is not None:
            waiting.fire()
        return request

    def find(self, request_id: str) -> Sent:
        """Raises Refusal 3206."""
        request = self.worklist.shelf.by_transfer(request_id)
        if request is None:
            raise Refusal("3206", f"no request {request_id}", status=404)
        return request

    def is_paid(self, request: Sent) -> bool:
        """Whether the hub has committed a transfer for it."""
        receipt = self._receipts.earlier(request.transaction) if request.transaction else None
        return receipt is not None and receipt.row.state in ("COMMITTED", "COMMITTING", "CREDITING")

    # -- the Mojaloop connector's side ------------------------------------------------------------------------------

    def heard(self, request_id: str, state: str) -> None:
        """PUT /requestToPay: a later word of the payer's institution. One that comes too late changes nothing."""
        self._move(self.find(request_id), state)

    def check(self, quote: QuoteRequest) -> None:
        """Whether a quote is for what was asked for. Raises Refusal: 3206, 3301 for a request that has ended, 5103."""
        request = self.find(quote.demand)
        if request.row.state in ("REJECTED", "DECLINED", "FAILED"):
            raise Refusal("3301", f"the request is {request.row.state}")
        if self.is_paid(request):
            raise Refusal("5103", "the request has been paid")
        asked, wanted = (quote.amount, quote.payee.id_value), (request.ask.amount, request.ask.payee.id_value)
        if asked != wanted:
            money = request.ask.amount
            raise Refusal("5103", f"the request is for {money} {money.currency} to {request.ask.payee.name}")
        request.transaction = quote.transaction_id
        self.worklist.shelf.save(request)

    async def password(self, request_id: str) -> str:
        """GET /otp: what our customer types, as soon as she has. Each is handed over once. Raises Refusal 3206, 5100."""
        until = self._clock.now() + timedelta(seconds=self._settings.password_wait_seconds)
        while not (request := self.find(request_id)).typed:
            left = (until - self._clock.now()).total_seconds()
            signal = self._waiting.setdefault(request_id, self._clock.signal())
            if left <= 0 or not await self._clock.wait(signal, left):
                raise Refusal("5100", "nobody has entered a password")
        value, *rest = request.typed
        request.typed = tuple(rest)
        self.worklist.shelf.save(request)
        return value

    async def _ask(self, request: Sent, method: str, path: str, wish: Mapping[str, Any]) -> Mapping[str, Any]:
        """The requestToPayState. Raises Refusal; an error that is one ends the request, silence does not."""
        answer: Answer = await self._mojaloop.ask(method, path, wish)
        if answer.status == 200:
            return json.parse_object(answer.body)
        code, message = code_of(answer)
        if code == "2004" and request.row.state == "OFFERED":  # the request may have arrived: a later word will say so
            self.worklist.move(request, "send", message)
        elif code != "2004":
            request.code, request.message = code, message
            self.worklist.move(request, "fail")
        raise Refusal(code, message)

    def _adopt_party(self, request: Sent, content: Mapping[str, Any]) -> None:
        to = content.get("to")
        party = to if isinstance(to, Mapping) else {}
        request.payer_fsp = str(party.get("fspId", ""))
        request.payer_name = people.name(party)

    def _adopt(self, request: Sent, content: Mapping[str, Any]) -> None:
        response = content.get("transactionRequestResponse")
        told = response.get("body") if isinstance(response, Mapping) else None
        self._move(request, str(told.get("transactionRequestState")) if isinstance(told, Mapping) else "RECEIVED")

    def _move(self, request: Sent, state: str) -> None:
        request.state = state
        event = EVENTS.get(state, "send")
        if event == "reject":
            request.code, request.message = REJECTED
        if (request.row.state, event) in self.worklist.transitions:
            self.worklist.move(request, event)
        else:
            self.worklist.shelf.save(request)

    def _checked(self, request: Sent) -> Sent:
        """Raises Refusal for a request that has ended in the negative."""
        if request.code and request.row.state in ("FAILED", "REJECTED"):
            raise Refusal(request.code, request.message)
        return request
