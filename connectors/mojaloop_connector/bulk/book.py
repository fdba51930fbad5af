"""The rows of bulks: one for the bulk, one for each of its transfers, one for each FSPIOP bulk that carries some of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from connectors.mojaloop_connector.bulk.lifecycle import ITEM, OPEN
from connectors.mojaloop_connector.store import Row, Store

Data = dict[str, Any]

BULK: Final = "bulk"
_ITEM: Final = "bulk_item"
QUOTES: Final = "bulk_quotes"
TRANSFERS: Final = "bulk_transfers"
ASKED, ANSWERED = "ASKED", "ANSWERED"
"""The states of an FSPIOP bulk's row."""


class Book:
    """Bulks as they are kept. Transfers of a bulk under way stay in memory beside the store: what is returned of them is
    shared, and changed by `move` and `change` alone, once the store has it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._items: dict[str, Data] = {}

    def bulk(self, id_: str) -> Row | None:
        return self._store.get(BULK, id_)

    def save(self, bulk: Row) -> None:
        self._store.put(bulk)

    def open(self) -> list[Row]:
        """Bulks that have not ended."""
        return [row for state in OPEN for row in self._store.in_state(BULK, state)]

    def due(self) -> list[Row]:
        """Bulks of which the backend has still to hear."""
        return self._store.due(BULK)

    def items(self, ids: Iterable[str]) -> list[Data]:
        """The transfers of these ids, in order."""
        return [self._item(id_) for id_ in ids]

    def _item(self, id_: str) -> Data:
        if id_ not in self._items:
            row = self._store.get(_ITEM, id_)
            assert row is not None, f"{id_} is no transfer of a bulk"
            self._items[id_] = row.data
        return self._items[id_]

    def keep(self, item: Data) -> None:
        """A new transfer."""
        self._store.put(Row(_ITEM, item["transferId"], item["state"], item))
        self._items[item["transferId"]] = item

    def change(self, item: Data, **changes: Any) -> None:
        """Durably; nothing has changed where the store is away."""
        changed = item | changes
        self._store.put(Row(_ITEM, changed["transferId"], changed["state"], changed))
        item |= changes

    def put_away(self, bulk: Row) -> None:
        """Leave the transfers of a bulk that is over to the store."""
        for id_ in bulk.data["items"]:
            self._items.pop(id_, None)

    def move(self, item: Data, event: str, **changes: Any) -> None:
        """To the state that follows, as durably. Raises IllegalTransition."""
        self.change(item, state=ITEM.next(item["state"], event), **changes)

    def carry(self, kind: str, id_: str, data: Data) -> None:
        """A new FSPIOP bulk."""
        self._store.put(Row(kind, id_, ASKED, data))

    def carried(self, kind: str, id_: str) -> Data | None:
        """An FSPIOP bulk of ours."""
        row = self._store.get(kind, id_)
        return row.data if row is not None else None

    def answered(self, kind: str, id_: str) -> None:
        """The hub has said what became of it."""
        row = self._store.get(kind, id_)
        assert row is not None
        self._store.put(Row(kind, id_, ANSWERED, row.data))

    def asked(self, kind: str) -> Iterator[Row]:
        """FSPIOP bulks that wait for their answer."""
        yield from self._store.in_state(kind, ASKED)
