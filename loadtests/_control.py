"""Calls to the control of a world, and to whatever else is asked outside the measurement. Plain HTTP, no statistics."""

from __future__ import annotations

import http.client
import json
import os
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

PATIENCE: Final = 600.0
"""Seconds for one call: the audit of a long run reads everything that was said in it."""


class Unreachable(Exception):
    """Nothing answers at an address, or what answers is not what was looked for: the lab is broken, not the bank."""


def call(method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None, timeout: float = PATIENCE) -> Any:
    """The JSON of an answer below 300, None for an empty one. Raises Unreachable, and Refused for any other status."""
    status, content = exchange(method, url, body, headers, timeout)
    if status >= 300:
        raise Refused(f"{method} {url} was answered {status}: {content[:300].decode(errors='replace')}")
    try:
        return json.loads(content) if content else None
    except ValueError:
        raise Unreachable(f"{method} {url} was answered with what is no JSON: {content[:80]!r}") from None


class Refused(Unreachable):
    """Somebody answered, and would not do it."""


def exchange(
    method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None, timeout: float = PATIENCE
) -> tuple[int, bytes]:
    """Status and body of any answer. Raises Unreachable."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Unreachable(f"{url!r} is no address; write http://host:port")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=timeout)
    content = None if body is None else json.dumps(body)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, content, {"Content-Type": "application/json", **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(f"nothing answers at {parts.scheme}://{parts.netloc}: {error}") from error
    finally:
        connection.close()


class Control:
    """The control of one world. What it can be asked for is told by `GET /control`."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def __call__(self, operation: str, /, **arguments: Any) -> Any:
        """Do one thing to the world. Raises Unreachable."""
        return call("POST", f"{self.url}/control/{operation}", arguments, self.headers)

    @property
    def headers(self) -> dict[str, str]:
        """What shows that we may: the token of a world beyond loopback stands in the environment."""
        token = os.environ.get("LOOPYARD_TOKEN")
        return {"Authorization": f"Bearer {token}"} if token else {}
