"""What customers of a bank must have gained or lost after the calls that were made to it. Reads messages only, knows no
ledger. Source: the reference core banking API, with its payer side and its query as this world's bank extends them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.witness.seen import Seen, Unreadable, amount, content, decimal, segments, text

SIDES = ("payer", "payee")
FEES = ("feesDecimal", "fees", "fee")


@dataclass(slots=True)
class Reserve:
    """Money that a bank said it holds: of a payer, or to give a payee."""

    id: str
    side: str
    customer: str
    amount: Decimal
    fee: Decimal | None
    states: set[str] = field(default_factory=set)
    unanswered: bool = False
    """A commit brought no answer, so whether it was done is not on the wire."""

    @property
    def net(self) -> Decimal:
        if "COMMITTED" not in self.states:
            return Decimal(0)
        fee = self.fee or Decimal(0)
        return self.amount - fee if self.side == "payee" else -(self.amount + fee)

    @property
    def told(self) -> bool:
        """Whether the messages say what became of it, and at what price."""
        return self.fee is not None if "COMMITTED" in self.states else bool(self.states) or not self.unanswered


@dataclass(slots=True)
class Debit:
    """What a channel took from a customer, at a bank that reserves for payees only. It goes over the world's control and not
    over the wire: whoever wants it counted adds it to the traffic as a call with the method CONTROL."""

    customer: str
    amount: Decimal
    refunded: bool = False


@dataclass(slots=True)
class Customers:
    """Follows the calls to one bank, oldest first. `aliases` give customers' other names: account numbers."""

    aliases: Mapping[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    _reserves: dict[str, Reserve] = field(default_factory=dict)
    _wishes: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    _quoted: dict[tuple[str, str, Decimal], Decimal] = field(default_factory=dict)
    _debits: dict[str, Debit] = field(default_factory=dict)

    def read(self, seen: Seen) -> None:
        """Take one call in."""
        parts = segments(seen.path)
        try:
            if parts[:1] == ["funds"] and seen.method == "POST" and len(parts) == 2 and not seen.refused:
                self._call(seen, parts[1])
            elif parts[:1] == ["funds"] and seen.method == "GET" and seen.status == 200:
                self._queried(seen)
            elif parts == ["quotes"] and seen.method == "POST" and seen.status == 200:
                self._quote(content(seen.body), content(seen.answer))
            elif seen.method == "CONTROL" and parts == ["debit-for-transfer"]:
                self._debit(seen)
        except Unreadable as problem:
            if seen.status is not None:
                self.problems.append(f"{seen}: {problem}")

    def _call(self, seen: Seen, what: str) -> None:
        wish = content(seen.body)
        if what == "reserve":  # noted before the answer is read: one that cannot be read may be asked for later
            self._wish(wish)
        said = content(seen.answer) if seen.status is not None else {}
        if what == "reserve":
            self._reserve(wish, said)
        elif what in ("commit", "unreserve"):
            self._end(seen, text(wish, "reserveId"), what, said)
        elif what == "refund" and said.get("refundCompleted") is True:
            self._refund(seen, text(wish, "homeTransactionId"))

    def _wish(self, wish: dict[str, Any]) -> None:
        self._wishes.setdefault((text(wish, "transferId"), _side(wish)), wish)

    def _reserve(self, wish: dict[str, Any], said: dict[str, Any]) -> None:
        side = _side(wish)
        if said.get("status") == "RESERVED":
            self._know(text(said, "reserveId"), wish, side, said)

    def _know(self, id_: str, wish: dict[str, Any], side: str, said: dict[str, Any]) -> Reserve:
        """The reserve of an id: a repeated answer with the same id is the same reserve, another id is another one."""
        if id_ not in self._reserves:
            value, customer = amount(wish, "amount")[0], self._holder(wish, side)
            fee = _fee(said) if _states_fee(said) else self._quoted.get((side, customer, value))
            self._reserves[id_] = Reserve(id_, side, customer, value, fee)
        return self._reserves[id_]

    def _quote(self, wish: dict[str, Any], said: dict[str, Any]) -> None:
        """The published bank tells its fee nowhere else."""
        side = _side(wish)
        if _states_fee(said):
            self._quoted[side, self._holder(wish, side), amount(wish, "amount")[0]] = _fee(said)

    def _holder(self, wish: dict[str, Any], side: str) -> str:
        party = wish.get(side)
        if not isinstance(party, dict):
            raise Unreadable(f"{side} is {party!r}")
        name = f"{text(party, 'partyIdType')}:{text(party, 'partyIdentifier')}"
        return self.aliases.get(name, name)

    def _end(self, seen: Seen, id_: str, what: str, said: dict[str, Any]) -> None:
        found = self._reserves.get(id_)
        if found is None:
            if said.get("status") in ("COMMITTED", "RELEASED"):
                self.problems.append(f"{seen}: the bank ended reserve {id_}, which it never said that it made")
            return
        if seen.status is None:
            found.unanswered = found.unanswered or what == "commit"
            return
        self._learn(seen, found, said.get("status"))

    def _queried(self, seen: Seen) -> None:
        said = content(seen.answer)
        for row in said.get("reserves", ()):
            wish = self._wishes.get((text(said, "transferId"), text(row, "side")))
            if wish is not None:
                self._learn(seen, self._know(text(row, "reserveId"), wish, text(row, "side"), row), row.get("status"))

    def _learn(self, seen: Seen, found: Reserve, state: object) -> None:
        if state not in ("COMMITTED", "RELEASED"):
            return
        found.states.add(str(state))
        if found.states == {"COMMITTED", "RELEASED"}:
            self.problems.append(f"{seen}: reserve {found.id} was both committed and released")

    def _debit(self, seen: Seen) -> None:
        body, said = content(seen.body), content(seen.answer or b"{}")
        name = f"{text(body, 'id_type')}:{text(body, 'id_value')}"
        taken = Debit(self.aliases.get(name, name), decimal(body.get("amount")) + _fee(said))
        self._debits.setdefault(text(body, "homeTransactionId"), taken)

    def _refund(self, seen: Seen, home_id: str) -> None:
        if home_id in self._debits:
            self._debits[home_id].refunded = True
        else:
            self.problems.append(f"{seen}: the bank refunded {home_id}, for which nobody was seen to be debited")

    def nets(self) -> dict[str, Decimal]:
        """What each customer gained, negative for what was lost, in major units of the account."""
        found: dict[str, Decimal] = defaultdict(Decimal)
        for reserve in self._reserves.values():
            found[reserve.customer] += reserve.net
        for debit in self._debits.values():
            found[debit.customer] -= Decimal(0) if debit.refunded else debit.amount
        return dict(found)

    def unsure(self) -> set[str]:
        """Customers of whom the messages do not tell all."""
        return {each.customer for each in self._reserves.values() if not each.told}


def _side(wish: dict[str, Any]) -> str:
    return next((each for each in SIDES if each in wish), "payee")


def _states_fee(said: dict[str, Any]) -> bool:
    return any(name in said for name in FEES)


def _fee(said: dict[str, Any]) -> Decimal:
    """The fee that an answer states, in the most exact of its forms; nothing said is nothing taken."""
    return decimal(next((said[name] for name in FEES if name in said), "0"))
