"""The same in ISO 20022: what says something in FSPIOP is accepted, nothing is answered with a 500, and a prepare with a fault
reserves what the sound one does or nothing. The schemas of ISO 20022 allow much that says nothing to the scheme: that may be
refused."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from typing import Any, Final
from uuid import UUID

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from loopyard.protocols import ilp, schemas
from loopyard.protocols.iso20022.errors import NoIsoForm, Untranslatable
from loopyard.protocols.iso20022.messages import MESSAGES
from loopyard.protocols.iso20022.profile import STRICT, Envelope
from tests.fuzz.messages import CROCKFORD, mutated, spoiled, valid
from tests.fuzz.test_ledgers import FULFILMENT, conversion, prepare
from tests.fuzz.test_resources import COUNT, FUZZ, ID, concrete, ruled
from tests.fuzz.world import CONNECTOR, HUB, ISO_RESOURCES, RECEIVER, SENDER, Target, running

ISO, FSPIOP = schemas.load("iso20022_2.0"), schemas.load("fspiop_2.0")
UUID_FORM: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CONDITION: Final = ilp.condition_of(FULFILMENT)
PACKET: Final = ilp.encode(ilp.Packet("v4", 1250, "g.mw.green-bank", {}, datetime(2026, 3, 2, 8, 1, tzinfo=UTC), CONDITION))
WRITER: Final = replace(STRICT, testing_mode=True)
"""A prepare without the quote that it builds on, as one that comes out of the blue."""
CASES: Final = [(face, resource) for face in (HUB, CONNECTOR) for resource in ISO_RESOURCES]


def written(target: Target, operation: str, body: Any) -> Any:
    """An FSPIOP body in ISO 20022, after what that asks for beyond FSPIOP: ids that are ULIDs, a packet that holds its
    condition, institutions and amounts that FSPIOP may leave out. Raises NoIsoForm."""
    body = ruled(target, operation, with_ulids(body))
    body |= {"ilpPacket": PACKET} if "ilpPacket" in body else {}
    body |= {"condition": CONDITION} if "condition" in body else {}
    if operation == "POST /quotes":
        for side in ("payer", "payee"):
            body[side]["partyIdInfo"].setdefault("fspId", SENDER if side == "payer" else RECEIVER)
    for side in ("sourceAmount", "targetAmount"):
        if "conversionTerms" in body:
            body["conversionTerms"][side].setdefault("amount", "1")
    now = f"{target.world.now:%Y-%m-%dT%H:%M:%S}.000Z"
    envelope = Envelope(ID, now, source=SENDER, destination=RECEIVER, resource_id=ID, original_id=ID)
    return MESSAGES[operation].to_iso(body, envelope, WRITER)


def with_ulids(node: Any) -> Any:
    """A copy in which each UUID is the ULID of the same number."""
    if isinstance(node, dict):
        return {name: with_ulids(each) for name, each in node.items()}
    if isinstance(node, list):
        return [with_ulids(each) for each in node]
    if isinstance(node, str) and UUID_FORM.fullmatch(node):
        number = UUID(node).int
        return "".join(CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))
    return node


@pytest.fixture(scope="module", params=CASES, ids=lambda case: f"{case[0]} {case[1]}")
def case(request: pytest.FixtureRequest) -> Iterator[tuple[Target, list[str]]]:
    """A face, and the operations of one resource that it serves with a body in ISO 20022."""
    face, resource = request.param
    with running(face, "iso20022") as target:
        of_resource = [each for each in MESSAGES if each.split("/")[1] == resource and ISO.request(each)]
        yield target, [each for each in of_resource if not (face == HUB and each.startswith("PATCH "))]


def bodies(operations: list[str]) -> st.SearchStrategy[tuple[str, Any]]:
    """An operation and an FSPIOP body for it."""
    return st.one_of([st.tuples(st.just(each), valid(FSPIOP.request(each).schema)) for each in operations])  # type: ignore[union-attr]


def test_what_says_something_in_fspiop_is_accepted(case: tuple[Target, list[str]]) -> None:
    target, operations = case
    said: set[str] = set()

    @FUZZ
    @given(bodies(operations))
    def fuzz(drawn: tuple[str, Any]) -> None:
        operation, body = drawn
        try:
            message = written(target, operation, body)
        except NoIsoForm:
            assume(False)
        assume(ISO.request(operation).is_valid(message))  # type: ignore[union-attr]
        said.add(operation)
        assert target.send(*concrete(operation), message) in (200, 202), json.dumps(message)

    fuzz()
    assert said == set(operations), f"nothing was sent to {sorted(set(operations) - said)}"


def test_no_message_with_a_fault_is_answered_with_a_failure_of_ours(case: tuple[Target, list[str]]) -> None:
    target, operations = case

    @FUZZ
    @given(bodies(operations), st.randoms(use_true_random=False))
    def fuzz(drawn: tuple[str, Any], chance: Random) -> None:
        try:
            message = written(target, *drawn)
        except NoIsoForm:
            assume(False)
        assert target.send(*concrete(drawn[0]), spoiled(message, chance)) < 500

    fuzz()


def test_nothing_that_the_wide_schemas_of_iso_20022_allow_is_answered_with_a_failure_of_ours(
    case: tuple[Target, list[str]],
) -> None:
    """A tenth as many: such a message takes ten times as long to make."""
    target, operations = case
    makers = [st.tuples(st.just(each), make(ISO.request(each).schema)) for each in operations for make in (valid, mutated)]  # type: ignore[union-attr]

    @settings(FUZZ, max_examples=max(COUNT // 10, 1))
    @given(st.one_of(makers))
    def fuzz(drawn: tuple[str, Any]) -> None:
        assert target.send(*concrete(drawn[0]), drawn[1]) < 500

    fuzz()


@pytest.fixture(scope="module")
def hub() -> Iterator[Target]:
    with running(HUB, "iso20022") as target:
        yield target


@pytest.mark.parametrize(("path", "make", "to"), [("/transfers", prepare, RECEIVER), ("/fxTransfers", conversion, "nile-fx")])
def test_a_prepare_with_a_fault_reserves_what_the_sound_one_does_or_nothing(hub: Target, path: str, make: Any, to: str) -> None:

    def meaning(body: Any) -> Any:
        try:
            return MESSAGES[f"POST {path}"].from_iso(body, STRICT)
        except Untranslatable:
            return None

    hub.world.reset("one")
    nothing, sound = hub.balances(), written(hub, f"POST {path}", make(hub))
    status, moved = hub.outcome(path, sound, to)
    assert (status, moved == nothing) == (202, False)
    original = meaning(sound)

    @FUZZ
    @given(st.randoms(use_true_random=False))
    def fuzz(chance: Random) -> None:
        body = spoiled(sound, chance)
        status, found = hub.outcome(path, body, to)
        assert status < 500
        if status != 202:
            assert found == nothing, json.dumps(body)
        elif (said := meaning(body)) is not None and amounts(said) == amounts(original):
            assert found in (nothing, moved), json.dumps(body)

    fuzz()


def amounts(body: Any) -> list[Any]:
    """How much a prepare moves: another amount is another message."""
    return [body.get(name) for name in ("amount", "sourceAmount", "targetAmount")]
