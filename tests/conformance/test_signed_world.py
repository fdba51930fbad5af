"""A world that signs, held against the rules by code that shares nothing with it: every signature of a payment and of a
conversion is verified with the standard library and the cryptography library alone, over both canonical forms."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from loopyard.engine.traffic import Interaction
from loopyard.kernel.money import Money
from loopyard.testing.lab import Lab
from loopyard.testing.observation import watch_world
from loopyard.world.defaults import default_world
from loopyard.world.file import load
from loopyard.world.signing import PartyProfile, Profile

ELLIPTIC = ("blue-wallet", "lake-fx")


def octets(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def forms(body: bytes) -> set[bytes]:
    """The body as the two generations of the scheme's library sign it."""
    document = json.loads(body)
    return {
        json.dumps(document, sort_keys=by_key, separators=(",", ":"), ensure_ascii=False).encode() for by_key in (True, False)
    }


def check(headers: Mapping[str, str], body: bytes, pem: str) -> str:
    """Raises unless the signature holds over both forms and says what the headers say; its algorithm."""
    given = json.loads(headers["fspiop-signature"])
    protected = json.loads(octets(given["protectedHeader"]))
    key = serialization.load_pem_public_key(pem.encode())
    for form in forms(body):
        payload = base64.urlsafe_b64encode(form).rstrip(b"=").decode()
        message, signature = f"{given['protectedHeader']}.{payload}".encode(), octets(given["signature"])
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        else:
            assert isinstance(key, ec.EllipticCurvePublicKey)
            assert len(signature) == 64
            halves = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
            key.verify(utils.encode_dss_signature(*halves), message, ec.ECDSA(hashes.SHA256()))
    wanted = {"FSPIOP-URI", "FSPIOP-HTTP-Method", "FSPIOP-Source", "FSPIOP-Destination", "Date"}
    assert {name: protected[name] for name in wanted} == {name: headers[name.lower()] for name in wanted}
    assert list(protected) == ["alg", "FSPIOP-URI", "FSPIOP-HTTP-Method", "FSPIOP-Source", "FSPIOP-Destination", "Date"]
    return str(protected["alg"])


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    parties = {name: PartyProfile(alg="ES256") for name in ELLIPTIC}
    jws = Profile(on=True, hub_validates=True, sign_put_parties=True, validate_put_parties=True, parties=parties)
    with Lab(replace(load(default_world()), jws=jws)) as lab:
        yield lab


def played(lab: Lab, payer: str, payee: str, amount: str) -> list[tuple[Interaction, dict[str, str]]]:
    """What was said in FSPIOP while a customer of the home bank paid, with lower-case headers."""
    watch = watch_world(lab.world, f"{payer} {payee}")
    people = watch.world.cast.people
    order = watch.channel.initiate(people[payer], people[payee], Money(amount, "MWK"))
    watch.channel.accept(order)
    assert order.last.told == "completed"
    rows = [(row, {name.lower(): value for name, value in row.request_headers}) for row in lab.world.interactions()]
    return [(row, headers) for row, headers in rows if "fspiop-source" in headers]


@pytest.mark.parametrize(("payer", "payee", "amount"), [("Amina", "Bob", "100"), ("Chikondi", "Mutale", "1000")])
def test_every_signature_of_a_signed_world_holds_by_the_rules_alone(lab: Lab, payer: str, payee: str, amount: str) -> None:
    rows = played(lab, payer, payee, amount)
    keys: dict[str, list[dict[str, Any]]] = lab.world.control("jws.keys")
    signers: dict[str, set[str]] = {}
    for row, headers in rows:
        assert ("fspiop-signature" in headers) == (row.method != "GET"), f"{row.method} {row.path}"
        if row.method != "GET":
            source = headers["fspiop-source"]
            signers.setdefault(source, set()).add(check(headers, row.request_body, keys[source][0]["pem"]))
    assert {"Hub", "green-bank"} <= set(signers)
    assert all(algorithms == {"ES256" if name in ELLIPTIC else "RS256"} for name, algorithms in signers.items())


def test_the_check_itself_can_fail(lab: Lab) -> None:
    row, headers = next((row, headers) for row, headers in played(lab, "Amina", "Bob", "100") if row.path == "/quotes")
    pem = lab.world.control("jws.keys")["green-bank"][0]["pem"]
    check(headers, row.request_body, pem)
    for changed in (row.request_body.replace(b"100", b"900"), b"{}"):
        with pytest.raises(InvalidSignature):
            check(headers, changed, pem)
    with pytest.raises(AssertionError):
        check(headers | {"date": "Mon, 02 Mar 2026 09:00:00 GMT"}, row.request_body, pem)
