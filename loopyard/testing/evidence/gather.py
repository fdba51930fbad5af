"""Turns what a world knows into the plain data that evidence is drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from loopyard.engine.traffic import Interaction
from loopyard.testing.evidence.model import AccountLine, AccountView, Exchange
from loopyard.world.client import AccountState

CONNECTOR = "core_connector"
OUTCOMES = {"timeout": "timed out", "reset": "closed", "garbled": "closed", "open": "hung"}


def exchange(row: Interaction) -> Exchange:
    """An interaction of the traffic as an exchange of a report.

    A bank may have the name of its institution; what it answers itself is shown apart, as the institution's core.
    """
    outcome = OUTCOMES.get(row.outcome, row.outcome)
    receiver = (
        f"{row.receiver} core" if row.operation.startswith(f"{row.receiver}.") and row.sender == CONNECTOR else row.receiver
    )
    return Exchange(
        row.seq, row.at, row.sender, receiver, row.operation, row.method, row.path, row.request_headers, row.request_body,
        row.status, row.response_headers, row.response_body, outcome, row.fault, row.attempt, row.refs, row.note,
    )  # fmt: skip


def account_views(accounts: Iterable[AccountState], postings: Iterable[Mapping[str, Any]]) -> list[AccountView]:
    """Accounts with what was posted on them since the books were opened."""
    lines: dict[tuple[str, str], list[AccountLine]] = {}
    for posting in postings:
        for name, line in _lines(posting):
            lines.setdefault((posting["owner"], name), []).append(line)
    return [_view(each, tuple(lines.get((each.owner, each.name), ()))) for each in accounts]


def _lines(posting: Mapping[str, Any]) -> Iterable[tuple[str, AccountLine]]:
    at = datetime.fromisoformat(posting["at"])
    for leg in posting["legs"]:
        debit, credit = (leg["amount"], "") if leg["side"] == "debit" else ("", leg["amount"])
        yield leg["account"], AccountLine(at, posting["reference"], posting["memo"], debit, credit)


def _view(account: AccountState, lines: tuple[AccountLine, ...]) -> AccountView:
    return AccountView(
        account.owner, account.name, account.role, account.holder, account.balance.currency.code, str(account.before),
        str(account.balance), str(account.held), lines,
    )  # fmt: skip


def lanes(exchanges: Iterable[Exchange], home: str) -> list[str]:
    """Participants from left to right: the channel, core banking, the connectors, the hub, then whoever else appears."""
    return list(dict.fromkeys(["channel", f"{home} core", CONNECTOR, home, "hub", *(each.sender for each in exchanges)]))
