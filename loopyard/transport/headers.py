"""Headers as the house passes them around. What they mean is known elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from sys import intern

Headers = tuple[tuple[str, str], ...]

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def in_wire_order(received: Iterable[tuple[str, str]]) -> Headers:
    """Headers as they stood on the wire. Names and most values recur in every message, and a log of traffic keeps them all:
    one copy serves."""
    return tuple([(intern(str(name)), intern(str(value))) for name, value in received])


def break_out(lines: Iterable[str]) -> bool:
    """Whether one of these header lines contains a control character, with which it would end early and begin another."""
    return _CONTROL.search("".join(lines)) is not None
