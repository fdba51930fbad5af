"""The oracles that the operator keeps a list of, and which of them is responsible. The hub's own parties stand in `parties`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from simulators.hub.state.errors import HubError, InternalFault, NoOracle, PartyNotFound
from simulators.hub.state.parties import Entry, PartyKey


class OracleExists(HubError):
    """An active oracle serves this type, endpoint type and currency already."""


class OnlyOtherSubIds(HubError):
    """The party is known, but under other sub-ids."""


class NoSuchOracle(HubError):
    """No active oracle has this id."""


@dataclass(slots=True, eq=False)
class Oracle:
    """A row of the operator's list; a deleted one stays, inactive. The hub's own ones are answered for by its parties."""

    id: int
    type: str
    endpoint: str
    currency: str | None
    is_default: bool
    created: datetime
    is_own: bool
    is_active: bool = True


class Directory:
    """The oracles of one hub. `not_found` is why a party is not found; `taken` is added to why an oracle cannot be made."""

    def __init__(self, not_found: str = "", taken: str = "") -> None:
        self.not_found = not_found
        self._taken = taken
        self.oracles: list[Oracle] = []

    def choose(self, key: PartyKey, currency: str | None = None) -> Oracle:
        """The oracle for a type and, where one is asked for, a currency; of several the default one. Raises NoOracle, and
        InternalFault where the real service stumbles."""
        found = [each for each in self.active() if each.type == key.type and currency in (None, each.currency)]
        # An oracle without a currency of its own serves whatever no other oracle does.
        found = found or [each for each in self.active() if each.type == key.type and each.currency is None]
        if len(found) > 1:
            found = [each for each in found if each.is_default]
            if not found:  # the real service then asks an address that it does not have
                raise InternalFault("")
        if not found:
            raise _no_oracle(key, currency)
        return found[0]

    def holders(self, key: PartyKey, entries: Sequence[Entry]) -> Sequence[str]:
        """The participants that are asked for the party's details. Raises PartyNotFound, OnlyOtherSubIds."""
        if not entries:
            raise PartyNotFound(self.not_found)
        exact = [each.fsp for each in entries if each.sub_id == key.sub_id]
        if not exact:
            raise OnlyOtherSubIds("Empty oracle partyList, filtered based on callbackEndpointType")
        return list(dict.fromkeys(exact))

    def active(self) -> Iterable[Oracle]:
        return (each for each in self.oracles if each.is_active)

    def add_oracle(
        self, type_: str, endpoint: str, currency: str | None, is_default: bool, now: datetime, *, own: bool
    ) -> Oracle:
        """Raises OracleExists."""
        self._require_free(type_, currency)
        oracle = Oracle(len(self.oracles) + 1, type_, endpoint, currency, is_default, now, own)
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

    def _require_free(self, type_: str, currency: str | None) -> None:
        if any(each.type == type_ and each.currency == currency for each in self.active()):
            text = "Active oracle with matching partyIdTypeId, endpointTypeId, currencyId already exists"
            raise OracleExists(f"{text}{self._taken}")


def _no_oracle(key: PartyKey, currency: str | None) -> HubError:
    if currency is not None and key.sub_id is None:
        return InternalFault("")  # the real service throws something that is no error, and loses its text
    with_currency = f", currency: {currency}" if currency is not None else ""
    with_sub_id = f" and subId: {key.sub_id}" if key.sub_id is not None else ""
    return NoOracle(f"Oracle type:{' ' if with_sub_id else ''}{key.type}{with_currency}{with_sub_id} not found")
