"""Which participant holds which party: the oracle inside the hub, and the list of oracles that its operator keeps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from simulators.hub.state.errors import BadIdentifier, DeletionRefused, HubError, NoOracle, PartyNotFound, PartyRegistered

_PRINTABLE: Final = re.compile(r"[^\s{}<>`\\]{1,128}")
_MSISDN: Final = re.compile(r"\+?\d{1,30}", re.ASCII)


class OracleExists(HubError):
    """An active oracle serves this type, endpoint type and currency already."""


class OnlyOtherSubIds(HubError):
    """The party is known, but under other sub-ids."""


class PartyAbsent(HubError):
    """The oracle has nothing to change or to delete."""


class NoSuchOracle(HubError):
    """No active oracle has this id."""


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
        if self.type == "MSISDN" and not _MSISDN.fullmatch(self.id):
            return f"Invalid MSISDN identifier: '{self.id}'"
        return None

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


@dataclass(slots=True, eq=False)
class Oracle:
    """A row of the operator's list; a deleted one stays, inactive."""

    id: int
    type: str
    endpoint: str
    currency: str | None
    is_default: bool
    created: datetime
    is_active: bool = True


class Directory:
    """Parties by type and id. Every oracle of the list answers from here. `not_found` is why a party is not found."""

    def __init__(self, not_found: str = "") -> None:
        self._entries: dict[tuple[str, str], list[Entry]] = {}
        self._not_found = not_found
        self.oracles: list[Oracle] = []

    def find(self, key: PartyKey, currency: str | None = None) -> Sequence[Entry]:
        """Who holds the party, first registered first; without a sub-id in the key, under whatever sub-id. Raises NoOracle."""
        self._require_oracle(key)
        return [
            each
            for each in self._entries.get((key.type, key.id), ())
            if currency in (None, each.currency) or each.currency is None
            if key.sub_id in (None, each.sub_id)
        ]

    def locate(self, key: PartyKey) -> Sequence[str]:
        """The participants that are asked for the party's details. Raises NoOracle, PartyNotFound, OnlyOtherSubIds."""
        entries = self.find(key)
        if not entries:
            raise PartyNotFound(self._not_found)
        exact = [each.fsp for each in entries if each.sub_id == key.sub_id]
        if not exact:
            raise OnlyOtherSubIds("Empty oracle partyList, filtered based on callbackEndpointType")
        return list(dict.fromkeys(exact))

    def seed(self, key: PartyKey, fsp: str, currency: str) -> None:
        """A party of the world's plan; one id may have several accounts."""
        self._entries.setdefault((key.type, key.id), []).append(Entry(fsp, currency, key.sub_id))

    def register(self, key: PartyKey, fsp: str, currency: str | None) -> None:
        """Add a party. Raises NoOracle, PartyRegistered when it is there already."""
        if self._matching(key, currency):
            raise PartyRegistered(f"{key.type} Id {key.id} already exists")
        self._entries.setdefault((key.type, key.id), []).append(Entry(fsp, currency, key.sub_id))

    def replace(self, key: PartyKey, fsp: str, currency: str | None) -> None:
        """Give a registered party another holder. Raises NoOracle, PartyAbsent."""
        entries = self._entries.get((key.type, key.id), [])
        earlier = self._matching(key, currency)
        if not earlier:
            raise PartyAbsent(f"oracle{key.type} for {key.type} Id {key.id} not found")
        entries[:] = [each for each in entries if each not in earlier] + [Entry(fsp, currency, key.sub_id)]

    def remove(self, key: PartyKey, owner: str | None = None) -> None:
        """Delete a party; with `owner` only if it is theirs. Raises NoOracle, DeletionRefused, PartyAbsent."""
        found = [each for each in self.find(key) if each.sub_id == key.sub_id]
        if owner is not None and not found:
            raise DeletionRefused("No participant found for the party")
        if owner is not None and all(each.fsp != owner for each in found):
            raise DeletionRefused(f"The party {key.type}:{key.id} does not belong to the requesting FSP")
        if not found:
            raise PartyAbsent("The requested resource could not be found")
        entries = self._entries[key.type, key.id]
        entries[:] = [each for each in entries if each not in found]

    def _matching(self, key: PartyKey, currency: str | None) -> list[Entry]:
        return [each for each in self.find(key) if each.sub_id == key.sub_id and each.currency in (None, currency)]

    def active(self) -> Iterable[Oracle]:
        return (each for each in self.oracles if each.is_active)

    def add_oracle(self, type_: str, endpoint: str, currency: str | None, is_default: bool, now: datetime) -> Oracle:
        """Raises OracleExists."""
        self._require_free(type_, currency)
        oracle = Oracle(len(self.oracles) + 1, type_, endpoint, currency, is_default, now)
        self.oracles.append(oracle)
        return oracle

    def change_oracle(self, id_: str, type_: str, endpoint: str, currency: str | None, is_default: bool) -> None:
        """Raises NoSuchOracle, OracleExists, the latter also when only the value would change."""
        oracle = next((each for each in self.active() if str(each.id) == id_), None)
        if oracle is None:
            raise NoSuchOracle("Oracle not found")
        self._require_free(type_, currency)
        oracle.type, oracle.endpoint, oracle.currency, oracle.is_default = type_, endpoint, currency, is_default

    def remove_oracle(self, id_: str) -> None:
        """Deactivate; unknown ids are no error."""
        for oracle in self.oracles:
            if str(oracle.id) == id_:
                oracle.is_active = False

    def _require_oracle(self, key: PartyKey) -> None:
        if not any(each.type == key.type for each in self.active()):
            sub_id = f" and subId: {key.sub_id}" if key.sub_id else ""
            raise NoOracle(f"Oracle type:{' ' if sub_id else ''}{key.type}{sub_id} not found")

    def _require_free(self, type_: str, currency: str | None) -> None:
        if any(each.type == type_ and each.currency == currency for each in self.active()):
            raise OracleExists("Active oracle with matching partyIdTypeId, endpointTypeId, currencyId already exists")
