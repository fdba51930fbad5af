"""Who exists in a world: the vocabulary between a world file and the simulators. No file format and no state lives here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from loopyard.kernel.money import Money

Play = Literal["home", "peer", "external"]
HOME_SCHEME: Final = "hub"
"""The hub of the institution under test, by the name of its simulator; other schemes are other hubs of the world."""


@dataclass(frozen=True, slots=True)
class Participant:
    """An institution of a scheme. `home` is under test, `peer` is simulated, `external` listens at `callback_url`.

    `schemes` are the hubs that it belongs to: one, but for a proxy, which stands between two.
    """

    id: str
    kind: Literal["dfsp", "fxp", "proxy"]
    play: Play
    name: str
    net_debit_cap: Mapping[str, Money]  # by currency code
    funds: Mapping[str, Money]  # prefunded at the hub, by currency code
    callback_url: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)  # fees, rates: read by the simulator that plays it
    schemes: tuple[str, ...] = (HOME_SCHEME,)

    @property
    def currencies(self) -> tuple[str, ...]:
        return tuple(self.net_debit_cap)


@dataclass(frozen=True, slots=True)
class Person:
    """A customer of a DFSP with one account. `id_type` and `id_value` find her through the scheme."""

    name: str
    dfsp: str
    id_type: str
    id_value: str
    balance: Money
    sub_id: str | None = None
    status: Literal["active", "blocked", "closed"] = "active"

    @property
    def currency(self) -> str:
        return self.balance.currency.code


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole world file, checked: who exists, when it starts, and each simulator's own settings by instance name."""

    name: str
    seed: str
    starts: datetime
    participants: tuple[Participant, ...]
    people: tuple[Person, ...]
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def participant(self, id_: str) -> Participant:
        """KeyError for one that does not exist."""
        for participant in self.participants:
            if participant.id == id_:
                return participant
        raise KeyError(id_)

    def customers_of(self, dfsp: str) -> tuple[Person, ...]:
        return tuple(person for person in self.people if person.dfsp == dfsp)
