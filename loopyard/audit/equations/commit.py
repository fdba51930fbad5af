"""The equations of time and cause: customers gain and lose money because the hub committed, and not before."""

from __future__ import annotations

from collections.abc import Iterator

from loopyard.audit import findings as kinds
from loopyard.audit.business import Business
from loopyard.audit.equations.view import WAITING, View, found, hub_says
from loopyard.audit.findings import Finding
from loopyard.audit.sums import shown
from loopyard.kernel.ledger import Posting


def credited_after_commit(business: Business, view: View) -> Iterator[Finding]:
    """A payee's customer is credited when the hub has committed, not before, and no other customer gains anything.

    for every customer with a net credit:  payee of a committed transfer, and first credit >= the hub's commit
    """
    for owner in business.sums.customers:
        gained = [(account, units) for account, units in business.sums.customers_of(owner) if units > 0]
        if not gained or _domestic(business, owner):
            continue
        kind = _why_too_early(business, owner)
        for account, units in gained if kind else ():
            text = f"{owner} credited {shown(units, account.currency.code)} to {account.name}, {hub_says(business)}"
            yield found(business, kind, owner, text, account.holder)


def _why_too_early(business: Business, owner: str) -> str:
    states = {record.state for record in business.records if record.kind == "transfer" and record.payee == owner}
    if "committed" in states:
        return kinds.CREDITED_BEFORE_COMMIT if _credited_first(business, owner) else ""
    return kinds.CREDITED_BEFORE_COMMIT if "open" in states else kinds.CREDITED_WITHOUT_COMMIT


def _credited_first(business: Business, owner: str) -> bool:
    """Whether the first credit certainly came before the hub's first commit."""
    commits, credits = [], []
    for who, posting in business.entries:
        for leg in posting.legs:
            if leg.units > 0 and who in business.hubs and leg.account.role == "position" and leg.account.holder == owner:
                commits.append(posting)
            elif leg.units > 0 and who == owner and leg.account.role == "customer":
                credits.append(posting)
    if not commits or not credits:
        return False
    commit, credit = (min(each, key=lambda posting: (posting.at, _interaction(posting))) for each in (commits, credits))
    return came_before(credit, commit)


def came_before(one: Posting, other: Posting) -> bool:
    """Whether a posting was certainly made before another: earlier in time, or at one time in an earlier interaction."""
    if one.at != other.at:
        return one.at < other.at
    first, second = _interaction(one), _interaction(other)
    return 0 < first < second


def _interaction(posting: Posting) -> int:
    """The number of the interaction that caused a posting; 0 when none is known."""
    return int(posting.cause) if posting.cause is not None and posting.cause.isdigit() else 0


def debited_only_for_commit(business: Business, view: View) -> Iterator[Finding]:
    """A customer loses money only as payer of a committed transfer, or while one is unfinished.

    for every customer with a net debit:  payer of a committed transfer
    """
    if business.unfinished:
        return
    payers = {record.payer for record in business.committed()}
    for owner in business.sums.customers:
        if owner in payers or _domestic(business, owner):
            continue
        for account, units in business.sums.customers_of(owner):
            if units < 0:
                text = f"{owner} debited {shown(-units, account.currency.code)} from {account.name}, {hub_says(business)}"
                yield found(business, kinds.DEBITED_WITHOUT_COMMIT, owner, text, account.holder)


def _domestic(business: Business, owner: str) -> bool:
    """Whether it is the bank's own affair: unknown to the hub, and either between its customers or outside the scheme."""
    if business.records:
        return False
    if not sum(units for _, units in business.sums.customers_of(owner)):
        return True
    scheme = [units for key, units in (*business.sums.clearing.items(), *business.sums.own.items()) if key[0] == owner]
    waiting = [units for (who, role, _), units in business.sums.other.items() if who == owner and role in WAITING]
    return not any(scheme) and not any(waiting)
