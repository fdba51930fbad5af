"""Transfers and conversions as the messages show them, and which positions each of them moves. Knows no message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

State = Literal["reserved", "committed", "aborted"]
Money = tuple[Decimal, str]
Move = tuple[str, Money]
"""Whose position rises by what; falls when negative."""


@dataclass(slots=True)
class Conversion:
    """An fxTransfer that the hub forwarded to its FX provider. `doubted`: only the provider was told that it failed."""

    id: str
    payer: str
    payee: str
    source: Money
    target: Money
    condition: str
    determining: str | None
    state: State = "reserved"
    fulfilled: bool = False
    doubted: bool = False

    def moves(self) -> Iterator[Move]:
        """Its own part; what the provider gets and gives is its transfer's."""
        if self.state != "aborted":
            yield self.payer, self.source

    def touched(self) -> set[tuple[str, str]]:
        return {(self.payer, self.source[1]), (self.payee, self.source[1]), (self.payee, self.target[1])}


@dataclass(slots=True)
class Transfer:
    """A transfer that the hub forwarded to its payee, with the conversions that it determines. `doubted` is as there."""

    id: str
    payer: str
    payee: str
    amount: Money
    condition: str
    conversions: list[Conversion]
    state: State = "reserved"
    fulfilled: bool = False
    doubted: bool = False

    def moves(self) -> Iterator[Move]:
        """Reserved, it is owed by the payer, or by the providers who convert; committed, it is owed to the payee."""
        if self.state == "aborted":
            return
        if not self.conversions:
            yield self.payer, self.amount
        for each in self.conversions:
            yield each.payee, each.target
        if self.state == "committed":
            yield self.payee, _minus(self.amount)
            for each in self.conversions:
                yield each.payee, _minus(each.source)

    def touched(self) -> set[tuple[str, str]]:
        if not self.conversions:
            return {(self.payer, self.amount[1]), (self.payee, self.amount[1])}
        return {(self.payee, self.amount[1])}.union(*(each.touched() for each in self.conversions))

    def ends(self, state: Literal["committed", "aborted"]) -> None:
        """Its conversions share its fate."""
        self.state = state
        for each in self.conversions:
            each.state = state


def _minus(money: Money) -> Money:
    return -money[0], money[1]
