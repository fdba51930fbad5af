"""The address of a Redis as a user writes it, and what is wrong with one. Nothing here connects."""

from __future__ import annotations

from typing import Final
from urllib.parse import SplitResult, urlsplit

USUAL_PORT: Final = 6379
REMEDY: Final = 'write "redis://host:port" or "redis://user:password@host:port/database"; # and / in a password are %23 and %2F'


def redis_server(url: str, schemes: tuple[str, ...] = ("redis", "rediss")) -> tuple[str, int]:
    """Host and port. Raises ValueError that says what is wrong, without a word of the address: it may hold a password."""
    try:
        found = urlsplit(url)
        host, port = found.hostname, USUAL_PORT if found.port is None else found.port
    except ValueError:
        raise ValueError("has no port from 1 to 65535, or no host") from None
    if found.scheme not in schemes:
        raise ValueError(f"does not begin with {' or '.join(f'{each}://' for each in schemes)}")
    if not host or not _can_be_looked_up(host):
        raise ValueError("names no host")
    if not port:
        raise ValueError("has no port from 1 to 65535")
    _no_more(found)
    return host, port


def _can_be_looked_up(host: str) -> bool:
    try:
        host.encode("idna")
    except UnicodeError:
        return False
    return True


def _no_more(found: SplitResult) -> None:
    """Raises ValueError for anything behind the port but the number of a database."""
    if found.path.strip("/") and not found.path[1:].isdecimal():
        raise ValueError("has no number of a database behind its port")
    if found.query or found.fragment:
        raise ValueError("goes on behind the database with ? or #")
