"""Gives the audit what it reads of a running world. What is judged, and how, is the audit's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loopyard.audit import Books, TransferRecord, Verdict, audit
from loopyard.audit.books import HUB
from loopyard.kernel.money import Money
from loopyard.world.composition import Composition

RECORD = "transfers"
"""The control under which a hub lists what it has recorded."""


def audit_world(world: Composition, pending: frozenset[str]) -> Verdict:
    """Audit all books as they stand; the world's tally keeps the verdict. `pending` are the references that the system under
    test reports as unfinished."""
    strays = {row.seq for row in world.strays()}
    verdict = audit(
        Books(
            ledgers=list(world.ledgers()),
            opening=world.opening,
            traffic=[row for row in world.traffic if row.seq not in strays],
            transfers=[_record(row) for row in _recorded(world)],
            pending=pending,
            contract=[each for each in world.checker.findings if each.interaction not in strays],
            unobserved=frozenset(each.id for each in world.plan.participants if each.play == "external"),
        )
    )
    world.tally.audited(verdict, world.clock.now())
    return verdict


def _recorded(world: Composition) -> list[Mapping[str, Any]]:
    """What the hub has on record; nothing in a world without one."""
    hub = world.instances.get(HUB)
    handles = [each.handle for each in hub.declaration.controls if each.name == RECORD] if hub else []
    return [row for handle in handles for row in handle(hub.state, {})] if hub else []


def _record(row: Mapping[str, Any]) -> TransferRecord:
    amounts = tuple(Money(each["amount"], each["currency"]) for each in row["amounts"])
    return TransferRecord(row["id"], row["kind"], row["payer"], row["payee"], amounts, row["state"], row["determining"])
