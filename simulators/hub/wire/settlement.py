"""The settlement service's windows and settlements as JSON, and its requests. One thing goes under several names, as in the
real service: a window's number is `settlementWindowId` by itself and `id` within a settlement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from loopyard.engine.call import Call
from loopyard.kernel.money import Money
from loopyard.protocols.fspiop.errors import FspiopError
from simulators.hub.state.settlement_records import Advance, Answer, Settlement, SettlementAccount, Wish
from simulators.hub.state.windows import Content, Window
from simulators.hub.wire import hapi, joi
from simulators.hub.wire.admin import stamp
from simulators.hub.wire.hapi import Field

Json = dict[str, Any]
Query = Mapping[str, Any]


def query(call: Call, fields: Mapping[str, Field], named: Sequence[str]) -> Query:
    """The checked query, of which one parameter must be given. Raises FspiopError, which lists them as `named`."""
    found = hapi.check(call.query, fields)
    if not found:
        raise FspiopError("3100", f"Use at least one parameter: {', '.join(named)}")
    return {name: int(joi.decimal(value) or 0) if fields[name].test is hapi.number else value for name, value in found.items()}


def within(thing: Window | Settlement, query: Query, suffix: str) -> bool:
    """Whether something was made between the two moments of a query that end in `suffix`."""
    first, last = (hapi.instant(query.get(f"{end}{suffix}")) for end in ("from", "to"))
    return (first is None or first <= thing.created) and (last is None or thing.created <= last)


def window(found: Window, *, content: bool = True) -> Json:
    """A window by itself."""
    shown: Json = {"settlementWindowId": found.id} | _state(found)
    if content:
        shown["content"] = [_content(each) | {"settlementId": each.settlement_id} for each in found.contents]
    return shown


def _state(found: Window) -> Json:
    return {
        "state": found.state, "reason": found.reason, "createdDate": stamp(found.created), "changedDate": stamp(found.changed),
    }  # fmt: skip


def _content(found: Content) -> Json:
    return {
        "id": found.id, "state": found.state, "ledgerAccountType": found.account_type, "currencyId": found.currency,
        "createdDate": stamp(found.created), "changedDate": stamp(found.changed),
    }  # fmt: skip


def created(settlement: Settlement) -> Json:
    """The answer to the request for a settlement."""
    return {
        "id": settlement.id, "settlementModel": settlement.model.name, "state": settlement.state, "reason": settlement.reason,
        "createdDate": stamp(settlement.created), "changedDate": stamp(settlement.changed),
        "settlementWindows": _windows(settlement, settlement.windows),
        "participants": participants(settlement.accounts),
    }  # fmt: skip


def shown(settlement: Settlement) -> Json:
    """A settlement that is asked for by its number: one list, of the first content of each window, stands in all of them."""
    firsts = [next(each for each in settlement.contents if each.window is window_) for window_ in settlement.windows]
    listed = [_content(each) for each in firsts]
    return {
        "id": settlement.id, "state": settlement.state, "reason": settlement.reason,
        "createdDate": stamp(settlement.created), "changedDate": stamp(settlement.changed),
        "settlementWindows": [{"id": each.id} | _state(each) | {"content": listed} for each in settlement.windows],
        "participants": participants(settlement.accounts),
    }  # fmt: skip


def listed(settlement: Settlement, accounts: Iterable[SettlementAccount]) -> Json:
    """A settlement that was searched for: reason and dates are its first window's."""
    first = _state(settlement.windows[0])
    contents = [_content(each) | {"settlementWindowId": each.window.id} for each in settlement.contents]
    return {
        "id": settlement.id, "state": settlement.state, "reason": first["reason"], "createdDate": first["createdDate"],
        "changedDate": first["changedDate"],
        "settlementWindows": [
            {"id": each.id} | _state(each) | {"content": [row for row in contents if row["settlementWindowId"] == each.id]}
            for each in settlement.windows
        ],
        "participants": participants(accounts),
    }  # fmt: skip


def part(settlement: Settlement, accounts: Iterable[SettlementAccount]) -> Json:
    """One participant's or account's share. Its windows come from a table that the service does not fill any more."""
    return {
        "id": settlement.id, "state": settlement.state, "settlementWindows": [], "participants": participants(accounts),
    }  # fmt: skip


def _windows(settlement: Settlement, windows: Iterable[Window]) -> list[Json]:
    return [
        {"id": each.id} | _state(each) | {"content": [_content(row) for row in settlement.contents if row.window is each]}
        for each in windows
    ]


def participants(accounts: Iterable[SettlementAccount]) -> list[Json]:
    """Accounts by participant."""
    found: dict[int, list[Json]] = {}
    for each in accounts:
        amount = {"amount": each.net.decimal, "currency": each.net.currency.code}
        row = {"id": each.account.id, "state": each.state, "reason": each.reason, "netSettlementAmount": amount}
        found.setdefault(each.participant_id, []).append(row)
    return [{"id": number, "accounts": rows} for number, rows in found.items()]


def wishes(rows: Iterable[Mapping[str, Any]], participant: int | None) -> list[Wish]:
    """What a checked list of accounts asks for."""
    return [
        Wish(participant, _number(row.get("id")), row.get("state"), row.get("reason"), row.get("externalReference"))
        for row in rows
    ]


def all_wishes(rows: Iterable[Mapping[str, Any]]) -> list[Wish]:
    """What a checked list of participants asks for."""
    return [wish for row in rows for wish in wishes(row.get("accounts", ()), _number(row.get("id")))]


def _number(value: Any) -> int | None:
    return None if value is None else int(joi.decimal(value) or 0)


def advanced(done: Advance, now: datetime) -> Json:
    """What a request has changed. Its dates are the present in another form, and its amounts are texts."""
    settlement = done.settlement
    found: dict[int | None, list[Json]] = {}
    for answer in done.answers:
        found.setdefault(answer.wish.participant_id, []).append(_advanced(answer, now))
    return {
        "id": settlement.id, "state": settlement.state,
        "createdDate": _local(now) if done.went_on else stamp(settlement.changed),
        "settlementWindows": _windows(settlement, done.windows),
        "participants": [{"id": number, "accounts": rows} for number, rows in found.items()],
    }  # fmt: skip


def _advanced(answer: Answer, now: datetime) -> Json:
    error = FspiopError("3000", answer.refusal).body if answer.refusal is not None else {}
    if answer.found is None:
        return {"id": answer.wish.account_id} | error
    each = answer.found
    row: Json = {"id": each.account.id, "state": each.state, "reason": each.reason}
    if each.external_reference is not None:
        row["externalReference"] = each.external_reference
    row["createdDate"] = stamp(each.changed) if answer.refusal is not None else _local(now)
    return row | {"netSettlementAmount": _text(each.net)} | error


def _text(net: Money) -> Json:
    # The real service hands on what its database driver gives: a text with all four decimals.
    return {"amount": f"{net.decimal:.4f}", "currency": net.currency.code}


def _local(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03d}"
