"""What the hub has to say of bulk transfers. How it is said, and signed, is known elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulators.hub.state.bulk_records import Bulk
from simulators.hub.state.errors import HubError
from simulators.hub.state.records import Rejection


@dataclass(frozen=True, slots=True)
class BulkForwarded:
    """What is reserved goes on to the payee; as it came when all of it is."""

    bulk: Bulk
    original: Any


@dataclass(frozen=True, slots=True)
class BulkRefused:
    """An error for the whole, in the hub's name, to one party."""

    id: str
    to: str
    error: HubError
    trigger: Any


@dataclass(frozen=True, slots=True)
class BulkTold:
    """The state with the result of each transfer, in the hub's name, to one party; `news` when it did not ask for it."""

    bulk: Bulk
    to: str
    trigger: Any
    news: bool = False


@dataclass(frozen=True, slots=True)
class BulkConfirmed:
    """The bare state to the payee, when all has ended."""

    bulk: Bulk
    trigger: Any


@dataclass(frozen=True, slots=True)
class BulkRelayed:
    """The payee's error for the whole goes on as it came, in its name."""

    bulk: Bulk
    answer: Rejection


BulkNotice = BulkForwarded | BulkRefused | BulkTold | BulkConfirmed | BulkRelayed
AnnounceBulk = Callable[[BulkNotice], None]
