"""Requests and replies as the house passes them around. Nothing here opens or closes a connection."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from loopyard.transport import trace
from loopyard.transport.headers import Headers, legible


class Wire(Protocol):
    """The bare connection of a caller, for endings without a regular answer; no transport when it has gone."""

    @property
    def transport(self) -> asyncio.Transport | None: ...


@dataclass(slots=True)
class Request:
    """A request as it came: the path undecoded, the headers in wire order, the body in bytes."""

    method: str
    path: str
    query: str
    headers: Headers
    body: bytes
    trace: trace.Trace | None
    fields: Mapping[str, str] = field(repr=False)
    """The headers by name, whatever its case; of one that is repeated, the first."""
    raw: Wire = field(repr=False)
    until_gone: Callable[[], Awaitable[None]] = field(repr=False)

    async def gone(self) -> None:
        """Wait until the caller has closed the connection, which is the end of a call that is never answered."""
        await self.until_gone()

    def header(self, name: str) -> str | None:
        value = self.fields.get(name)
        return None if value is None else legible(value)

    @property
    def address(self) -> str:
        """Where the caller calls from; empty when it has gone."""
        peer = self.raw.transport.get_extra_info("peername") if self.raw.transport is not None else None
        return str(peer[0]) if peer else ""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: an empty body has length 0 and no content type."""

    status: int = 200
    body: bytes = b""
    headers: Headers = ()


Handler = Callable[[Request], Awaitable[Reply]]
