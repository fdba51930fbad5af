"""The client over real sockets: what came back, and how it says that nothing did."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from loopyard.kernel.clock import VirtualClock
from loopyard.kernel.ids import Ids
from loopyard.transport import trace
from loopyard.transport.client import Answer, Client, NoAnswer
from loopyard.transport.endings import Hangup, close, reset, say
from loopyard.transport.messages import Reply, Request
from loopyard.transport.server import Listener

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LARGE = 1 << 20  # bytes: more than a socket takes at once


@asynccontextmanager
async def serving(handler: Callable[[Request], Awaitable[Reply]]) -> AsyncIterator[tuple[VirtualClock, Client, str]]:
    clock = VirtualClock(START)
    listener, client = Listener(clock, handler), Client(clock, Ids("client"))
    await listener.start()
    try:
        yield clock, client, listener.url
    finally:
        await client.close()
        await listener.stop()


def exchange(runner: asyncio.Runner, handler: Callable[[Request], Awaitable[Reply]], **call: Any) -> Answer:
    async def story() -> Answer:
        async with serving(handler) as (clock, client, url):
            return await clock.drive(client.call("POST", url + "/x", **call))

    return runner.run(story())


def test_an_answer_has_status_headers_and_body_as_they_were_on_the_wire(runner: asyncio.Runner) -> None:
    async def handler(request: Request) -> Reply:
        return Reply(418, request.body[::-1], (("X-Kind", "teapot"), ("Content-Type", "text/x")))

    answer = exchange(runner, handler, body=b"abc")
    assert (answer.status, answer.body) == (418, b"cba")
    assert (answer.header("x-kind"), answer.header("CONTENT-TYPE"), answer.header("absent")) == ("teapot", "text/x", None)


def test_no_header_goes_out_that_nobody_gave(runner: asyncio.Runner) -> None:
    seen: list[str] = []

    async def handler(request: Request) -> Reply:
        seen.extend(key.lower() for key, _ in request.headers)
        return Reply()

    exchange(runner, handler, body=b"{}", headers={"X-Mine": "1"})
    assert set(seen) == {"host", "x-mine", "traceparent", "accept-encoding", "user-agent", "content-length"}


@pytest.mark.parametrize("size", [0, LARGE, LARGE + 1, 3 * LARGE])
def test_a_body_of_any_size_arrives_whole(runner: asyncio.Runner, size: int) -> None:
    async def handler(request: Request) -> Reply:
        return Reply(200, str(len(request.body)).encode())

    assert exchange(runner, handler, body=b"x" * size).body == str(size).encode()


@pytest.mark.parametrize(
    "how, kind",
    [
        pytest.param(close, "closed", id="close"),
        pytest.param(reset, "closed", id="reset"),
        pytest.param(say(b"\x00\xff noise"), "garbled", id="noise"),
        pytest.param(say(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"), "garbled", id="half a body"),
        pytest.param(say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\nno\r\n"), "garbled", id="bad chunk"),
        pytest.param(say(b"HTTP/1.1 200 OK\r\nContent-Le"), "closed", id="half a head"),
        pytest.param(
            say(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope"), "garbled", id="no gzip"
        ),
    ],
)
def test_a_call_without_a_regular_answer_says_how_it_ended(runner: asyncio.Runner, how: Any, kind: str) -> None:
    async def handler(request: Request) -> Reply:
        raise Hangup(how)

    with pytest.raises(NoAnswer) as caught:
        exchange(runner, handler)
    assert caught.value.kind == kind


def test_nobody_listening_is_refused(runner: asyncio.Runner) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    async def story() -> None:
        clock = VirtualClock(START)
        async with Client(clock, Ids("client")) as client:
            with pytest.raises(NoAnswer, match=r"^refused: GET http://127\.0\.0\.1"):
                await clock.drive(client.call("GET", f"http://127.0.0.1:{port}/"))

    runner.run(story())


def test_a_time_out_is_in_the_clocks_seconds(runner: asyncio.Runner) -> None:
    async def story() -> float:
        async def handler(request: Request) -> Reply:
            await clock.sleep(3600)
            return Reply()

        async with serving(handler) as (clock, client, url):
            with pytest.raises(NoAnswer, match="nothing within 30 s"):
                await clock.drive(client.call("GET", url, timeout=30))
            return clock.monotonic()

    assert runner.run(story()) == 30.0


def test_a_connection_that_timed_out_is_not_used_again(runner: asyncio.Runner) -> None:
    async def story() -> bytes:
        slow = iter([60, 0])

        async def handler(request: Request) -> Reply:
            await clock.sleep(next(slow))
            return Reply(200, request.path.encode())

        async with serving(handler) as (clock, client, url):

            async def twice() -> bytes:
                with pytest.raises(NoAnswer):
                    await client.call("GET", url + "/first", timeout=1)
                return (await client.call("GET", url + "/second")).body

            answer = await clock.drive(twice())
            await clock.advance(100)
            return answer

    assert runner.run(story()) == b"/second"


def test_a_redirect_is_an_answer_like_any_other(runner: asyncio.Runner) -> None:
    async def handler(request: Request) -> Reply:
        return Reply(302, headers=(("Location", "/elsewhere"),))

    assert exchange(runner, handler).status == 302


def test_a_call_made_while_handling_continues_the_trace_with_a_span_of_its_own(runner: asyncio.Runner) -> None:
    async def story() -> list[trace.Trace | None]:
        seen: list[trace.Trace | None] = []

        async def handler(request: Request) -> Reply:
            seen.append(request.trace)
            if request.path == "/outer":
                await client.call("GET", url + "/inner")
            return Reply()

        async with serving(handler) as (clock, client, url):
            await clock.drive(client.call("GET", url + "/outer"))
            await clock.drive(client.call("GET", url + "/inner"))
        return seen

    outer, inner, other = runner.run(story())
    assert outer.trace_id == inner.trace_id != other.trace_id
    assert len({outer.span_id, inner.span_id, other.span_id}) == 3


@pytest.mark.parametrize("header", [None, "", "00-abc-def-01", "00-" + "a" * 32 + "-" + "b" * 16, "nonsense"])
def test_a_malformed_traceparent_starts_a_trace_of_its_own(header: str | None) -> None:
    assert trace.Trace.parse(header) is None


def test_a_traceparent_reads_back_what_it_writes() -> None:
    here = trace.Trace("a" * 32, "b" * 16)
    assert trace.Trace.parse(str(here)) == here
