"""Headers as the house passes them around. What they mean is known elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from sys import intern

Headers = tuple[tuple[str, str], ...]


def in_wire_order(received: Iterable[tuple[str, str]]) -> Headers:
    """Headers as they stood on the wire. Names and most values recur in every message, and a log of traffic keeps them all:
    one copy serves."""
    return tuple([(intern(str(name)), intern(str(value))) for name, value in received])
