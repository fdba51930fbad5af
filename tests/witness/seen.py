"""One message as it was on the wire, and how to read it. The standard library only: nothing here may share code with what
it judges."""

from __future__ import annotations

import base64
import hashlib
import json
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

Accounts = dict[tuple[str, str], Decimal]
"""Amounts by (participant, currency)."""


class Seen(NamedTuple):
    """A request between two parties. `status` is None when no answer came; `answer` is the body of the answer."""

    seq: int
    sender: str
    receiver: str
    method: str
    path: str
    headers: list[tuple[str, str]]
    body: bytes
    status: int | None
    answer: bytes = b""

    @property
    def refused(self) -> bool:
        """Whether the receiver said no. Silence is not a no."""
        return self.status is not None and self.status >= 300

    def __str__(self) -> str:
        return f"message {self.seq}, {self.method} {self.path} from {self.sender} to {self.receiver}"


class Unreadable(Exception):
    """A body that is not what its path promises."""


def content(body: bytes) -> dict[str, Any]:
    """The JSON object of a body, its numbers as decimals. Raises Unreadable."""
    try:
        value = json.loads(body, parse_float=Decimal, parse_int=Decimal)
    except ValueError as error:
        raise Unreadable(f"not JSON: {error}") from error
    if not isinstance(value, dict):
        raise Unreadable("not a JSON object")
    return value


def text(of: dict[str, Any], key: str) -> str:
    """A member that must be a text. Raises Unreadable."""
    value = of.get(key)
    if not isinstance(value, str):
        raise Unreadable(f"{key} is {value!r}")
    return value


def decimal(value: object) -> Decimal:
    """A decimal from a JSON text or number. Raises Unreadable."""
    try:
        found = Decimal(value) if isinstance(value, str | Decimal) else None
    except ArithmeticError as error:
        raise Unreadable(f"{value!r} is not an amount") from error
    if found is None or not found.is_finite() or found < 0:
        raise Unreadable(f"{value!r} is not an amount")
    return found


def amount(of: dict[str, Any], key: str) -> tuple[Decimal, str]:
    """The amount and currency of a member; an `amountDecimal` beside the number wins. Raises Unreadable."""
    member = of.get(key)
    if not isinstance(member, dict):
        raise Unreadable(f"{key} is {member!r}")
    return decimal(member.get("amountDecimal", member.get("amount"))), text(member, "currency")


def segments(path: str) -> list[str]:
    """The decoded parts of a path, without the query."""
    return [unquote(part) for part in urlsplit(path).path.split("/") if part]


def opens(condition: str, fulfilment: str) -> bool:
    """Whether the SHA-256 of a fulfilment of 32 bytes is the condition."""
    try:
        secret = base64.urlsafe_b64decode(fulfilment + "=" * (-len(fulfilment) % 4))
    except ValueError:
        return False
    digest = base64.urlsafe_b64encode(hashlib.sha256(secret).digest()).rstrip(b"=").decode()
    return len(secret) == 32 and digest == condition.rstrip("=")
