"""The stores of rows: one contract, kept by SQLite and by a real Redis, and what is Redis's alone."""

from __future__ import annotations

import asyncio
import json
import socketserver
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from connectors.mojaloop_connector import CONNECTOR
from connectors.mojaloop_connector.errors import StoreUnavailable
from connectors.mojaloop_connector.settings import read
from connectors.mojaloop_connector.store import RedisStore, Row, SqliteStore, Store, opened
from connectors.mojaloop_connector.store.redis import forget
from loopyard.kernel.clock import Crew, VirtualClock
from loopyard.kernel.errors import InfrastructureError, UsageError
from loopyard.kernel.ids import Ids
from loopyard.testing import cache
from loopyard.transport.client import Client
from loopyard.transport.service import Surroundings

NOW = datetime(2026, 3, 2, 8, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def door() -> Iterator[cache.Door]:
    if reason := cache.missing():
        (pytest.fail if cache.required() else pytest.skip)(reason)
    with cache.Door() as door:
        yield door


@pytest.fixture
def place(tmp_path: Path, door: cache.Door) -> Iterator[Path]:
    """Where a store in Redis notes what is its; its rows leave with the test."""
    place = tmp_path / "connector.sqlite"
    yield place
    door.open()
    forget(place)


@pytest.fixture(params=["sqlite", "redis"])
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Store]:
    """Opens the same store each time."""
    if request.param == "sqlite":
        return lambda: SqliteStore(tmp_path / "connector.sqlite")
    place, door = request.getfixturevalue("place"), request.getfixturevalue("door")
    return lambda: RedisStore(door.url, place)


