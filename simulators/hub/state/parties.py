"""Which participant holds which party: the store behind an oracle. Which oracle serves a type of id is in `directory`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from loopyard.engine.plan import Crowd
from simulators.hub.state.errors import BadIdentifier, DeletionRefused, HubError, PartyRegistered

_PRINTABLE: Final = re.compile(r"[^\s{}<>`\\]{1,128}")
_FORMS: Final = {
    "MSISDN": re.compile(r"\+?\d{1,30}", re.ASCII),
    "EMAIL": re.compile(r"[^@]+@[^@]+"),
    "IBAN": re.compile(r"[A-Za-z]{2}\d{2}[A-Za-z0-9]{1,30}", re.ASCII),
}
"""What an identifier of a type looks like."""


class PartyAbsent(HubError):
    """The oracle has nothing to change or to delete."""


@dataclass(frozen=True, slots=True)
class PartyKey:
    """What finds a party."""

    type: str
    id: str
    sub_id: str | None = None

    @property
    def problem(self) -> str | None:
        """Why no party can have this identifier; None when one can."""
        if not _PRINTABLE.fullmatch(self.id):
            return f"Invalid ID parameter: '{self.id}'. Must be 1-128 printable characters without whitespace or {{}}<>`\\"
        if self.type in _FORMS and not _FORMS[self.type].fullmatch(self.id):
            return f"Invalid {self.type} identifier: '{self.id}'"
        return None

    @property
    def knows_currencies(self) -> bool:
        """Whether the oracle of this type tells accounts by their currency: that of telephone numbers does not."""
        return self.type != "MSISDN"

    def check(self) -> None:
        """Raises BadIdentifier."""
        if self.problem is not None:
            raise BadIdentifier(self.problem)


@dataclass(frozen=True, slots=True)
class Entry:
    """One participant that holds a party, for one currency or for all, and for one sub-id or for none."""

    fsp: str
    currency: str | None
    sub_id: str | None = None


class Parties:
    """Parties by type and id. Those of a world's crowd are there from the start, and get entries when they are asked for."""

    def __init__(self, crowd: Crowd | None = None) -> None:
        self._entries: dict[tuple[str, str], list[Entry]] = {}
        self._crowd = crowd or Crowd()

    def find(self, key: PartyKey, currency: str | None = None) -> Sequence[Entry]:
        """Who holds the party, first registered first; without a sub-id in the key, under whatever sub-id."""
        return [
            each
            for each in self._of(key)
            if currency in (None, each.currency) or each.currency is None
            if key.sub_id in (None, each.sub_id)
        ]

    def seed(self, key: PartyKey, fsp: str, currency: str) -> None:
        """A party of the world's plan; one id may have several accounts."""
        self._open(key).append(Entry(fsp, currency, key.sub_id))

    def register(self, key: PartyKey, fsp: str, currency: str | None) -> None:
        """Add a party. Raises PartyRegistered when it is there already."""
        if self._matching(key, currency):
            raise PartyRegistered(f"{key.type} Id {key.id} already exists")
        self._open(key).append(Entry(fsp, currency, key.sub_id))

    def replace(self, key: PartyKey, fsp: str, currency: str | None) -> None:
        """Give a registered party another holder. Raises PartyAbsent."""
        entries = self._of(key)
        earlier = self._matching(key, currency)
        if not earlier:
            raise PartyAbsent(f"oracle{key.type} for {key.type} Id {key.id} not found")
        entries[:] = [each for each in entries if each not in earlier] + [Entry(fsp, currency, key.sub_id)]

    def remove(self, key: PartyKey) -> None:
        """Delete a party. Raises PartyAbsent."""
        found = [each for each in self.find(key) if each.sub_id == key.sub_id]
        if not found:
            raise PartyAbsent("The requested resource could not be found")
        entries = self._of(key)
        entries[:] = [each for each in entries if each not in found]

    def _of(self, key: PartyKey) -> list[Entry]:
        """What is registered under a type and id, to be read and changed; what is added to is `_open`."""
        found = self._entries.get((key.type, key.id))
        if found is None and (index := self._crowd.find(key.type, key.id)) is not None:
            holder = self._crowd.dfsp(index)
            found = self._entries[key.type, key.id] = [Entry(holder.id, holder.currencies[0])]
        return found if found is not None else []

    def _open(self, key: PartyKey) -> list[Entry]:
        """The same, to be added to."""
        return self._of(key) or self._entries.setdefault((key.type, key.id), [])

    def _matching(self, key: PartyKey, currency: str | None) -> list[Entry]:
        """What a registration of this party would be the same as."""
        of_currency = (None, currency)
        return [
            each
            for each in self.find(key)
            if each.sub_id == key.sub_id and (each.currency in of_currency or not key.knows_currencies)
        ]


def check_owner(key: PartyKey, entries: Sequence[Entry], owner: str) -> None:
    """That a party is there and theirs, of what an oracle knows of it. Raises DeletionRefused."""
    found = [each for each in entries if each.sub_id == key.sub_id]
    if not found:
        raise DeletionRefused("No participant found for the party")
    if all(each.fsp != owner for each in found):
        raise DeletionRefused(f"The party {key.type}:{key.id} does not belong to the requesting FSP")
