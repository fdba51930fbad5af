"""What a simulator gets from its world: a clock, ids, books, a way to send. State models hold a Site and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from loopyard.engine.callbacks import Outbox
from loopyard.engine.plan import Plan
from loopyard.engine.traffic import cause
from loopyard.kernel.clock import Clock, Crew
from loopyard.kernel.ids import Ids
from loopyard.kernel.ledger import Ledger
from loopyard.transport.signing import SigningOf, nobody_signs


def cause_number() -> str | None:
    """The number of the interaction that is being served, for the ledger."""
    row = cause.get()
    return str(row.seq) if row is not None else None


@dataclass(frozen=True, slots=True)
class Site:
    """The place of one simulator instance in its world. `url(name, face)` is the address of any party's face,
    `signing(participant)` how a participant signs and verifies."""

    name: str
    plan: Plan
    clock: Clock
    crew: Crew
    ids: Ids
    outbox: Outbox
    url: Callable[[str, str], str]
    settings: Mapping[str, Any]
    signing: SigningOf = nobody_signs

    def ledger(self, owner: str) -> Ledger:
        """A book whose postings carry the world's time and the interaction that caused them."""
        return Ledger(owner, self.clock.now, cause_number)
