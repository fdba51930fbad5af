"""Connections over real sockets: what goes out is what was given, and one connection serves call after call."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from loopyard.kernel.clock import RealClock
from loopyard.transport.connections import Connections, Received, Unreachable
from loopyard.transport.endings import Hangup, say
from loopyard.transport.messages import Reply, Request
from loopyard.transport.server import Listener

Handler = Callable[[Request], Awaitable[Reply]]
Talk = Callable[[Connections, str], Awaitable[Received]]


def talk(runner: asyncio.Runner, handler: Handler, conversation: Talk) -> Received:
    async def story() -> Received:
        listener, connections = Listener(RealClock(), handler), Connections()
        await listener.start()
        try:
            return await conversation(connections, listener.url)
        finally:
            connections.close()
            await listener.stop()

    return runner.run(story())


async def target(request: Request) -> Reply:
    return Reply(200, f"{request.path} {request.query}".encode())


@pytest.mark.parametrize(
    "given, seen",
    [
        ("", b"/ "),
        ("/a%40b/%2b?c=%3A", b"/a%40b/%2b c=%3A"),
        ("/a/../b//c", b"/a/../b//c "),
        ("/a b?q=\u00e9", b"/a%20b q=%C3%A9"),
        ("?q", b"/ q"),
        ("/a#fragment", b"/a "),
    ],
)
def test_a_path_goes_out_as_it_was_given(runner: asyncio.Runner, given: str, seen: bytes) -> None:
    assert talk(runner, target, lambda wire, url: wire.exchange("GET", url + given, {}, None))[2] == seen


def test_a_connection_serves_call_after_call(runner: asyncio.Runner) -> None:
    peers: list[object] = []

    async def handler(request: Request) -> Reply:
        assert request.raw.transport is not None
        peers.append(request.raw.transport.get_extra_info("peername"))
        return Reply(200, request.body)

    async def thrice(wire: Connections, url: str) -> Received:
        for method in ("POST", "GET"):
            await wire.exchange(method, url, {}, b"x" if method == "POST" else None)
        return await wire.exchange("PUT", url, {}, b"last")

    assert talk(runner, handler, thrice)[2] == b"last"
    assert len(peers) == 3
    assert len(set(peers)) == 1


def test_what_precedes_an_answer_is_not_the_answer(runner: asyncio.Runner) -> None:
    async def handler(request: Request) -> Reply:
        hints = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
        raise Hangup(say(hints + b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok"))

    status, headers, body = talk(runner, handler, lambda wire, url: wire.exchange("GET", url, {}, None))
    assert (status, headers, body) == (201, (("Content-Length", "2"),), b"ok")


def test_a_given_header_stands_for_the_connections_own(runner: asyncio.Runner) -> None:
    async def handler(request: Request) -> Reply:
        return Reply(200, ",".join(value for name, value in request.headers if name.lower() == "user-agent").encode())

    assert talk(runner, handler, lambda wire, url: wire.exchange("GET", url, {"user-agent": "me"}, None))[2] == b"me"


def test_no_header_smuggles_another(runner: asyncio.Runner) -> None:
    with pytest.raises(ValueError, match="control character"):
        talk(runner, target, lambda wire, url: wire.exchange("GET", url, {"X": "1\r\nY: 2"}, None))


def test_an_address_must_be_one(runner: asyncio.Runner) -> None:
    with pytest.raises(Unreachable, match="is no address"):
        talk(runner, target, lambda wire, url: wire.exchange("GET", "localhost/x", {}, None))
