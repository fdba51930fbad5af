"""Whether what was read from a record has what is looked up in it: a record that was cut or edited is told as such."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

Shape = Mapping[str, Any]
"""What an object must have: by key the type of a value, types one of which it must be, or the shape of an object in it."""

_FILE: Final = (str, type(None))
RUN: Final[Shape] = {
    "sut": {"name": str, "version": str},
    "world": {"at": str, "file": _FILE, "sha256": _FILE},
    "seed": str,
    "started": str,
    "ended": str,
    "tools": dict,
}
COLLECTION: Final[Shape] = {"ids": dict, "scenarios": list}
ENTRY: Final[Shape] = {"text": str, "proof": str}
SCENARIO: Final[Shape] = {"id": str, "name": str, "test": str, "outcome": str, "reason": str}
KEPT: Final[Shape] = {"traffic": _FILE, "ledgers": _FILE}
"""What a scenario has besides once it has run."""
EXCHANGE: Final[Shape] = {
    "from": str,
    "to": str,
    "url": str,
    "outcome": str,
    "request": {"body": str},
    "response": {"body": str},
}


def has(told: Any, shape: Shape, what: str) -> None:
    """Raises ValueError that names the first thing missing or of another type; `what` is the whole in words."""
    if not isinstance(told, dict):
        raise ValueError(f"{what} is no object")
    for key, kind in shape.items():
        if key not in told:
            raise ValueError(f"{what} has no {key!r}")
        if isinstance(kind, Mapping):
            has(told[key], kind, f"{key!r} of {what}")
        elif not isinstance(told[key], kind):
            raise ValueError(f"{key!r} of {what} is {type(told[key]).__name__}")
