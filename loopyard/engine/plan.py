"""Who exists in a world: the vocabulary between a world file and the simulators. No file format and no state lives here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from loopyard.kernel.money import Money

Play = Literal["home", "peer", "external"]
Api = Literal["fspiop", "iso20022"]


@dataclass(frozen=True, slots=True)
class Participant:
    """An institution of the scheme. `home` is under test, `peer` is simulated, `external` listens at `callback_url`."""

    id: str
    kind: Literal["dfsp", "fxp"]
    play: Play
    name: str
    net_debit_cap: Mapping[str, Money]  # by currency code
    funds: Mapping[str, Money]  # prefunded at the hub, by currency code
    callback_url: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)  # fees, rates: read by the simulator that plays it
    api: Api | None = None  # the form of its bodies; None where nobody has said it

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

    @property
    def has_iso(self) -> bool:
        """Whether some participant speaks ISO 20022, which makes ILP packets of version 4 obligatory for all."""
        return any(each.api == "iso20022" for each in self.participants)

    def customers_of(self, dfsp: str) -> tuple[Person, ...]:
        return tuple(person for person in self.people if person.dfsp == dfsp)
