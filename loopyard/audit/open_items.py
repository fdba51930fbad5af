"""What is unfinished at an audit, in words, with the differences that it explains."""

from __future__ import annotations

from collections.abc import Iterator

from loopyard.audit.books import TransferRecord
from loopyard.audit.business import Business
from loopyard.audit.dues import total
from loopyard.audit.equations.view import WAITING, View
from loopyard.audit.findings import OpenItem
from loopyard.audit.sums import shown


def open_items(business: Business, view: View) -> Iterator[OpenItem]:
    """The open item of a business that is unfinished, or whose funds movement stands at the hub alone."""
    if business.unfinished:
        reasons = [f"{_named(record)} is open at the hub" for record in business.open_records]
        if business.pending:
            reasons.append(f"the system under test reports {', '.join(business.pending)} as unfinished")
        explained = list(_differences(business, view))
        text = f"{business.name}: {'; '.join(reasons)}" + (f" (so far: {'; '.join(explained)})" if explained else "")
        yield OpenItem(text, business.name)
    yield from _funds(business, view)


def _named(record: TransferRecord) -> str:
    amounts = " to ".join(f"{amount} {amount.currency}" for amount in record.amounts)
    return f"{record.kind} of {amounts}, {record.payer} to {record.payee},"


def _differences(business: Business, view: View) -> Iterator[str]:
    final = total(due for due in business.dues if due.record.state == "committed")
    for key in sorted({*business.sums.clearing, *final}):
        actual, hub = business.sums.clearing.get(key, 0), -final.get(key, 0)
        if view.observes(key[0]) and actual != hub:
            yield f"{key[0]} booked {shown(actual, key[1])} on scheme clearing, the hub {shown(hub, key[1])}"
    for (owner, role, code), units in business.sums.other.items():
        if units and role in WAITING:
            yield f"{shown(units, code)} wait on {role} at {owner}"
    for owner, hold in business.holds:
        yield f"{hold.amount} {hold.amount.currency} held on {hold.account.name} at {owner}"


def _funds(business: Business, view: View) -> Iterator[OpenItem]:
    for (party, code), units in business.sums.funds.items():
        if units and view.observes(party) and not business.sums.clearing.get((party, code)):
            text = (
                f"{business.name}: funds of {shown(units, code)} are recorded at the hub, and not yet in the books of {party}"
            )
            yield OpenItem(text, business.name, party)
