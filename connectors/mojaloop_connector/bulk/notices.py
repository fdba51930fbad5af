"""Tells the backend where its bulks stand, until it has heard: a row that is due is one of which it has not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from connectors.mojaloop_connector import retries
from connectors.mojaloop_connector.bulk.book import Book
from connectors.mojaloop_connector.bulk.lifecycle import OPEN
from connectors.mojaloop_connector.bulk.messages import notice
from connectors.mojaloop_connector.errors import BackendFailure, BackendRefused, StoreUnavailable
from connectors.mojaloop_connector.inbound.message import LOG
from connectors.mojaloop_connector.kit import Kit
from connectors.mojaloop_connector.store import Row
from loopyard.kernel.clock import Timer

Data = dict[str, Any]


class BulkNotices:
    """PUT /bulkTransactions/{id} of the backend, one at a time for each bulk. `interrupted` is called when the store went away
    under one: then `resume` takes it up again."""

    def __init__(self, kit: Kit, book: Book, interrupted: Callable[[], None]) -> None:
        self._kit = kit
        self._book = book
        self._interrupted = interrupted
        self._telling: set[str] = set()
        self._timers: dict[str, Timer] = {}

    def tell(self, id_: str) -> None:
        """Have the present standing told."""
        if (timer := self._timers.pop(id_, None)) is not None:
            timer.cancel()
        if id_ not in self._telling:
            self._telling.add(id_)
            self._kit.crew.spawn(self._tell(id_), f"notice of bulk {id_}")

    def resume(self) -> None:
        """After a restart, or when the store is back: what the backend has not heard."""
        for row in self._book.due():
            self.tell(row.id)

    async def _tell(self, id_: str) -> None:
        tries = 0
        try:
            while True:
                row = self._row(id_)
                told, failure = row.data.get("seen"), await self._once(row)
                row = self._row(id_)
                if row.data.get("seen") == told:
                    break  # else it has gone on meanwhile, and the newer standing is told at once
            tries = 0 if failure is None else row.data.get("tries", 0) + 1
            pause = retries.pause(self._kit.settings, tries) if tries else None
            row.data["tries"] = tries
            row.due_at = None if pause is None else self._kit.now() + timedelta(seconds=pause)
            self._book.save(row)
        except StoreUnavailable:
            self._interrupted()
            return
        finally:
            self._telling.discard(id_)
        if row.due_at is not None:
            self._timers[id_] = self._kit.crew.at(row.due_at, lambda: self._again(id_), f"notice of bulk {id_}")
        elif not tries:
            if row.state not in OPEN:
                self._book.put_away(row)
            self._kit.boundary("outbound.bulk.notice.delivered")

    async def _again(self, id_: str) -> None:
        self._timers.pop(id_, None)
        self.tell(id_)

    async def _once(self, row: Row) -> BackendFailure | None:
        body = notice(row.data, row.state, self._book.items(row.data["items"]))
        try:
            await self._kit.backend.notify("bulkTransactions", row.id, body=body)
        except BackendFailure as failure:
            LOG.warning("%s: the backend did not take where a bulk stands: %s", self._kit.surroundings.name, failure)
            return None if isinstance(failure, BackendRefused) and failure.status < 500 else failure
        return None

    def _row(self, id_: str) -> Row:
        row = self._book.bulk(id_)
        assert row is not None
        return row
