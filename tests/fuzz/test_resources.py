"""Every resource under thousands of messages: what the schema allows is accepted, and nothing is answered with a 500.

500 of each by default, shared by the operations of a resource; LOOPYARD_FUZZ=10000 makes as many as are asked for.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from loopyard.protocols import schemas
from loopyard.protocols.fspiop import dates
from tests.fuzz.messages import mutated, valid
from tests.fuzz.world import CONNECTOR, HUB, Target, running

COUNT = int(os.environ.get("LOOPYARD_FUZZ", "500"))
FUZZ = settings(
    max_examples=COUNT, deadline=None, database=None, derandomize=True, phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
CONTRACT = schemas.load("fspiop_2.0")
ID = "01JNA0000000000000000000ZZ"
PLACES = {
    "{ID}": ID, "{Type}": "MSISDN", "{SubId}": "till-7", "{SourceCurrency}": "MWK", "{TargetCurrency}": "ZMW",
}  # fmt: skip


NOT_SERVED = (404, 405, 501)
ALIKE = ("participants", "parties", "quotes", "transfers", "fxQuotes", "fxTransfers", "bulkQuotes", "bulkTransfers")
REQUESTS = ("transactionRequests", "authorizations")
HUB_SERVES = (*ALIKE, *REQUESTS, "transactions")
CONNECTOR_SERVES = (*ALIKE, *REQUESTS)
CASES = [(HUB, each) for each in HUB_SERVES] + [(CONNECTOR, each) for each in CONNECTOR_SERVES]


def ruled(target: Target, operation: str, body: Any) -> Any:
    """A body by the hub's rules, which ask more of a fulfil than the schema: its time is now, and a provider only reserves."""
    if target.face == HUB and operation in ("PUT /transfers/{ID}", "PUT /fxTransfers/{ID}", "PUT /bulkTransfers/{ID}"):
        body = {**body, "completedTimestamp": dates.to_iso(target.world.now)}
        body |= {"conversionState": "RESERVED"} if "conversionState" in body else {}
    return body


@pytest.fixture(scope="module", params=CASES, ids=lambda case: f"{case[0]} {case[1]}")
def case(request: pytest.FixtureRequest) -> Iterator[tuple[Target, list[str]]]:
    """A face, and the operations of one resource that it serves with a body."""
    face, resource = request.param
    with running(face) as target:
        of_resource = [each for each in CONTRACT.operations if each.split("/")[1] == resource and CONTRACT.request(each)]
        if face == HUB:
            of_resource = [each for each in of_resource if not each.startswith("PATCH ")]  # which it sends, and nobody sends it
        operations = [each for each in of_resource if target.send(*concrete(each), {}) not in NOT_SERVED]
        assert operations, f"{face} serves nothing of {resource}"
        yield target, operations


def concrete(operation: str) -> tuple[str, str]:
    method, _, path = operation.partition(" ")
    for place, value in PLACES.items():
        path = path.replace(place, value)
    return method, path


def messages(operations: list[str], make: Any) -> st.SearchStrategy[tuple[str, Any]]:
    """An operation and a body for it."""
    return st.one_of([st.tuples(st.just(each), make(CONTRACT.request(each).schema)) for each in operations])  # type: ignore[union-attr]


def test_what_the_schema_allows_is_accepted(case: tuple[Target, list[str]]) -> None:
    target, operations = case

    @FUZZ
    @given(messages(operations, valid))
    def fuzz(drawn: tuple[str, Any]) -> None:
        method, path = concrete(drawn[0])
        assert target.send(method, path, ruled(target, *drawn)) in (200, 202)

    fuzz()


def test_no_message_is_answered_with_a_failure_of_ours(case: tuple[Target, list[str]]) -> None:
    target, operations = case

    @FUZZ
    @given(messages(operations, mutated))
    def fuzz(drawn: tuple[str, Any]) -> None:
        method, path = concrete(drawn[0])
        assert target.send(method, path, drawn[1]) < 500

    fuzz()
