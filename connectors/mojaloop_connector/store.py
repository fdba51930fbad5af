"""What the connector must not forget, in SQLite, called inline: a row is written before the next message goes out.
What a row means is known by who wrote it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import orjson

from loopyard.protocols import canonical

_SCHEMA = """
create table if not exists rows (
    kind text not null, id text not null, state text not null, due_at text, data blob not null, primary key (kind, id)
) without rowid;
create index if not exists due on rows (kind, due_at) where due_at is not null;
"""


@dataclass(slots=True)
class Row:
    """One transfer, conversion or alias: its state, when it must be looked at again, and all that is known of it."""

    kind: str
    id: str
    state: str
    data: dict[str, Any]
    due_at: datetime | None = None


class Store(Protocol):
    """Where rows live. A row that `get` returned belongs to the caller; only `put` makes its changes last."""

    def get(self, kind: str, key: str) -> Row | None: ...

    def put(self, row: Row) -> None: ...

    def due(self, kind: str) -> list[Row]:
        """Rows that await a moment, the earliest first."""

    def in_state(self, kind: str, state: str) -> list[Row]: ...

    def close(self) -> None: ...


class SqliteStore:
    """The store in one file, which outlives a crash."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.executescript("pragma journal_mode = wal; pragma synchronous = normal;" + _SCHEMA)

    def get(self, kind: str, key: str) -> Row | None:
        found = self._select("kind = ? and id = ?", (kind, key))
        return found[0] if found else None

    def put(self, row: Row) -> None:
        due_at = row.due_at.isoformat() if row.due_at else None
        self._connection.execute(
            "insert or replace into rows (kind, id, state, due_at, data) values (?, ?, ?, ?, ?)",
            (row.kind, row.id, row.state, due_at, _written(row.data)),
        )

    def due(self, kind: str) -> list[Row]:
        return self._select("kind = ? and due_at is not null order by due_at, id", (kind,))

    def in_state(self, kind: str, state: str) -> list[Row]:
        return self._select("kind = ? and state = ? order by id", (kind, state))

    def close(self) -> None:
        self._connection.close()

    def _select(self, where: str, values: tuple[str, ...]) -> list[Row]:
        rows = self._connection.execute(f"select kind, id, state, data, due_at from rows where {where}", values)
        return [
            Row(kind, key, state, canonical.parse(data), datetime.fromisoformat(due_at) if due_at else None)
            for kind, key, state, data, due_at in rows
        ]


def _written(data: dict[str, Any]) -> bytes:
    """What a row knows, so that it is read as it was; the canonical form is for what orjson cannot write exactly."""
    try:
        return orjson.dumps(data)
    except TypeError:
        return canonical.insertion_json(data)
