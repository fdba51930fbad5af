"""A message with a fault moves what the sound one would move, or nothing: no book shows a third thing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopyard.protocols import ilp, schemas
from loopyard.protocols.fspiop import dates
from loopyard.protocols.fspiop.coercion import coerced
from tests.fuzz.messages import spoiled
from tests.fuzz.test_resources import FUZZ
from tests.fuzz.world import HUB, RECEIVER, SENDER, Target, running

CONTRACT = schemas.load("fspiop_2.0")
FULFILMENT = "A" * 43
ID, CONVERSION = "b51ec534-ee48-4575-b6a9-ead2955b8069", "77c9d78d-c26a-4474-8b3c-99b96a814bfc"
EXPIRY = timedelta(minutes=1)


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    with running(HUB) as target:
        yield target


def prepare(target: Target) -> dict[str, Any]:
    return {
        "transferId": ID, "payerFsp": SENDER, "payeeFsp": RECEIVER, "amount": {"amount": "12.5", "currency": "MWK"},
        "ilpPacket": "A" * 100, "condition": ilp.condition_of(FULFILMENT),
        "expiration": dates.to_iso(target.world.now + EXPIRY),
    }  # fmt: skip


def conversion(target: Target) -> dict[str, Any]:
    return {
        "commitRequestId": CONVERSION, "determiningTransferId": ID, "initiatingFsp": SENDER, "counterPartyFsp": "nile-fx",
        "sourceAmount": {"amount": "12.5", "currency": "MWK"}, "targetAmount": {"amount": "25", "currency": "UGX"},
        "condition": ilp.condition_of(FULFILMENT), "expiration": dates.to_iso(target.world.now + EXPIRY),
    }  # fmt: skip


@pytest.mark.parametrize(("path", "make", "to"), [("/transfers", prepare, RECEIVER), ("/fxTransfers", conversion, "nile-fx")])
def test_a_prepare_with_a_fault_reserves_what_the_sound_one_does_or_nothing(
    target: Target, path: str, make: Any, to: str
) -> None:
    allowed = CONTRACT.request(f"POST {path}")
    assert allowed is not None

    target.world.reset("one")
    nothing, sound = target.balances(), make(target)
    status, moved = target.outcome(path, sound, to)
    assert (status, moved == nothing) == (202, False)

    @FUZZ
    @given(st.randoms(use_true_random=False))
    def fuzz(chance: Random) -> None:
        body = spoiled(sound, chance)
        status, found = target.outcome(path, body, to)
        if allowed.is_valid(coerced(allowed.schema, body)):
            return  # another message, which may move another amount; a number is taken for a text
        assert status < 500
        assert found in ([nothing, moved] if status == 202 else [nothing]), (status, json.dumps(body))

    fuzz()
