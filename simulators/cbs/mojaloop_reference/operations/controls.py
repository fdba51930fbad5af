"""What operators, the bank's own channel and scenarios can do to this bank beside its API. Amounts are texts of major units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, get_args

from loopyard.engine.simulator import Control
from loopyard.kernel.errors import UsageError
from loopyard.kernel.ledger import Hold
from loopyard.kernel.money import Money
from loopyard.kernel.settings import read
from simulators.cbs.engine.accounts import BankAccount, Limits, Status
from simulators.cbs.engine.tariff import Charge, Tariff
from simulators.cbs.mojaloop_reference.state import Bank, Condition
from simulators.cbs.mojaloop_reference.state.home import HomeTransaction
from simulators.cbs.mojaloop_reference.state.reserves import Reserve

Arguments = Mapping[str, Any]
Json = Any


def balance(bank: Bank, arguments: Arguments) -> Json:
    """An account by `id_type` and `id_value`, and `currency` where there are several."""
    return _account_json(bank, _account(bank, arguments))


def set_status(bank: Bank, arguments: Arguments) -> Json:
    """Give an account the `status` active, dormant, closed, blocked, frozen-debit, frozen-credit or frozen-total."""
    account = _account(bank, arguments)
    account.status = _one_of("status", arguments["status"], get_args(Status))
    return _account_json(bank, account)


def block(bank: Bank, arguments: Arguments) -> Json:
    """Block an account: neither debits nor credits."""
    return set_status(bank, {**arguments, "status": "blocked"})


def unblock(bank: Bank, arguments: Arguments) -> Json:
    """Make an account active again."""
    return set_status(bank, {**arguments, "status": "active"})


def deposit(bank: Bank, arguments: Arguments) -> Json:
    """Pay `amount` in (out, when negative), as a posting against the opening account."""
    account = _account(bank, arguments)
    bank.book.deposit(account, _money(account, arguments["amount"]), f"deposit-{bank.site.ids.uuid()}")
    return _account_json(bank, account)


def set_balance(bank: Bank, arguments: Arguments) -> Json:
    """Pay in or out what is missing to a balance of `amount`."""
    account = _account(bank, arguments)
    missing = _money(account, arguments["amount"]) - account.entry.balance
    bank.book.deposit(account, missing, f"deposit-{bank.site.ids.uuid()}")
    return _account_json(bank, account)


def statement(bank: Bank, arguments: Arguments) -> Json:
    """The movements of an account, oldest first."""
    return [
        {
            "posting": line.posting, "booked": line.booked.isoformat(), "value_date": line.value_date.isoformat(),
            "reference": line.reference, "side": line.side, "amount": str(line.amount), "balance": str(line.balance),
            "memo": line.memo, "reversed_by": line.reversed_by,
        }
        for line in bank.book.statement(_account(bank, arguments))
    ]  # fmt: skip


def holds(bank: Bank, arguments: Arguments) -> Json:
    """The active holds, of one account where `id_type` and `id_value` are given."""
    wanted = _account(bank, arguments).entry if "id_value" in arguments else None
    return [_hold_json(hold) for hold in bank.book.ledger.holds if wanted in (None, hold.account)]


def reserves(bank: Bank, arguments: Arguments) -> Json:
    """All reserves, of one transfer where `transferId` is given (an unknown one has none)."""
    wanted = arguments.get("transferId")
    return [_reserve_json(each) for each in bank.reserves if wanted in (None, each.order.transfer_id)]


def debit_for_transfer(bank: Bank, arguments: Arguments) -> Json:
    """The channel takes `amount` and the sending fee for `homeTransactionId` off an account, into the holding account."""
    account = _account(bank, arguments)
    home = bank.home.debit(str(arguments["homeTransactionId"]), account, _money(account, arguments["amount"]))
    return _home_json(home)


def settle_transfer(bank: Bank, arguments: Arguments) -> Json:
    """Pass what was debited for `homeTransactionId` on to the scheme; `amount` is what the scheme moved, if another."""
    home = bank.home.by_id(str(arguments["homeTransactionId"]))
    amount = _money(home.account, arguments["amount"]) if "amount" in arguments else None
    return _home_json(bank.home.settle(home.id, amount))


def home_transactions(bank: Bank, arguments: Arguments) -> Json:
    """All channel debits."""
    return [_home_json(home) for home in bank.home]


def set_condition(bank: Bank, arguments: Arguments) -> Json:
    """Make the core `status` UP, MAINTENANCE or DOWN: health says so, everything else is refused unless it is UP."""
    bank.condition = _one_of("status", arguments["status"], get_args(Condition))
    return {"status": bank.condition}


def set_fee(bank: Bank, arguments: Arguments) -> Json:
    """Charge in `currency` for `direction` sending or receiving: flat, percent, minimum, maximum, rounding."""
    code, direction = arguments["currency"], _one_of("direction", arguments["direction"], ("sending", "receiving"))
    parts = {key: value for key, value in arguments.items() if key not in ("currency", "direction")}
    charge = read(Charge, parts, "set-fee", "control")
    bank.quotes.charge(code, replace(bank.quotes.tariffs.get(code, Tariff()), **{direction: charge}))
    return {"currency": code, "direction": direction, "flat": str(charge.flat), "percent": str(charge.percent)}


def set_limits(bank: Bank, arguments: Arguments) -> Json:
    """Limit an account: per_transaction, daily, daily_received, greatest_balance; what is left out is no limit."""
    account = _account(bank, arguments)
    parts = {key: value for key, value in arguments.items() if key not in ("id_type", "id_value", "currency")}
    account.limits = read(Limits, parts, "set-limits", "control")
    return _account_json(bank, account)


def _account(bank: Bank, arguments: Arguments) -> BankAccount:
    return bank.book.register.one(arguments["id_type"], arguments["id_value"], arguments.get("currency"))


def _money(account: BankAccount, amount: str | int | Decimal) -> Money:
    return Money(amount, account.entry.currency)


def _one_of(key: str, value: Any, known: tuple[str, ...]) -> Any:
    if value not in known:
        raise UsageError("control", key, f"{value!r} is not known", f"choose one of {', '.join(known)}")
    return value


def _account_json(bank: Bank, account: BankAccount) -> Json:
    return {
        "account": account.number, "name": account.title, "currency": account.currency, "status": account.status,
        "balance": str(account.entry.balance), "held": str(account.entry.held), "available": str(bank.book.available(account)),
    }  # fmt: skip


def _hold_json(hold: Hold) -> Json:
    return {
        "hold": hold.id, "reference": hold.reference, "account": hold.account.name, "role": hold.account.role,
        "holder": hold.account.holder, "amount": str(hold.amount), "currency": hold.account.currency.code,
        "at": hold.at.isoformat(), "until": hold.until.isoformat() if hold.until else None,
    }  # fmt: skip


def _reserve_json(reserve: Reserve) -> Json:
    order = reserve.order
    return {
        "reserveId": reserve.id, "transferId": order.transfer_id, "homeTransactionId": order.home_transaction_id,
        "side": order.side, "status": reserve.state, "reason": reserve.reason, "amount": str(order.amount),
        "currency": order.amount.currency.code, "fee": str(reserve.fee), "commission": str(order.commission or 0),
    }  # fmt: skip


def _home_json(home: HomeTransaction) -> Json:
    return {
        "homeTransactionId": home.id, "account": home.account.number, "status": home.state, "amount": str(home.amount),
        "fee": str(home.fee), "currency": home.account.currency,
    }  # fmt: skip


def funds_in(bank: Bank, arguments: Arguments) -> Json:
    """Book what the bank has paid into its liquidity account at the scheme: `amount`, `currency`, the hub's `reference`."""
    return _funds(bank, arguments, inward=True)


