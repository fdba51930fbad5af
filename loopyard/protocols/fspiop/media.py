"""FSPIOP media types: building and reading Content-Type and Accept. Which versions a server serves is told, not known.

LoopyardError
    InvalidMediaType        not an FSPIOP media type
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from loopyard.kernel.errors import LoopyardError

VERSIONS: Final = ("1.0", "1.1", "2.0")
RESOURCES: Final = (
    "parties",
    "participants",
    "quotes",
    "transfers",
    "bulkTransfers",
    "bulkQuotes",
    "transactionRequests",
    "authorizations",
    "fxQuotes",
    "fxTransfers",
)
"""Resources whose headers the hub checks; `services`, `transactions` and administration bypass the check."""

_FORM: Final = (
    r"application/vnd\.interoperability\.(?P<iso>iso20022\.)?(?P<resource>[A-Za-z]+)\+json ?; ?version=(?P<version>{})"
)
_CONTENT_TYPE: Final = re.compile(_FORM.format(r"[0-9]+\.[0-9]+"))
_ACCEPT: Final = re.compile(_FORM.format(r"[0-9]+(?:\.[0-9]+)?"))


class InvalidMediaType(LoopyardError):
    """Not an FSPIOP media type."""


@dataclass(frozen=True, slots=True)
class MediaType:
    """A resource in a version; `version` is "2.0", or in an Accept header also the bare major "2"."""

    resource: str
    version: str
    iso20022: bool = False

    def __str__(self) -> str:
        form = "iso20022." if self.iso20022 else ""
        return f"application/vnd.interoperability.{form}{self.resource}+json;version={self.version}"

    def is_among(self, served: tuple[str, ...]) -> bool:
        """Whether one of the served versions satisfies this one; a bare major takes any minor."""
        return any(version == self.version or version.split(".")[0] == self.version for version in served)


@lru_cache(maxsize=256)
def content_type(resource: str, version: str, *, iso20022: bool = False) -> str:
    """A Content-Type value, with the version in full."""
    return str(MediaType(resource, version, iso20022))


@lru_cache(maxsize=256)
def accept(resource: str, version: str, *, iso20022: bool = False) -> str:
    """An Accept value with the major version only, as connectors send it; never echo it as a Content-Type."""
    return str(MediaType(resource, version.split(".")[0], iso20022))


@lru_cache(maxsize=256)
def parse_content_type(value: str) -> MediaType:
    """Read a Content-Type; the version must be x.y. Raises InvalidMediaType."""
    return _parsed(_CONTENT_TYPE, value)


@lru_cache(maxsize=256)
def parse_accept(value: str) -> tuple[MediaType, ...]:
    """Read an Accept header of one or more FSPIOP media types; the version may be a bare major. Raises InvalidMediaType."""
    return tuple(_parsed(_ACCEPT, part.strip()) for part in value.split(","))


def _parsed(form: re.Pattern[str], value: str) -> MediaType:
    match = form.fullmatch(value)
    if not match:
        raise InvalidMediaType(f"{value!r} is no FSPIOP media type; write it as {content_type('transfers', '2.0')}")
    return MediaType(match["resource"], match["version"], match["iso"] is not None)
