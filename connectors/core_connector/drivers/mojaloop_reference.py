"""The dialect of the Mojaloop reference core banking API, in both forms: as published, and extended by payer side, query
and decimal texts. Source: docs/sources/mojaloop_reference.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from connectors.core_connector import body
from connectors.core_connector.cbs import Account, Checked, Fee, Hold, Holder, Order, Side
from connectors.core_connector.drivers import mojaloop_reference_wire as wire
from connectors.core_connector.line import Crowded, Line
from connectors.core_connector.outcomes import Done, Outcome, Refused, Unknown
from connectors.core_connector.settings import Settings
from loopyard.kernel.errors import MoneyError
from loopyard.kernel.money import Money
from loopyard.transport.client import Answer, NoAnswer
from loopyard.transport.service import Surroundings


class MojaloopReference:
    """Speaks to the bank at `url(bank, "core")`. Replaceable as part "cbs"."""

    def __init__(self, surroundings: Surroundings, settings: Settings) -> None:
        extended = settings.profile == "extended"
        self.can_query = extended
        self.holds_payers = extended
        self.sends_passwords = extended
        self.repeat_is_safe = extended if settings.repeat_is_safe is None else settings.repeat_is_safe
        self._extended = extended
        self._client = surroundings.client
        self._url: Callable[[], str] = lambda: surroundings.url(settings.bank or settings.fsp_id, "core")
        self._timeout = settings.http_timeout
        self._line = Line(surroundings.clock, settings.bank_calls_at_once, settings.http_timeout)
        self._token = {"Authorization": f"Bearer {settings.bank_token}"} if settings.bank_token else {}

    async def healthy(self) -> Outcome[None]:
        outcome = await self._ask("GET", "/health")
        if isinstance(outcome, Done):
            status = outcome.value.get("status")
            return Done(None) if status == "UP" else Refused("BANK_DOWN", f"the bank says {status!r}")
        return outcome

    async def account(self, holder: Holder) -> Outcome[Account]:
        path = f"/accounts/{quote(wire.id_type(holder.id_type), safe='')}/{quote(holder.id_value, safe='')}"
        return wire.reading(await self._ask("GET", path), wire.account)

    async def payer_fee(self, holder: Holder, amount: Money) -> Outcome[Fee]:
        if not self._extended:
            return Done(Fee(Money.zero(amount.currency)))
        return await self._fee({"payer": wire.party(holder), "amount": self._amount(amount)}, amount)

    async def payee_fee(self, holder: Holder, amount: Money) -> Outcome[Fee]:
        return await self._fee({"payee": wire.party(holder), "amount": self._amount(amount)}, amount)

    async def _fee(self, wish: Mapping[str, Any], amount: Money) -> Outcome[Fee]:
        return wire.reading(await self._ask("POST", "/quotes", wish), lambda quote_: wire.fee(quote_, amount))

    async def reserve(self, order: Order) -> Outcome[Hold]:
        wish: dict[str, Any] = {
            "transferId": order.reference,
            order.side: wire.party(order.holder),
            "amount": self._amount(order.amount),
        }
        if self._extended:
            wish["homeTransactionId"] = order.home_id
            if order.quote:
                wish["quoteId"] = order.quote
            if order.commission:
                wish["commission"] = self._amount(order.commission)
        outcome = await self._ask("POST", "/funds/reserve", wish)
        return wire.decided(outcome, lambda reply: wire.reserved(reply, order, self._extended))

    async def commit(self, reserve_id: str) -> Outcome[None]:
        outcome = await self._ask("POST", "/funds/commit", {"reserveId": reserve_id})
        return wire.decided(outcome, lambda reply: wire.ended(reply, "COMMITTED", self._extended))

    async def release(self, reserve_id: str, reason: str) -> Outcome[None]:
        outcome = await self._ask("POST", "/funds/unreserve", {"reserveId": reserve_id, "reason": reason})
        return wire.decided(outcome, lambda reply: wire.ended(reply, "RELEASED", self._extended))

    async def query(self, reference: str, side: Side) -> Outcome[Hold | None]:
        outcome = await self._ask("GET", f"/funds/{quote(reference, safe='')}")
        if isinstance(outcome, Refused):
            return Done(None) if outcome.reason == wire.ABSENT else Unknown(f"the bank answered {outcome.reason}")
        return wire.reading(outcome, lambda funds: wire.latest(funds, reference, side))

    async def send_password(self, reference: str, holder: Holder) -> Outcome[None]:
        outcome = await self._ask("POST", "/authentications", {"authenticationId": reference, "payer": wire.party(holder)})
        return wire.decided(outcome, lambda reply: wire.ended(reply, "SENT", self._extended))

    async def check_password(self, reference: str, value: str) -> Outcome[Checked]:
        path = f"/authentications/{quote(reference, safe='')}/verify"
        return wire.reading(await self._ask("POST", path, {"otpValue": value}), wire.checked)

    async def refund(self, home_id: str) -> Outcome[None]:
        outcome = await self._ask("POST", "/funds/refund", {"homeTransactionId": home_id, "reason": "ERROR"})
        return wire.decided(outcome, lambda reply: wire.refunded(reply, home_id))

    def _amount(self, money: Money) -> dict[str, Any]:
        amount: dict[str, Any] = {"amount": body.number(money), "currency": money.currency.code}
        if self._extended:
            amount["amountDecimal"] = str(money)
        return amount

    async def _ask(self, method: str, path: str, wish: Mapping[str, Any] | None = None) -> Outcome[Mapping[str, Any]]:
        headers = (
            {"Accept": "application/json"} | self._token | ({"Content-Type": "application/json"} if wish is not None else {})
        )
        content = None if wish is None else body.build(wish)
        try:
            async with self._line.place():
                url = self._url() + path
                answer = await self._client.call(method, url, headers=headers, body=content, timeout=self._timeout)
        except (NoAnswer, Crowded) as error:
            return Unknown(f"bank: {error}")
        return _read(answer)


def _read(answer: Answer) -> Outcome[Mapping[str, Any]]:
    try:
        content = body.parse(answer.body)
    except (ValueError, MoneyError):
        return Unknown(f"bank: {answer.status} with {answer.body[:40]!r}")
    if not isinstance(content, Mapping):
        return Unknown(f"bank: {answer.status} with something else than an object")
    return wire.classified(answer.status, content)
