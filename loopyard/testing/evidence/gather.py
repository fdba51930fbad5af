"""Turns what a world knows into the plain data that evidence is drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from loopyard.engine.traffic import Interaction
from loopyard.kernel.ledger import Account, Ledger, Posting
from loopyard.kernel.money import Money
from loopyard.testing.evidence.model import AccountLine, AccountView, Exchange

OUTCOMES = {"timeout": "timed out", "reset": "closed", "garbled": "closed", "open": "hung"}


def exchange(row: Interaction) -> Exchange:
    """An interaction of the traffic as an exchange of a report."""
    outcome = OUTCOMES.get(row.outcome, row.outcome)
    return Exchange(
        row.seq, row.at, row.sender, row.receiver, row.operation, row.method, row.path, row.request_headers, row.request_body,
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
