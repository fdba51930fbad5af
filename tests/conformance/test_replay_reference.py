"""The reference Mojaloop connector in the place of the recorded one, as payer, payee and FX provider: given the same inputs, it
says the same to hub, backend and channel."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.captures import (
    ERRORS,
    FX,
    JWS,
    JWS_RESERVED,
    TO_HUB,
    TRANSFER,
    Told,
    base64url,
    read,
    told,
)
from tests.conformance.signatures import Pair, check_signature, make_pair
from tests.conformance.stage import Accept, Order, Stage


def order(answer: Told) -> Order:
    return Order(answer.began, answer.order)


SENT = told(f"{TRANSFER}.outbound-response")
FAILED = [told(f"fspiop-error-{name}") for name in ("999-50", "27713404-50", *(f"27713803912-{n}" for n in (666, 667, 668)))]
CONVERTED = [told(f"{FX}.outbound-{name}") for name in ("s1", "s2", "r1", "r2", "r3")]
CONVERSIONS = (
    order(CONVERTED[0]),
    Accept({"acceptConversion": True}),
    order(CONVERTED[2]),
    Accept({"acceptQuote": True}),
    Accept({"acceptConversion": True}),
)


def played(stage: Stage) -> Stage:
    asyncio.run(stage.play())
    stage.assert_said_as_recorded()
    return stage


def test_a_payer_sends_as_recorded(tmp_path: Path) -> None:
    stage = played(Stage(TRANSFER, "payer", tmp_path, [order(SENT)]))
    stage.assert_told_as_recorded([SENT])
    assert stage.unrecorded == []


def test_a_payer_converts_as_recorded(tmp_path: Path) -> None:
    stage = played(Stage(FX, "payer", tmp_path, CONVERSIONS))
    stage.assert_told_as_recorded(CONVERTED)
    assert stage.unrecorded == []


def test_a_payer_fails_as_recorded(tmp_path: Path) -> None:
    stage = played(Stage(ERRORS, "payer", tmp_path, [order(each) for each in FAILED]))
    stage.assert_told_as_recorded(FAILED)
    assert stage.unrecorded == []


@pytest.mark.parametrize("recording", [TRANSFER, FX])
def test_a_payee_receives_as_recorded(tmp_path: Path, recording: str) -> None:
    assert played(Stage(recording, "payee", tmp_path)).unrecorded == []


def test_a_payee_refuses_as_recorded(tmp_path: Path) -> None:
    stage = played(Stage(ERRORS, "payee", tmp_path))
    assert stage.unrecorded == ["POST /transfers"], "the last prepare reached a backend that never answered"


def test_a_provider_converts_as_recorded(tmp_path: Path) -> None:
    assert played(Stage(FX, "fxp", tmp_path)).unrecorded == []


@pytest.mark.parametrize(
    "setting", [{"expiry_seconds": 20}, {"resource_versions": {"quotes": "1.1"}}, {"id_generator": "uuid"}]
)
def test_a_connector_that_is_set_otherwise_does_not_pass_for_the_recorded_one(tmp_path: Path, setting: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match=r"recorded .*, here "):
        played(Stage(TRANSFER, "payer", tmp_path, [order(SENT)], **setting))


@pytest.fixture(scope="module")
def pair() -> Pair:
    return make_pair()


@pytest.mark.parametrize("recording", [JWS, JWS_RESERVED])
@pytest.mark.parametrize("party", ["payer", "payee"])
def test_signed_messages_are_as_recorded(tmp_path: Path, pair: Pair, recording: str, party: str) -> None:
    signing = {"jws_sign": True, "jws_sign_put_parties": True, "jws_form": "insertion", "jws_signing_key": pair.private}
    stage = played(Stage(recording, party, tmp_path, signed_orders(recording) if party == "payer" else [], **signing))
    assert stage.unrecorded == []
    signed = [each for each in stage.emitted if each.leg == TO_HUB and each.method != "GET"]
    assert signed
    for each in signed:
        check_signature({name.lower(): value for name, value in each.headers}, each.raw, pair.public)


def signed_orders(recording: str) -> list[Order]:
    """What the channel of a signed recording asked for was not kept: its lookups tell of whom, its quotes of how much."""
    lookups = [each for each in read(recording, TO_HUB, "payer") if each.method == "GET"]
    ids = [each.path.split("/")[-1] for each in lookups]
    changed = [{"amount": "10", "to": {"idType": "MSISDN", "idValue": value}} for value in ids]
    return [Order(each.at, SENT.order | change) for each, change in zip(lookups, changed, strict=True)]


@pytest.mark.parametrize("recording", [TRANSFER, FX])
def test_a_payee_s_packet_says_what_the_recorded_one_says(tmp_path: Path, recording: str) -> None:
    stage = played(Stage(recording, "payee", tmp_path))
    theirs = [packet(each.body["ilpPacket"]) for each in stage.expected if each.path.startswith("/quotes")]
    ours = [packet(each.body["ilpPacket"]) for each in stage.emitted if each.path.startswith("/quotes")]
    assert theirs
    assert ours == theirs


def packet(text: str) -> tuple[int, str, Any]:
    """Amount, address and content of a packet of version 1. Ids and moments in it are the quote's, which were given."""
    octets = base64url(text)
    assert octets[0] == 1
    body, _ = _variable(octets[1:])
    address, rest = _variable(body[8:])
    data, _ = _variable(rest)
    return int.from_bytes(body[:8], "big"), address.decode(), json.loads(base64url(data.decode()))


def _variable(octets: bytes) -> tuple[bytes, bytes]:
    """An octet string with its length before it, and what follows."""
    length, start = octets[0], 1
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(octets[1:start], "big")
    return octets[start : start + length], octets[start + length :]
