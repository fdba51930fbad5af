"""A second audit after every scenario: recomputed from the bytes on the wire by code that shares nothing with the ledgers."""

from __future__ import annotations

import pytest
from pytest_bdd.parser import Feature, Scenario

from loopyard.testing.keys import DONE, WATCHED
from tests.conformance.wire import wire_differences


class WireAuditFailed(AssertionError):
    """The bytes on the wire tell another story than the ledgers."""


@pytest.hookimpl(trylast=True)
def pytest_bdd_after_scenario(request: pytest.FixtureRequest, feature: Feature, scenario: Scenario) -> None:
    """Compare positions and the home bank's customers with what the wire says; the other audit has run before."""
    watch = request.node.stash.get(WATCHED, None)
    if watch is not None and request.node.stash.get(DONE, False) and (differences := wire_differences(watch)):
        raise WireAuditFailed("\n".join([*differences, f"again     {watch.repeat}"]))
