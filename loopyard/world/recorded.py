"""What the hub of a world has on record, as the audit reads it."""

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


def recorded(running: Running, control: str, **arguments: Any) -> list[TransferRecord]:
    """What the hub lists under a control; nothing in a world without one."""
    if HUB not in running:
        return []
    declaration, state = running[HUB]
    handles = [each.handle for each in declaration.controls if each.name == control]
    return [_record(row) for handle in handles for row in handle(state, arguments)]


def _record(row: Mapping[str, Any]) -> TransferRecord:
    amounts = tuple(Money(each["amount"], each["currency"]) for each in row["amounts"])
    return TransferRecord(row["id"], row["kind"], row["payer"], row["payee"], amounts, row["state"], row["determining"])
