"""The connection of a caller: requests are read off it one after the other, and answers written onto it. It is aiohttp's own
protocol and parser without its web machinery, which costs as much again as all that lies beneath it."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Final

from aiohttp.base_protocol import BaseProtocol
from aiohttp.http import HttpProcessingError, HttpRequestParser, HttpVersion10, RawRequestMessage
from aiohttp.http_exceptions import BadHttpMessage
from aiohttp.streams import StreamReader

from loopyard.kernel.failures import told

LOG = logging.getLogger("loopyard.transport")
BODY_LIMIT: Final = 8 * 1024 * 1024  # above the scheme's 5,242,880, so that the scheme's own error shows
LINGER: Final = 10.0
"""Real seconds in which a caller may finish sending what nobody reads any more, so that it hears the answer first."""
_PIPELINED: Final = 32
_BUFFER: Final = 1 << 16
_LINE: Final = 8190

Answerer = Callable[["Connection", RawRequestMessage, bytes], Awaitable[bytes | None]]
"""Makes the bytes of an answer; None when the connection was ended in another way."""


class CallerGone(Exception):
    """The caller has gone in the middle of its body: there is nobody to answer, and nothing to do."""


class Connection(BaseProtocol):
    """One caller's connection. `made` is called when it stands, over TLS after the handshake, and `lost` when it ends.
    `ends` says that the answer being made is the last one here, for nobody will read the rest of its request."""

    __slots__ = ("_answer", "_last", "_lost", "_made", "_messages", "_task", "ends")

    def __init__(
        self, loop: asyncio.AbstractEventLoop, answer: Answerer, made: Callable[[Connection], None],
        lost: Callable[[Connection], None],
    ) -> None:  # fmt: skip
        parser = HttpRequestParser(
            self, loop, _BUFFER, max_line_size=_LINE, max_field_size=_LINE, payload_exception=CallerGone,
            max_msg_queue_size=_PIPELINED,
        )  # fmt: skip
        super().__init__(loop, parser)
        self._answer = answer
        self._made = made
        self._lost = lost
        self._messages: deque[tuple[RawRequestMessage, StreamReader]] = deque()
        self._task: asyncio.Task[None] | None = None
        self._last = False  # nothing is read any more
        self.ends = False

    def data_received(self, data: bytes) -> None:
        if self._last or self._parser is None:
            return
        try:
            messages, upgraded, _ = self._parser.feed_data(data)
        except HttpProcessingError as error:
            self._last = True
            self._send(_refusal(error))
            self.close()
            return
        self._messages.extend(messages)
        self._last = upgraded
        if self._messages and self._task is None:
            self._task = self._loop.create_task(self._converse())

    def resume_reading(self, resume_parser: bool = True) -> None:
        """Called for every body that was read. Where nothing was held back there is nothing to resume; aiohttp's own would feed
        its parser an empty piece."""
        if self._reading_paused:
            super().resume_reading(resume_parser)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._made(self)

    def connection_lost(self, exc: BaseException | None) -> None:
        super().connection_lost(exc)
        if self._parser is not None:
            with suppress(HttpProcessingError):
                self._parser.feed_eof()
            self._parser = None
        self._messages.clear()
        self._lost(self)

    def close(self) -> None:
        """End the connection once everything is written."""
        self._last = True
        if self.transport is not None:
            self.transport.close()

    def dismiss(self) -> asyncio.Task[None] | None:
        """End the connection, and whatever is being answered on it; that is returned, for it ends a little later."""
        if self._task is not None:
            self._task.cancel()
        self.close()
        return self._task

    async def _converse(self) -> None:
        try:
            while self._messages:
                message, payload = self._messages.popleft()
                if self._parser is not None:
                    self._parser.message_consumed()
                if not await self._exchange(message, payload):
                    self.close()
        except asyncio.CancelledError:  # whoever answered has been stopped in the middle of it
            self.close()
            raise
        finally:
            self._task = None

    async def _exchange(self, message: RawRequestMessage, payload: StreamReader) -> bool:
        """Answer one message; whether the connection may go on."""
        try:
            body = payload.read_nowait() if payload.is_eof() else await _whole(payload)
            self.ends = not payload.is_eof()
            answer = await self._answer(self, message, body)
        except CallerGone:
            self._send(_refusal(BadHttpMessage("the body cannot be read")))  # heard if the caller is there all the same
            return False
        except Exception as error:
            resource = message.path.strip("/").split("/")[0].partition("?")[0]  # an id may follow
            LOG.error("no answer to %s /%s/...: %s", message.method, resource, told(error))
            self._send(_refusal(None))
            return False
        if answer is None:
            return False
        self._send(answer)
        if not payload.is_eof():
            await self._let_finish(payload, packed=message.compression is not None)
            return False
        return not message.should_close

    async def _let_finish(self, payload: StreamReader, packed: bool) -> None:
        """Let the caller finish sending. What is `packed` is not unpacked for it: some of it unpacks a thousandfold."""
        timer = self._loop.call_later(LINGER / 10 if packed else LINGER, self.close)
        try:
            if packed:
                self._last = True
                self.resume_reading()
                await payload.wait_eof()
            while self.transport is not None and not payload.is_eof():
                await payload.readany()
        except CallerGone:
            pass
        finally:
            timer.cancel()

    def _send(self, data: bytes) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(data)


async def finished(tasks: Iterable[asyncio.Task[None] | None]) -> None:
    """Wait for tasks that were cancelled."""
    for task in tasks:
        if task is not None:
            with suppress(asyncio.CancelledError):
                await task


async def _whole(payload: StreamReader) -> bytes:
    """The body as far as the limit, and one chunk beyond it, so that whoever reads it sees that it is too large."""
    body = bytearray()
    while chunk := await payload.readany():
        body += chunk
        if len(body) > BODY_LIMIT:
            break
    return bytes(body)


def _refusal(error: HttpProcessingError | None) -> bytes:
    status, text = ("400 Bad Request", str(error.message)) if error else ("500 Internal Server Error", "")
    body = f"{status}\n\n{text}".rstrip().encode("utf-8", "replace")
    own = ("Content-Type: text/plain; charset=utf-8", f"Content-Length: {len(body)}", "Connection: close")
    return "\r\n".join((f"HTTP/1.1 {status}", *own, "", "")).encode() + body


def kept_alive(message: RawRequestMessage) -> str | None:
    """The Connection header that an answer to this message needs, None where the protocol's default holds."""
    if message.should_close:
        return "close"
    return "keep-alive" if message.version == HttpVersion10 else None
