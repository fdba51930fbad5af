"""How a call may end without a regular answer: what is done to the bare connection. When and why is decided elsewhere."""

from __future__ import annotations

import socket
import struct
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from loopyard.transport.headers import line, octets
from loopyard.transport.messages import Reply, Request, Wire

Ending = Callable[[Wire], Awaitable[None]]


class Hangup(Exception):
    """Raised by a handler that ends a call without a regular answer; `how` works on the bare connection.

    `outcome` is what the caller gets to see: closed, reset, garbled, timeout; or answered, with the answer in `seen`,
    when the handler has written it out itself.
    """

    def __init__(self, how: Ending, outcome: str = "closed", seen: Reply | None = None) -> None:
        super().__init__("the connection ends without a regular answer")
        self.how = how
        self.outcome = outcome
        self.seen = seen


async def close(request: Wire) -> None:
    """End the connection in an orderly way (FIN), without an answer."""
    if request.transport is not None:
        request.transport.close()


async def reset(request: Wire) -> None:
    """End the connection hard (RST), without an answer."""
    if request.transport is not None:
        sock = request.transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()


def say(data: bytes) -> Ending:
    """Write these bytes, whatever they are, and close."""

    async def how(request: Wire) -> None:
        write(request, data)
        await close(request)

    return how


def silence(request: Request) -> Ending:
    """Say nothing and keep the connection until the caller has gone."""

    async def how(raw: Wire) -> None:
        await request.gone()

    return how


def write(request: Wire, data: bytes) -> None:
    """Put bytes on the bare connection; nothing happens when the caller has gone."""
    if request.transport is not None and not request.transport.is_closing():
        request.transport.write(data)


def on_the_wire(reply: Reply, length: int | None = None) -> bytes:
    """An answer in its bytes, for a connection that is closed after it. `length` is what Content-Length claims."""
    headers = [("Content-Length", str(len(reply.body) if length is None else length)), ("Connection", "close")]
    lines = (line(key, value) for key, value in (*reply.headers, *headers))
    return octets((f"HTTP/1.1 {reply.status} {_phrase(reply.status)}", *lines, "", "")) + reply.body


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else "Unknown"
