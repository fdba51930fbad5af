"""FSPIOP messages on the wire: headers, amounts, dates, and one call over HTTP. Written from the API's digest; the standard
library only."""

from __future__ import annotations

import http.client
import json
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import formatdate
from typing import Any, NamedTuple
from urllib.parse import urlsplit

VERSION = "2.0"
PATIENCE = 10.0
"""Seconds on the wall clock for an answer."""


class Message(NamedTuple):
    """A request that came in; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def source(self) -> str:
        return self.headers.get("fspiop-source", "")

    def content(self) -> dict[str, Any]:
        found = json.loads(self.body or b"{}", parse_float=Decimal)
        assert isinstance(found, dict), f"{self.method} {self.path} carries no JSON object"
        return found


def headers(method: str, path: str, source: str, destination: str | None) -> dict[str, str]:
    """The headers of a message; a content type goes with every method, an Accept with what awaits a callback."""
    resource = path.strip("/").split("/")[0]
    kind = f"application/vnd.interoperability.{resource}+json;version="
    found = {"Content-Type": kind + VERSION, "Date": formatdate(usegmt=True), "FSPIOP-Source": source}
    if method in ("GET", "POST", "DELETE"):
        found["Accept"] = kind + VERSION.split(".", maxsplit=1)[0]
    return found | ({"FSPIOP-Destination": destination} if destination else {})


def call(base: str, method: str, path: str, head: dict[str, str], body: bytes = b"") -> tuple[int, bytes]:
    """One request on a connection of its own. OSError and HTTPException when no answer comes."""
    place = urlsplit(base)
    assert place.hostname is not None, f"{base} names no host"
    connection = http.client.HTTPConnection(place.hostname, place.port or 80, timeout=PATIENCE)
    try:
        connection.request(method, place.path.rstrip("/") + path, body or None, head)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def packed(content: dict[str, Any] | None) -> bytes:
    """A body with sorted keys, so that every signer and verifier sees the same bytes."""
    return b"" if content is None else json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def money(value: Decimal, currency: str) -> dict[str, str]:
    """An amount in the scheme's form: no exponent, no trailing zeros."""
    return {"amount": format(value.normalize(), "f"), "currency": currency}


def value(of: dict[str, str]) -> Decimal:
    return Decimal(of["amount"])


def now(ahead: float = 0.0) -> str:
    """A date `ahead` seconds from now, with milliseconds."""
    return (datetime.now(UTC) + timedelta(seconds=ahead)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def new_id() -> str:
    return str(uuid.uuid4())


def error(code: str, description: str) -> dict[str, Any]:
    return {"errorInformation": {"errorCode": code, "errorDescription": description}}
