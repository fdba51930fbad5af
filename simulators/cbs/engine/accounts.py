"""Accounts as a bank knows them: status, product, overdraft, limits, and the identifiers that find them. Balances are the
ledger's; whether a movement is allowed is decided in checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from loopyard.kernel.ledger import Account, Side
from loopyard.kernel.money import Money
from simulators.cbs.engine.errors import AccountNotFound, WrongCurrency

Status = Literal["active", "dormant", "closed", "frozen-debit", "frozen-credit", "frozen-total", "blocked"]

REFUSES: Mapping[Status, frozenset[Side]] = MappingProxyType(
    {
        "active": frozenset(),
        "dormant": frozenset({"debit", "credit"}),
        "closed": frozenset({"debit", "credit"}),
        "frozen-debit": frozenset({"debit"}),
        "frozen-credit": frozenset({"credit"}),
        "frozen-total": frozenset({"debit", "credit"}),
        "blocked": frozenset({"debit", "credit"}),
    }
)


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits in major units of the account's currency; None is no limit. `greatest_balance` is the cap of a tier."""

    per_transaction: Decimal | None = None
    daily: Decimal | None = None
    daily_received: Decimal | None = None
    greatest_balance: Decimal | None = None


@dataclass(slots=True, eq=False)
class BankAccount:
    """An account with what its bank knows of it. `title` is the name it is held in, `identifiers` what finds it."""

    number: str
    title: str
    entry: Account
    identifiers: tuple[tuple[str, str], ...] = ()
    product: str = "SAVINGS"
    status: Status = "active"
    overdraft: Money | None = None
    limits: Limits = field(default_factory=Limits)

    @property
    def currency(self) -> str:
        return self.entry.currency.code


class Register:
    """All accounts of one bank, found by identifier. One identifier may lead to accounts in several currencies. `meet` opens
    the account of a customer who is asked for by an identifier for the first time, where the bank has such."""

    meet: Callable[[str, str], BankAccount | None]

    def __init__(self) -> None:
        self.meet = lambda id_type, id_value: None
        self._by_number: dict[str, BankAccount] = {}
        self._by_identifier: dict[tuple[str, str], list[BankAccount]] = {}

    def add(self, account: BankAccount) -> None:
        self._by_number[account.number] = account
        for identifier in dict.fromkeys((("ACCOUNT_NUMBER", account.number), *account.identifiers)):
            self._by_identifier.setdefault(identifier, []).append(account)

    def numbered(self, number: str) -> BankAccount:
        """Raises AccountNotFound."""
        return self.find("ACCOUNT_NUMBER", number)[0]

    def find(self, id_type: str, id_value: str) -> tuple[BankAccount, ...]:
        """The accounts of an identifier, in the order of opening. Raises AccountNotFound."""
        found = self._by_identifier.get((id_type, id_value))
        if not found and (newcomer := self.meet(id_type, id_value)) is not None:
            return (newcomer,)
        if not found:
            raise AccountNotFound(f"no account of {id_type} {id_value}; use an identifier of a customer of this bank")
        return tuple(found)

    def one(self, id_type: str, id_value: str, currency: str | None = None) -> BankAccount:
        """The account of an identifier in a currency, else the first. Raises AccountNotFound, WrongCurrency."""
        found = self.find(id_type, id_value)
        if currency is None:
            return found[0]
        for account in found:
            if account.currency == currency:
                return account
        raise WrongCurrency(f"{id_type} {id_value} has no account in {currency}; it has {found[0].currency}")

    def __iter__(self) -> Iterator[BankAccount]:
        return iter(self._by_number.values())

    def __len__(self) -> int:
        return len(self._by_number)
