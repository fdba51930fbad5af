"""Holds a world's ledgers against what the witness recomputes from the bytes on the wire."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Final

from loopyard.testing.observation import Observation
from tests.witness.wire_audit import compare, recompute, seen_in

UNSOUND = "hub.raw.send-notice"
"""What a scenario makes the hub say and no hub would: it tells nothing of positions."""

MOVED_BY_TRANSFERS: Final = {"position", "in-flight"}


def wire_differences(watch: Observation) -> list[str]:
    """What the wire says otherwise than the hubs' and the home bank's ledgers since the scenario began."""
    homes = watch.world.homes
    proxies = [each["id"] for each in watch.world.describe()["participants"] if each["kind"] == "proxy"]
    seen = [seen_in(row) for row in watch.world.interactions() if row.operation != UNSOUND]
    accounts = watch.world.accounts()
    customers = {each.holder: each.gained.decimal for each in accounts if each.owner in homes and each.role == "customer"}
    differences = []
    for hub in sorted({each.owner for each in accounts if each.role == "position"}):
        settled = settled_since(watch, hub)
        positions = {
            (each.holder, each.balance.currency.code): each.gained.decimal + settled.get(each.name, Decimal(0))
            for each in accounts
            if (each.owner, each.role) == (hub, "position")
        }
        is_home = hub == "hub"  # customers are looked at once
        recomputed = recompute(seen, hub=hub, banks=homes if is_home else (), proxies=proxies)
        differences += compare(recomputed, positions, customers if is_home else {})
    return differences


def settled_since(watch: Observation, hub: str) -> dict[str, Decimal]:
    """By how much settlement has brought each position down: no message between participants tells of that."""
    roles = {each.name: each.role for each in watch.world.accounts(owner=hub)}
    settled: dict[str, Decimal] = defaultdict(Decimal)
    for posting in watch.world.control("ledger.postings", owner=hub):
        if not {roles[leg["account"]] for leg in posting["legs"]} <= MOVED_BY_TRANSFERS:
            for leg in posting["legs"]:
                settled[leg["account"]] += Decimal(leg["amount"]) * (1 if leg["side"] == "credit" else -1)
    return settled
