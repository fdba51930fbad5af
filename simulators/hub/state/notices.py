"""What the hub has to say to its participants after a change of state. How it is said, and signed, is known elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulators.hub.state.errors import HubError
from simulators.hub.state.records import Fulfil, Kind, Record, Rejection


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The prepare goes on to the payee or provider, as it came."""

    record: Record
    original: Any


@dataclass(frozen=True, slots=True)
class Refused:
    """An error in the hub's name to one party. `trigger` is the message that it answers, None for the clock's doing."""

    kind: Kind
    id: str
    to: str
    error: HubError
    trigger: Any


@dataclass(frozen=True, slots=True)
class Told:
    """The stored outcome, in the hub's name, to one party; `news` when it did not ask for it."""

    record: Record
    to: str
    trigger: Any
    news: bool = False


@dataclass(frozen=True, slots=True)
class Relayed:
    """An answer goes on as it came, in its sender's name."""

    record: Record
    answer: Fulfil | Rejection
    to: str


@dataclass(frozen=True, slots=True)
class Copied:
    """An answer goes back to its sender as it came, in the hub's name."""

    record: Record
    answer: Fulfil | Rejection
    to: str


@dataclass(frozen=True, slots=True)
class Notified:
    """The final state to the party that waits with a reservation; `cause` is why it was aborted, if that is to be said."""

    record: Record
    to: str
    state: str
    cause: HubError | None
    trigger: Any


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to the other scheme how what was forwarded stands, in the payer's name."""

    record: Record


Notice = Forwarded | Refused | Told | Relayed | Copied | Notified | Asked
Announce = Callable[[Notice], None]
