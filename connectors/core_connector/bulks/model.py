"""A bulk and what was agreed for all of it. No rule and no message lives here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from connectors.core_connector.payments.model import Payment, Request
from connectors.core_connector.store import Row
from loopyard.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Wish:
    """One payment of a bulk: `home` is the institution's own id of it."""

    home: str
    request: Request


@dataclass(frozen=True, slots=True)
class Options:
    """What the channel decides beforehand. `fee_limits` by currency; None accepts any fee of a payee's institution."""

    only_validate: bool
    accepts_parties: bool
    accepts_quotes: bool
    skips_lookup: bool
    expires_at: datetime
    fee_limits: Mapping[str, Money] | None = None


@dataclass(slots=True)
class Bulk:
    """A row. `wanted` is the message to the Mojaloop connector, `told` the state that it told last, `homes` are the
    institution's own ids of the payments, in order, and `transfers` the place of each by the scheme's id, once it is known."""

    row: Row
    options: Options
    fingerprint: str
    wanted: str
    homes: tuple[str, ...]
    told: str = ""
    transfers: Mapping[str, int] = field(default_factory=dict)

    @property
    def parts(self) -> list[tuple[str, str]]:
        """Key and own id of each payment."""
        return [self.part(number) for number in range(len(self.homes))]

    def part(self, number: int) -> tuple[str, str]:
        """Key and own id of one payment."""
        return f"{self.row.key}/{number}", self.homes[number]


@dataclass(slots=True)
class Standing:
    """A bulk with its payments."""

    bulk: Bulk
    payments: list[Payment] = field(default_factory=list)
