"""The HTTP server of everything in a world: a listener that takes the turn a request brings and passes on its trace."""

from __future__ import annotations

import logging
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

from loopyard.kernel.clock import Clock
from loopyard.transport import trace
from loopyard.transport.client import Headers

BODY_LIMIT = 8 * 1024 * 1024  # above the scheme's 5,242,880, so that the scheme's own error shows
QUIET_LOG = logging.getLogger("loopyard.transport")


@dataclass(slots=True)
class Request:
    """A request as it came: the path undecoded, the headers in wire order, the body in bytes."""

    method: str
    path: str
    query: str
    headers: Headers
    body: bytes
    trace: trace.Trace | None
    raw: web.BaseRequest = field(repr=False)

    def header(self, name: str) -> str | None:
        value: str | None = self.raw.headers.get(name)
        return value


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: an empty body has length 0 and no content type."""

    status: int = 200
    body: bytes = b""
    headers: Headers = ()


class Hangup(Exception):
    """Raised by a handler that ends a call without a regular answer; `how` writes on the bare connection."""

    def __init__(self, how: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]], outcome: str = "closed") -> None:
        super().__init__("the connection ends without a regular answer")
        self.how = how
        self.outcome = outcome


Handler = Callable[[Request], Awaitable[Reply]]


async def close(request: web.BaseRequest) -> web.StreamResponse:
    """End the connection in an orderly way (FIN), without an answer."""
    if request.transport is not None:
        request.transport.close()
    return web.Response()


async def reset(request: web.BaseRequest) -> web.StreamResponse:
    """End the connection hard (RST), without an answer."""
    if request.transport is not None:
        sock = request.transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
    return web.Response()


class Listener:
    """One port that answers with one handler. Port 0 takes a free one; `advertise` is the host that others are told."""

    def __init__(
        self, clock: Clock, handler: Handler, host: str = "127.0.0.1", port: int = 0, advertise: str | None = None
    ) -> None:
        self._clock = clock
        self._handler = handler
        self._host = host
        self._port = port
        self._advertise = advertise or host
        self._runner: web.ServerRunner | None = None
        self.url = ""

    async def start(self) -> None:
        """Bind and listen. OSError when the port is taken."""
        server = web.Server(self._serve, access_log=None, logger=QUIET_LOG)
        self._runner = web.ServerRunner(server, shutdown_timeout=0.05)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.url = f"http://{self._advertise}:{self._port}"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _serve(self, raw: web.BaseRequest) -> web.StreamResponse:
        here = trace.Trace.parse(raw.headers.get(trace.HEADER))
        async with self._clock.arrival(here.span_id if here else None):
            body = await _body(raw) if raw.can_read_body else b""
            token = trace.current.set(here)
            try:
                path, _, query = raw.path_qs.partition("?")
                request = Request(raw.method, path, query, tuple(raw.headers.items()), body, here, raw)
                return _response(await self._handler(request))
            except Hangup as hangup:
                return await hangup.how(raw)
            finally:
                trace.current.reset(token)


async def _body(raw: web.BaseRequest) -> bytes:
    """The body as far as the limit: what lies beyond is never read, the connection ends with the answer."""
    body = bytearray()
    async for chunk in raw.content.iter_any():
        body += chunk
        if len(body) > BODY_LIMIT:
            break
    return bytes(body)


def _response(reply: Reply) -> web.Response:
    response = web.Response(status=reply.status, body=reply.body or None)
    if not reply.body:
        response.headers.popall("Content-Type", None)
    for name, value in reply.headers:
        response.headers[name] = value
    return response
