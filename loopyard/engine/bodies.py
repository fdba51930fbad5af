"""Reads JSON bodies as they come from a wire that nobody vouches for. What a body means is known elsewhere."""

from __future__ import annotations

from typing import Any

import orjson

from loopyard.kernel.errors import LoopyardError
from loopyard.transport.server import BODY_LIMIT

MAX_DEPTH = 100
"""Levels of nesting. No message of a payment system comes near; deeper ones are made to exhaust somebody's stack."""


class MalformedBody(LoopyardError):
    """The body of a request is not JSON, or not JSON that anybody should have to read."""


def read_json(body: bytes) -> Any:
    """The JSON of a body, None where there is none. Raises MalformedBody: not JSON, not UTF-8, too large, too deep."""
    if not body:
        return None
    if len(body) > BODY_LIMIT:
        raise MalformedBody(f"the body is larger than {BODY_LIMIT} bytes; send less in one message")
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise MalformedBody(str(error)) from error
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH and _deeper_than(MAX_DEPTH, value):
        raise MalformedBody(f"the body is nested deeper than {MAX_DEPTH} levels; flatten it")
    return value


def _deeper_than(limit: int, value: Any) -> bool:
    level = [value] if isinstance(value, (dict, list)) else []
    for _ in range(limit):
        level = [each for container in level for each in _members(container) if isinstance(each, (dict, list))]
    return bool(level)


def _members(container: Any) -> Any:
    return container.values() if isinstance(container, dict) else container
