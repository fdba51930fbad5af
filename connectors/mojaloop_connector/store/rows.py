"""What the connector must not forget: rows, and what a store of them can do. Where they lie is each store's own affair, what a
row means is known by who wrote it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import orjson

from loopyard.protocols import canonical


@dataclass(slots=True)
class Row:
    """One transfer, conversion or alias: its state, when it must be looked at again, and all that is known of it."""

    kind: str
    id: str
    state: str
    data: dict[str, Any]
    due_at: datetime | None = None


class Store(Protocol):
    """Where rows live. A row that `get` returned belongs to the caller; only `put` makes its changes last.

    Every method but `close` may raise StoreUnavailable: then nothing is known, and nothing is written."""

    def get(self, kind: str, key: str) -> Row | None: ...

    def put(self, row: Row) -> None: ...

    def due(self, kind: str) -> list[Row]:
        """Rows that await a moment, the earliest first."""

    def in_state(self, kind: str, state: str) -> list[Row]: ...

    def close(self) -> None: ...


def written(data: dict[str, Any]) -> bytes:
    """What a row knows, so that it is read as it was; the canonical form is for what orjson cannot write exactly."""
    try:
        return orjson.dumps(data)
    except TypeError:
        return canonical.insertion_json(data)


def read(content: bytes) -> dict[str, Any]:
    """What was written."""
    data: dict[str, Any] = canonical.parse(content)
    return data
