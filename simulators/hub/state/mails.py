"""The e-mails that the hub would write to its participants and its operator: kept, not sent. What they warn of is decided where
positions and limits change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from loopyard.kernel.money import Money
from simulators.hub.state.participants import Account, Participants

THRESHOLD_BREACHED: Final = "NET_DEBIT_CAP_THRESHOLD_BREACH_EMAIL"
LIMIT_ADJUSTED: Final = "NET_DEBIT_CAP_ADJUSTMENT_EMAIL"
POSITION_CHANGED: Final = "SETTLEMENT_TRANSFER_POSITION_CHANGE_EMAIL"
KINDS: Final = (THRESHOLD_BREACHED, LIMIT_ADJUSTED, POSITION_CHANGED)


@dataclass(frozen=True, slots=True)
class Mail:
    """One e-mail: about whose position, and to the addresses that the participant and the hub have as endpoints."""

    kind: str
    participant: str
    position: Money
    addresses: tuple[str, ...]
    at: datetime


class Mails:
    """The e-mails of one hub, oldest first."""

    def __init__(self, participants: Participants, now: Callable[[], datetime]) -> None:
        self._participants = participants
        self._now = now
        self.written: list[Mail] = []

    def write(self, kind: str, account: Account) -> None:
        """Tell whoever gave an address for this kind of e-mail; without any address nothing is written."""
        name = account.book.holder
        parties = (self._participants.get(name), self._participants.hub)
        addresses = tuple(address for who in parties if (address := who.endpoints.get(kind)) is not None)
        if addresses:
            self.written.append(Mail(kind, name, account.value, addresses, self._now()))
