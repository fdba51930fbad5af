"""The HTTP server of everything in a world: a listener that takes the turn a request brings and passes on its trace."""

from __future__ import annotations

import asyncio
import ssl
from email.utils import format_datetime
from http.client import responses

from aiohttp.http import SERVER_SOFTWARE, RawRequestMessage

from loopyard.kernel.clock import Clock, Signal
from loopyard.transport import trace
from loopyard.transport.connection import BODY_LIMIT, Connection, finished, kept_alive
from loopyard.transport.endings import Hangup
from loopyard.transport.headers import break_out, in_wire_order, legible, line, octets
from loopyard.transport.messages import Handler, Reply, Request

__all__ = ["BODY_LIMIT", "Listener"]

_BODILESS = frozenset({204, 304})
_SERVER = f"Server: {SERVER_SOFTWARE}"


class Listener:
    """One port that answers with one handler. Port 0 takes a free one; `advertise` is the host that others are told.
    `tls` is the context of a listener that speaks TLS."""

    def __init__(
        self, clock: Clock, handler: Handler, host: str = "127.0.0.1", port: int = 0, advertise: str | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:  # fmt: skip
        self._clock = clock
        self._handler = handler
        self._host = host
        self._port = port
        self._advertise = advertise or host
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._connections: set[Connection] = set()
        self._gone: dict[Connection, Signal] = {}
        self._second = 0
        self._date = ""
        self.url = ""

    async def start(self) -> None:
        """Bind and listen. OSError when the port is taken."""
        loop = asyncio.get_running_loop()

        def connected() -> Connection:
            return Connection(loop, self._answer, self._connections.add, self._lost)

        self._server = await loop.create_server(connected, self._host, self._port, backlog=128, ssl=self._tls)
        self._port = self._server.sockets[0].getsockname()[1]
        self.url = f"{'http' if self._tls is None else 'https'}://{self._advertise}:{self._port}"

    async def secure(self, tls: ssl.SSLContext | None) -> None:
        """Listen at the same port with another context, or in the clear. Connections that stand are ended."""
        if tls is not self._tls:
            await self.stop()
            self._tls = tls
            await self.start()

    async def stop(self) -> None:
        if self._server is None:
            return
        self._server.close()
        answering = [each.dismiss() for each in list(self._connections)]
        await finished(answering)
        self._server = None

    async def gone(self, connection: Connection) -> None:
        """Wait until the caller of an unanswered request has closed the connection."""
        if connection.transport is not None:
            signal = self._gone[connection] = self._clock.signal()
            await self._clock.wait(signal)

    def _lost(self, connection: Connection) -> None:
        self._connections.discard(connection)
        signal = self._gone.pop(connection, None)
        if signal is not None:
            signal.fire()

    async def _answer(self, connection: Connection, message: RawRequestMessage, body: bytes) -> bytes | None:
        here = trace.Trace.parse(legible(message.headers.get(trace.HEADER, "")))
        # the body was read before the turn is taken: a sender from outside that stalls in it must not hold up the world
        async with self._clock.arrival(here.span_id if here else None):
            token = trace.current.set(here)
            try:
                path, _, query = _target(message).partition("?")
                headers = in_wire_order(message.headers.items())
                request = Request(
                    message.method, path, query, headers, body, here, message.headers, connection,
                    lambda: self.gone(connection),
                )  # fmt: skip
                return self._written(message, await self._handler(request), connection.ends)
            except Hangup as hangup:
                await hangup.how(connection)
                return None
            finally:
                trace.current.reset(token)

    def _written(self, message: RawRequestMessage, reply: Reply, is_last: bool) -> bytes:
        """An answer in its bytes. ValueError for a header that would break out of its line."""
        given = {name.lower(): line(name, value) for name, value in reply.headers}
        lines = [*given.values()]
        if break_out(lines):
            raise ValueError("a header of the answer contains a control character")
        if "date" not in given:
            lines.append(f"Date: {self._today()}")
        if "server" not in given:
            lines.append(_SERVER)
        if reply.status not in _BODILESS and "content-length" not in given:
            lines.append(f"Content-Length: {len(reply.body)}")
        if reply.body and "content-type" not in given:
            lines.append("Content-Type: application/octet-stream")
        if (connection := "close" if is_last else kept_alive(message)) and "connection" not in given:
            lines.append(f"Connection: {connection}")
        status = f"HTTP/1.1 {reply.status} {responses.get(reply.status, '')}"
        head = octets((status, *lines, "", ""))
        return head if message.method == "HEAD" or reply.status in _BODILESS else head + reply.body

    def _today(self) -> str:
        """The Date header in the world's time; a world that repeats itself repeats it too."""
        now = self._clock.now()
        second = int(now.timestamp())
        if second != self._second:
            self._second, self._date = second, format_datetime(now, usegmt=True)
        return self._date


def _target(message: RawRequestMessage) -> str:
    """Path and query as they stood in the request line, without the authority that a proxy's form has."""
    return message.path if message.path.startswith("/") else str(message.url.relative())
