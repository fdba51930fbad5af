"""The hub's positions as they must be after what it was told and what it told others. Reads messages only, knows no ledger.

A position rises by what a participant owes: at the forwarding of a prepare for its payer, at the commit falls for the payee.
For a participant of another scheme that of the proxy moves which brings its messages, or takes them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.witness.iso import said, same_prepare
from tests.witness.records import Conversion, Transfer
from tests.witness.seen import Accounts, Seen, Unreadable, amount, opens, segments, text

MODIFIED_REQUEST = "3106"
"""Answers a second, different request under the same id; the first goes on untouched."""
NOT_FOUND = "3208"
"""Answers a question, decides nothing."""


@dataclass(slots=True)
class Positions:
    """Follows the messages to and from the hub, oldest first."""

    hub: str
    proxies: frozenset[str] = frozenset()
    problems: list[str] = field(default_factory=list)
    _transfers: dict[str, Transfer] = field(default_factory=dict)
    _conversions: dict[str, Conversion] = field(default_factory=dict)
    _offered: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _refused: set[str] = field(default_factory=set)
    _brought: dict[str, str] = field(default_factory=dict)
    _unknown_abroad: set[str] = field(default_factory=set)

    def read(self, seen: Seen) -> None:
        """Take one message in. What a party says to the hub and cannot be read is the hub's to refuse."""
        parts = segments(seen.path)
        place = next((at for at, part in enumerate(parts) if part in ("transfers", "fxTransfers")), None)
        if place is None or self.hub not in (seen.sender, seen.receiver):
            return
        resource, rest = parts[place], parts[place + 1 :]
        try:
            if seen.sender == self.hub:
                self._told(seen, resource, rest)
            elif not seen.refused:
                self._heard(seen, resource, rest)
        except Unreadable as problem:
            if seen.sender == self.hub:
                self.problems.append(f"{seen}: {problem}")

    # -- what the hub heard -----------------------------------------------------------------------------------------------

    def _heard(self, seen: Seen, resource: str, rest: list[str]) -> None:
        if seen.method == "POST" and not rest:
            body = said(seen)
            _payer(body)
            id_ = text(body, _id_of(resource))
            self._offered.setdefault(id_, []).append(body)
            if seen.sender in self.proxies:
                self._brought[id_] = seen.sender
        elif seen.method == "PUT" and rest[1:] == ["error"] and seen.sender in self.proxies:
            self._unknown_abroad.add(rest[0])
        elif seen.method == "PUT" and len(rest) == 1:
            self._fulfil(seen, rest[0], self._found(resource, rest[0]))

    def _fulfil(self, seen: Seen, id_: str, found: Transfer | Conversion | None) -> None:
        body = said(seen)
        if found is not None and seen.sender == found.payee and "fulfilment" in body:
            found.fulfilled = found.fulfilled or opens(found.condition, text(body, "fulfilment"))

    # -- what the hub told ------------------------------------------------------------------------------------------------

    def _told(self, seen: Seen, resource: str, rest: list[str]) -> None:
        if seen.method == "POST" and not rest:
            self._forwarded(seen, resource, said(seen))
        elif seen.method == "PUT" and rest[1:] == ["error"]:
            self._failed(seen, resource, rest[0])
        elif seen.method in ("PUT", "PATCH") and len(rest) == 1:
            self._state(seen, resource, rest[0])

    def _forwarded(self, seen: Seen, resource: str, body: dict[str, Any]) -> None:
        id_ = text(body, _id_of(resource))
        if not any(same_prepare(body, each) for each in self._offered.get(id_, [])):
            self.problems.append(f"{seen}: nobody sent the hub this prepare of {id_}")
        if id_ in self._refused:
            self.problems.append(f"{seen}: {id_} is forwarded although its payer was told that it failed")
        made = self._conversion(body) if resource == "fxTransfers" else self._transfer(seen, body)
        if seen.receiver in self.proxies:
            made.payee = seen.receiver  # its position stands for that of a participant of another scheme
        if seen.receiver != made.payee:
            self.problems.append(f"{seen}: the prepare of {id_} is for {made.payee}")

    def _conversion(self, body: dict[str, Any]) -> Conversion:
        made = Conversion(
            text(body, "commitRequestId"), text(body, "initiatingFsp"), text(body, "counterPartyFsp"),
            amount(body, "sourceAmount"), amount(body, "targetAmount"), text(body, "condition"),
            body.get("determiningTransferId"),
        )  # fmt: skip
        return self._conversions.setdefault(made.id, made)

    def _transfer(self, seen: Seen, body: dict[str, Any]) -> Transfer:
        id_ = text(body, "transferId")
        linked = [each for each in self._conversions.values() if each.determining == id_ and each.state != "aborted"]
        made = Transfer(
            id_,
            self._brought.get(id_) or text(body, "payerFsp"),
            text(body, "payeeFsp"),
            amount(body, "amount"),
            text(body, "condition"),
            linked,
        )
        for each in linked:
            if not each.fulfilled:
                self.problems.append(f"{seen}: {id_} is forwarded before its conversion {each.id} was fulfilled")
            if each.target != made.amount:
                self.problems.append(f"{seen}: {id_} moves {_money(made.amount)}, its conversion gives {_money(each.target)}")
        return self._transfers.setdefault(id_, made)

    def _failed(self, seen: Seen, resource: str, id_: str) -> None:
        information = said(seen).get("errorInformation")
        code = str(information.get("errorCode")) if isinstance(information, dict) else ""  # some write it as a number
        found = self._found(resource, id_)
        if code == MODIFIED_REQUEST or (code == NOT_FOUND and id_ not in self._unknown_abroad):
            return
        if found is None:
            self._refused.add(id_)
        elif seen.receiver == found.payer:
            self._abort(seen, found)
        else:  # a late answer is refused before the reservation is undone, and the payer hears only then
            found.doubted = True

    def _state(self, seen: Seen, resource: str, id_: str) -> None:
        body = said(seen)
        state = text(body, "transferState" if resource == "transfers" else "conversionState")
        found = self._found(resource, id_)
        if found is None:
            if state == "COMMITTED":
                self.problems.append(f"{seen}: {id_} is called committed and was never forwarded")
            return
        if "fulfilment" in body and not opens(found.condition, text(body, "fulfilment")):
            self.problems.append(f"{seen}: the fulfilment of {id_} does not open its condition")
        if state == "ABORTED" and seen.method == "PATCH" and found.state == "reserved":
            found.doubted = True
        elif state == "ABORTED":
            self._abort(seen, found)
        elif state == "COMMITTED":
            self._commit(seen, found)

    def _commit(self, seen: Seen, found: Transfer | Conversion) -> None:
        if found.state == "aborted":
            self.problems.append(f"{seen}: {found.id} is committed after it was aborted")
        if not found.fulfilled:
            self.problems.append(
                f"{seen}: {found.id} is committed without a fulfilment of {found.payee} that opens its condition"
            )
        if isinstance(found, Conversion):
            self._commit_determining(seen, found)
            return
        found.ends("committed")

    def _commit_determining(self, seen: Seen, found: Conversion) -> None:
        """A conversion moves money with the transfer that determines it, never by itself."""
        determining = self._transfers.get(found.determining or "")
        if determining is None:
            self.problems.append(f"{seen}: conversion {found.id} is committed without its determining transfer")
        elif determining.state != "committed":
            self._commit(seen, determining)

    def _abort(self, seen: Seen, found: Transfer | Conversion) -> None:
        if found.state == "committed":
            self.problems.append(f"{seen}: {found.id} is called failed after it was committed")
        elif isinstance(found, Transfer):
            found.ends("aborted")
        else:
            found.state = "aborted"

    # -- the result -------------------------------------------------------------------------------------------------------

    def accounts(self) -> Accounts:
        """Every position that the messages touched, in major units; what it owes is positive."""
        self._conclude()
        records = self._records()
        found: Accounts = {key: Decimal(0) for each in records for key in each.touched()}
        for each in records:
            for owner, (value, currency) in each.moves():
                found[owner, currency] += value
        return found

    def unsure(self) -> set[tuple[str, str]]:
        """Positions of which the messages do not tell all: a decision of the hub never went on the wire."""
        self._conclude()
        found: set[tuple[str, str]] = set()
        for each in self._records():
            if each.state == "reserved" and (each.doubted or (isinstance(each, Transfer) and each.fulfilled)):
                found |= each.touched()
        for id_, bodies in self._offered.items():
            if id_ not in self._refused and id_ not in self._transfers and id_ not in self._conversions:
                found |= {_payer(body) for body in bodies}
                found |= {key for each in self._conversions.values() if each.determining == id_ for key in each.touched()}
        return found

    def _conclude(self) -> None:
        """A provider is told of a failure by the hub's notice; with a transfer that was refused, that is all there is."""
        for each in self._conversions.values():
            if each.state == "reserved" and each.doubted and each.determining in self._refused:
                each.state = "aborted"

    def _records(self) -> list[Transfer | Conversion]:
        return [*self._transfers.values(), *self._conversions.values()]

    def _found(self, resource: str, id_: str) -> Transfer | Conversion | None:
        return self._transfers.get(id_) if resource == "transfers" else self._conversions.get(id_)


def _id_of(resource: str) -> str:
    return "transferId" if resource == "transfers" else "commitRequestId"


def _payer(body: dict[str, Any]) -> tuple[str, str]:
    """Whose position a prepare raises, and in which currency. Raises Unreadable."""
    if "sourceAmount" in body:
        return text(body, "initiatingFsp"), amount(body, "sourceAmount")[1]
    return text(body, "payerFsp"), amount(body, "amount")[1]


def _money(money: tuple[Decimal, str]) -> str:
    return f"{money[0]} {money[1]}"
