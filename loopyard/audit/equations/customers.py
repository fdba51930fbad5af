"""The equations of what customers paid and received."""

from __future__ import annotations

from collections.abc import Iterator

from loopyard.audit import findings as kinds
from loopyard.audit.business import Business
from loopyard.audit.equations.view import WAITING, View, found, holder_moved
from loopyard.audit.findings import Finding
from loopyard.audit.sums import shown
from loopyard.audit.terms import Terms


def customers_net(business: Business, view: View) -> Iterator[Finding]:
    """What customers paid and received, with the banks' fees, is what the scheme moved, and what the quote promised.

    Δ payer customer + Δ payee customer + Δ fee income of both - Δ commission paid by both = 0

    As every ledger sums to zero and clearing mirrors positions, this holds when no other account of a bank has moved.
    """
    if business.unfinished or not business.records:
        return
    providers = {record.payee for record in business.records if record.kind == "conversion"}
    for (owner, role, code), units in business.sums.other.items():
        if units and not (role == "treasury" and owner in providers):
            kind = kinds.UNEXPLAINED_OPEN_ITEM if role in WAITING else kinds.CUSTOMER_NETS_DIFFER
            text = f"{owner} has {shown(units, code)} on {role}, where a final transfer leaves nothing"
            yield found(business, kind, owner, text, holder_moved(business, owner))
    if business.terms is not None:
        yield from _as_promised(business, business.terms, view)
        yield from _right_customer(business, business.terms, view)


def _as_promised(business: Business, terms: Terms, view: View) -> Iterator[Finding]:
    # One that passed through other schemes is looked at where it arrived.
    committed = [record for record in business.committed() if record.payee not in view.proxies]
    if len(committed) != 1 or not terms.receives or not view.observes(committed[0].payee):
        return
    payee, currency = committed[0].payee, committed[0].amounts[0].currency
    changes = business.sums.customers_of(payee)
    received = sum(units for account, units in changes if units > 0 and account.currency == currency)
    promised = {money.units for money in terms.receives if money.currency == currency}
    if promised and received not in promised:
        sums = " or ".join(shown(units, currency.code) for units in sorted(promised))
        text = f"{payee} credited {shown(received, currency.code)}; the quote promised {sums}"
        yield found(business, kinds.CUSTOMER_NETS_DIFFER, payee, text, holder_moved(business, payee))


def _right_customer(business: Business, terms: Terms, view: View) -> Iterator[Finding]:
    for record in business.committed():
        for party, named, sign in ((record.payer, terms.payers, -1), (record.payee, terms.payees, 1)):
            # An identifier that no account is held under (an alias) cannot be told from another customer's.
            known = named & view.holders.get(party, frozenset())
            for account, units in business.sums.customers_of(party):
                if known and units * sign > 0 and account.holder not in known:
                    moved, names = shown(units, account.currency.code), ", ".join(sorted(known))
                    text = f"{party} moved {moved} on {account.name}; the quote names {names}"
                    yield found(business, kinds.WRONG_CUSTOMER, party, text, account.holder)
