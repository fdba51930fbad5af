"""The plain data that evidence is drawn from. The plugin fills it in from a world; nothing here computes anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One interaction: a request with its answer, or one attempt of a callback.

    `outcome` is one of "answered", "closed", "timed out", "refused", "lost", "hung"; `status` is None unless answered.
    `fault` names the fault that touched it; `attempt` counts from 1; `refs` are its business references; `note` says
    why it was refused where the answer does not.
    """

    seq: int
    at: datetime
    sender: str
    receiver: str
    operation: str
    method: str
    url: str
    request_headers: Headers = ()
    request_body: bytes = b""
    status: int | None = None
    response_headers: Headers = ()
    response_body: bytes = b""
    outcome: str = "answered"
    fault: str | None = None
    attempt: int = 1
    refs: tuple[str, ...] = ()
    note: str | None = None

    @property
    def failed(self) -> bool:
        """Whether it was left without an answer, or answered with anything but success."""
        return self.outcome != "answered" or self.status is None or not 200 <= self.status < 300


class AccountLine(NamedTuple):
    """One leg of a posting as the account saw it; the amount stands on one side, the other is empty."""

    at: datetime
    reference: str
    memo: str
    debit: str
    credit: str


@dataclass(frozen=True, slots=True)
class AccountView:
    """One account over one scenario. Balances are in the account's normal side, amounts as the ledger prints them."""

    owner: str
    name: str
    role: str
    holder: str
    currency: str
    opening: str
    closing: str
    held: str = "0"
    lines: tuple[AccountLine, ...] = ()

    @property
    def moved(self) -> bool:
        """Whether anything was posted, changed or is still held."""
        return bool(self.lines) or self.opening != self.closing or self.held not in ("", "0")


@dataclass(frozen=True, slots=True)
class Finding:
    """What the audit holds against somebody: `level` is "break", "breach", "deviation" or "note"."""

    kind: str
    level: str
    text: str
    where: str = ""

    @property
    def fails(self) -> bool:
        """A deviation of named software and a note are reported; everything else fails the scenario."""
        return self.level not in ("deviation", "note")


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A difference that something unfinished explains in full; listed, not failed."""

    text: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """All that a scenario leaves behind, as its world knew it at the end. `exchanges` are redacted, the rest is not yet;
    `faults` are in words."""

    exchanges: Sequence[Exchange]
    accounts: Sequence[AccountView]
    findings: Sequence[Finding]
    open_items: Sequence[OpenItem]
    faults: Sequence[str]
