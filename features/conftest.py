"""A second audit after every scenario: recomputed from the bytes on the wire by code that shares nothing with the ledgers."""

from __future__ import annotations

import pytest
from pytest_bdd.parser import Feature, Scenario

from loopyard.testing.observation import Observation
from loopyard.testing.plugin import FAILED, WATCHED
from tests.witness.wire_audit import compare, recompute, seen_in


class WireAuditFailed(AssertionError):
    """The bytes on the wire tell another story than the ledgers."""


@pytest.hookimpl(trylast=True)
def pytest_bdd_after_scenario(request: pytest.FixtureRequest, feature: Feature, scenario: Scenario) -> None:
    """Compare positions and the home bank's customers with what the wire says; the other audit has run before."""
    watch = request.node.stash.get(WATCHED, None)
    if watch is not None and not request.node.stash.get(FAILED, False):
        differences = wire_differences(watch)
        if differences:
            raise WireAuditFailed("\n".join([*differences, f"again     {watch.repeat}"]))


def wire_differences(watch: Observation) -> list[str]:
    """What the wire says otherwise than the hub's and the home bank's ledgers, since the scenario began."""
    homes = {each.id for each in watch.lab.file.plan.participants if each.play == "home"}
    seen = watch.lab.look(lambda world: [seen_in(row) for row in world.traffic])
    accounts = watch.lab.world.accounts()
    positions = {
        (each.holder, each.balance.currency.code): watch.gain(each).decimal
        for each in accounts
        if (each.owner, each.role) == ("hub", "position")
    }
    customers = {each.holder: watch.gain(each).decimal for each in accounts if each.owner in homes and each.role == "customer"}
    recomputed = recompute(seen, banks=homes)
    return compare(recomputed, positions, customers)
