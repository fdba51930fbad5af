"""The listener over real sockets, spoken to in bytes: what it tolerates, and how it ends a call."""

from __future__ import annotations

import asyncio
import time
import zlib
from datetime import UTC, datetime
from typing import Any

import pytest

from loopyard.kernel.clock import Clock, RealClock, VirtualClock
from loopyard.transport.endings import Hangup, close, on_the_wire, reset, say, silence, write
from loopyard.transport.messages import Reply, Request
from loopyard.transport.server import BODY_LIMIT, Listener

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class Echo:
    """A listener that answers as it is told and remembers what it was asked."""

    def __init__(self, answer: Any = None, clock: Clock | None = None) -> None:
        self.answer = answer
        self.asked: list[Request] = []
        self.listener = Listener(clock or VirtualClock(START), self.handle)

    async def handle(self, request: Request) -> Reply:
        self.asked.append(request)
        if callable(self.answer):
            raise Hangup(self.answer)
        return self.answer if isinstance(self.answer, Reply) else Reply(200, request.body)

    async def __aenter__(self) -> Echo:
        await self.listener.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.listener.stop()

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host, port = self.listener.url.removeprefix("http://").split(":")
        return await asyncio.open_connection(host, int(port))

    async def say(self, *pieces: bytes) -> bytes:
        """All that comes back until the connection ends."""
        reader, writer = await self.connect()
        try:
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0.005)
            return await asyncio.wait_for(reader.read(), 5)
        finally:
            writer.close()


def request(method: str = "POST", path: str = "/", headers: str = "", body: bytes = b"") -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
    return head.encode() + body


def test_a_request_arrives_as_it_was_on_the_wire(runner: asyncio.Runner) -> None:
    async def story() -> Request:
        async with Echo() as echo:
            await echo.say(request("PATCH", "//a//b%2Fc?x=1&y=%20", "X-One: 1\r\nx-two: 2\r\n", b"\x00\xff"))
            return echo.asked[0]

    seen = runner.run(story())
    assert (seen.method, seen.path, seen.query, seen.body) == ("PATCH", "//a//b%2Fc", "x=1&y=%20", b"\x00\xff")
    assert [pair for pair in seen.headers if pair[0].lower().startswith("x-")] == [("X-One", "1"), ("x-two", "2")]
    assert (seen.header("X-TWO"), seen.header("absent"), seen.trace) == ("2", None, None)


def test_a_chunked_body_and_one_in_pieces_arrive_whole(runner: asyncio.Runner) -> None:
    async def story() -> list[bytes]:
        async with Echo() as echo:
            head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
            await echo.say(head, b"3\r\nabc\r\n", b"2\r\nde\r\n", b"0\r\n\r\n")
            whole = request(body=b"abcde")
            await echo.say(whole[:-4], whole[-4:-1], whole[-1:])
            return [each.body for each in echo.asked]

    assert runner.run(story()) == [b"abcde", b"abcde"]


def test_an_empty_answer_has_length_0_and_no_content_type(runner: asyncio.Runner) -> None:
    async def story() -> bytes:
        async with Echo(Reply(202)) as echo:
            return await echo.say(request())

    answer = runner.run(story()).lower()
    assert answer.startswith(b"http/1.1 202")
    assert b"content-length: 0\r\n" in answer
    assert b"content-type" not in answer


def test_an_answer_bears_the_worlds_date_unless_it_brings_its_own(runner: asyncio.Runner) -> None:
    async def story() -> tuple[bytes, bytes]:
        async with Echo(Reply(200, b"x", (("Content-Type", "text/x"),))) as echo:
            first = await echo.say(request())
            echo.answer = Reply(200, headers=(("Date", "long ago"),))
            return first, await echo.say(request())

    first, second = runner.run(story())
    assert b"Date: Mon, 02 Mar 2026 08:00:00 GMT\r\n" in first
    assert b"Content-Type: text/x\r\n" in first
    assert second.count(b"Date:") == 1
    assert b"Date: long ago\r\n" in second


def test_a_body_beyond_the_limit_is_not_read_to_its_end(runner: asyncio.Runner) -> None:
    async def story() -> int:
        async with Echo(Reply(413)) as echo:
            answer = await echo.say(request(body=b"x" * (BODY_LIMIT + 4_000_000)))
            assert answer.startswith(b"HTTP/1.1 413")
            return len(echo.asked[0].body)

    assert BODY_LIMIT < runner.run(story()) < BODY_LIMIT + 2_000_000


