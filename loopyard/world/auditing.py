"""Gives the audit what it reads of a running world. What is judged, and how, is the audit's own."""

from __future__ import annotations

from loopyard.audit import Books, Verdict, audit
from loopyard.world.composition import Composition
from loopyard.world.recorded import RECORD, hubs, recorded


def audit_world(world: Composition, pending: frozenset[str]) -> Verdict:
    """Audit all books as they stand; the world's tally keeps the verdict. `pending` are the references that the system under
    test reports as unfinished."""
    strays = {row.seq for row in world.strays()}
    at = hubs(world.running)
    verdict = audit(
        Books(
            ledgers=list(world.ledgers()),
            opening=world.opening,
            traffic=[row for row in world.traffic if row.seq not in strays],
            transfers=recorded(world.running, RECORD),
            pending=pending,
            contract=[each for each in world.checker.findings if each.interaction not in strays],
            unobserved=frozenset(each.id for each in world.plan.participants if each.play == "external"),
            notifiers=at,
            hubs=at,
            proxies=world.proxies,
        )
    )
    world.tally.audited(verdict, world.clock.now())
    return verdict
