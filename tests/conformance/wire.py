"""Holds a world's ledgers against what the witness recomputes from the bytes on the wire."""

from __future__ import annotations

from loopyard.testing.observation import Observation
from tests.witness.wire_audit import compare, recompute, seen_in

UNSOUND = "hub.raw.send-notice"
"""What a scenario makes the hub say and no hub would: it tells nothing of positions."""


def wire_differences(watch: Observation) -> list[str]:
    """What the wire says otherwise than the hub's and the home bank's ledgers since the scenario began."""
    homes = watch.world.homes
    seen = [seen_in(row) for row in watch.world.interactions() if row.operation != UNSOUND]
    accounts = watch.world.accounts()
    positions = {
        (each.holder, each.balance.currency.code): each.gained.decimal
        for each in accounts
        if (each.owner, each.role) == ("hub", "position")
    }
    customers = {each.holder: each.gained.decimal for each in accounts if each.owner in homes and each.role == "customer"}
    return compare(recompute(seen, banks=homes), positions, customers)
