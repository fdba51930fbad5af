"""The HTTP server of everything in a world: a listener that takes the turn a request brings and passes on its trace."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from email.utils import format_datetime

from aiohttp import web

from loopyard.kernel.clock import Clock, Signal
from loopyard.transport import trace
from loopyard.transport.endings import Hangup, close
from loopyard.transport.headers import in_wire_order
from loopyard.transport.messages import Handler, Reply, Request

BODY_LIMIT = 8 * 1024 * 1024  # above the scheme's 5,242,880, so that the scheme's own error shows
QUIET_LOG = logging.getLogger("loopyard.transport")


class _Server(web.Server):
    """aiohttp's server; it also tells those who wait for it that a caller has gone."""

    def __init__(self, handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]) -> None:
        super().__init__(handler, access_log=None, logger=QUIET_LOG)
        self.gone: dict[object, Signal] = {}

    def connection_lost(self, handler: web.RequestHandler, exc: BaseException | None = None) -> None:
        super().connection_lost(handler, exc)
        signal = self.gone.pop(handler, None)
        if signal is not None:
            signal.fire()


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
        self._server: _Server | None = None
        self._second = 0
        self._date = ""
        self.url = ""

    async def start(self) -> None:
        """Bind and listen. OSError when the port is taken."""
        self._server = _Server(self._serve)
        self._runner = web.ServerRunner(self._server, shutdown_timeout=0.05)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.url = f"http://{self._advertise}:{self._port}"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def gone(self, raw: web.BaseRequest) -> None:
        """Wait until the caller of an unanswered request has closed the connection."""
        if raw.transport is not None and self._server is not None:
            signal = self._server.gone[raw.protocol] = self._clock.signal()
            await self._clock.wait(signal)

    async def _serve(self, raw: web.BaseRequest) -> web.StreamResponse:
        here = trace.Trace.parse(raw.headers.get(trace.HEADER))
        # before the turn is taken: a sender from outside that stalls in its body must not hold up the world
        try:
            body = await _body(raw) if raw.can_read_body else b""
        except ConnectionError:  # the caller has gone in the middle of it: there is nobody to answer, and nothing to do
            return await close(raw)
        async with self._clock.arrival(here.span_id if here else None):
            token = trace.current.set(here)
            try:
                path, _, query = _target(raw).partition("?")
                request = Request(
                    raw.method, path, query, in_wire_order(raw.headers.items()), body, here, raw, lambda: self.gone(raw)
                )
                return self._response(await self._handler(request))
            except Hangup as hangup:
                return await hangup.how(raw)
            finally:
                trace.current.reset(token)

    def _response(self, reply: Reply) -> web.Response:
        response = web.Response(status=reply.status, body=reply.body or None)
        if not reply.body:
            response.headers.popall("Content-Type", None)
        response.headers["Date"] = self._today()
        for name, value in reply.headers:
            response.headers[name] = value
        return response

    def _today(self) -> str:
        """The Date header in the world's time; a world that repeats itself repeats it too."""
        now = self._clock.now()
        second = int(now.timestamp())
        if second != self._second:
            self._second, self._date = second, format_datetime(now, usegmt=True)
        return self._date


def _target(raw: web.BaseRequest) -> str:
    """Path and query as they stood in the request line: aiohttp's own forms double what begins with two slashes."""
    return raw.raw_path if raw.raw_path.startswith("/") else raw.path_qs


async def _body(raw: web.BaseRequest) -> bytes:
    """The body as far as the limit, and one chunk beyond it, so that whoever reads it sees that it is too large."""
    body = bytearray()
    while chunk := await raw.content.readany():
        body += chunk
        if len(body) > BODY_LIMIT:
            break
    return bytes(body)
