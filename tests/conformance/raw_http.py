"""Recorded requests on the wire as they were: header order and spelling, and no header that a library adds."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import urlsplit

from loopyard.kernel.clock import VirtualClock
from loopyard.kernel.ids import Ids
from loopyard.transport.trace import HEADER, Trace
from tests.conformance.captures import Headers


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes


async def send(clock: VirtualClock, ids: Ids, base: str, method: str, path: str, headers: Headers, body: bytes) -> Answer:
    """One request from a task of the clock. A request without a trace gets one, as the clock knows calls by it."""
    place = urlsplit(base)
    sent = {name.lower(): value for name, value in headers}
    trace = Trace.parse(sent.get(HEADER)) or Trace(ids.trace(), ids.span())
    lines = [f"{method} {path} HTTP/1.1"]
    for name, value in _complete(headers, str(trace), len(body)):
        lines.append(f"{name}: {place.netloc if name.lower() == 'host' else value}")
    head = "\r\n".join([*lines, "", ""]).encode()
    with clock.departure(trace.span_id):
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        try:
            writer.write(head + body)
            return await _answer(reader)
        finally:
            writer.close()
            await writer.wait_closed()


def _complete(headers: Headers, trace: str, length: int) -> list[tuple[str, str]]:
    """With what a relay's log leaves out, where Node's HTTP library puts it."""
    names = {name.lower() for name, _ in headers}
    pairs = [(name, str(length) if name.lower() == "content-length" else value) for name, value in headers]
    added = ((HEADER, trace), ("host", ""), ("connection", "keep-alive"))
    return pairs + [(name, value) for name, value in added if name not in names]


async def _answer(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
    return Answer(int(head[0].split()[1]), await reader.readexactly(int(fields.get("content-length", "0"))))
