"""Base64url without padding, as JOSE and ILP write it. Nothing here knows what the octets mean."""

from __future__ import annotations

import base64
import binascii
import re

_ALPHABET = re.compile(r"[A-Za-z0-9_-]*")


def encode(octets: bytes) -> str:
    """Octets as base64url text without padding."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")


def decode(text: str | bytes) -> bytes:
    """Octets of base64url text; trailing padding is allowed. ValueError when it is not base64url."""
    plain = (text if isinstance(text, str) else text.decode("ascii")).rstrip("=")
    if not _ALPHABET.fullmatch(plain):
        raise ValueError("not base64url; use the characters A-Z a-z 0-9 - _")
    try:
        return base64.urlsafe_b64decode(plain + "=" * (-len(plain) % 4))
    except binascii.Error as cause:
        raise ValueError(f"not base64url; {cause}") from cause
