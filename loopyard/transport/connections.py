"""The connections of a client, each with one call at a time. They are aiohttp's own protocol and parser without its session,
which costs four times as much a call, and which repeats, redirects and rewrites what must stay as its sender formed it."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from aiohttp import hdrs
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ClientRequest
from aiohttp.http import SERVER_SOFTWARE

from loopyard.transport.headers import Headers, break_out, in_wire_order, line, octets
from loopyard.transport.tls import reason

_TARGET = re.compile(r"([a-z]+://[^/?#]*)([^#]*)")
_UNSENDABLE = re.compile(r"[^!-~]")
_BODILESS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_ACCEPT_ENCODING = ClientRequest.DEFAULT_HEADERS[hdrs.ACCEPT_ENCODING]
"""What aiohttp's parser can unpack."""


Received = tuple[int, Headers, bytes]
"""Status, headers in wire order, and the body, unpacked."""


class Unreachable(Exception):
    """Nobody listens there, or the way there does not exist. Nothing was sent."""


class Connections:
    """Opens connections and keeps them until `close`: over TLS with the context `tls`, from the address `egress`."""

    def __init__(self) -> None:
        self.tls: ssl.SSLContext | None = None
        self.egress: str | None = None
        self._idle: dict[str, list[ResponseHandler]] = {}

    async def exchange(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Received:
        """One request and its response. Raises Unreachable, aiohttp's ClientError and HttpProcessingError, ConnectionError."""
        origin, target = _split(url)
        request = _written(method, origin, target, headers, body)
        connection = await self._take(origin)
        try:
            connection.set_response_params(skip_payload=method == "HEAD", read_until_eof=True)
            assert connection.transport is not None
            connection.transport.write(request)
            received = await _read(connection)
        except BaseException:
            connection.close()
            raise
        self._keep(origin, connection)
        return received

    def leave(self, tls: ssl.SSLContext | None, egress: str | None) -> None:
        """Open connections in another way from now on; those that stand are not used again."""
        if (tls, egress) != (self.tls, self.egress):
            self.close()
            self.tls, self.egress = tls, egress

    def close(self) -> None:
        for connections in self._idle.values():
            for connection in connections:
                connection.close()
        self._idle.clear()

    async def _take(self, origin: str) -> ResponseHandler:
        idle = self._idle.setdefault(origin, [])
        while idle:
            connection = idle.pop()
            if connection.is_connected() and not connection.should_close:
                return connection
            connection.close()
        return await self._open(origin)

    async def _open(self, origin: str) -> ResponseHandler:
        loop = asyncio.get_running_loop()
        try:
            place = urlsplit(origin)
            secure = place.scheme == "https"
            return (
                await loop.create_connection(
                    lambda: ResponseHandler(loop), place.hostname or "", place.port or (443 if secure else 80),
                    ssl=(self.tls or True) if secure else None, local_addr=(self.egress, 0) if self.egress else None,
                )
            )[1]  # fmt: skip
        except (OSError, ValueError) as error:
            raise Unreachable(f"cannot connect to {origin}: {_why(error)}") from error

    def _keep(self, origin: str, connection: ResponseHandler) -> None:
        if connection.should_close:
            connection.close()
        else:
            self._idle[origin].append(connection)


def _why(error: Exception) -> str:
    return f"handshake refused: {reason(error)}" if isinstance(error, ssl.SSLError) else str(error)


async def _read(connection: ResponseHandler) -> Received:
    status = 100
    while 100 <= status < 200 and status != 101:  # "go on" and "early hints" precede the answer
        message, payload = await connection.read()
        status = message.code
    return status, in_wire_order(message.headers.items()), await payload.read()


def _split(url: str) -> tuple[str, str]:
    """Scheme with authority, and path with query. What a request line cannot carry is escaped, all else left as it is."""
    match = _TARGET.match(url)
    if match is None:
        raise Unreachable(f"{url!r} is no address; write it as http://host:port/path")
    target = _UNSENDABLE.sub(lambda found: quote(found[0]), match[2])
    return match[1], target if target.startswith("/") else f"/{target}"


def _written(method: str, origin: str, target: str, headers: Mapping[str, str], body: bytes | None) -> bytes:
    own = {
        "Host": origin.partition("://")[2].rpartition("@")[2],
        "Accept-Encoding": _ACCEPT_ENCODING,
        "User-Agent": SERVER_SOFTWARE,
    }
    if body is not None or method not in _BODILESS:
        own["Content-Length"] = str(len(body or b""))
    given = set(map(str.lower, headers))
    lines = [line(name, value) for name, value in own.items() if name.lower() not in given]
    lines += [line(name, value) for name, value in headers.items()]
    if break_out(lines):
        raise ValueError("a header of the request contains a control character")
    return octets((f"{method} {target} HTTP/1.1", *lines, "", "")) + (body or b"")
