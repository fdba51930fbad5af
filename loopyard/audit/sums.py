"""The movements of one business added up by the role of the account. All sums are credits less debits, in units of 1/10,000:
a rise of scheme clearing or of a position, both debit-normal, is negative here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from loopyard.audit.books import HUB
from loopyard.kernel.ledger import Account, Posting
from loopyard.kernel.money import Money

Entry = tuple[str, Posting]
"""A posting with the owner of its ledger."""
Key = tuple[str, str]
"""A party and a currency code."""

TRANSFER_ROLES = frozenset({"position", "in-flight"})
"""The hub's accounts that transfers move. A posting that touches another one is the operator's: funds in or out."""
SETTLED_AT_HUB = frozenset({"position", "settlement"})


@dataclass(slots=True)
class Sums:
    """Net movements; what moved and came back is zero.

    `position` is over all hubs, so that a proxy that passed money on has none; `at_hub` and `in_flight` are each hub's own.
    `funds` is what operators moved at the hub (position and settlement), `own` a bank's income and cost, `other` whatever
    stands in none of these roles, by owner, role and currency.
    """

    position: dict[Key, int] = field(default_factory=dict)
    at_hub: dict[tuple[str, Key], int] = field(default_factory=dict)
    in_flight: dict[tuple[str, str], int] = field(default_factory=dict)
    funds: dict[Key, int] = field(default_factory=dict)
    clearing: dict[Key, int] = field(default_factory=dict)
    customers: dict[str, dict[Account, int]] = field(default_factory=dict)
    own: dict[Key, int] = field(default_factory=dict)
    other: dict[tuple[str, str, str], int] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Iterable[Entry], hubs: frozenset[str] = frozenset({HUB})) -> Sums:
        sums = cls()
        for owner, posting in entries:
            if owner in hubs:
                sums._hub(owner, posting)
            else:
                sums._bank(owner, posting)
        return sums

    def _hub(self, owner: str, posting: Posting) -> None:
        transfer = all(leg.account.role in TRANSFER_ROLES for leg in posting.legs)
        for leg in posting.legs:
            account = leg.account
            key = account.holder, account.currency.code
            if not transfer:
                if account.role in SETTLED_AT_HUB:
                    self.funds[key] = self.funds.get(key, 0) + leg.units
            elif account.role == "position":
                self.position[key] = self.position.get(key, 0) + leg.units
                self.at_hub[owner, key] = self.at_hub.get((owner, key), 0) + leg.units
            else:
                self.in_flight[owner, key[1]] = self.in_flight.get((owner, key[1]), 0) + leg.units

    def _bank(self, owner: str, posting: Posting) -> None:
        for leg in posting.legs:
            account, units = leg.account, leg.units
            role = account.role
            key = owner, account.currency.code
            if role == "customer":
                customers = self.customers.setdefault(owner, {})
                customers[account] = customers.get(account, 0) + units
            elif role == "scheme-clearing":
                self.clearing[key] = self.clearing.get(key, 0) + units
            elif role in ("fee-income", "commission-paid"):
                self.own[key] = self.own.get(key, 0) + units
            else:
                place = owner, role, key[1]
                self.other[place] = self.other.get(place, 0) + units

    def customers_of(self, owner: str) -> list[tuple[Account, int]]:
        """The customers' accounts of a bank that changed, with the net change."""
        return [(account, units) for account, units in self.customers.get(owner, {}).items() if units]


def shown(units: int, code: str) -> str:
    """ "-100.5 MWK": units as people write them."""
    return f"{Money.of_units(units, code)} {code}"
