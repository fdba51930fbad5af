"""Answers that no handler gave: how a fault writes down what its options say. Which fault answers when is not known here."""

from __future__ import annotations

from typing import Any

import orjson

from loopyard.transport.headers import Headers
from loopyard.transport.messages import Reply


def invented(status: int, body: Any = None, headers: Headers = ()) -> Reply:
    """A text goes out as it is, anything else as JSON; None is an empty body."""
    if body is None:
        return Reply(status, headers=headers)
    if isinstance(body, str):
        return Reply(status, body.encode(), (("Content-Type", "text/plain; charset=utf-8"), *headers))
    return Reply(status, orjson.dumps(body), (("Content-Type", "application/json"), *headers))