@contextmanager
def refusing(answer: str) -> Iterator[str]:
    """The address of a Redis that answers everything in this way."""

    class Answers(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            while asked := self.request.recv(65_536):
                self.request.sendall(f"-{answer}\r\n".encode() * max(1, asked.count(b"*")))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"redis://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@contextmanager
def raw(url: str) -> Iterator[Any]:
    import redis

    client = redis.Redis.from_url(url)
    yield client
    client.close()


def test_rows_outlive_the_store_that_wrote_them(opening: Callable[[], Store]) -> None:
    store = opening()
    store.put(Row("inbound", "b", "RESERVED", {"x": "é"}, NOW))
    store.put(Row("inbound", "a", "RESERVED", {}, NOW.replace(hour=9)))
    store.put(Row("inbound", "c", "COMPLETED", {}))
    store.put(Row("outbound", "b", "start", {}))
    store.close()
    again = opening()
    assert again.get("inbound", "b") == Row("inbound", "b", "RESERVED", {"x": "é"}, NOW)
    assert [row.id for row in again.due("inbound")] == ["b", "a"]
    assert [row.id for row in again.in_state("inbound", "RESERVED")] == ["a", "b"]
    assert again.get("inbound", "missing") is None
    again.close()


def test_the_latest_writing_counts_and_a_moment_can_be_taken_back(opening: Callable[[], Store]) -> None:
    store = opening()
    store.put(Row("inbound", "a", "RESERVED", {"n": 1}, NOW))
    store.put(Row("inbound", "a", "COMPLETED", {"n": 2}))
    assert store.get("inbound", "a") == Row("inbound", "a", "COMPLETED", {"n": 2})
    assert store.due("inbound") == []
    assert store.in_state("inbound", "RESERVED") == []
    store.close()


def test_what_was_read_belongs_to_the_reader(opening: Callable[[], Store]) -> None:
    store = opening()
    store.put(Row("inbound", "a", "RESERVED", {"n": 1}))
    row = store.get("inbound", "a")
    assert row is not None
    row.data["n"] = 2
    assert store.get("inbound", "a") == Row("inbound", "a", "RESERVED", {"n": 1})
    store.close()


@pytest.mark.parametrize(
    "kind, key",
    [("outbound", "transferModel_out_01H"), ("inbound", "transferModel_in_01H"), ("conversion", "fxQuote_in_01H")],
)
def test_redis_has_rows_under_the_real_softwares_keys(door: cache.Door, place: Path, kind: str, key: str) -> None:
    store = RedisStore(door.url, place)
    store.put(Row(kind, "01H", "start", {"transferId": "01H"}))
    with raw(door.url) as client:
        assert json.loads(client.get(f"{place.parent.name}:connector:{key}")) == {"transferId": "01H"}
    store.close()


def test_connectors_of_two_worlds_share_a_redis_without_seeing_each_other(door: cache.Door, place: Path) -> None:
    other_place = place.parent / "b" / "connector.sqlite"
    other_place.parent.mkdir()
    one, other = RedisStore(door.url, place), RedisStore(door.url, other_place)
    one.put(Row("outbound", "a", "start", {}))
    other.put(Row("outbound", "a", "errored", {}))
    forget(place)
    assert one.get("outbound", "a") is None
    assert other.get("outbound", "a") == Row("outbound", "a", "errored", {})
    forget(other_place)
    with raw(door.url) as client:
        assert not [*client.scan_iter(match="b:connector:*"), *client.scan_iter(match=f"{place.parent.name}:*")]
    one.close()
    other.close()


def test_to_forget_is_nothing_where_nothing_lay_in_redis(tmp_path: Path) -> None:
    forget(tmp_path / "connector.sqlite")


def test_a_redis_that_is_away_is_told_apart_and_used_again_when_it_is_back(door: cache.Door, place: Path) -> None:
    store = RedisStore(door.url, place)
    store.put(Row("outbound", "a", "start", {}))
    door.shut()
    for work in (
        lambda: store.get("outbound", "a"),
        lambda: store.put(Row("outbound", "a", "errored", {})),
        lambda: store.due("outbound"),
        lambda: store.in_state("outbound", "start"),
    ):
        with pytest.raises(StoreUnavailable, match="does not answer"):
            work()
    door.open()
    assert store.get("outbound", "a") == Row("outbound", "a", "start", {})
    store.close()


def test_a_connector_whose_redis_is_away_does_not_start(tmp_path: Path) -> None:
    clock, settings = VirtualClock(NOW), {"dfsp_id": "green-bank", "cache_url": "redis://127.0.0.1:1"}
    place = tmp_path / "connector.sqlite"
    service = CONNECTOR.build(
        Surroundings(
            "mojaloop_connector", clock, Crew(clock), Ids("x"), Client(clock, Ids("x")), lambda party, face: "", place, settings
        )
    )
    with pytest.raises(InfrastructureError, match=r"cannot start: Redis at 127\.0\.0\.1:1 does not answer"):
        asyncio.run(service.start())


def test_a_password_stands_in_no_message(tmp_path: Path) -> None:
    store = RedisStore("redis://me:s3cret@127.0.0.1:1/0", tmp_path / "connector.sqlite")
    with pytest.raises(StoreUnavailable) as failure:
        store.get("outbound", "a")
    assert "s3cret" not in str(failure.value)
    assert "127.0.0.1:1" in str(failure.value)
    assert (tmp_path / "connector.sqlite.redis").stat().st_mode & 0o077 == 0, "others may read it in the note"


def test_the_address_decides_which_store_it_is(tmp_path: Path) -> None:
    assert isinstance(opened(tmp_path / "a.sqlite", ""), SqliteStore)
    assert isinstance(opened(tmp_path / "b.sqlite", "redis://127.0.0.1:1"), RedisStore)


@pytest.mark.parametrize("url", ["127.0.0.1:6379", "redis://127.0.0.1:notaport", "redis://h:99999", "redis://h:1?foo=bar"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(
        UsageError, match=r'connectors\.mojaloop_connector\.cache_url: is no address .*; write "redis://host:port"'
    ):
        read({"dfsp_id": "green-bank", "cache_url": url}, "mojaloop_connector")


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("WRONGPASS invalid username-password pair or user is disabled.", "refuses the user or the password of cache_url"),
        ("NOAUTH Authentication required.", "refuses the user or the password of cache_url, or wants one"),
        ("NOPERM this user has no permissions to run the 'get' command", "refuses the user or the password"),
        ("OOM command not allowed when used memory > 'maxmemory'.", "refuses the command"),
    ],
)
def test_a_redis_that_says_no_is_not_told_as_one_that_says_nothing(answer: str, says: str, tmp_path: Path) -> None:
    with refusing(answer) as url:
        store = RedisStore(url, tmp_path / "connector.sqlite")
        with pytest.raises(StoreUnavailable, match=says):
            store.due("outbound")
        store.close()
