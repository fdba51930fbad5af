"""The memory that outlives a crash: rows of payments, receipts and conversions in SQLite, called inline. What a row means is
known to its owner alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import orjson

from connectors.core_connector import plain

SCHEMA = """
create table if not exists rows (
    number integer primary key, kind text not null, key text not null, home text not null, transfer text not null,
    open integer not null, content blob not null, unique (kind, key));
create index if not exists by_home on rows (kind, home);
create index if not exists by_transfer on rows (kind, transfer);
create index if not exists still_open on rows (kind, open);
"""


@dataclass(slots=True)
class Row:
    """What every row has. `due_at` is when it must be taken up again; `parked` rows wait for a person instead.

    `home` is the institution's own id of the transaction, `transfer` the scheme's; either may be empty.
    """

    key: str
    state: str
    since: datetime
    home: str = ""
    transfer: str = ""
    open: bool = True
    due_at: datetime | None = None
    attempts: int = 0
    parked: bool = False
    note: str = ""


class Item(Protocol):
    """Anything that is kept as a row."""

    row: Row


Kept = TypeVar("Kept", bound=Item)


class Store(Protocol):
    """Where rows live. Every call is durable when it returns."""

    def save(self, kind: str, row: Row, content: bytes) -> None: ...

    def find(self, kind: str, column: str, value: str) -> bytes | None:
        """The latest row of that key, home or transfer."""

    def open_rows(self, kind: str) -> list[bytes]: ...

    def close(self) -> None: ...


class SqliteStore:
    """Rows in one SQLite file. Replaceable as part "store"."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = off")  # a crash here is a process's, not the machine's
        self._db.executescript(SCHEMA)

    def save(self, kind: str, row: Row, content: bytes) -> None:
        self._db.execute(
            "insert into rows (kind, key, home, transfer, open, content) values (?, ?, ?, ?, ?, ?) "
            "on conflict (kind, key) do update set home = excluded.home, transfer = excluded.transfer, "
            "open = excluded.open, content = excluded.content",
            (kind, row.key, row.home, row.transfer, row.open, content),
        )

    def find(self, kind: str, column: str, value: str) -> bytes | None:
        assert column in ("key", "home", "transfer")
        sql = f"select content from rows where kind = ? and {column} = ? order by number desc limit 1"
        found = self._db.execute(sql, (kind, value)).fetchone()
        return found[0] if found else None

    def open_rows(self, kind: str) -> list[bytes]:
        sql = "select content from rows where kind = ? and open = 1 order by number"
        return [content for (content,) in self._db.execute(sql, (kind,))]

    def close(self) -> None:
        self._db.close()


class Shelf(Generic[Kept]):
    """The rows of one kind, as objects."""

    def __init__(self, store: Store, kind: str, model: type[Kept]) -> None:
        self._store = store
        self.kind = kind
        self._model = model

    def save(self, item: Kept) -> None:
        self._store.save(self.kind, item.row, plain.written(item))

    def get(self, key: str) -> Kept | None:
        return self._read(self._store.find(self.kind, "key", key))

    def by_home(self, home: str) -> Kept | None:
        return self._read(self._store.find(self.kind, "home", home))

    def by_transfer(self, transfer: str) -> Kept | None:
        return self._read(self._store.find(self.kind, "transfer", transfer))

    def open(self) -> Iterator[Kept]:
        for content in self._store.open_rows(self.kind):
            yield plain.load(self._model, orjson.loads(content))

    def _read(self, content: bytes | None) -> Kept | None:
        return None if content is None else plain.load(self._model, orjson.loads(content))
