"""Who exists in a world: the vocabulary between a world file and the simulators. No file format and no state lives here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import chain
from random import Random
from typing import TYPE_CHECKING, Any, Final, Literal

from loopyard.kernel.money import Money

if TYPE_CHECKING:
    from faker import Faker

Play = Literal["home", "peer", "external"]
HOME_SCHEME: Final = "hub"
"""The hub of the institution under test, by the name of its simulator; other schemes are other hubs of the world."""
Api = Literal["fspiop", "iso20022"]
COUNTRY_CODES: Final = {
    "MWK": "265", "ZMW": "260", "UGX": "256", "KES": "254", "TZS": "255", "NGN": "234", "XOF": "225",
}  # fmt: skip
ID_TYPE: Final = "MSISDN"
FIRST, STEP, DIGITS = 50_000_000, 7, 9
"""Numbers of the crowd, behind the code of their country: so many digits, from the first on in these steps."""


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


@cache
def _names() -> Faker:
    from faker import Faker  # seven megabytes, and a tenth of a second, for worlds that have a crowd

    return Faker("en_US", use_weighting=False)


@dataclass(frozen=True, slots=True)
class Crowd:
    """People beyond those whom a world file names: computed from a seed and their index, never stored, so that a world may hold
    a million. What a simulator keeps of one it makes when she is first asked for.

    `count` people, taken in turns by the DFSPs, each with `balance` in the first currency of hers. `shift` moves the numbers.
    """

    seed: str = ""
    count: int = 0
    dfsps: tuple[Participant, ...] = ()
    balance: str = "0"
    shift: int = 0

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[Person]:
        return (self.person(index) for index in range(self.count))

    def person(self, index: int) -> Person:
        """Person number `index`: the same for the same seed, whoever else exists."""
        chance = Random(f"{self.seed}/people/{index}")
        names = _names()
        names.seed_instance(chance.getrandbits(32))
        dfsp = self.dfsp(index)
        name = f"{names.first_name()} {names.last_name()}"
        return Person(name, dfsp.id, ID_TYPE, self._number(index), self.opening(dfsp))

    def opening(self, dfsp: Participant) -> Money:
        """What each customer of a DFSP has at first."""
        return Money(self.balance, dfsp.currencies[0])

    def dfsp(self, index: int) -> Participant:
        """Where person number `index` has her account."""
        return self.dfsps[index % len(self.dfsps)]

    def find(self, id_type: str, id_value: str) -> int | None:
        """Who has this identifier: her index."""
        number = id_value[-DIGITS:]
        if id_type != ID_TYPE or not (number.isascii() and number.isdecimal()):
            return None
        index, rest = divmod(int(number) - FIRST - self.shift, STEP)
        return index if not rest and 0 <= index < self.count and self._number(index) == id_value else None

    def customers_of(self, dfsp: str) -> range:
        """The indices of a DFSP's customers."""
        first = next((place for place, each in enumerate(self.dfsps) if each.id == dfsp), self.count)
        return range(first, self.count, len(self.dfsps) or 1)

    def _number(self, index: int) -> str:
        code = COUNTRY_CODES.get(self.dfsp(index).currencies[0], "999")
        return f"{code}{FIRST + self.shift + index * STEP:0{DIGITS}d}"


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole world file, checked: who exists, when it starts, and each simulator's own settings by instance name. `people` are
    those whom the file names."""

    name: str
    seed: str
    starts: datetime
    participants: tuple[Participant, ...]
    people: tuple[Person, ...]
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    crowd: Crowd = field(default_factory=Crowd)

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

    @property
    def everybody(self) -> Iterator[Person]:
        """Those whom the file names, then the crowd, each made as she comes."""
        return chain(self.people, self.crowd)

    def customers_of(self, dfsp: str) -> tuple[Person, ...]:
        """Those of a DFSP whom the file names; of the others its crowd tells."""
        return tuple(person for person in self.people if person.dfsp == dfsp)
