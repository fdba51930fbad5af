"""Keeps the memory of a long run flat: transfers that are over and in order leave every book and every simulator's state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from loopyard.audit import Opening
from loopyard.audit.archive import settled
from loopyard.audit.books import HUB
from loopyard.engine.traffic import Interaction
from loopyard.world.recorded import OVER, Running, hubs, recorded

PREPARED: Final = frozenset(
    f"{HUB}.{resource}.{what}-notice" for resource in ("transfers", "fx-transfers") for what in ("prepare", "error")
)
"""What the hub says of each transfer and conversion that it has passed on or refused: by this the archive counts them."""
STEPS: Final = 10
"""Parts in which `retain` transfers are archived: looking at all that is kept costs less, a long pause is felt."""


class Archive:
    """Archives all but the latest `retain` final transfers of a world, each time that a tenth as many more have come.

    Only what has expired, and what an audit finds in order, is archived: a repeat of it moves no money, and what is wrong stays
    for an audit to name. Balances stay as they are; who asks for an archived transfer is told that there is none.
    With a `retain` of None nothing is archived.
    """

    def __init__(
        self, retain: int | None, running: Callable[[], Running], opening: Callable[[], Opening],
        proxies: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        self._retain = retain
        self._running = running
        self._opening = opening
        self._proxies = proxies
        self._come = 0
        self.count = 0  # transfers and conversions archived since the last reset

    def watch(self, row: Interaction) -> None:
        """Count what comes; called for every finished interaction."""
        if self._retain is None or row.operation not in PREPARED:
            return
        self._come += 1
        if self._come >= self._retain / STEPS:
            self._come = 0
            self._archive(self._retain)

    def _archive(self, retain: int) -> None:
        running = self._running()
        records = recorded(running, OVER, retain=retain)
        if not records:
            return
        ledgers = [ledger for declaration, state in running.values() for ledger in declaration.ledgers(state)]
        references = settled(ledgers, self._opening(), records, hubs(running), self._proxies)
        for ledger in ledgers:
            ledger.archive(references)
        for declaration, state in running.values():
            if declaration.forget is not None:
                declaration.forget(state, references)
        self.count += sum(record.id in references for record in records)

    def clear(self) -> None:
        """A reset makes all books anew."""
        self._come = self.count = 0
