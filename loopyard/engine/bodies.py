"""Reads JSON bodies as they come from a wire that nobody vouches for. What a body means is known elsewhere."""

from __future__ import annotations

import json
from typing import Any, Final

import orjson

from loopyard.kernel.errors import LoopyardError
from loopyard.kernel.nesting import MAX_DEPTH, has_many_brackets, spelled_too_deep, too_deep
from loopyard.transport.server import BODY_LIMIT

_DEEP: Final = f"the body is nested deeper than {MAX_DEPTH} levels; flatten it"


class MalformedBody(LoopyardError):
    """The body of a request is not JSON, or not JSON that anybody should have to read."""


class Unreasonable(MalformedBody):
    """It may be JSON, but it is too large or nested too deep to be read."""


def read_json(body: bytes) -> Any:
    """The JSON of a body, None where there is none; half a surrogate pair, which JSON can spell out and no text can hold, reads
    "?". Raises MalformedBody: not JSON, not UTF-8, too large, too deep."""
    if not body:
        return None
    if len(body) > BODY_LIMIT:
        raise Unreasonable(f"the body is larger than {BODY_LIMIT} bytes; send less in one message")
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        if spelled_too_deep(body):
            raise Unreasonable(_DEEP) from error
        value = _with_whole_characters(body, error)
    if has_many_brackets(body) and too_deep(value):
        raise Unreasonable(_DEEP)
    return value


def _with_whole_characters(body: bytes, error: orjson.JSONDecodeError) -> Any:
    """What the parser has refused, unless half a surrogate pair was all that it refused."""
    try:
        return orjson.loads(json.dumps(json.loads(body.decode()), ensure_ascii=False).encode("utf-8", "replace"))
    except ValueError:
        raise MalformedBody(str(error)) from error
