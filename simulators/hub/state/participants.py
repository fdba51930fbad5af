"""Who takes part, with which accounts, limits and callback addresses. Moving money between accounts is in `positions`
and `funds`; who may ask for a change is known elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

from loopyard.kernel import ledger as books
from loopyard.kernel.ledger import Ledger
from loopyard.kernel.money import Currency, Money, currency
from simulators.hub.state.errors import HubError

POSITION: Final = "POSITION"
SETTLEMENT: Final = "SETTLEMENT"
RECONCILIATION: Final = "HUB_RECONCILIATION"
MULTILATERAL: Final = "HUB_MULTILATERAL_SETTLEMENT"
FEE: Final = "INTERCHANGE_FEE"
HUB_ACCOUNT_TYPES: Final = (RECONCILIATION, MULTILATERAL, "HUB_FEE")
LEDGER_ACCOUNT_TYPES: Final = (
    POSITION, SETTLEMENT, RECONCILIATION, MULTILATERAL, FEE, "INTERCHANGE_FEE_SETTLEMENT",
)  # fmt: skip
SETTLEABLE: Final = (POSITION, FEE)
"""The types that settlement brings back towards zero."""
ALARM_PERCENTAGE: Final = Decimal(10)


class NoSuchParticipant(HubError):
    """No participant has this name."""


@dataclass(slots=True)
class Limit:
    """A net debit cap. A position above `alarm_percentage` of the liquidity cover is warned of."""

    value: Money
    alarm_percentage: Decimal = ALARM_PERCENTAGE


@dataclass(slots=True, eq=False)
class Account:
    """An account of a participant at the hub. It has a position once its initial position was set."""

    id: int
    type: str
    book: books.Account
    is_active: bool
    created: datetime
    changed: datetime
    has_position: bool = False
    limit: Limit | None = None

    @property
    def currency(self) -> Currency:
        return self.book.currency

    @property
    def value(self) -> Money:
        """Debit-normal: a position that is owed is positive, prefunding is negative."""
        return self.book.balance


@dataclass(slots=True, eq=False)
class Participant:
    """An institution at the hub, or the hub itself. `base` finds where its callbacks go when no endpoint says otherwise.

    `api` is the form of its bodies; where nobody has laid it down, it is that of its last message, `heard`, and unknown while
    there is none."""

    id: int
    name: str
    created: datetime
    is_proxy: bool = False
    is_active: bool = True
    provides_conversion: bool = False
    base: Callable[[], str] | None = field(default=None, repr=False)
    accounts: list[Account] = field(default_factory=list)
    endpoints: dict[str, str] = field(default_factory=dict)
    api: Literal["fspiop", "iso20022"] | None = None
    heard: Literal["fspiop", "iso20022"] | None = None

    def account(self, kind: str, code: str) -> Account | None:
        """The first account of a type and currency."""
        return next((each for each in self.accounts if each.type == kind and each.currency.code == code), None)

    def in_currency(self, code: str) -> list[Account]:
        return [each for each in self.accounts if each.currency.code == code]


class Participants:
    """All participants, the hub first. Numeric ids of participants and of accounts are two sequences."""

    def __init__(self, hub_name: str, book: Ledger, now: Callable[[], datetime]) -> None:
        self._book = book
        self._now = now
        self._by_name: dict[str, Participant] = {}
        self._account_ids = 0
        self.hub = self.add(hub_name)

    def __iter__(self) -> Iterator[Participant]:
        return iter(self._by_name.values())

    def sorted(self) -> Sequence[Participant]:
        """By name, ascending."""
        return sorted(self, key=lambda each: each.name)

    def find(self, name: str | None) -> Participant | None:
        return self._by_name.get(name) if name else None

    def get(self, name: str) -> Participant:
        """Raises NoSuchParticipant."""
        found = self._by_name.get(name)
        if found is None:
            raise NoSuchParticipant(name)
        return found

    def add(self, name: str, *, is_proxy: bool = False, base: Callable[[], str] | None = None) -> Participant:
        """A new participant without accounts; the name must be free."""
        made = Participant(len(self._by_name) + 1, name, self._now(), is_proxy=is_proxy, base=base)
        self._by_name[name] = made
        return made

    def open_account(self, who: Participant, kind: str, code: str, *, active: bool = False) -> Account:
        """A new account at zero."""
        self._account_ids += 1
        name = f"{who.name} {kind} {code}"
        book = self._book.open(name, currency(code), "debit", kind.lower().replace("_", "-"), who.name)
        account = Account(self._account_ids, kind, book, active, self._now(), self._now())
        who.accounts.append(account)
        return account

    def open_hub_account(self, kind: str, code: str) -> Account:
        """A new account of the hub itself: active and with a position from the start."""
        account = self.open_account(self.hub, kind, code, active=True)
        account.has_position = True
        return account

    def activate(self, who: Participant, code: str, limit: Money) -> None:
        """Give the accounts of a currency their positions, and POSITION its limit."""
        for account in who.in_currency(code):
            account.is_active = account.has_position = True
            account.changed = self._now()
            if account.type == POSITION:
                account.limit = Limit(limit)
