"""Turns what a world knows into the plain data that evidence is drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from loopyard.engine.traffic import Interaction
from loopyard.kernel.ledger import Account, Ledger, Posting
from loopyard.kernel.money import Money
from loopyard.testing.evidence.model import AccountLine, AccountView, Exchange

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
        row.status, row.response_headers, row.response_body, outcome, row.fault, row.attempt, row.refs,
    )  # fmt: skip


def account_views(
    ledgers: Iterable[Ledger], opening: Mapping[tuple[str, str], Money], since: Mapping[str, int]
) -> list[AccountView]:
    """Accounts with what was posted since the opening; `since` counts the postings each owner had then."""
    views = []
    for ledger in ledgers:
        lines: dict[str, list[AccountLine]] = {}
        for posting in ledger.postings[since.get(ledger.owner, 0) :]:
            for name, line in _lines(posting):
                lines.setdefault(name, []).append(line)
        views += [_view(ledger.owner, account, opening, tuple(lines.get(account.name, ()))) for account in ledger.accounts]
    return views


def _lines(posting: Posting) -> Iterable[tuple[str, AccountLine]]:
    for leg in posting.legs:
        amount = str(abs(leg.amount))
        debit, credit = (amount, "") if leg.side == "debit" else ("", amount)
        yield leg.account.name, AccountLine(posting.at, posting.reference, posting.memo, debit, credit)


def _view(
    owner: str, account: Account, opening: Mapping[tuple[str, str], Money], lines: tuple[AccountLine, ...]
) -> AccountView:
    began = opening.get((owner, account.name), Money.zero(account.currency))
    return AccountView(
        owner,
        account.name,
        account.role,
        account.holder,
        account.currency.code,
        str(began),
        str(account.balance),
        str(account.held),
        lines,
    )


def lanes(exchanges: Iterable[Exchange], home: str) -> list[str]:
    """Participants from left to right: the channel, core banking, the connectors, the hub, then whoever else appears."""
    return list(dict.fromkeys(["channel", f"{home} core", CONNECTOR, home, "hub", *(each.sender for each in exchanges)]))
