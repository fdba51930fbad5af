"""Holds a world's ledgers against what the witness recomputes from the bytes on the wire."""

from __future__ import annotations

from loopyard.testing.observation import Observation
from tests.witness.wire_audit import compare, recompute, seen_in

UNSOUND = "hub.raw.send-notice"
"""What a scenario makes the hub say and no hub would: it tells nothing of positions."""


def wire_differences(watch: Observation) -> list[str]:
    """What the wire says otherwise than the hub's and the home bank's ledgers since the scenario began."""
    homes = {each.id for each in watch.lab.file.plan.participants if each.play == "home"}
    seen = watch.lab.look(lambda world: [seen_in(row) for row in world.traffic if row.operation != UNSOUND])
    accounts = watch.lab.world.accounts()
    positions = {
        (each.holder, each.balance.currency.code): watch.gain(each).decimal
        for each in accounts
        if (each.owner, each.role) == ("hub", "position")
    }
    customers = {each.holder: watch.gain(each).decimal for each in accounts if each.owner in homes and each.role == "customer"}
    return compare(recompute(seen, banks=homes), positions, customers)
