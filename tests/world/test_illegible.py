"""A header that is not UTF-8 in a running world: relayed in the bytes it came in, and told wherever the world tells of it."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from urllib.parse import urlsplit
from xml.etree import ElementTree

import orjson
import pytest

from loopyard.protocols.fspiop.headers import request_headers
from loopyard.testing.evidence import gather
from loopyard.testing.evidence.interactions import interactions_html, interactions_ndjson
from loopyard.testing.evidence.lanes import sequence_text
from loopyard.testing.evidence.redaction import Redactor
from loopyard.testing.evidence.sequence import sequence_diagram
from loopyard.testing.lab import Lab
from loopyard.world.client import World
from loopyard.world.defaults import default_world
from loopyard.world.file import LogSettings, load

AMINA = "/parties/MSISDN/265991000101"
RAW, SEEN = b"caf\xe9", "caf\\xe9"
ANSWER = b"HTTP/1.1 202 Accepted\r\nX-Note: " + RAW + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Peer:
    """A system under test in bytes: it answers everything alike, and keeps the heads of what it was asked."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                self.heard.append(connection.recv(65_536))
                connection.sendall(ANSWER)

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@pytest.fixture
def peer() -> Iterator[Peer]:
    peer = Peer()
    yield peer
    peer.close()


@pytest.fixture
def lab(peer: Peer) -> Iterator[Lab]:
    file = replace(load(default_world()), places={"mojaloop_connector.inbound": peer.url})
    with Lab(file, without=("mojaloop_connector",)) as lab:
        yield lab


def ask(world: World, note: bytes, source: bytes = b"blue-wallet") -> bytes:
    """A lookup of Amina, told to the hub in bytes; back when it has been passed on, unless it was refused."""
    place = urlsplit(world.describe()["faces"]["hub.fspiop"])
    made = request_headers("parties", source="blue-wallet", destination="green-bank", date=world.now)
    headers = {name: value.encode() for name, value in made.items()} | {"fspiop-source": source, "x-note": note}
    lines = [b"GET " + AMINA.encode() + b" HTTP/1.1", b"host: hub", b"connection: close"]
    lines += [name.encode() + b": " + value for name, value in headers.items()]
    with socket.create_connection((place.hostname, place.port or 80), timeout=10) as connection:
        connection.sendall(b"\r\n".join((*lines, b"", b"")))
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    until = monotonic() + 10
    while b" 202 " in answer[:13] and [row["outcome"] for row in world.traffic()[:2]] != ["answered"] * 2:
        assert monotonic() < until, f"the hub has said nothing: {world.traffic()} {world.control('logs.list')}"
        sleep(0.02)
    return answer


def test_it_is_relayed_as_it_came_and_that_of_an_answer_is_told(lab: Lab, peer: Peer) -> None:
    assert ask(lab.world, RAW).startswith(b"HTTP/1.1 202")
    assert any(b"x-note: " + RAW + b"\r\n" in head.lower() for head in peer.heard)
    asked = next(row for row in lab.world.interactions() if row.sender == "hub" and row.path == AMINA)
    assert dict(asked.request_headers)["x-note"] == SEEN == dict(asked.response_headers)["X-Note"]
    assert (asked.outcome, asked.status) == ("answered", 202)
    assert lab.world.control("logs.list") == []
    for told in (lab.world.traffic(), lab.world.control("traffic.list", raw=True), lab.world.control("logs.list")):
        assert orjson.loads(orjson.dumps(told)) == told


def test_it_is_drawn_and_written_down_as_evidence(lab: Lab, tmp_path: Path) -> None:
    ask(lab.world, RAW)
    assert b'"errorCode":"3101"' in ask(lab.world, RAW, source=b"blue\xff")
    exchanges = [gather.exchange(row) for row in lab.world.interactions()]
    shown = [Redactor.of(exchanges).exchange(each) for each in exchanges]
    ElementTree.fromstring(sequence_diagram(shown, gather.lanes(shown, "green-bank"), "It"))
    for name, text in (
        ("lanes", sequence_text(shown, gather.lanes(shown, "green-bank"), None)),
        ("html", interactions_html(shown)),
        ("ndjson", interactions_ndjson(shown)),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    written = (tmp_path / "ndjson").read_text(encoding="utf-8")
    assert json.dumps("blue\\xff") in written
    assert json.dumps(SEEN) in written


def test_the_app_that_gets_it_in_an_answer_is_told(lab: Lab) -> None:
    told = lab.world.control(
        "channel.call", face="mojaloop_connector.inbound", method="GET", path="/x", headers={"X": "\udce9"}
    )
    assert ["X-Note", SEEN] in told["headers"]
    orjson.dumps([told, lab.world.traffic()])


def test_it_is_spilled(tmp_path: Path) -> None:
    with Lab(replace(load(default_world()), log=LogSettings(2, tmp_path / "older.ndjson"))) as lab:
        ask(lab.world, RAW)
        until = monotonic() + 10
        while lab.world.traffic()[-1]["seq"] < 3:  # the lookup goes on for more messages than the log keeps
            assert monotonic() < until, f"the lookup went no further than {lab.world.traffic()}"
            sleep(0.02)
    first = json.loads((tmp_path / "older.ndjson").read_text(encoding="utf-8").splitlines()[0])
    assert ["x-note", SEEN] in first["request_headers"]
