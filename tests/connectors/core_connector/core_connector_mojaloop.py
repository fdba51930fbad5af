"""A stub Mojaloop connector for the tests of the core connector: its outbound API, with a hub that does as it is told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import orjson

from loopyard.kernel.clock import Clock
from loopyard.kernel.ids import Ids
from loopyard.kernel.money import Money
from loopyard.protocols.fspiop.dates import to_iso
from loopyard.transport.endings import Hangup, reset
from loopyard.transport.messages import Reply, Request

JSON = (("Content-Type", "application/json"),)
TYPES = {"acceptParty": "PARTY", "acceptQuote": "QUOTE", "acceptConversion": "CONVERSION"}


async def nothing_more(method: str, path: str, content: Any) -> Reply | None:
    """No further operations."""
    return None


class Mojaloop:
    """`ends` says how the next accepted transfers end; `hub` what the hub says of each when it is asked."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.ids = Ids("mojaloop")
        self.payee_currency = "MWK"
        self.fee = Decimal(0)
        self.commission = Decimal(0)
        self.rate = Decimal("0.0125")
        self.charge = Decimal(0)
        self.expiry_seconds = 60
        self.halt_at_party = False
        self.accepts_by_itself = False
        self.says_need_fx = True
        self.ends: list[str] = []
        self.start_error: tuple[int, Any] | None = None
        self.alter: Callable[[dict[str, Any]], None] = lambda state: None
        self.transfers: dict[str, dict[str, Any]] = {}
        self.hub: dict[str, str | None] = {}
        self.calls: list[tuple[str, str, Any]] = []
        self.more: Callable[[str, str, Any], Awaitable[Reply | None]] = nothing_more
        self.bulks: list[tuple[str, str, Any]] = []
        self.bulk_status = 202
        self.on_decision: Callable[[], None] = lambda: None

    def puts(self) -> list[Any]:
        return [content for method, _, content in self.calls if method == "PUT"]

    async def __call__(self, request: Request) -> Reply:
        content = orjson.loads(request.body) if request.body else None
        if request.path.startswith("/bulkTransactions"):
            return self._bulk(request.method, request.path, content)
        self.calls.append((request.method, request.path, content))
        if (reply := await self.more(request.method, request.path, content)) is not None:
            return reply
        if request.method == "POST":
            return self._start(content)
        transfer_id = request.path.rsplit("/", 1)[1]
        if request.method == "GET":
            return self._get(transfer_id)
        return await self._put(self.transfers[transfer_id], content)

    def _bulk(self, method: str, path: str, content: Any) -> Reply:
        """Words on bulks are taken; its notices are given by the test."""
        self.bulks.append((method, path, content))
        if method == "PUT":
            self.on_decision()
        return Reply(self.bulk_status)

    def _start(self, wish: dict[str, Any]) -> Reply:
        if self.start_error is not None:
            status, content = self.start_error
            return Reply(status, orjson.dumps(content), JSON) if status else self._hang_up()
        transfer_id = self.ids.ulid(self.clock.now())
        source = wish["currency"] if wish["amountType"] == "SEND" else "MWK"
        state = wish | {"transferId": transfer_id, "needFx": source != self.payee_currency, "source": source}
        if not self.says_need_fx:
            del state["needFx"]
        state["to"] = wish["to"] | {"fspId": "blue-wallet", "firstName": "Bob", "lastName": "Kamanga"}
        state["getPartiesResponse"] = {"body": {"party": {"name": "Bob Kamanga"}}}
        self.transfers[transfer_id] = state
        self.hub[transfer_id] = None
        if self.accepts_by_itself:
            self._quote(state)
            state |= {"currentState": "COMPLETED", "fulfil": {"body": {"transferState": "COMMITTED"}}}
            return self._state(state)
        if self.halt_at_party:
            return self._halt(state, "PARTY")
        return self._after_party(state)

    def _hang_up(self) -> Reply:
        raise Hangup(reset)

    def _after_party(self, state: dict[str, Any]) -> Reply:
        if state["source"] != self.payee_currency and state["amountType"] == "SEND":
            self._convert(state)
            return self._halt(state, "CONVERSION")
        self._quote(state)
        return self._halt(state, "QUOTE")

    def _halt(self, state: dict[str, Any], what: str) -> Reply:
        state["currentState"] = f"WAITING_FOR_{what}_ACCEPTANCE"
        return self._state(state)

    def _state(self, state: dict[str, Any]) -> Reply:
        shown = orjson.loads(orjson.dumps({key: value for key, value in state.items() if key != "source"}))
        self.alter(shown)
        return Reply(200, orjson.dumps(shown), JSON)

    def _expiration(self) -> str:
        return to_iso(self.clock.now() + timedelta(seconds=self.expiry_seconds))

    def _quote(self, state: dict[str, Any]) -> None:
        code = self.payee_currency
        wanted = (
            state["fxQuoteResponse"]["body"]["conversionTerms"]["targetAmount"]["amount"]
            if "fxQuoteResponse" in state
            else state["amount"]
        )
        amount, fee, commission = Money(wanted, code), Money(self.fee, code), Money(self.commission, code)
        sends = state["amountType"] == "SEND"
        transfer = amount + commission if sends else amount + fee + commission
        receives = transfer - fee if sends else amount
        shown = {
            "transferAmount": transfer,
            "payeeReceiveAmount": receives,
            "payeeFspFee": fee,
            "payeeFspCommission": commission,
        }
        terms: dict[str, Any] = {key: _amount(money) for key, money in shown.items()}
        state["quoteResponse"] = {"body": terms | {"expiration": self._expiration(), "ilpPacket": "AA", "condition": "c" * 43}}

    def _convert(self, state: dict[str, Any]) -> None:
        charge = Money(self.charge, state["source"])
        if state["amountType"] == "SEND":
            source = Money(state["amount"], state["source"])
            target, _ = (source - charge).convert(self.rate, self.payee_currency)
        else:
            target = Money(state["quoteResponse"]["body"]["transferAmount"]["amount"], self.payee_currency)
            source = Money(target.decimal / self.rate, state["source"]) + charge
        terms: dict[str, Any] = {
            "sourceAmount": _amount(source),
            "targetAmount": _amount(target),
            "expiration": self._expiration(),
        }
        if charge:
            terms["charges"] = [{"chargeType": "Conversion", "sourceAmount": _amount(charge)}]
        state["fxQuoteResponse"] = {"body": {"conversionTerms": terms}}

    async def _put(self, state: dict[str, Any], content: dict[str, Any]) -> Reply:
        ((what, yes),) = content.items()
        if "WAITING" not in state["currentState"]:
            return self._state(state)
        assert state["currentState"] == f"WAITING_FOR_{TYPES[what]}_ACCEPTANCE", "a halt is left by its own acceptance"
        if not yes:
            state |= {"currentState": "ABORTED", "abortedReason": "rejected by backend"}
            return self._state(state)
        if what == "acceptParty":
            return self._after_party(state)
        converts = state["source"] != self.payee_currency
        if converts and what == "acceptConversion" and state["amountType"] == "SEND":
            self._quote(state)
            return self._halt(state, "QUOTE")
        if converts and what == "acceptQuote" and state["amountType"] == "RECEIVE":
            self._convert(state)
            return self._halt(state, "CONVERSION")
        return await self._end(state)

    async def _end(self, state: dict[str, Any]) -> Reply:
        end, transfer_id = self.ends.pop(0) if self.ends else "COMMITTED", state["transferId"]
        state["currentState"] = "RUNNING"
        if end == "COMMITTED":
            self.hub[transfer_id] = "COMMITTED"
            state |= {"currentState": "COMPLETED", "fulfil": {"body": {"transferState": "COMMITTED", "fulfilment": "f" * 43}}}
        elif end == "ABORTED":
            self.hub[transfer_id] = "ABORTED"
            state |= {"currentState": "ABORTED", "lastError": _error("5104", "payee rejected")}
        elif end in ("slow", "lost"):
            self.hub[transfer_id] = "RESERVED" if end == "slow" else None
            await self.clock.sleep(30)
            return Reply(504, orjson.dumps({"message": "Timeout", "statusCode": "504", "transferState": {}}), JSON)
        elif end == "reset":
            self.hub[transfer_id] = "COMMITTED"
            raise Hangup(reset)
        elif end == "halt again":
            state["currentState"] = "WAITING_FOR_CONVERSION_ACCEPTANCE"
        elif end == "empty":
            self.hub[transfer_id] = "COMMITTED"
            return Reply(200)
        elif end == "plain error":
            self.hub[transfer_id] = "COMMITTED"
            return Reply(500, orjson.dumps({"message": "Invalid fulfilment", "statusCode": "500", "transferState": {}}), JSON)
        else:
            self.hub[transfer_id] = "ABORTED"
            failed = {"currentState": "ERROR_OCCURRED", "lastError": _error(end, "refused by the hub")}
            return Reply(
                500, orjson.dumps({"message": "Got an error response", "statusCode": end, "transferState": failed}), JSON
            )
        return self._state(state)

    def _get(self, transfer_id: str) -> Reply:
        at_hub = self.hub.get(transfer_id)
        if at_hub is None:
            failed = {"currentState": "ERROR_OCCURRED", "lastError": _error("3208", "Transfer ID not found")}
            return Reply(500, orjson.dumps({"message": "not found", "statusCode": "3208", "transferState": failed}), JSON)
        if at_hub == "garbled":
            return Reply(200, b"<html>")
        shown = {"transferId": transfer_id, "currentState": "COMPLETED", "fulfil": {"body": {"transferState": at_hub}}}
        return Reply(200, orjson.dumps(shown), JSON)


def _amount(money: Money) -> dict[str, str]:
    return {"currency": money.currency.code, "amount": str(money)}


def _error(code: str, text: str) -> dict[str, Any]:
    return {"httpStatusCode": 500, "mojaloopError": {"errorInformation": {"errorCode": code, "errorDescription": text}}}
