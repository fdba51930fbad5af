"""A message that is signed wrongly has the one fault that was asked for, and no other."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from loopyard.kernel.errors import UsageError
from loopyard.protocols import jws
from loopyard.testing.lab import Lab
from loopyard.world.defaults import default_world
from loopyard.world.file import load
from loopyard.world.signing import Profile

BODY = {"b": {"c": "1", "d": "2"}, "a": "3"}


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab(replace(load(default_world()), jws=Profile(on=True))) as lab:
        yield lab


@pytest.fixture(autouse=True)
def _fresh(lab: Lab) -> None:
    lab.world.reset()


def sent(lab: Lab, **arguments: Any) -> tuple[dict[str, str], bytes]:
    """Headers and body of a message that Blue Wallet was made to send."""
    lab.world.control(
        "dfsp.raw", fsp="blue-wallet", method="POST", path="/quotes", destination="green-bank", body=BODY, **arguments
    )
    row = lab.world.interactions()[-1]
    return {name.lower(): value for name, value in row.request_headers}, row.request_body


def reason(lab: Lab, **arguments: Any) -> str:
    """Why a verifier with everybody's key refuses it; empty when it does not."""
    headers, body = sent(lab, **arguments)
    keys = {owner: [each["pem"] for each in held] for owner, held in lab.world.control("jws.keys").items()}
    try:
        jws.Verifier(keys).verify(headers, body)
    except jws.InvalidSignature as refused:
        return refused.reason
    return ""


def parts(headers: dict[str, str]) -> tuple[dict[str, Any], str, bytes]:
    given = json.loads(headers["fspiop-signature"])
    octets = [
        base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) for text in (given["protectedHeader"], given["signature"])
    ]
    return json.loads(octets[0]), given["protectedHeader"], octets[1]


def test_what_is_not_forged_is_signed_as_its_sender_signs(lab: Lab) -> None:
    assert reason(lab) == ""


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        ({}, ""),
        ({"key": "zed-bank"}, "invalid signature"),
        ({"alg": "none"}, "jwt signature is required"),
        ({"alg": "HS256"}, "invalid algorithm"),
        ({"alg": "ES256"}, '"alg" parameter for "rsa" key type'),
        ({"unsigned": True}, "fspiop-uri, fspiop-http-method and fspiop-signature"),
        ({"protected": {"Date": None}}, ""),  # a signature without a date is one
        ({"protected": {"FSPIOP-Destination": None}}, "HTTP fspiop-destination header is present but"),
        ({"protected": {"FSPIOP-URI": "/transfers"}}, "FSPIOP-URI HTTP request header value: /quotes"),
        ({"after": {"set": {"b.c": "9"}}}, "invalid signature"),
        ({"after": {"remove": ["a"]}}, "invalid signature"),
        ({"after": {"headers": {"Date": None}}}, "Date header is present in protected header but not in HTTP request"),
    ],
)  # fmt: skip
def test_each_recipe_makes_the_fault_that_it_names(lab: Lab, recipe: dict[str, Any], words: str) -> None:
    told = reason(lab, forge=recipe)
    assert told.startswith(words)
    assert bool(told) is bool(words)


def test_hs256_takes_the_public_key_for_a_secret(lab: Lab) -> None:
    headers, body = sent(lab, forge={"alg": "HS256"})
    said, protected, signature = parts(headers)
    payload = base64.urlsafe_b64encode(body).rstrip(b"=").decode()
    secret = lab.world.control("jws.keys")["blue-wallet"][0]["pem"].encode()
    assert said["alg"] == "HS256"
    assert signature == hmac.digest(secret, f"{protected}.{payload}".encode(), "sha256")


def test_the_key_before_is_there_once_there_is_a_new_one(lab: Lab) -> None:
    with pytest.raises(UsageError, match="has had one key only"):
        sent(lab, forge={"earlier": True})
    lab.world.control("jws.publish", participant="blue-wallet", overlap=10)
    assert reason(lab, forge={"earlier": True}) == ""


@pytest.mark.parametrize(
    ("recipe", "problem"),
    [
        ({"colour": "red"}, "known are"),
        ({"key": "nobody"}, "has no key of this world"),
        ({"after": {"set": 1}}, "must be a table"),
    ],
)
def test_a_recipe_that_cannot_be_read_is_refused(lab: Lab, recipe: dict[str, Any], problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        sent(lab, forge=recipe)


def test_where_nobody_signs_nothing_is_forged(lab: Lab) -> None:
    lab.world.control("jws.use", on=False)
    with pytest.raises(UsageError, match="let the world sign"):
        sent(lab, forge={})
    headers, _ = sent(lab)
    assert "fspiop-signature" not in headers


def test_a_text_and_a_signature_that_is_given_go_as_they_are(lab: Lab) -> None:
    given = {"FSPIOP-Signature": "mine"}
    headers, body = sent(lab, headers=given)
    assert headers["fspiop-signature"] == "mine"
    assert json.loads(body) == BODY
    lab.world.control("dfsp.raw", fsp="blue-wallet", method="POST", path="/quotes", body="no json")
    row = lab.world.interactions()[-1]
    assert row.request_body == b"no json"
    assert "fspiop-signature" not in {name.lower() for name, _ in row.request_headers}


def test_a_behaviour_can_forge_what_a_flow_says(lab: Lab) -> None:
    lab.world.control("dfsp.behave", fsp="blue-wallet", on="parties", do="forge", **{"with": {"key": "zed-bank"}})
    lab.world.control("jws.use", hub_validates=True, sign_put_parties=True, validate_put_parties=True)
    lab.world.control(
        "dfsp.send", fsp="zed-bank", payer={"id_value": "260971000301"}, payee={"id_value": "265881000201"}, amount="1",
        until="parties",
    )  # fmt: skip
    lab.world.settle()
    refused = [row for row in lab.world.traffic() if row["status"] == 400]
    assert [(row["path"], row["receiver"]) for row in refused] == [("/parties/MSISDN/265881000201", "hub")]
    assert "with the key of zed-bank" in refused[0]["note"]
