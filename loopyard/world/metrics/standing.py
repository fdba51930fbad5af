"""Gauges of how a world stands: what it is, positions, books, the last audit. A reset takes them back to its start. Amounts
are floats of major units here and nowhere else: they are shown, never reckoned with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from prometheus_client.metrics_core import Metric

from loopyard import __version__
from loopyard.audit import KINDS
from loopyard.audit.books import HUB
from loopyard.world.composition import Composition
from loopyard.world.metrics.families import Values, gauge

UNITS: Final = 10_000
"""Units of money in one of the major unit."""


def itself(world: Composition) -> Iterator[Metric]:
    names = ("world", "seed", "version", "clock")
    about = (world.file.plan.name, world.seed, __version__, world.file.clock)
    yield gauge("world_info", "The world that answers; its seed is another one after most resets.", names, [(about, 1)])
    now = world.clock.now().timestamp()
    yield gauge("world_timestamp_seconds", "The date of the world's clock, since 1970.", (), [((), now)])
    under_way = sum(row.outcome == "open" for row in world.traffic)
    yield gauge("interactions_open", "Interactions in the log that have no end yet.", (), [((), under_way)])


def hub(world: Composition) -> Iterator[Metric]:
    rows = _asked(world, "positions")
    for key, name, text in (
        ("position", "position", "Position at the hub; positive is a debt to the scheme."),
        ("settlement", "settlement_balance", "Balance of the settlement account at the hub; negative is money held there."),
        ("netDebitCap", "net_debit_cap", "How far the position may rise."),
    ):
        told = [((row["participant"], row["currency"]), float(row[key])) for row in rows if row[key] is not None]
        yield gauge(f"hub_{name}", f"{text} In major units.", ("participant", "currency"), told)
    states = [((row["kind"], row["internalState"]), row["count"]) for row in _asked(world, "transfer-counts")]
    yield gauge("hub_transfers", "Transfers and conversions on the hub's record since the reset.", ("kind", "state"), states)


def _asked(world: Composition, ability: str) -> list[Mapping[str, Any]]:
    """What the hub tells under one of its controls; nothing in a world without a hub."""
    hub = world.instances.get(HUB)
    handles = [each.handle for each in hub.declaration.controls if each.name == ability] if hub else []
    return [row for handle in handles for row in handle(hub.state, {})] if hub else []


def ledgers(world: Composition) -> Iterator[Metric]:
    balance: Counter[tuple[str, str, str]] = Counter()
    held: Counter[tuple[str, str, str]] = Counter()
    for ledger in world.ledgers():
        for account in ledger.accounts:
            where = (ledger.owner, account.role, account.currency.code)
            balance[where] += account.balance.units
            held[where] += account.held.units
    labels = ("owner", "role", "currency")
    yield gauge("ledger_balance", "Sum of the accounts of a role in a book. In major units.", labels, _major(balance))
    yield gauge("ledger_held", "What of it is held, and so not available. In major units.", labels, _major(held))


def _major(units: Mapping[tuple[str, str, str], int]) -> Values:
    return [(where, each / UNITS) for where, each in units.items()]


def last_audit(world: Composition) -> Iterator[Metric]:
    last = world.tally.last_audit
    if last is None:
        return
    kinds = dict.fromkeys(KINDS, 0) | Counter(each.kind for each in last.verdict.findings)
    text = "Findings of the last audit since the reset."
    yield gauge("audit_findings", text, ("kind",), [((kind,), count) for kind, count in kinds.items()])
    yield gauge("audit_open_items", "Unfinished business at the last audit.", (), [((), len(last.verdict.open_items))])
    text = "When it was made, by the world's clock, since 1970."
    yield gauge("audit_timestamp_seconds", text, (), [((), last.at.timestamp())])


PARTS: Final = (itself, hub, ledgers, last_audit)
