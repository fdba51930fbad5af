"""The usual business, recognised at a glance: one committed transfer that two banks booked once each, in time. It is a short
cut through all equations for the many that are in order; it finds nothing, and what it does not know goes the long way."""

from __future__ import annotations

from loopyard.audit.books import HUB
from loopyard.audit.business import Business
from loopyard.audit.equations.commit import came_before
from loopyard.kernel.ledger import Posting
from loopyard.kernel.money import Money

FEES = frozenset({"fee-income", "commission-paid"})


def in_order(business: Business) -> bool:
    """Whether every equation certainly holds. False says nothing; True must never differ from the equations."""
    if len(business.records) != 1 or len(business.entries) != 4 or business.holds or business.pending:
        return False
    record = business.records[0]
    if record.kind != "transfer" or record.state != "committed" or record.payer == record.payee:
        return False
    by_owner = dict(business.entries)  # of several by one owner the last stays, and there are too few
    payer, payee = by_owner.get(record.payer), by_owner.get(record.payee)
    hub = [posting for owner, posting in business.entries if owner == HUB]
    if payer is None or payee is None or len(hub) != 2 or len(by_owner) != 3:
        return False
    amount = record.amounts[0]
    if not _moves(hub[0], record.payer, -amount.units, amount) or not _moves(hub[1], record.payee, amount.units, amount):
        return False
    in_time = not came_before(payee, hub[1])
    return in_time and _booked(business, payer, amount, -1) and _booked(business, payee, amount, 1)


def _moves(posting: Posting, party: str, units: int, amount: Money) -> bool:
    """Whether the hub moved the party's position by so much, against what is in flight."""
    if len(posting.legs) != 2:
        return False
    position, flight = posting.legs
    if position.account.role != "position":
        position, flight = flight, position
    account = position.account
    same = position.units == units == -flight.units and account.currency is flight.account.currency is amount.currency
    return same and account.role == "position" and account.holder == party and flight.account.role == "in-flight"


def _booked(business: Business, posting: Posting, amount: Money, sign: int) -> bool:
    """Whether a bank moved one customer, the amount on scheme clearing, and nothing but its own charges once."""
    seen, customer = set(), None
    for leg in posting.legs:
        account = leg.account
        if account.role in seen or account.currency is not amount.currency:
            return False
        seen.add(account.role)
        if account.role == "customer":
            customer = leg
        elif account.role == "scheme-clearing":
            if leg.units != -sign * amount.units:
                return False
        elif account.role not in FEES:
            return False
    if customer is None or "scheme-clearing" not in seen or customer.units * sign <= 0:
        return False
    terms = business.terms
    if terms is None:
        return True
    named = terms.payees if sign > 0 else terms.payers
    if named and customer.account.holder not in named:
        return False
    return sign < 0 or not terms.receives or Money.of_units(customer.units, amount.currency) in terms.receives
