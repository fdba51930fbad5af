"""Bodies there and back again: nothing is lost but what is declared, and what is declared is."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loopyard.protocols.iso20022.errors import MalformedMessage, NoIsoForm, Untranslatable
from loopyard.protocols.iso20022.messages import MESSAGES
from loopyard.protocols.iso20022.profile import LIKE_SDK, STRICT, Profile
from tests.protocols.iso20022 import bodies, losses, material
from tests.protocols.iso20022.bodies import Body

profiles = pytest.mark.parametrize("profile", [STRICT, LIKE_SDK], ids=["strict", "like-sdk"])


def written(operation: str, body: Body, profile: Profile) -> Any:
    return MESSAGES[operation].to_iso(body, bodies.envelope(operation, profile), profile)


def test_every_message_has_bodies() -> None:
    assert set(bodies.OPERATIONS) == {each for each in MESSAGES if "SubId" not in each}


@given(bodies.operations_and_bodies())
def test_the_strict_reader_gets_back_all_but_the_declared_losses(case: tuple[str, Body]) -> None:
    operation, body = case
    message = MESSAGES[operation]
    read = message.from_iso(written(operation, body, STRICT), STRICT)
    assert material.without(read, losses.lost(operation)) == bodies.expected(operation, body)


@given(bodies.operations_and_bodies())
def test_what_the_like_sdk_reader_reads_is_written_as_it_was(case: tuple[str, Body]) -> None:
    operation, body = case
    message = MESSAGES[operation]
    iso = written(operation, body, LIKE_SDK)
    envelope = material.envelope_of(message, iso, bodies.envelope(operation, LIKE_SDK).answers)
    assert message.to_iso(message.from_iso(iso, LIKE_SDK), envelope, LIKE_SDK) == iso


@profiles
@given(case=bodies.operations_and_bodies())
def test_what_is_written_satisfies_the_contract(profile: Profile, case: tuple[str, Body]) -> None:
    operation, body = case
    assert material.CONTRACT.request_errors(operation, written(operation, body, profile)) == []


@given(bodies.operations_and_bodies())
def test_the_strict_emitter_fills_one_arm_of_a_choice_and_like_sdk_both_for_organisations(case: tuple[str, Body]) -> None:
    operation, body = case
    assert list(material.doubled(written(operation, body, STRICT))) == []
    parties = [body.get(name) for name in ("party", "payer", "payee")]
    kinds = [party["partyIdInfo"]["partyIdType"] for party in parties if party]
    organisations = [kind for kind in kinds if kind in ("BUSINESS", "ALIAS", "DEVICE")]
    assert len(list(material.doubled(written(operation, body, LIKE_SDK)))) == len(organisations)


@given(bodies.operations_and_bodies())
def test_the_envelope_is_read_back_from_the_message(case: tuple[str, Body]) -> None:
    operation, body = case
    given_envelope = bodies.envelope(operation, STRICT)
    told = material.envelope_of(MESSAGES[operation], written(operation, body, STRICT))
    for name in ("message_id", "created_at", "source", "destination", "resource_id", "original_id"):
        assert getattr(told, name) in (getattr(given_envelope, name), "")
    assert told.message_id == given_envelope.message_id


DECLARED = [(operation, path) for operation in bodies.OPERATIONS for path in losses.lost(operation)]


@pytest.mark.parametrize("operation, path", DECLARED)
@settings(max_examples=20)
@given(data=st.data())
def test_a_declared_loss_changes_nothing_in_the_message(operation: str, path: str, data: st.DataObject) -> None:
    body = data.draw(bodies.BODIES[operation])
    changed = copy.deepcopy(body)
    node = changed
    *steps, last = path.split(".")
    for step in steps:
        node = node.setdefault(step, {})
    node[last] = {"extension": [{"key": "CdtTrfTxInf.Purp.Cd", "value": "x"}]}
    assert written(operation, changed, STRICT) == written(operation, body, STRICT)


@st.composite
def damaged(draw: st.DrawFn, body: Any) -> Any:
    """The body with one or two nodes replaced or removed."""
    body = copy.deepcopy(body)
    for _ in range(draw(st.integers(1, 2))):
        node, key = draw(st.sampled_from(list(_places(body)) or [({}, "x")]))
        if draw(st.booleans()):
            node.pop(key, None)
        else:
            node[key] = draw(st.sampled_from([None, True, 7, "", "x", [], ["x"], {}, {"x": "y"}]))
    return body


def _places(node: Any) -> Any:
    for key, child in node.items():
        yield node, key
        if isinstance(child, dict):
            yield from _places(child)


def refusal_of(translate: Callable[[], Any]) -> Untranslatable | None:
    """How a translation ends: no other exception than these may come out of it."""
    try:
        translate()
    except Untranslatable as refusal:
        return refusal
    return None


@profiles
@given(data=st.data())
def test_a_damaged_message_is_read_or_refused_by_a_path(profile: Profile, data: st.DataObject) -> None:
    operation, body = data.draw(bodies.operations_and_bodies())
    iso = data.draw(damaged(written(operation, body, profile)))
    refusal = refusal_of(lambda: MESSAGES[operation].from_iso(iso, profile))
    if refusal is not None:
        assert isinstance(refusal, MalformedMessage)
        assert refusal.path.split(".")[0] in {"GrpHdr", "CdtTrfTxInf", "TxInfAndSts", "Assgnmt", "Rpt"}


@profiles
@given(data=st.data())
def test_a_damaged_body_is_written_or_refused_by_a_path(profile: Profile, data: st.DataObject) -> None:
    operation, body = data.draw(bodies.operations_and_bodies())
    broken = data.draw(damaged(body))
    refusal = refusal_of(lambda: written(operation, broken, profile))
    if refusal is not None:
        assert isinstance(refusal, NoIsoForm)
        assert refusal.path.split(".")[0] in body
