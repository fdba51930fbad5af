"""The equations between the hub's book, the hub's record, and what each bank has booked for the scheme."""

from __future__ import annotations

from collections.abc import Iterator

from loopyard.audit import findings as kinds
from loopyard.audit.business import Business
from loopyard.audit.dues import options, total
from loopyard.audit.equations.view import View, found, holder_moved, hub_says, repeats
from loopyard.audit.findings import Finding
from loopyard.audit.sums import Key, shown


def hub_keeps_its_record(business: Business, view: View) -> Iterator[Finding]:
    """A hub's positions are what its record says, and nothing is in flight when nothing is open.

    transfer    payer + A, payee - A;   conversion  payer + S, FXP - S / + T, payee - T;   aborted  0;   open  0 or payer + A
    """
    for hub in sorted(business.hubs):
        if view.observes(hub):
            yield from _keeps_its_record(business, hub)


def _keeps_its_record(business: Business, hub: str) -> Iterator[Finding]:
    sums, due = business.sums, [each for each in business.dues if each.record.hub == hub]
    final = total(each for each in due if each.record.state == "committed")
    moved = {key: units for (at, key), units in sums.at_hub.items() if at == hub}
    for key in sorted({*final, *moved, *(each.key for each in due)}):
        actual, expected = moved.get(key, 0), final.get(key, 0)
        reserved = [each.units for each in due if each.key == key and each.owes and each.record.state == "open"]
        allowed = options(expected, reserved)
        if allowed is not None and actual not in allowed:
            kind = kinds.DUPLICATE if repeats(actual, expected) > 1 else kinds.BREAK
            text = (
                f"the position of {key[0]} changed by {shown(-actual, key[1])}, by the hub's record {shown(-expected, key[1])}"
            )
            yield found(business, kind, hub, text, key[0])
    if not any(record.hub == hub for record in business.open_records):
        for (at, code), units in sums.in_flight.items():
            if units and at == hub:
                yield found(business, kinds.BREAK, hub, f"{shown(units, code)} stay in flight at the hub; nothing is open")


def proxies_pass_on(business: Business, view: View) -> Iterator[Finding]:
    """What left one scheme arrived in the other: a proxy keeps nothing.

    Σ over all hubs of Δ position of a proxy = 0 for each currency, when no hub has the transfer open

    Inside one scheme its position may be anything: what it is owed there it owes in the other.
    """
    if business.open_records:
        return
    for (party, code), units in sorted(business.sums.position.items()):
        if units and party in view.proxies:
            at = ", ".join(
                f"{shown(-moved, code)} at {hub}"
                for (hub, key), moved in sorted(business.sums.at_hub.items())
                if key == (party, code)
            )
            text = f"the positions of {party} do not cancel out: {at}; {hub_says(business)[4:]}"
            yield found(business, kinds.BREAK, party, text, party)


def clearing_mirrors_position(business: Business, view: View) -> Iterator[Finding]:
    """What left one bank arrived at the next.

    Δ scheme clearing in a bank's own books = - Δ (hub position + hub settlement account), for each currency

    By the hub's record where it has one: that the hub's book keeps to it is an equation of its own, and so one wrong
    posting makes one finding. What is unfinished may have moved in full or not at all.
    """
    sums, hub = business.sums, expected_clearing(business)
    for key in sorted({*sums.clearing, *sums.position, *sums.funds, *(each.key for each in business.dues)}):
        party, code = key
        if not view.observes(party):
            continue
        actual, expected = sums.clearing.get(key, 0), hub.get(key, 0)
        if actual in (expected, expected - sums.funds.get(key, 0)) or _explained(business, key, actual):
            continue
        text = f"{party} booked {shown(actual, code)} on scheme clearing, by the hub it is {shown(expected, code)}"
        if not actual and not business.unfinished:
            text = f"{party} has booked nothing of {shown(expected, code)}, {hub_says(business)}; nobody reports it open"
            yield found(business, kinds.UNEXPLAINED_OPEN_ITEM, party, text)
        else:
            yield found(business, kinds.BREAK, party, text, holder_moved(business, party))


def expected_clearing(business: Business) -> dict[Key, int]:
    """What a business does to scheme clearing when it is final, in credits less debits."""
    if not business.records:
        return {key: -units for key, units in business.sums.position.items()}
    return {key: -units for key, units in total(each for each in business.dues if each.record.state == "committed").items()}


def _explained(business: Business, key: Key, actual: int) -> bool:
    if not business.unfinished:
        return False
    allowed = options(0, [-each.units for each in business.dues if each.key == key]) if business.records else None
    return allowed is None or actual in allowed