def funds_out(bank: Bank, arguments: Arguments) -> Json:
    """Book what the bank has taken out of its liquidity account at the scheme: `amount`, `currency`, the hub's `reference`."""
    return _funds(bank, arguments, inward=False)


def _funds(bank: Bank, arguments: Arguments, *, inward: bool) -> Json:
    amount = Money(str(arguments["amount"]), arguments["currency"])
    bank.book.fund(amount, str(arguments["reference"]), inward=inward)
    clearing = bank.book.internal("scheme-clearing", amount.currency)
    return {"currency": amount.currency.code, "schemeClearing": str(clearing.balance)}


def passwords(bank: Bank, arguments: Arguments) -> Json:
    """The one-time passwords that a customer was sent, by `id_type` and `id_value`, oldest first."""
    return [
        {"authenticationId": each.id, "value": each.value, "status": each.state, "at": each.sent_at.isoformat()}
        for each in bank.passwords.sent_to(_account(bank, arguments))
    ]


CONTROLS = (
    Control("passwords", passwords),
    Control("balance", balance),
    Control("block", block),
    Control("unblock", unblock),
    Control("set-status", set_status),
    Control("deposit", deposit),
    Control("set-balance", set_balance),
    Control("funds-in", funds_in),
    Control("funds-out", funds_out),
    Control("statement", statement),
    Control("holds", holds),
    Control("reserves", reserves),
    Control("debit-for-transfer", debit_for_transfer),
    Control("settle-transfer", settle_transfer),
    Control("home-transactions", home_transactions),
    Control("set-condition", set_condition),
    Control("set-fee", set_fee),
    Control("set-limits", set_limits),
)
