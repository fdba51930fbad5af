"""Seeded identifiers: the same seed gives the same ids in the same order. A vendor's own formats are that vendor's."""

from __future__ import annotations

import random
import uuid
from datetime import UTC, datetime, timedelta

from loopyard.kernel.errors import ClockError

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_RANDOM_BITS = 80
_ULID_LENGTH = 26


class Ids:
    """A source of ids for one seed; 7 and "7" are the same seed."""

    __slots__ = ("_last_ulid", "random", "seed")

    def __init__(self, seed: str | int) -> None:
        self.seed = str(seed)
        self.random = random.Random(self.seed)
        self._last_ulid = 0

    def fork(self, name: str) -> Ids:
        """A source of its own for `name`: what is drawn here does not change what is drawn there."""
        return Ids(f"{self.seed}/{name!r}")

    def ulid(self, now: datetime) -> str:
        """A ULID for an aware time, increasing within one millisecond. Source: the ULID specification.

        Raises ClockError for a time without a zone or before 1970.
        """
        if now.tzinfo is None or now < _EPOCH:
            raise ClockError(f"{now!r} makes no ULID; give the clock's time, with a zone and after 1970")
        milliseconds = (now - _EPOCH) // _MILLISECOND
        if milliseconds == self._last_ulid >> _RANDOM_BITS:
            value = self._last_ulid + 1
        else:
            value = milliseconds << _RANDOM_BITS | self.random.getrandbits(_RANDOM_BITS)
        self._last_ulid = value
        return "".join(_CROCKFORD[value >> shift & 31] for shift in range(5 * (_ULID_LENGTH - 1), -1, -5))

    def uuid(self) -> str:
        """A UUID of version 4, in lower case."""
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def trace(self) -> str:
        """A trace id: 32 hexadecimal digits, never all zero. Source: W3C Trace Context."""
        return f"{self.random.randrange(1, 1 << 128):032x}"

    def span(self) -> str:
        """A span id: 16 hexadecimal digits, never all zero. Source: W3C Trace Context."""
        return f"{self.random.randrange(1, 1 << 64):016x}"

    def digits(self, n: int) -> str:
        """`n` decimal digits; the first may be zero."""
        return f"{self.random.randrange(10**n):0{n}d}"
