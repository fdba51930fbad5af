"""What is said of a refused signature: over which bytes it holds, under whose key, and nothing that is not so. The signatures
come from the recorded vectors and from the cryptography library, not from the code that is judged."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from loopyard.protocols.jws import Acceptance
from loopyard.protocols.jws_diagnosis import diagnose

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parent.parent / "vectors" / "jws" / "vectors.json").read_text(encoding="utf-8")
)
QUOTE = next(each for each in VECTORS["vectors"] if each["name"] == "post_quotes_rs256")
RSA = VECTORS["keys"]["rsaPublicSpkiPem"]
BODY = b'{"b":1, "a":2}'
RAW, INSERTION, SORTED = BODY, b'{"b":1,"a":2}', b'{"a":2,"b":1}'


def b64(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def other() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def pem_of(key: rsa.RSAPrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def signed(over: bytes, key: rsa.RSAPrivateKey | None = None) -> dict[str, str]:
    """Headers with a signature over these bytes, made with the cryptography library alone."""
    key = key or load_pem_private_key(VECTORS["keys"]["rsaPrivatePkcs1Pem"].encode(), None)  # type: ignore[assignment]
    assert isinstance(key, rsa.RSAPrivateKey)
    said = {"alg": "RS256", "FSPIOP-URI": "/quotes", "FSPIOP-HTTP-Method": "POST", "FSPIOP-Source": "payerfsp"}
    protected = b64(json.dumps(said).encode())
    signature = key.sign(f"{protected}.{b64(over)}".encode(), padding.PKCS1v15(), hashes.SHA256())
    return {
        "FSPIOP-URI": "/quotes", "FSPIOP-HTTP-Method": "POST", "FSPIOP-Source": "payerfsp",
        "FSPIOP-Signature": json.dumps({"protectedHeader": protected, "signature": b64(signature)}),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("over", "accepts", "words"),
    [
        (INSERTION, "sorted", "it holds over insertion-order bytes, not over raw or sorted bytes; sorted is accepted"),
        (SORTED, "insertion", "it holds over sorted bytes, not over raw or insertion-order bytes; insertion is accepted"),
        (RAW, "either", "it holds over raw bytes, not over insertion-order or sorted bytes; either is accepted"),
    ],
)
def test_it_says_over_which_bytes_a_signature_holds(over: bytes, accepts: Acceptance, words: str) -> None:
    assert diagnose(signed(over), BODY, {"payerfsp": RSA}, accepts) == f"signature: invalid signature; {words}"


def test_a_body_that_was_changed_is_told_from_another_form() -> None:
    told = diagnose(QUOTE["signedHeaders"], QUOTE["wireBody"].replace("100", "900").encode(), {"payerfsp": RSA})
    assert "over none of raw, insertion-order and sorted bytes; the body was changed" in told


def test_it_says_whose_key_it_was(other: rsa.RSAPrivateKey) -> None:
    keys = {"payerfsp": RSA, "thief": pem_of(other)}
    told = diagnose(signed(SORTED, other), BODY, keys)
    assert told.endswith(
        "made with the key of thief, and it holds over sorted bytes, not over raw or insertion-order bytes under that"
    )


def test_it_says_that_a_key_was_replaced(other: rsa.RSAPrivateKey) -> None:
    told = diagnose(signed(SORTED, other), BODY, {"payerfsp": RSA}, past={"payerfsp": (pem_of(other),)})
    assert "it was made with a key that payerfsp has replaced" in told


@pytest.mark.parametrize("broken", ["no key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
def test_a_stranger_with_a_broken_key_does_not_stop_it(broken: str) -> None:
    told = diagnose(QUOTE["signedHeaders"], b'{"amount":"other"}', {"payerfsp": RSA, "stranger": broken})
    assert "or the key is nobody's here" in told


def test_a_signature_that_holds_is_said_to_hold() -> None:
    told = diagnose(QUOTE["signedHeaders"], QUOTE["wireBody"].encode(), {"payerfsp": RSA})
    assert told == (
        "signature: it is the sender's, and it holds over raw, insertion-order and sorted bytes; "
        "the receiver takes another form, or another key"
    )


def test_other_refusals_keep_the_validators_words() -> None:
    headers = QUOTE["signedHeaders"] | {"fspiop-http-method": "PUT"}
    told = diagnose(headers, QUOTE["wireBody"].encode(), {"payerfsp": RSA})
    assert told == "signature: FSPIOP-HTTP-Method HTTP request header value: PUT does not match protected header value: POST"
