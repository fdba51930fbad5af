"""Headers that are not UTF-8: a text for everybody in the house, the same bytes for whoever is next on the wire."""

from __future__ import annotations

import asyncio
import copy
import json
from pathlib import Path

import orjson
import pytest

from loopyard.kernel.clock import RealClock
from loopyard.transport.connections import Connections
from loopyard.transport.headers import Illegible, in_wire_order, legible, line, octets
from loopyard.transport.messages import Reply, Request
from loopyard.transport.server import Listener

RAW = b"caf\xe9 \xff"
DECODED = RAW.decode("utf-8", "surrogateescape")


@pytest.mark.parametrize("value", ["", "plain", "caf\u00e9", "\u20ac"])
def test_what_is_a_text_stays_what_it_is(value: str) -> None:
    assert type(legible(value)) is str
    assert legible(value) == value
    assert octets([line("X", legible(value))]) == b"X: " + value.encode()


def test_what_is_none_can_be_printed_stored_and_written_as_json_and_goes_out_as_it_came(tmp_path: Path) -> None:
    ((name, value),) = in_wire_order([("X-Note", DECODED)])
    assert (name, value) == ("X-Note", "caf\\xe9 \\xff")
    assert orjson.loads(orjson.dumps({"x": value})) == {"x": "caf\\xe9 \\xff"} == json.loads(json.dumps({"x": value}))
    (tmp_path / "log").write_text(f"{name} {value}", encoding="utf-8")
    assert octets([line(name, value)]) == b"X-Note: " + RAW == octets([line(name, copy.deepcopy(value))])


def test_a_value_that_looks_like_it_is_not_taken_for_it() -> None:
    assert octets([line("X", "caf\\xe9")]) == b"X: caf\\xe9"
    assert octets([line("X", f"{Illegible(DECODED)}!")]) == b"X: caf\\xe9 \\xff!"


async def peer(told: bytes) -> tuple[asyncio.Server, list[bytes], str]:
    """A server in bytes: what it was asked, and where it listens."""
    heard: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(told)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    return server, heard, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def test_a_byte_goes_through_a_listener_and_a_client_and_back(runner: asyncio.Runner) -> None:
    async def story() -> tuple[Request, bytes, bytes]:
        asked: list[Request] = []
        server, heard, beyond = await peer(b"HTTP/1.1 200 OK\r\nX-Back: " + RAW + b"\r\nContent-Length: 0\r\n\r\n")
        connections = Connections()

        async def pass_on(request: Request) -> Reply:
            asked.append(request)
            status, headers, body = await connections.exchange(request.method, beyond, dict(request.headers), None)
            return Reply(status, body, headers)

        listener = Listener(RealClock(), pass_on)
        await listener.start()
        host, port = listener.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nX-Note: " + RAW + b"\r\nConnection: close\r\n\r\n")
        answer = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        connections.close()
        await listener.stop()
        server.close()
        return asked[0], heard[0], answer

    asked, heard, answer = runner.run(story())
    assert asked.header("x-note") == dict(asked.headers)["X-Note"] == "caf\\xe9 \\xff"
    assert b"\r\nX-Note: " + RAW + b"\r\n" in heard
    assert b"\r\nX-Back: " + RAW + b"\r\n" in answer


def test_a_text_that_stands_for_no_bytes_is_not_sent(runner: asyncio.Runner) -> None:
    with pytest.raises(ValueError, match="surrogates not allowed"):
        runner.run(Connections().exchange("GET", "http://127.0.0.1:9", {"X": "\ud800"}, None))
