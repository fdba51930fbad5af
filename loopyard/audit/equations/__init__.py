"""The equations between the books, for one business at a time. Each says what must hold; a finding says where it does not."""

from __future__ import annotations

from collections.abc import Iterator

from loopyard.audit import findings as kinds
from loopyard.audit.business import Business
from loopyard.audit.equations.commit import credited_after_commit, debited_only_for_commit
from loopyard.audit.equations.customers import customers_net
from loopyard.audit.equations.once import moved_once
from loopyard.audit.equations.scheme import clearing_mirrors_position, hub_keeps_its_record, proxies_pass_on
from loopyard.audit.equations.view import Equation, View, found, hub_says
from loopyard.audit.findings import Finding


def nothing_held(business: Business, view: View) -> Iterator[Finding]:
    """Nothing is held that no open transfer explains.

    active holds = 0 when the hub is final and nobody reports the business as unfinished
    """
    if not business.unfinished:
        for owner, hold in business.holds:
            text = f"{owner} still holds {hold.amount} {hold.amount.currency} on {hold.account.name}, {hub_says(business)}"
            yield found(business, kinds.ORPHAN_HOLD, owner, text, hold.account.holder)


EQUATIONS: tuple[Equation, ...] = (
    moved_once,
    credited_after_commit,
    debited_only_for_commit,
    hub_keeps_its_record,
    proxies_pass_on,
    clearing_mirrors_position,
    customers_net,
    nothing_held,
)
"""The most telling first: of one party only the first finding about a business is kept."""


def judge(business: Business, view: View) -> list[Finding]:
    """What is wrong with one business, one finding a party at most: a wrong posting upsets several equations at once."""
    first: dict[str, Finding] = {}
    for equation in EQUATIONS:
        for finding in equation(business, view):
            first.setdefault(finding.party, finding)
    return list(first.values())
