"""Rows in SQLite, called inline: a row is written before the next message goes out."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path

from connectors.mojaloop_connector.store.rows import Row, read, written

_SCHEMA = """
create table if not exists rows (
    kind text not null, id text not null, state text not null, due_at text, data blob not null, primary key (kind, id)
) without rowid;
create index if not exists due on rows (kind, due_at) where due_at is not null;
"""


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
            (row.kind, row.id, row.state, due_at, written(row.data)),
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
            Row(kind, key, state, read(data), datetime.fromisoformat(due_at) if due_at else None)
            for kind, key, state, data, due_at in rows
        ]
