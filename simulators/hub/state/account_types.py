"""The types of account that the ledger knows, and those that its operator adds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from simulators.hub.state.errors import ClientFault
from simulators.hub.state.participants import LEDGER_ACCOUNT_TYPES, SETTLEABLE

_DESCRIPTIONS: Final = (
    "what a participant owes or is owed by its transfers",
    "a participant's liquidity, as its settlement bank keeps it",
    "the hub's side of money that came in or went out",
    "the hub's side of net settlement",
    "what a participant owes or is owed for interchange",
    "a participant's liquidity for interchange fees",
)


@dataclass(frozen=True, slots=True)
class AccountType:
    """A row of the ledger's table."""

    id: int
    name: str
    description: str
    is_active: bool
    is_settleable: bool
    created: datetime


class AccountTypes:
    """The account types of one hub, the seeded ones first."""

    def __init__(self, now: datetime) -> None:
        self._types: dict[str, AccountType] = {}
        for name, description in zip(LEDGER_ACCOUNT_TYPES, _DESCRIPTIONS, strict=True):
            self.add(name, description, True, name in SETTLEABLE, now)

    def __iter__(self) -> Iterator[AccountType]:
        return iter(self._types.values())

    def __contains__(self, name: str) -> bool:
        return name in self._types

    def add(self, name: str, description: str, is_active: bool, is_settleable: bool, now: datetime) -> None:
        """A new type. Raises ClientFault."""
        if name in self._types:
            raise ClientFault("This Ledger Account Type already exists")
        self._types[name] = AccountType(len(self._types) + 1, name, description, is_active, is_settleable, now)