def test_a_caller_that_goes_in_the_middle_of_its_body_is_never_heard(
    runner: asyncio.Runner, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> list[Request]:
        async with Echo() as echo:
            _, writer = await echo.connect()
            writer.write(request(body=b"x" * 100)[:-50])
            await writer.drain()
            writer.close()
            await asyncio.sleep(0.02)
            assert (await echo.say(request(body=b"next"))).endswith(b"next")
            return echo.asked

    assert [each.body for each in runner.run(story())] == [b"next"]
    assert "Error" not in caplog.text


def test_close_ends_the_connection_orderly_and_reset_does_not(runner: asyncio.Runner) -> None:
    async def story() -> None:
        async with Echo(close) as echo:
            assert await echo.say(request()) == b""
        async with Echo(reset) as echo:
            with pytest.raises(ConnectionResetError):
                await echo.say(request())

    runner.run(story())


def test_bytes_are_said_as_they_are(runner: asyncio.Runner) -> None:
    async def story() -> bytes:
        async with Echo(say(b"\x00 any bytes \xff")) as echo:
            return await echo.say(request())

    assert runner.run(story()) == b"\x00 any bytes \xff"


def test_silence_lasts_until_the_caller_goes_and_then_leaves_nothing_behind(runner: asyncio.Runner) -> None:
    async def story() -> None:
        echo = Echo(clock=RealClock())

        async def handle(request: Request) -> Reply:
            raise Hangup(silence(request), "timeout")

        echo.listener = Listener(RealClock(), handle)
        async with echo:
            before = len(asyncio.all_tasks())
            reader, writer = await echo.connect()
            writer.write(request())
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(reader.read(1), 0.05)
            assert len(asyncio.all_tasks()) > before
            writer.close()
            for _ in range(200):
                await asyncio.sleep(0.005)
                if len(asyncio.all_tasks()) == before:
                    return
            raise AssertionError("the handler of a caller that has gone still waits")

    runner.run(story())


def test_writing_to_a_caller_that_has_gone_does_nothing(runner: asyncio.Runner, caplog: pytest.LogCaptureFixture) -> None:
    async def gone(raw: Any) -> Any:
        raw.transport.close()
        for _ in range(20):
            write(raw, b"into the void")
        return await close(raw)

    async def story() -> bytes:
        async with Echo(gone) as echo:
            return await echo.say(request())

    assert runner.run(story()) == b""
    assert caplog.text == ""


@pytest.mark.parametrize(
    "reply, length, data",
    [
        (Reply(200, b"abc"), None, b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc"),
        (
            Reply(404, headers=(("X-A", "é"),)),
            7,
            b"HTTP/1.1 404 Not Found\r\nX-A: \xc3\xa9\r\nContent-Length: 7\r\nConnection: close\r\n\r\n",
        ),
        (Reply(599), None, b"HTTP/1.1 599 Unknown\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
    ],
)
def test_an_answer_in_its_bytes(reply: Reply, length: int | None, data: bytes) -> None:
    assert on_the_wire(reply, length) == data


def test_a_listener_takes_a_free_port_and_tells_it_under_the_name_others_use(runner: asyncio.Runner) -> None:
    async def story() -> tuple[str, str]:
        one = Listener(RealClock(), Echo().handle)
        two = Listener(RealClock(), Echo().handle, advertise="simulators.test")
        await one.start()
        await two.start()
        await one.stop()
        await two.stop()
        return one.url, two.url

    one, two = runner.run(story())
    assert one.startswith("http://127.0.0.1:")
    assert two.startswith("http://simulators.test:")
    assert not two.endswith(":0")


def test_a_port_that_is_taken_is_an_error(runner: asyncio.Runner) -> None:
    async def story() -> None:
        async with Echo() as echo:
            port = int(echo.listener.url.rpartition(":")[2])
            second = Listener(RealClock(), echo.handle, port=port)
            with pytest.raises(OSError, match="address already in use"):
                await second.start()
            await second.stop()

    runner.run(story())


def test_requests_that_come_at_once_are_answered_one_after_the_other(runner: asyncio.Runner) -> None:
    async def story() -> list[bytes]:
        async with Echo() as echo:
            first = request(body=b"one").replace(b"Connection: close\r\n", b"")
            told = await echo.say(first + request(body=b"two"))
            return [each.rpartition(b"\r\n\r\n")[2] for each in told.split(b"HTTP/1.1 200 OK")[1:]]

    assert runner.run(story()) == [b"one", b"two"]


@pytest.mark.parametrize(
    ("version", "asked", "told"),
    [
        ("1.1", "", b""),
        ("1.1", "close", b"Connection: close"),
        ("1.0", "", b"Connection: close"),
        ("1.0", "keep-alive", b"Connection: keep-alive"),
    ],
)
def test_an_answer_says_whether_the_connection_goes_on(runner: asyncio.Runner, version: str, asked: str, told: bytes) -> None:
    async def story() -> bytes:
        async with Echo() as echo:
            reader, writer = await echo.connect()
            wish = f"Connection: {asked}\r\n" if asked else ""
            writer.write(f"GET / HTTP/{version}\r\nHost: x\r\n{wish}\r\n".encode())
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
            writer.close()
            return next((line for line in head.split(b"\r\n") if line.lower().startswith(b"connection")), b"")

    assert runner.run(story()) == told


@pytest.mark.parametrize(
    ("method", "reply", "has", "lacks"),
    [
        ("HEAD", Reply(200, b"unseen"), b"Content-Length: 6", b"unseen"),
        ("GET", Reply(204), b"204 No Content", b"Content-Length"),
        ("GET", Reply(200, b"{}"), b"application/octet-stream", b"text/plain"),
        ("GET", Reply(200, b"{}", (("content-type", "a/b"),)), b"content-type: a/b", b"octet-stream"),
        ("GET", Reply(299, b"odd"), b"HTTP/1.1 299 \r\n", b"500"),
    ],
)
def test_what_an_answer_has_follows_its_method_and_status(
    runner: asyncio.Runner, method: str, reply: Reply, has: bytes, lacks: bytes
) -> None:
    async def story() -> bytes:
        async with Echo(reply) as echo:
            return await echo.say(request(method))

    told = runner.run(story())
    assert has in told
    assert lacks not in told


def test_why_there_is_no_answer_is_logged_without_what_the_exception_quotes(
    runner: asyncio.Runner, caplog: pytest.LogCaptureFixture
) -> None:
    path = "/parties/MSISDN/265991000101"

    async def fail(raw: Any) -> None:
        raise ValueError(f"{path} is too much")

    async def story() -> bytes:
        async with Echo(fail) as echo:
            return await echo.say(request("GET", path))

    assert runner.run(story()).startswith(b"HTTP/1.1 500")
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "no answer to GET /parties/...: ValueError at" in caplog.text
    assert path not in caplog.text


def test_a_header_that_would_break_out_of_its_line_is_never_sent(
    runner: asyncio.Runner, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> bytes:
        async with Echo(Reply(200, b"", (("X-Name", "a\r\nX-Evil: b"),))) as echo:
            return await echo.say(request())

    told = runner.run(story())
    assert told.startswith(b"HTTP/1.1 500")
    assert b"X-Evil" not in told
    assert "control character" in caplog.text


def test_a_caller_hears_the_answer_to_a_body_that_was_not_read_to_its_end(runner: asyncio.Runner) -> None:
    async def story() -> bytes:
        async with Echo(Reply(413, b"too large")) as echo:
            return await echo.say(request(body=b"x" * (BODY_LIMIT + 2_000_000)))

    assert runner.run(story()).endswith(b"too large")


def bomb(megabytes: int) -> bytes:
    """So many megabytes of nothing, packed."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(megabytes)) + packer.flush()


def packed(body: bytes, coding: str = "gzip") -> bytes:
    head = f"POST / HTTP/1.1\r\nHost: x\r\nContent-Encoding: {coding}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def test_what_unpacks_beyond_the_limit_is_read_no_further_and_answered_at_once(runner: asyncio.Runner) -> None:
    sent = packed(bomb(1000))

    async def story() -> tuple[int, bytes, float]:
        async with Echo(Reply(413)) as echo:
            reader, writer = await echo.connect()
            began = time.process_time()
            writer.write(sent)
            line = await asyncio.wait_for(reader.readline(), 5)
            writer.close()
            await asyncio.sleep(0.2)
            return len(echo.asked[0].body), line, time.process_time() - began

    size, line, spent = runner.run(story())
    assert line.startswith(b"HTTP/1.1 413")
    assert BODY_LIMIT < size < BODY_LIMIT + (1 << 20)
    assert spent < 1, "a gigabyte must not be unpacked for nobody"  # it takes some five seconds of a processor


@pytest.mark.parametrize(
    "body, coding", [(b"this is not packed", "gzip"), (b"{}", "br"), (bomb(1)[:-9] + b"damaged!!", "gzip")]
)
def test_a_body_that_cannot_be_unpacked_is_a_bad_request(runner: asyncio.Runner, body: bytes, coding: str) -> None:
    async def story() -> tuple[bytes, int]:
        async with Echo() as echo:
            return await echo.say(packed(body, coding)), len(echo.asked)

    answer, asked = runner.run(story())
    assert answer.startswith(b"HTTP/1.1 400 Bad Request")
    assert asked == 0
