"""OAuth 2 between machines: client credentials, bearer tokens as signed JWTs (RS256, RFC 7519), key sets (RFC 7517). No I/O,
and nothing of who may do what. Source: docs/sources/iam.md.

    LoopyardError
        InvalidToken        a bearer token does not hold; `reason` is the text that Envoy, the gateway of many hubs, answers
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final
from urllib.parse import quote, unquote

import orjson
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from loopyard.kernel.errors import LoopyardError
from loopyard.protocols import base64url
from loopyard.protocols.jws_keys import PrivateKey, PublicKey, load_private

FORM: Final = "application/x-www-form-urlencoded"
MISSING: Final = "Jwt is missing"
SKEW: Final = 60
"""Seconds by which a clock may be off, as the gateway has it."""


class InvalidToken(LoopyardError):
    """A bearer token does not hold."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason}; fetch a new token from the identity provider")
        self.reason = reason


@cache
def throwaway_key(number: int) -> PrivateKey:
    """One of the fixed throw-away RSA keys, numbered from 1: making one takes long, and a world must repeat itself."""
    return load_private((files("loopyard.protocols") / "keys" / f"rsa_{number}.pem").read_bytes())


def public_half(key: PrivateKey) -> PublicKey:
    """The key that verifies what this one signs."""
    return PublicKey(key.key.public_key())


def pem(key: PublicKey) -> str:
    """The key as others are given it."""
    return key.key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def key_id(key: PublicKey) -> str:
    """A name for a key that follows from the key."""
    der = key.key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64url.encode(sha256(der).digest())


def key_set(*keys: PublicKey) -> dict[str, Any]:
    """The JSON Web Key Set of RSA keys."""
    return {"keys": [_jwk(key) for key in keys]}


def keys_of(key_set: Any) -> dict[str, PublicKey]:
    """The RSA signing keys of a JSON Web Key Set by their ids; what cannot be read is left out, as gateways do."""
    rows = key_set.get("keys", []) if isinstance(key_set, dict) else []
    found = {}
    for row in rows:
        try:
            numbers = RSAPublicNumbers(_number(row["e"]), _number(row["n"]))
            found[str(row["kid"])] = PublicKey(numbers.public_key())
        except (KeyError, TypeError, ValueError):
            continue
    return found


def issue(key: PrivateKey, claims: Mapping[str, Any]) -> str:
    """A signed token. The order of the claims is kept."""
    assert isinstance(key.key, RSAPrivateKey)
    header = {"alg": "RS256", "typ": "JWT", "kid": key_id(public_half(key))}
    signed = f"{_segment(header)}.{_segment(claims)}"
    return f"{signed}.{base64url.encode(key.sign(signed.encode('ascii')))}"


def verified(token: str, keys: Mapping[str, PublicKey], issuer: str, now: datetime) -> dict[str, Any]:
    """The claims of a token that one of the keys signed for `issuer` and that is good now. Raises InvalidToken."""
    segments = token.split(".")
    if len(segments) != 3:
        raise InvalidToken("Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections")
    header, claims = _read(segments[0], "header"), _read(segments[1], "payload")
    if claims.get("iss") != issuer:
        raise InvalidToken("Jwt issuer is not configured")
    _check_times(claims, now.timestamp())
    key = keys.get(str(header.get("kid")))
    if key is None or header.get("alg") != key.algorithm:
        raise InvalidToken("Jwks doesn't have key to match kid or alg from Jwt")
    try:
        signature = base64url.decode(segments[2])
    except ValueError:
        raise InvalidToken("Jwt signature is an invalid Base64url encoded") from None
    if not key.holds(signature, f"{segments[0]}.{segments[1]}".encode()):
        raise InvalidToken("Jwt verification fails")
    return claims


def unverified(token: str) -> dict[str, Any]:
    """What a token says, whoever signed it. Raises InvalidToken for one that cannot be read."""
    return _read(token.split(".")[1] if "." in token else "", "payload")


def bearer(header: str | None) -> str:
    """The token of an Authorization header. Raises InvalidToken where there is none."""
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise InvalidToken(MISSING)
    return token.strip()


def basic(client: str, secret: str) -> str:
    """The Authorization header of a client that gives id and secret (RFC 6749, 2.3.1)."""
    pair = f"{quote(client, safe='')}:{quote(secret, safe='')}"
    return "Basic " + base64.b64encode(pair.encode()).decode("ascii")


def basic_pair(header: str | None) -> tuple[str, str] | None:
    """Id and secret of a Basic header, None where there is none that can be read."""
    scheme, _, text = (header or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client, colon, secret = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (unquote(client), unquote(secret)) if colon else None


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    expires, begins = claims.get("exp"), claims.get("nbf")
    if isinstance(begins, int) and now + SKEW < begins:
        raise InvalidToken("Jwt not yet valid")
    if isinstance(expires, int) and now > expires + SKEW:
        raise InvalidToken("Jwt is expired")


def _jwk(key: PublicKey) -> dict[str, str]:
    numbers = key.key.public_numbers()
    assert isinstance(numbers, RSAPublicNumbers)
    return {
        "kid": key_id(key), "kty": "RSA", "alg": "RS256", "use": "sig", "n": _octets(numbers.n), "e": _octets(numbers.e),
    }  # fmt: skip


def _octets(number: int) -> str:
    return base64url.encode(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def _number(text: str) -> int:
    return int.from_bytes(base64url.decode(text), "big")


def _segment(content: Mapping[str, Any]) -> str:
    return base64url.encode(orjson.dumps(content))


def _read(segment: str, what: str) -> dict[str, Any]:
    try:
        content = orjson.loads(base64url.decode(segment))
    except ValueError:
        raise InvalidToken(f"Jwt {what} is an invalid JSON") from None
    if not isinstance(content, dict):
        raise InvalidToken(f"Jwt {what} is an invalid JSON")
    return content
