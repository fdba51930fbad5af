"""The ledger's administration as JSON: flags are numbers, amounts are numbers, dates have whole seconds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from loopyard.engine.call import Call
from loopyard.kernel.money import Money
from loopyard.protocols import canonical
from loopyard.protocols.fspiop.errors import FspiopError
from loopyard.transport.messages import Reply
from loopyard.transport.router import NoRoute
from simulators.hub.state import Hub
from simulators.hub.state.account_types import AccountType
from simulators.hub.state.errors import HubError
from simulators.hub.state.models import SettlementModel
from simulators.hub.state.operator import rounded
from simulators.hub.state.participants import POSITION, Account, Limit, Participant
from simulators.hub.wire import joi
from simulators.hub.wire.errors import as_fspiop
from simulators.hub.wire.fspiop import JSON, refusal
from simulators.hub.wire.joi import Field

Json = dict[str, Any]


def admit(hub: Hub, call: Call) -> None:
    """Only the media type is looked at before an operation. Raises FspiopError."""
    kind = call.header("content-type")
    if call.raw and kind and "json" not in kind.lower():
        raise FspiopError("3101", "Unsupported Media Type")


def reject(hub: Hub, call: Call, error: Exception) -> Reply:
    """The ledger's answer to an error; what is no error of the scheme is raised again."""
    if isinstance(error, NoRoute):
        return _no_route(error)
    if isinstance(error, HubError):
        return refusal(as_fspiop(error))
    if isinstance(error, FspiopError):
        return refusal(error)
    raise error


def _no_route(error: NoRoute) -> Reply:
    if not error.allowed:
        return refusal(FspiopError("3002", "Not Found"))
    body = FspiopError("3000", "Method Not Allowed").body_bytes
    return Reply(405, body, (*JSON, ("Allow", ",".join(method.lower() for method in error.allowed))))


def sender(call: Call) -> str:
    """The administration knows no callers."""
    return "operator"


def body(call: Call, fields: Mapping[str, Field]) -> Mapping[str, Any]:
    """The checked body. Raises FspiopError."""
    return joi.check(joi.parsed(call.raw), fields)


def query(call: Call, fields: Mapping[str, Field]) -> Mapping[str, Any]:
    """The checked query. Raises FspiopError."""
    return joi.check(call.query, fields)


def path(call: Call, fields: Mapping[str, Field]) -> Mapping[str, Any]:
    """The checked path parameters; those without a rule may be anything. Raises FspiopError."""
    return {**call.params, **joi.check({name: call.params[name] for name in fields}, fields)}


def answer(value: Any, status: int = 200) -> Reply:
    """A JSON answer with exact numbers."""
    return Reply(status, canonical.insertion_json(value), JSON)


def participant(hub: Hub, who: Participant) -> Json:
    url = f"{hub.settings.admin_hostname}/participants/{who.name}"
    return {
        "name": who.name, "id": url, "created": stamp(who.created), "isActive": int(who.is_active), "links": {"self": url},
        "accounts": [_listed(each) for each in who.accounts], "isProxy": int(who.is_proxy),
    }  # fmt: skip


def _listed(account: Account) -> Json:
    return {
        "id": account.id, "ledgerAccountType": account.type, "currency": account.currency.code,
        "isActive": int(account.is_active), "createdDate": stamp(account.created), "createdBy": "unknown",
    }  # fmt: skip


def accounts(who: Participant, currency: str | None) -> list[Json]:
    """Accounts with a position record; there is none before the initial position was set."""
    rows = (each for each in who.accounts if each.has_position and currency in (None, each.currency.code))
    return [
        {
            "id": each.id, "ledgerAccountType": each.type, "currency": each.currency.code, "isActive": int(each.is_active),
            "value": each.value.decimal, "reservedValue": 0, "changedDate": stamp(each.changed),
        }
        for each in rows
    ]  # fmt: skip


def positions(who: Participant, currency: str | None) -> Json | list[Json]:
    """One object for a currency, `{}` when there is none; a list without."""
    rows = [
        {"currency": each.currency.code, "value": each.value.decimal, "changedDate": stamp(each.changed)}
        for each in who.accounts
        if each.type == POSITION and each.has_position and each.is_active and who.is_active
    ]
    if currency is None:
        return rows
    return next((row for row in rows if row["currency"] == currency), {})


def limit(code: str, found: Limit) -> Json:
    inner = {"type": "NET_DEBIT_CAP", "value": found.value.decimal, "alarmPercentage": found.alarm_percentage}
    return {"currency": code, "limit": inner}


def limits(who: Participant, currency: str | None) -> list[Json]:
    """Limits by currency; without a currency only those of active accounts."""
    rows = [
        limit(each.currency.code, each.limit)
        for each in who.accounts
        if each.limit is not None and currency in (None, each.currency.code) and (currency or each.is_active)
    ]
    return sorted(rows, key=lambda row: str(row["currency"]))


def model(found: SettlementModel) -> Json:
    """The ledger account type goes under the name of an id, and the settlement account type is left out."""
    return {
        "settlementModelId": found.id, "name": found.name, "isActive": found.is_active,
        "settlementGranularity": found.granularity, "settlementInterchange": found.interchange,
        "settlementDelay": found.delay, "currency": found.currency, "requireLiquidityCheck": found.require_liquidity_check,
        "ledgerAccountTypeId": found.ledger_account_type, "autoPositionReset": found.auto_position_reset,
    }  # fmt: skip


def account_type(found: AccountType) -> Json:
    """A row as the ledger stores it."""
    return {
        "ledgerAccountTypeId": found.id, "name": found.name, "description": found.description,
        "isActive": int(found.is_active), "createdDate": stamp(found.created), "isSettleable": int(found.is_settleable),
    }  # fmt: skip


def health(hub: Hub, version: str, services: tuple[str, ...]) -> Json:
    up = hub.site.clock.now() - hub.started
    return {
        "status": "OK", "uptime": joi.decimal(str(up.total_seconds())), "startTime": stamp(hub.started, ".%f"),
        "versionNumber": version, "services": [{"name": name, "status": "OK"} for name in services],
    }  # fmt: skip


def stamp(at: datetime, fraction: str = "") -> str:
    """A date in whole seconds, as the ledger stores it; `fraction` shows the milliseconds."""
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000 if fraction else 0:03d}Z"


def money(value: Any, code: str) -> Money:
    """An amount of a checked body, rounded to the ledger's four decimals."""
    found = joi.decimal(value)
    assert found is not None
    return rounded(found, code)
