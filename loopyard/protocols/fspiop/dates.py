"""Dates as FSPIOP writes them: ISO 8601 with mandatory milliseconds in bodies, RFC 7231 in the Date header.

LoopyardError
    InvalidDateTime         not a date of the form asked for
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Final

from loopyard.kernel.errors import LoopyardError

_ISO: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}(?:Z|[+-]\d{2}:\d{2})", re.ASCII)
_IMF_FIXDATE: Final = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d{2}) (\w{3}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT", re.ASCII
)
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class InvalidDateTime(LoopyardError):
    """Not a date of the form asked for."""


def to_iso(at: datetime) -> str:
    """A time as body elements carry it: 2026-01-01T00:00:00.000Z. Finer than milliseconds is cut off."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def from_iso(text: str) -> datetime:
    """An aware time from a body element; milliseconds and zone are mandatory. Raises InvalidDateTime."""
    if isinstance(text, str) and _ISO.fullmatch(text):
        try:
            return datetime.fromisoformat(text).astimezone(UTC)
        except ValueError:
            pass
    raise InvalidDateTime(f"{text!r} is no FSPIOP date and time; write it as 2026-01-01T00:00:00.000Z")


def to_http(at: datetime) -> str:
    """A time as the Date header carries it (RFC 7231, IMF-fixdate)."""
    return _of_second(at.astimezone(UTC).replace(microsecond=0))


@lru_cache(maxsize=16)
def _of_second(at: datetime) -> str:
    """All messages of one second carry the same Date."""
    return format_datetime(at, usegmt=True)


@lru_cache(maxsize=16)
def canonical_http(text: str) -> str:
    """A Date header as the hub writes it again, with the right day of the week. Raises InvalidDateTime."""
    return to_http(from_http(text))


@lru_cache(maxsize=16)
def from_http(text: str) -> datetime:
    """An aware time from a Date header. A wrong day of the week is tolerated, as the hub does. Raises InvalidDateTime."""
    match = _IMF_FIXDATE.fullmatch(text)
    if match and match[2] in _MONTHS:
        day, year, hour, minute, second = (int(match[group]) for group in (1, 3, 4, 5, 6))
        try:
            return datetime(year, _MONTHS.index(match[2]) + 1, day, hour, minute, second, tzinfo=UTC)
        except ValueError:
            pass
    raise InvalidDateTime(f"{text!r} is no HTTP date; write it as Thu, 01 Jan 2026 00:00:00 GMT")
