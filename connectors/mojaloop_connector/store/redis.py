"""Rows in Redis under the real software's keys, called inline as SQLite is: a loopback round trip takes a fraction of a
millisecond, and a row is written before the next message goes out. A server that hangs holds its caller up for a second.

Beside each row's JSON stand two indexes a kind: `states_{kind}`, a hash of states by id, and `due_{kind}`, a sorted set of ids
by the moment at which they must be looked at again, in microseconds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

import orjson

from connectors.mojaloop_connector.errors import StoreUnavailable
from connectors.mojaloop_connector.store.rows import Row, read, written
from loopyard.kernel.addresses import redis_server
from loopyard.kernel.errors import UsageError

Result = TypeVar("Result")

KEYS: Final = {
    "outbound": "transferModel_out_{id}",
    "inbound": "transferModel_in_{id}",
    "conversion": "fxQuote_in_{id}",
}
"""The real software's keys by kind of row; any other is `{kind}_{id}`."""
SECONDS: Final = 1.0
"""How long the server may take to answer."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class RedisStore:
    """The store in a Redis that others may use too: keys begin with the name of the world's own folder and the connector's.

    A file beside `place` says where the keys are, so that `forget` finds them when the connector begins anew.
    """

    def __init__(self, url: str, place: Path) -> None:
        self._prefix = f"{place.parent.name}:{place.name.replace('.sqlite', '')}:"
        self._where = "{}:{}".format(*redis_server(url))
        self._redis = _client(url)
        note = _note(place)
        note.touch(mode=0o600)  # an address may hold a password
        note.write_bytes(orjson.dumps({"url": url, "prefix": self._prefix}))

    def get(self, kind: str, key: str) -> Row | None:
        def look(pipe: Any) -> None:
            pipe.get(self._key(kind, key))
            pipe.hget(self._states(kind), key)
            pipe.zscore(self._due(kind), key)

        content, state, due = self._together(look)
        return None if content is None else Row(kind, key, state.decode(), read(content), _moment(due))

    def put(self, row: Row) -> None:
        def write(pipe: Any) -> None:
            pipe.set(self._key(row.kind, row.id), written(row.data))
            pipe.hset(self._states(row.kind), row.id, row.state)
            if row.due_at is None:
                pipe.zrem(self._due(row.kind), row.id)
            else:
                pipe.zadd(self._due(row.kind), {row.id: (row.due_at - _EPOCH) // _MICROSECOND})

        self._together(write)

    def due(self, kind: str) -> list[Row]:
        """Rows of one moment come in order of their ids, as the sorted set has them."""
        return self._rows(kind, [id_.decode() for id_ in self._once(lambda: self._redis.zrange(self._due(kind), 0, -1))])

    def in_state(self, kind: str, state: str) -> list[Row]:
        states = self._once(lambda: self._redis.hgetall(self._states(kind)))
        return self._rows(kind, sorted(id_.decode() for id_, each in states.items() if each.decode() == state))

    def close(self) -> None:
        self._redis.close()

    def _rows(self, kind: str, ids: list[str]) -> list[Row]:
        return [row for id_ in ids if (row := self.get(kind, id_)) is not None]

    def _together(self, fill: Callable[[Any], None]) -> list[Any]:
        """Several commands in one round trip: all are carried out, or none is."""

        def run() -> list[Any]:
            with self._redis.pipeline(transaction=True) as pipe:
                fill(pipe)
                results: list[Any] = pipe.execute()
                return results

        return self._once(run)

    def _once(self, work: Callable[[], Result]) -> Result:
        from redis import exceptions as of

        try:
            return work()
        except (of.AuthenticationError, of.AuthorizationError, of.NoPermissionError) as failure:
            problem = "refuses the user or the password of cache_url, or wants one"
            raise self._unavailable(problem, "correct the address, or the server's users", failure) from failure
        except of.ResponseError as failure:
            raise self._unavailable("refuses the command", "see to it, then ask again", failure) from failure
        except of.RedisError as failure:
            raise self._unavailable("does not answer", "see to it, then ask again", failure) from failure

    def _unavailable(self, problem: str, remedy: str, failure: Exception) -> StoreUnavailable:
        return StoreUnavailable(f"Redis at {self._where} {problem} ({type(failure).__name__}); {remedy}")

    def _key(self, kind: str, key: str) -> str:
        return self._prefix + KEYS.get(kind, f"{kind}_{{id}}").format(id=key)

    def _states(self, kind: str) -> str:
        return f"{self._prefix}states_{kind}"

    def _due(self, kind: str) -> str:
        return f"{self._prefix}due_{kind}"


def forget(place: Path) -> None:
    """Remove the rows of a connector that kept them in Redis, if it did and the server answers. It may serve several DFSPs."""
    for note in place.parent.glob(f"{place.name}*.redis"):
        _forget(note)


def _forget(note: Path) -> None:
    from redis.exceptions import RedisError

    known = orjson.loads(note.read_bytes())
    client = _client(known["url"])
    with suppress(RedisError):
        if keys := list(client.scan_iter(match=f"{_literally(known['prefix'])}*", count=1000)):
            client.unlink(*keys)
    client.close()
    note.unlink()


def _literally(text: str) -> str:
    """A text as the patterns of Redis write it."""
    return re.sub(r"([*?\[\]^\\-])", r"\\\1", text)


def _note(place: Path) -> Path:
    return place.with_name(f"{place.name}.redis")


def _moment(score: float | None) -> datetime | None:
    return None if score is None else _EPOCH + int(score) * _MICROSECOND


def _client(url: str) -> Any:
    """Connects at the first command. One repetition, without a pause, is for a connection that has died meanwhile."""
    try:
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry
    except ImportError as missing:
        remedy = "pip install 'loopyard[redis]', or leave cache_url out for SQLite"
        raise UsageError("the world file", "cache_url", "the package redis is not installed", remedy) from missing
    return redis.Redis.from_url(url, socket_timeout=SECONDS, socket_connect_timeout=SECONDS, retry=Retry(NoBackoff(), 1))
