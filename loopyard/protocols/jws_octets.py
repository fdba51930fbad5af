"""The octets of a signature: how FSPIOP-Signature is written and read, and over which forms of a body a signature holds."""

from __future__ import annotations

from typing import Any

import orjson

from loopyard.protocols import base64url, canonical
from loopyard.protocols.jws_errors import InvalidSignature, Matched
from loopyard.protocols.jws_keys import PublicKey


def signing_input(protected: str, payload: bytes) -> bytes:
    """The octets that are signed."""
    return f"{protected}.{base64url.encode(payload)}".encode("ascii")


def signature_header(protected: str, signature: bytes) -> str:
    """The value of FSPIOP-Signature."""
    return orjson.dumps({"protectedHeader": protected, "signature": base64url.encode(signature)}).decode()


def signature_parts(header: str) -> tuple[str, bytes]:
    """The protected header as it was sent, and the signature's octets. Raises InvalidSignature."""
    try:
        parts = orjson.loads(header)
        protected, signature = parts["protectedHeader"], parts["signature"]
        if not isinstance(protected, str) or not isinstance(signature, str) or "." in protected + signature:
            raise InvalidSignature("jwt malformed")
        if not signature.strip():
            raise InvalidSignature("jwt signature is required")
        return protected, base64url.decode(signature)
    except (ValueError, KeyError, TypeError) as cause:
        raise InvalidSignature("invalid token") from cause


def protected_of(text: str) -> dict[str, Any]:
    """A protected header, decoded. Raises InvalidSignature."""
    try:
        protected = orjson.loads(base64url.decode(text))
    except ValueError as cause:
        raise InvalidSignature("invalid token") from cause
    if not isinstance(protected, dict):
        raise InvalidSignature("invalid token")
    return protected


def holding(keys: list[PublicKey], protected: str, signature: bytes, body: bytes) -> tuple[Matched, ...]:
    """The forms of a body over which a signature holds under one of the keys."""
    known: dict[bytes, bool] = {}
    forms = _forms(body)
    for _, payload in forms:
        if payload not in known:
            message = signing_input(protected, payload)
            known[payload] = any(key.holds(signature, message) for key in keys)
    return tuple(name for name, payload in forms if known[payload])


def _forms(body: bytes) -> list[tuple[Matched, bytes]]:
    forms: list[tuple[Matched, bytes]] = [("raw", body)]
    try:
        parsed = canonical.parse(body)
    except ValueError:
        return forms
    return [*forms, ("insertion", canonical.insertion_json(parsed)), ("sorted", canonical.sorted_json(parsed))]
