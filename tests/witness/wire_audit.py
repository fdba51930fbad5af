"""Recomputes hub positions and customers' nets from the bytes of a scenario, and compares them with what ledgers say.

Nothing here may import the harness: whoever shares code with a ledger shares its errors. Standard library only.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from tests.witness.bulk import Unbundled
from tests.witness.customers import Customers
from tests.witness.positions import Positions
from tests.witness.seen import Accounts, Seen

__all__ = ["Recomputed", "Seen", "compare", "recompute", "seen_in"]

Key = TypeVar("Key", bound=Hashable)


class Recomputed(NamedTuple):
    """What the wire says. Positions are what a participant owes the scheme, customers are what each gained, in major units.

    `problems` are messages that contradict one another. `unsure` are positions and customers of which the wire does not
    tell all, because a message or an answer never went out; they are not compared.
    """

    positions: Accounts
    customers: dict[str, Decimal]
    problems: list[str]
    unsure: frozenset[tuple[str, str] | str] = frozenset()


def seen_in(row: Any) -> Seen:
    """A row of a world's traffic log as the message that it records. The row is read by its members' names alone."""
    return Seen(
        row.seq, row.sender, row.receiver, row.method, row.path, list(row.request_headers), row.request_body, row.status,
        row.response_body,
    )  # fmt: skip


def recompute(
    traffic: Iterable[Seen], *, hub: str = "hub", banks: Collection[str] = (), aliases: Mapping[str, str] | None = None,
    proxies: Collection[str] = (),
) -> Recomputed:  # fmt: skip
    """Read a scenario's messages. `banks` are the receivers that are core banking systems; `aliases` give customers' other
    names at the bank ("ACCOUNT_NUMBER:1") as names of the scheme ("MSISDN:265..."); `proxies` stand between `hub` and those of
    other schemes."""
    positions, bulks = Positions(hub, frozenset(proxies)), Unbundled(hub)
    customers = Customers(aliases or {})
    for seen in sorted(traffic, key=lambda each: each.seq):
        for single in bulks.singles(seen):
            positions.read(single)
        if seen.receiver in banks and seen.sender != hub:  # a bank may bear the name of its participant
            customers.read(seen)
    unsure = frozenset[tuple[str, str] | str]({*positions.unsure(), *customers.unsure()})
    return Recomputed(positions.accounts(), customers.nets(), positions.problems + customers.problems, unsure)


def compare(
    recomputed: Recomputed, positions: Mapping[tuple[str, str], Decimal], customers: Mapping[str, Decimal]
) -> list[str]:
    """The differences between the wire and the ledgers, one line each; who is missing on either side has zero."""
    lines = [
        f"position of {owner} in {currency}: the wire says {wire}, the hub's ledger {book}"
        for (owner, currency), wire, book in _differences(recomputed.positions, positions, recomputed.unsure)
    ]
    return lines + [
        f"customer {name}: the wire says {wire}, the bank's ledger {book}"
        for name, wire, book in _differences(recomputed.customers, customers, recomputed.unsure)
    ]


def _differences(
    wire: Mapping[Key, Decimal], books: Mapping[Key, Decimal], unsure: Collection[object]
) -> list[tuple[Key, Decimal, Decimal]]:
    zero = Decimal(0)
    keys = [key for key in sorted({*wire, *books}, key=str) if key not in unsure]
    return [(key, wire.get(key, zero), books.get(key, zero)) for key in keys if wire.get(key, zero) != books.get(key, zero)]
