"""The HTTP client of everything in a world: it takes the clock's turn along and continues the trace."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType

import aiohttp
from aiohttp.http import HttpProcessingError

from loopyard.kernel.clock import Clock
from loopyard.kernel.ids import Ids
from loopyard.transport import trace
from loopyard.transport.connections import Connections, Unreachable
from loopyard.transport.headers import Headers as Headers


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers in wire order, and the body as it was on the wire."""

    status: int
    headers: Headers
    body: bytes

    def header(self, name: str) -> str | None:
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


class NoAnswer(Exception):
    """A call that brought no answer: whether it was carried out is unknown. `kind` is refused, closed, garbled or timeout."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind = kind


class Client:
    """Calls over HTTP/1.1. One per party; open connections are kept until `close`."""

    def __init__(self, clock: Clock, ids: Ids) -> None:
        self._clock = clock
        self.ids = ids
        self._connections = Connections()

    def trust(self, tls: ssl.SSLContext | None) -> None:
        """Meet servers over TLS with this context from now on; None for what the machine trusts, without a certificate."""
        self._connections.leave(tls, self._connections.egress)

    def leave_from(self, address: str | None) -> None:
        """Call from this address of the machine from now on; None for the one that the machine chooses."""
        self._connections.leave(self._connections.tls, address)

    def next_trace(self) -> trace.Trace:
        """A new span of the trace that is being handled, or of a new trace."""
        now = trace.current.get()
        return trace.Trace(now.trace_id if now else self.ids.trace(), self.ids.span(), now.span_id if now else None)

    async def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float | None = None,
        span: trace.Trace | None = None,
    ) -> Answer:
        """Make one call. `timeout` is in seconds of the clock; raises NoAnswer when none came."""
        here = span or self.next_trace()
        wire = {**(headers or {}), trace.HEADER: str(here)}
        try:
            with self._clock.departure(here.span_id):
                if timeout is None:
                    return Answer(*await self._connections.exchange(method, url, wire, body))
                async with self._clock.timeout(timeout):
                    return Answer(*await self._connections.exchange(method, url, wire, body))
        except TimeoutError as error:
            raise NoAnswer("timeout", f"{method} {url}: nothing within {timeout:g} s") from error
        except Unreachable as error:
            raise NoAnswer("refused", f"{method} {url}: {error}") from error
        except (aiohttp.ClientPayloadError, HttpProcessingError) as error:
            raise NoAnswer("garbled", f"{method} {url}: {error}") from error
        except (aiohttp.ClientError, ConnectionError) as error:
            raise NoAnswer("closed", f"{method} {url}: {type(error).__name__} {error}") from error

    async def close(self) -> None:
        self._connections.close()

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        await self.close()
