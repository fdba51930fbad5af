"""Signatures between connectors: what is signed so that every verifier agrees, and what is refused. Whether requests equal
those of the real software is proven in tests/conformance."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from mojaloop_connector_yard import SWITCH, Call, Say, Yard

PAYER: dict[str, Any] = {"supported_currencies": ["XXX"]}
PAYEE: dict[str, Any] = {"reserve_notification": True}


@pytest.fixture(scope="module")
def keys() -> dict[str, tuple[str, str]]:
    """A private and a public key for each participant."""
    return {name: _pair() for name in ("payer", "payee", SWITCH)}


def _pair() -> tuple[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


def test_a_signed_body_goes_out_sorted_so_that_every_verifier_agrees(
    open_yard: Callable[..., Yard], keys: dict[str, tuple[str, str]]
) -> None:
    yard = open_yard(payer=PAYER | {"jws_sign": True, "jws_signing_key": keys["payer"][0]}, payee=PAYEE)
    assert yard.transfer().body["currentState"] == "COMPLETED"
    body = yard.hub.last("POST /transfers").body
    assert list(body) == sorted(body)


def test_a_message_with_a_broken_signature_is_refused(open_yard: Callable[..., Yard], keys: dict[str, tuple[str, str]]) -> None:
    public = {name: pair[1] for name, pair in keys.items()}
    validating = {"validate_inbound_jws": True, "jws_verification_keys": public}
    yard = open_yard(payer=PAYER | {"jws_sign": True, "jws_signing_key": keys["payer"][0]}, payee=PAYEE | validating)

    def altered(call: Call) -> list[Say]:
        (said,) = yard.hub.relay(call)
        return [Say("POST", said.path, said.body | {"note": "altered"}, to="payee", headers=said.headers)]

    yard.hub.script["POST /quotes"] = altered
    told = yard.transfer()
    assert (told.status, told.body["message"][:24]) == (504, "Timeout requesting quote")
    assert yard.hub.refusals[0][1] == 400
    assert json.loads(yard.hub.refusals[0][2]) == {
        "errorInformation": {"errorCode": "3105", "errorDescription": "Invalid signature"}
    }
