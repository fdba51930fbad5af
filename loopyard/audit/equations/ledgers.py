"""The equations of one ledger by itself: what must hold before books are compared with each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from loopyard.audit import findings as kinds
from loopyard.audit.books import Snapshot, signed_units
from loopyard.audit.findings import Finding
from loopyard.audit.sums import shown
from loopyard.kernel.ledger import Account, Ledger


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
    """balance = opening balance + Σ postings since, for each account; and every posting sums to zero."""
    sums = dict(opening.units)
    accounts: Mapping[str, Account] = {account.name: account for account in ledger.accounts}
    for posting in ledger.postings[opening.postings :]:
        for leg in posting.legs:
            name = leg.account.name
            sums[name] = sums.get(name, 0) + leg.units
    for name, account in accounts.items():
        off = signed_units(account) - sums.get(name, 0)
        if off:
            text = f"{ledger.owner}'s account {name} is {shown(off, account.currency.code)} off what its postings say"
            yield Finding(kinds.BREAK, "break", text, party=ledger.owner, holder=account.holder)
    yield from _each_balances(ledger, opening)


def _each_balances(ledger: Ledger, opening: Snapshot) -> Iterator[Finding]:
    for posting in ledger.postings[opening.postings :]:
        first = posting.legs[0].account.currency if posting.legs else None
        if all(leg.account.currency is first for leg in posting.legs):
            off = {first.code: sum(leg.units for leg in posting.legs)} if first is not None else {}
        else:
            off = {}
            for leg in posting.legs:
                code = leg.account.currency.code
                off[code] = off.get(code, 0) + leg.units
        for code, units in off.items():
            if units:
                text = f"{posting.reference}: posting {posting.id} of {ledger.owner} is {shown(units, code)} out of balance"
                yield Finding(kinds.BREAK, "break", text, posting.reference, ledger.owner, at=posting.at)
