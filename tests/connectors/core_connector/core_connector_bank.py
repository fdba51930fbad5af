"""A stub bank for the tests of the core connector: honest books, and faults on order."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import orjson

from loopyard.kernel.clock import Clock
from loopyard.kernel.money import Money
from loopyard.transport.endings import Hangup, reset
from loopyard.transport.messages import Reply, Request

JSON = (("Content-Type", "application/json"),)


@dataclass
class Account:
    name: str
    balance: Money
    active: bool = True
    refuses: str = ""
    held: Money = field(init=False)

    def __post_init__(self) -> None:
        self.held = Money.zero(self.balance.currency)

    @property
    def available(self) -> Money:
        return self.balance - self.held


@dataclass
class Reserve:
    id: str
    transfer: str
    side: str
    account: Account
    amount: Money
    fee: Money
    state: str = "RESERVED"


class Bank:
    """The API of the reference bank over a dictionary of accounts, and a list of what it was asked."""

    def __init__(self, clock: Clock, profile: str = "extended", duplicates: str = "replay") -> None:
        self.clock = clock
        self.extended = profile == "extended"
        self.duplicates = duplicates
        self.accounts: dict[tuple[str, str], Account] = {}
        self.sending_fee = Decimal(0)
        self.receiving_fee = Decimal(0)
        self.receiving_percent = Decimal(0)
        self.clearing: dict[str, Decimal] = {}
        self.commission_paid = Decimal(0)
        self.debits: dict[str, tuple[Account, Money]] = {}
        self.reserves: list[Reserve] = []
        self.calls: list[tuple[str, str, Any]] = []
        self.tries: dict[str, int] = {}
        self.faults: list[tuple[str, str]] = []

    def open(
        self, id_value: str, balance: str, currency: str = "MWK", id_type: str = "MSISDN", name: str = "Bob Kamanga"
    ) -> Account:
        account = self.accounts[id_type, id_value] = Account(name, Money(balance, currency))
        return account

    def fail(self, path: str, *kinds: str) -> None:
        """Faults for the next calls whose "METHOD /path" begins with `path`."""
        self.faults += [(path, kind) for kind in kinds]

    def count(self, path: str) -> int:
        return sum(1 for method, where, _ in self.calls if f"{method} {where}".startswith(path))

    def debit_for_transfer(self, home: str, id_value: str, amount: str) -> None:
        """The channel takes the money beforehand, as with a bank that holds no payer's money."""
        account = self.accounts["MSISDN", id_value]
        money = Money(amount, account.balance.currency)
        account.balance = account.balance - money
        self.debits[home] = (account, money)

    async def __call__(self, request: Request) -> Reply:
        content = json.loads(request.body, parse_float=Decimal) if request.body else None
        self.calls.append((request.method, request.path, content))
        kind = self._fault(f"{request.method} {request.path}")
        if kind in ("not-applied-no-reply", "refuse", "error", "decline"):
            if kind == "not-applied-no-reply":
                raise Hangup(reset)
            if kind == "decline":
                return _reply(
                    200,
                    {"status": "FAILED", "reason": "ACCOUNT_BLOCKED", "transferId": (content or {}).get("transferId")},
                    drop=True,
                )
            return _reply(500, {"errorCode": "CORE_UNAVAILABLE", "message": "closed"})
        reply = self._answer(request.method, unquote(request.path), content)
        if kind == "applied-no-reply":
            raise Hangup(reset)
        if kind == "empty":
            return Reply(200)
        if kind == "html":
            return Reply(502, b"<html>Bad gateway</html>")
        if kind == "truncated":
            return Reply(200, reply.body[:-5], JSON)
        if kind == "late":
            await self.clock.sleep(8)
        return reply

    def _fault(self, call: str) -> str:
        for number, (path, kind) in enumerate(self.faults):
            if call.startswith(path):
                del self.faults[number]
                return kind
        return ""

    def _answer(self, method: str, path: str, content: Any) -> Reply:
        parts = [part for part in path.split("/") if part]
        if parts == ["health"]:
            return _reply(200, {"status": "UP"})
        if parts[0] == "accounts":
            account = self.accounts.get((parts[1], parts[2]))
            if account is None:
                return _reply(404, {"errorCode": "ACCOUNT_NOT_FOUND", "message": "no such account"})
            return _reply(200, {"partyIdType": parts[1], "partyIdentifier": parts[2], "name": account.name,
                                "currency": account.balance.currency.code, "isActive": account.active})  # fmt: skip
        if parts == ["quotes"]:
            return self._quote(content)
        if parts[0] == "authentications":
            return self._authenticate(parts, content)
        if method == "GET":
            return self._query(parts[1])
        return {"reserve": self._reserve, "commit": self._commit, "unreserve": self._release, "refund": self._refund}[parts[1]](
            content
        )

    def _quote(self, content: Any) -> Reply:
        side = "payer" if "payer" in content else "payee"
        account = self._account(content[side])
        money = Money(content["amount"]["amount"], content["amount"]["currency"])
        if account is None:
            return _reply(404, {"errorCode": "ACCOUNT_NOT_FOUND", "message": "no such account"})
        if account.refuses:
            return _reply(403, {"errorCode": account.refuses, "message": "not allowed"})
        fee = self._fee(side, money)
        shown = {"quoteId": f"bq-{len(self.calls)}", "currency": money.currency.code, "fees": orjson.Fragment(str(fee))}
        return _reply(200, shown | ({"feesDecimal": str(fee)} if self.extended else {}))

    def _fee(self, side: str, money: Money) -> Money:
        if side == "payer":
            return Money(self.sending_fee, money.currency)
        share, _ = (
            money.convert(self.receiving_percent / 100, money.currency)
            if self.receiving_percent
            else (Money.zero(money.currency), 0)
        )
        return Money(self.receiving_fee, money.currency) + share

    def _authenticate(self, parts: list[str], content: Any) -> Reply:
        """One password for everybody, 4711, and three tries."""
        if len(parts) == 1:
            self.tries.setdefault(content["authenticationId"], 3)
            return _reply(200, {"authenticationId": content["authenticationId"], "status": "SENT", "attemptsLeft": 3})
        self.tries[parts[1]] -= 1
        right, left = content["otpValue"] == "4711", self.tries[parts[1]]
        status = "VERIFIED" if right else "WRONG" if left else "LOCKED"
        return _reply(200, {"authenticationId": parts[1], "status": status, "attemptsLeft": left})

    def _query(self, transfer: str) -> Reply:
        mine = [each for each in self.reserves if each.transfer == transfer]
        if not mine or not self.extended:
            return _reply(404, {"errorCode": "TRANSFER_NOT_FOUND", "message": "no reserve"})
        rows = [{"reserveId": each.id, "side": each.side, "status": each.state, "currency": each.amount.currency.code,
                 "feesDecimal": str(each.fee)} for each in mine]  # fmt: skip
        return _reply(200, {"transferId": transfer, "reserves": rows})

    def _reserve(self, content: Any) -> Reply:
        side = "payer" if "payer" in content else "payee"
        earlier = next((each for each in self.reserves if (each.transfer, each.side) == (content["transferId"], side)), None)
        if earlier is not None and self.duplicates == "replay":
            return self._reserved(earlier, "RESERVED")
        if earlier is not None and self.duplicates == "reject":
            return _reply(500, {"errorCode": "DUPLICATE_TRANSFER", "message": "reserved before"})
        account = self._account(content[side])
        money = Money(content["amount"]["amount"], content["amount"]["currency"])
        fee = self._fee(side, money)
        if account is None or account.refuses or (side == "payer" and account.available < money + fee):
            reason = "ACCOUNT_NOT_FOUND" if account is None else account.refuses or "INSUFFICIENT_FUNDS"
            return _reply(
                200,
                {
                    "reserveId": f"failed-{len(self.calls)}",
                    "transferId": content["transferId"],
                    "status": "FAILED",
                    "reason": reason,
                },
            )
        made = Reserve(f"r{len(self.reserves) + 1}", content["transferId"], side, account, money, fee)
        if side == "payer":
            account.held = account.held + money + fee
            self.commission_paid += Decimal(content.get("commission", {}).get("amount", 0))
        self.reserves.append(made)
        return self._reserved(made, "RESERVED")

    def _reserved(self, reserve: Reserve, status: str) -> Reply:
        shown = {"reserveId": reserve.id, "transferId": reserve.transfer, "status": status}
        return _reply(200, shown | ({"feesDecimal": str(reserve.fee)} if self.extended else {}))

    def _commit(self, content: Any) -> Reply:
        reserve = self._find(content["reserveId"])
        if reserve.state == "RELEASED":
            return _reply(200, {"transferId": reserve.transfer, "status": "FAILED", "reason": "NOT_RESERVED"})
        if reserve.state == "RESERVED":
            if reserve.side == "payer":
                reserve.account.held = reserve.account.held - reserve.amount - reserve.fee
                reserve.account.balance = reserve.account.balance - reserve.amount - reserve.fee
            else:
                reserve.account.balance = reserve.account.balance + reserve.amount - reserve.fee
            reserve.state = "COMMITTED"
        return _reply(200, {"transferId": reserve.transfer, "status": "COMMITTED"})

    def _release(self, content: Any) -> Reply:
        reserve = self._find(content["reserveId"])
        if reserve.state == "COMMITTED":
            return _reply(200, {"reserveId": reserve.id, "status": "FAILED", "reason": "ALREADY_COMMITTED"})
        if reserve.state == "RESERVED" and reserve.side == "payer":
            reserve.account.held = reserve.account.held - reserve.amount - reserve.fee
        reserve.state = "RELEASED"
        return _reply(200, {"reserveId": reserve.id, "status": "RELEASED"})

    def _refund(self, content: Any) -> Reply:
        home = content["homeTransactionId"]
        if home not in self.debits:
            return _reply(500, {"errorCode": "HOME_TRANSACTION_NOT_FOUND", "message": "no debit"})
        account, money = self.debits[home]
        account.balance = account.balance + money
        self.debits[home] = (account, Money.zero(money.currency))
        return _reply(200, {"homeTransactionId": home, "refundCompleted": True})

    def _find(self, reserve_id: str) -> Reserve:
        return next(each for each in self.reserves if each.id == reserve_id)

    def _account(self, party: Any) -> Account | None:
        return self.accounts.get((party["partyIdType"], party["partyIdentifier"]))

    def states(self) -> list[str]:
        return [f"{each.side} {each.state}" for each in self.reserves]


def _reply(status: int, content: dict[str, Any], drop: bool = False) -> Reply:
    shown = {key: value for key, value in content.items() if not (drop and value is None)}
    return Reply(status, orjson.dumps(shown), JSON)
