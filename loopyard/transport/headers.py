"""Headers as the house passes them around. What they mean is known elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from sys import intern
from typing import Self

Headers = tuple[tuple[str, str], ...]

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class Illegible(str):
    """A header's value that is not UTF-8, as a text that can be printed, stored and written as JSON: a byte that belongs to no
    character reads `\\xe9`. It goes on to others in the bytes it came in; what is cut from it or put together with it is the
    readable text alone."""

    __slots__ = ("wire",)

    wire: str
    """The value with surrogates in place of such bytes, as `surrogateescape` puts them."""

    def __new__(cls, wire: str) -> Self:
        octets = wire.encode("utf-8", "surrogateescape")
        value = super().__new__(cls, octets.decode("utf-8", "backslashreplace"))
        value.wire = wire
        return value

    def __getnewargs__(self) -> tuple[str]:
        return (self.wire,)


def legible(value: str) -> str:
    """A value as it was decoded from the wire, with `surrogateescape`, as a text: Illegible where it is not UTF-8."""
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        return Illegible(value)
    return value


def in_wire_order(received: Iterable[tuple[str, str]]) -> Headers:
    """Headers as they stood on the wire. Names and most values recur in every message, and a log of traffic keeps them all:
    one copy serves."""
    return tuple(
        [(intern(str(name)), intern(str(value)) if value.isascii() else legible(str(value))) for name, value in received]
    )


def line(name: str, value: str) -> str:
    """A header's line, for `octets`."""
    return f"{name}: {value.wire if type(value) is Illegible else value}"


def octets(lines: Iterable[str]) -> bytes:
    """Lines of headers, the first line and the empty one behind them included, in the bytes that go out. UnicodeEncodeError for
    what stands for no bytes."""
    return "\r\n".join(lines).encode("utf-8", "surrogateescape")


def break_out(lines: Iterable[str]) -> bool:
    """Whether one of these header lines contains a control character, with which it would end early and begin another."""
    return _CONTROL.search("".join(lines)) is not None
