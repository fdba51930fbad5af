"""What the hubs of a world have on record, as the audit reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from loopyard.audit import TransferRecord
from loopyard.audit.books import HUB
from loopyard.engine.simulator import Simulator
from loopyard.kernel.money import Money

RECORD: Final = "transfers"
"""The control under which a hub lists what it has recorded."""
OVER: Final = "over"
"""The control under which it lists what may be archived."""

Running = Mapping[str, tuple[Simulator, Any]]
"""The simulators of a world by name, each with its present state."""


def hubs(running: Running) -> frozenset[str]:
    """The hubs of a world by name: that of the institution under test, and those of other schemes."""
    return frozenset({HUB}) | {name for name, (declaration, _) in running.items() if declaration.kind == HUB}


def recorded(running: Running, control: str, **arguments: Any) -> list[TransferRecord]:
    """What the hubs list under a control, one after the other in the world's order; nothing in a world without any."""
    listed = []
    for name in running:
        if name in hubs(running):
            declaration, state = running[name]
            handles = [each.handle for each in declaration.controls if each.name == control]
            listed += [_record(name, row) for handle in handles for row in handle(state, arguments)]
    return listed


def _record(hub: str, row: Mapping[str, Any]) -> TransferRecord:
    amounts = tuple(Money(each["amount"], each["currency"]) for each in row["amounts"])
    return TransferRecord(row["id"], row["kind"], row["payer"], row["payee"], amounts, row["state"], row["determining"], hub)
