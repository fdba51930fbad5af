"""What equations share: whose books can be read, and how a finding is worded. No equation stands here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Final

from loopyard.audit.business import Business
from loopyard.audit.findings import Finding

WAITING: Final = frozenset({"holding", "suspense"})
"""Roles in which money waits on its way: empty when a transfer is final."""


@dataclass(frozen=True, slots=True)
class View:
    """Whose books can be read, and whose accounts stand in them: holders by owner. `proxies` stand in the hubs' books alone."""

    holders: Mapping[str, Set[str]]
    proxies: Set[str] = frozenset()

    def observes(self, party: str) -> bool:
        return party in self.holders


Equation = Callable[[Business, View], Iterator[Finding]]


def found(business: Business, kind: str, party: str, text: str, holder: str = "") -> Finding:
    """A finding about a business; the text begins with the id to look for."""
    return Finding(kind, "break", f"{business.name}: {text}", business.name, party, holder, business.began)


def repeats(actual: int, expected: int) -> int:
    """How many times the expected movement was made; 0 when it is no whole number of times."""
    return actual // expected if expected and actual % expected == 0 else 0


def holder_moved(business: Business, owner: str) -> str:
    """Whose account a bank moved; "" for several or none."""
    holders = {account.holder for account, _ in business.sums.customers_of(owner)}
    return holders.pop() if len(holders) == 1 else ""


def hub_says(business: Business) -> str:
    """How the hub has it, as the end of a sentence."""
    if not business.records:
        return "and the hub has no record of it"
    if len({record.hub for record in business.records}) > 1:
        return "and " + ", ".join(f"{record.hub} has it {record.state}" for record in business.records)
    states = dict.fromkeys(record.state for record in business.records)
    return f"and the hub has it {' and '.join(states)}"
