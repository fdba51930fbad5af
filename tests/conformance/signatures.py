"""Signatures checked with nothing of the product: what a peer's verifier would say."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.conformance.captures import base64url, compact


@dataclass(frozen=True)
class Pair:
    """A private and a public key, PEM."""

    private: str
    public: str


def make_pair() -> Pair:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return Pair(private.decode(), public.decode())


def check_signature(headers: Mapping[str, str], body: bytes, public: str) -> None:
    """Raises InvalidSignature of the cryptography library unless the signature holds over the body in the order of its keys,
    as the recorded libraries see it; AssertionError for a protected header that says other things than the headers."""
    given = json.loads(headers["fspiop-signature"])
    payload = base64.urlsafe_b64encode(compact(json.loads(body))).rstrip(b"=").decode()
    key = serialization.load_pem_public_key(public.encode())
    assert isinstance(key, rsa.RSAPublicKey)
    message = f"{given['protectedHeader']}.{payload}".encode()
    key.verify(base64url(given["signature"]), message, padding.PKCS1v15(), hashes.SHA256())
    assert json.loads(base64url(given["protectedHeader"])) == {
        "alg": "RS256",
        "FSPIOP-URI": headers["fspiop-uri"],
        "FSPIOP-HTTP-Method": headers["fspiop-http-method"],
        "FSPIOP-Source": headers["fspiop-source"],
        "FSPIOP-Destination": headers["fspiop-destination"],
        "Date": headers["date"],
    }
