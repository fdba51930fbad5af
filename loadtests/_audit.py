"""The end of a run: wait until nothing is under way, then let the world reconcile every ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

import gevent
from _control import Control, Unreachable, call

SETTLING: Final = 90.0
"""Seconds that what the end of the run has cut off may take to become final: a transfer expires after sixty."""
LOOK: Final = 1.0


@dataclass(frozen=True, slots=True)
class Audited:
    """What an audit said. `waited` is how long it took until nothing was under way, or until patience ended."""

    clean: bool
    findings: Sequence[Mapping[str, Any]]
    open_items: int
    not_observed: Sequence[str]
    waited: float
    seconds: float


def audit(control: Control, send_money: str | None) -> Audited:
    """Settle and audit. Raises Unreachable."""
    began = monotonic()
    pending = _settled(control, send_money, began + SETTLING)
    waited = monotonic() - began
    told = control("audit.run", pending=sorted(pending))
    return Audited(
        told["clean"], told["findings"], len(told["open_items"]), told["not_observed"], waited, monotonic() - began - waited
    )


def _settled(control: Control, send_money: str | None, until: float) -> set[str]:
    """Wait until the hub has no open transfer and the system under test nothing unresolved: what it still has, at the end."""
    while True:
        control("clock.settle")
        waiting = sum(row["state"] == "open" for row in control("hub.transfers"))
        pending = _unresolved(send_money)
        if (not waiting and not pending) or monotonic() > until:
            return pending
        gevent.sleep(LOOK)


def _unresolved(send_money: str | None) -> set[str]:
    """The references that the system under test reports as unfinished; none when it has no such list."""
    if send_money is None:
        return set()
    try:
        rows = call("GET", f"{send_money}/transfers?unresolved=true", timeout=60)
    except Unreachable:
        return set()
    listed = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    return {str(row[key]) for row in listed for key in ("transferId", "homeTransactionId") if row.get(key)}
