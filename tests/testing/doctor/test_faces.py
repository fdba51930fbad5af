"""Before anything is asked: ports that are taken, addresses where nobody listens, and listeners that are something else."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from loopyard.testing.doctor.finding import exit_code
from tests.testing.doctor.stubs import Bench, bench, core, findings, told

PLACE = "core_connector"


@pytest.fixture
def at(tmp_path: Path) -> Bench:
    return bench(tmp_path)


@contextmanager
def saying(port: int, words: bytes) -> Iterator[None]:
    """Something that listens and is no HTTP server."""
    server = socket.create_server(("127.0.0.1", port))

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                connection.recv(100)
                connection.sendall(words)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()


def faces_of(at: Bench) -> dict[str, str]:
    return {face: at.url(face) for face in ("core_connector.dfsp", "core_connector.sdk")}


def test_nobody_listens(at: Bench) -> None:
    sections = at.examined(PLACE, faces=faces_of(at))
    assert [each.seen for each in findings(sections, "problem")] == [
        f"core_connector.dfsp: nothing listens at {at.url('core_connector.dfsp')}",
        f"core_connector.sdk: nothing listens at {at.url('core_connector.sdk')}",
    ]
    assert exit_code(sections) == 3


@pytest.mark.parametrize("words", [b"SSH-2.0-OpenSSH_9.6\r\n", b"\x15\x03\x01\x00\x02\x02\x46", b""])
def test_what_listens_is_something_else(at: Bench, words: bytes) -> None:
    with saying(at.ports["core_connector.dfsp"], words):
        sections = at.examined(PLACE, faces=faces_of(at))
    first = findings(sections, "problem")[0]
    assert f"what listens at {at.url('core_connector.dfsp')} does not speak HTTP" in first.seen


def test_every_port_that_is_taken_is_named_with_its_face(at: Bench) -> None:
    taken = "hub.fspiop", "green-bank.core"
    held = [socket.create_server(("127.0.0.1", at.ports[face])) for face in taken]
    sections = at.examined(PLACE, faces=faces_of(at))
    for each in held:
        each.close()
    assert [each.seen for each in findings(sections, "problem")] == [
        f"{face} cannot listen on 127.0.0.1:{at.ports[face]}: the port is taken" for face in taken
    ]
    assert exit_code(sections) == 3


def test_a_face_that_does_not_exist_is_a_slip_of_the_pen(at: Bench) -> None:
    sections = at.examined(PLACE, faces={"core_connector.dsfp": "http://127.0.0.1:1"})
    assert '[sut.faces] "core_connector.dsfp" is no face of core_connector' in told(sections, "problem")
    assert exit_code(sections) == 2


def test_a_face_cannot_be_where_the_world_listens(at: Bench) -> None:
    sections = at.examined(PLACE, faces={"core_connector.dfsp": at.url("hub.admin")})
    assert "where hub.admin of the world listens" in told(sections, "problem")
    assert exit_code(sections) == 2


def test_one_dead_face_leaves_the_other_checks(at: Bench) -> None:
    with core(at) as faces:
        dead = {**faces, "core_connector.sdk": "http://127.0.0.1:9"}
        sections = at.examined(PLACE, faces=dead)
    assert "terms came" in told(sections, "ok")
    assert "core_connector.sdk does not answer" in told(sections, "not checked")
    assert exit_code(sections) == 3
