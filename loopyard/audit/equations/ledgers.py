"""The equations of one ledger by itself: what must hold before books are compared with each other."""

from __future__ import annotations

from collections.abc import Iterator

from loopyard.audit import findings as kinds
from loopyard.audit.books import Snapshot, posted_units, signed_units
from loopyard.audit.findings import Finding
from loopyard.audit.sums import shown
from loopyard.kernel.ledger import Account, Ledger, Posting


def sums_to_zero(ledger: Ledger) -> Iterator[Finding]:
    """Σ credits - Σ debits over all accounts = 0, in each currency."""
    sums: dict[str, int] = {}
    for account in ledger.accounts:
        sums[account.currency.code] = sums.get(account.currency.code, 0) + signed_units(account)
    for code, units in sums.items():
        if units:
            text = f"the book of {ledger.owner} does not sum to zero: credits exceed debits by {shown(units, code)}"
            yield Finding(kinds.BREAK, "break", text, party=ledger.owner)


def balances_follow_postings(ledger: Ledger, opening: Snapshot) -> Iterator[Finding]:
    """balance = opening balance + Σ postings since, those archived since included, for each account; and every posting sums to
    zero."""
    moved: dict[Account, int] = {}
    for posting in ledger.since(opening.postings):
        off, mixed = 0, not posting.legs
        for leg in posting.legs:
            account = leg.account
            moved[account] = moved.get(account, 0) + leg.units
            off += leg.units
            mixed = mixed or account.currency is not posting.legs[0].account.currency
        if off or mixed:
            yield from _unbalanced(ledger, posting)
    for account in ledger.accounts:
        name = account.name
        archived = ledger.archived.get(name, 0) - opening.archived.get(name, 0)
        off = posted_units(account) - opening.units.get(name, 0) - moved.get(account, 0) - archived
        if off:
            text = f"{ledger.owner}'s account {name} is {shown(off, account.currency.code)} off what its postings say"
            yield Finding(kinds.BREAK, "break", text, party=ledger.owner, holder=account.holder)


def _unbalanced(ledger: Ledger, posting: Posting) -> Iterator[Finding]:
    sums: dict[str, int] = {}
    for leg in posting.legs:
        code = leg.account.currency.code
        sums[code] = sums.get(code, 0) + leg.units
    for code, units in sums.items():
        if units:
            text = f"{posting.reference}: posting {posting.id} of {ledger.owner} is {shown(units, code)} out of balance"
            yield Finding(kinds.BREAK, "break", text, posting.reference, ledger.owner, at=posting.at)
