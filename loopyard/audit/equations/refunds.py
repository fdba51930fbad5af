"""The equation of giving back. A refund is a business of its own, which moves money once; what ties it to another is the
transaction that its quote names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from loopyard.audit import findings as kinds
from loopyard.audit.business import Business, Sorted
from loopyard.audit.equations.view import found
from loopyard.audit.findings import Finding
from loopyard.audit.sums import shown


def given_back(all_: Sorted) -> Iterator[Finding]:
    """What is given back goes to who has paid, and is never more than was paid.

    for every payment:  Σ what its committed refunds promise the payer <= its amount;  payer and payee changed places

    Nothing is said of a refund whose payment is older than what is known here.
    """
    back: dict[str, int] = {}
    for business in all_.business.values():
        if business.terms is not None and business.terms.refunds and business.committed():
            for original in sorted(business.terms.refunds):
                root = all_.links.root(original)
                if root is not None and root != business.root:
                    yield from _judged(business, all_.business.get(root), original, back)


def _judged(refund: Business, paid: Business | None, original: str, back: dict[str, int]) -> Iterator[Finding]:
    record = refund.committed()[0]
    payments = paid.committed() if paid is not None else []
    if not payments:
        text = f"{record.payer} gives back {original}, which the hub has not committed"
        yield found(refund, kinds.REFUND_DIFFERS, record.payer, text)
        return
    payment = payments[0]
    if (record.payer, record.payee) != (payment.payee, payment.payer):
        text = f"{record.payer} gives {record.payee} back what {payment.payer} has paid to {payment.payee}"
        yield found(refund, kinds.REFUND_DIFFERS, record.payer, text)
        return
    code, units = payment.amounts[0].currency.code, payment.amounts[0].units
    before = back.get(original, 0)
    back[original] = before + _promised(refund, code)
    if before <= units < back[original]:
        text = f"{record.payer} gives back {shown(back[original], code)} in all of {original}, which was {shown(units, code)}"
        yield found(refund, kinds.REFUND_DIFFERS, record.payer, text)


def _promised(refund: Business, code: str) -> int:
    """What the refund's payee is to receive, by its quote; the transfer's amount where the quote does not say."""
    assert refund.terms is not None
    promised: Mapping[str, int] = {each.currency.code: each.units for each in sorted(refund.terms.receives)}
    amount = refund.committed()[0].amounts[0]
    return promised.get(code, amount.units if amount.currency.code == code else 0)
