"""What both faces serve of requests to pay and refunds, in handlers of a few lines. The channel's paths are ours: the real core
connector has none for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from connectors.core_connector import body
from connectors.core_connector.errors import Malformed, Refusal
from connectors.core_connector.face import Call, Route
from connectors.core_connector.payments import wire as payments_wire
from connectors.core_connector.requests import refunds as refunding
from connectors.core_connector.requests import wire
from connectors.core_connector.requests.received import ReceivedRequests
from connectors.core_connector.requests.refunds import Refunds
from connectors.core_connector.requests.sent import SentRequests
from connectors.core_connector.settings import Settings


@dataclass(frozen=True, slots=True)
class RequestOperations:
    """The handlers. Each returns the body of a 200, or raises Refusal."""

    settings: Settings
    received: ReceivedRequests
    sent: SentRequests
    refunds: Refunds

    # -- the payee's channel ----------------------------------------------------------------------------------------

    async def ask(self, call: Call) -> Any:
        request = await self.sent.make(wire.ask(call.content, self.settings), payments_wire.home_id(call.content))
        return wire.asked(request, self.sent.is_paid(request))

    async def go_on(self, call: Call) -> Any:
        """Whether who was found shall be asked; or the password that the payer has told our customer."""
        request_id = call.params["transactionRequestId"]
        if "otpValue" in call.content:
            request = self.sent.type_password(request_id, wire.password(call.content))
        else:
            request = await self.sent.confirm(request_id, wire.consent(call.content, "acceptParty"))
        return wire.asked(request, self.sent.is_paid(request))

    async def asked(self, call: Call) -> Any:
        request = self.sent.find(call.params["transactionRequestId"])
        return wire.asked(request, self.sent.is_paid(request))

    async def refund(self, call: Call) -> Any:
        content = call.content
        wish = refunding.Wish(
            body.text(content, "transferId"), body.text(content, "amount", ""), body.text(content, "refundReason", ""),
            body.text(content, "name", ""),
        )  # fmt: skip
        home = payments_wire.home_id(content)
        if home is None:
            raise Malformed("homeTransactionId is missing", "3102")
        return payments_wire.terms(await self.refunds.request(wish, home), self.settings)

    # -- the payer's channel ----------------------------------------------------------------------------------------

    async def open(self, call: Call) -> Any:
        payers = call.query.get("payerId", [])
        if len(payers) != 1:
            raise Refusal("3102", "all requests are not listed; ask GET /payment-requests?payerId=...")
        return [wire.shown(each) for each in self.received.of_payer(payers[0])]

    async def request(self, call: Call) -> Any:
        return wire.shown(self.received.find(call.params["transactionRequestId"]))

    async def terms(self, call: Call) -> Any:
        return payments_wire.terms(await self.received.terms(call.params["transactionRequestId"]), self.settings)

    async def decide(self, call: Call) -> Any:
        accepts = wire.consent(call.content, "acceptQuote")
        return wire.shown(await self.received.decide(call.params["transactionRequestId"], accepts))

    # -- the Mojaloop connector's side ------------------------------------------------------------------------------

    async def take(self, call: Call) -> Any:
        return wire.taken(await self.received.take(wire.wish(call.content)))

    async def heard(self, call: Call) -> Any:
        self.sent.heard(call.params["transactionRequestId"], wire.later_state(call.content))

    async def password(self, call: Call) -> Any:
        return {"otpValue": await self.sent.password(call.params["transactionRequestId"])}

    def dfsp_routes(self) -> tuple[Route, ...]:
        return (
            ("POST", "/request-to-pay", self.ask),
            ("GET", "/request-to-pay/{transactionRequestId}", self.asked),
            ("PUT", "/request-to-pay/{transactionRequestId}", self.go_on),
            ("GET", "/payment-requests", self.open),
            ("GET", "/payment-requests/{transactionRequestId}", self.request),
            ("POST", "/payment-requests/{transactionRequestId}", self.terms),
            ("PUT", "/payment-requests/{transactionRequestId}", self.decide),
            ("POST", "/refunds", self.refund),
        )

    def sdk_routes(self) -> tuple[Route, ...]:
        return (
            ("POST", "/transactionrequests", self.take),
            ("PUT", "/requestToPay/{transactionRequestId}", self.heard),
            ("GET", "/otp/{transactionRequestId}", self.password),
        )
