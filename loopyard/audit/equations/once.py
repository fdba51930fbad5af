"""The equation of repetition: one business reference, one movement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from loopyard.audit import findings as kinds
from loopyard.audit.business import Business
from loopyard.audit.dues import total
from loopyard.audit.equations.view import View, found, holder_moved, repeats
from loopyard.audit.findings import Finding
from loopyard.audit.sums import shown


def moved_once(business: Business, view: View) -> Iterator[Finding]:
    """Each business reference moves money once or not at all.

    committed transfers <= 1 at each hub;  clearing of a bank <> k * due for k > 1;  each fee and each hold stands there once
    """
    for committed in business.committed_at().values():
        if len(committed) > 1:
            ids = ", ".join(record.id for record in committed)
            text = f"the hub committed {len(committed)} transfers for one business: {ids}"
            yield found(business, kinds.DUPLICATE, committed[-1].payer, text)
    due = total(each for each in business.dues if each.record.state != "aborted")
    for (party, code), units in business.sums.clearing.items():
        times = repeats(units, -due.get((party, code), 0))
        if times > 1:
            text = f"{party} booked {shown(units, code)} on scheme clearing, {times} times what is due"
            yield found(business, kinds.DUPLICATE, party, text, holder_moved(business, party))
    yield from _fees_once(business)
    yield from _holds_once(business)


def _fees_once(business: Business) -> Iterator[Finding]:
    if not any(business.sums.own.values()):
        return
    legs: Counter[tuple[str, str, str, int]] = Counter()
    for owner, posting in business.entries:
        for leg in posting.legs:
            if leg.account.role in ("fee-income", "commission-paid"):
                legs[owner, leg.account.role, leg.account.currency.code, leg.units] += 1
    # One bank may play both sides of a transfer, and takes a fee on each.
    payers_and_payees = [*{record.payer for record in business.records}, *{record.payee for record in business.records}]
    for (owner, role, code, units), count in legs.items():
        sides = (payers_and_payees.count(owner) or 1) * max(map(len, business.committed_at().values()), default=1)
        net = count - legs.get((owner, role, code, -units), 0)
        if net > sides:
            text = f"{owner} booked {role} of {shown(abs(units), code)} {net} times"
            yield found(business, kinds.DUPLICATE, owner, text, holder_moved(business, owner))


def _holds_once(business: Business) -> Iterator[Finding]:
    alike = Counter((owner, hold.account, hold.amount) for owner, hold in business.holds)
    for (owner, account, amount), count in alike.items():
        if count > 1:
            text = f"{owner} holds {shown(amount.units, account.currency.code)} on {account.name} {count} times"
            yield found(business, kinds.DUPLICATE, owner, text, account.holder)
