"""What a hub may let go of: final transfers with their conversions. Whether they are in order is judged elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Set
from datetime import datetime

from simulators.hub.state import Hub
from simulators.hub.state.records import Record


def over(hub: Hub, retain: int) -> list[Record]:
    """Final transfers but the latest `retain`, with their conversions, and final conversions that no transfer followed.

    All of them have expired: a repeat that comes when they are forgotten is refused as too late, and moves no money.
    """
    now = hub.site.clock.now()
    final = [record for record in hub.transfers.desk if record.final]
    found: list[Record] = []
    for record in final[: max(len(final) - retain, 0)]:
        family = (record, *hub.conversions.of_transfer(record.id))
        if all(_past(each, now) for each in family):
            found += family
    return found + list(_alone(hub, now))


def _alone(hub: Hub, now: datetime) -> Iterator[Record]:
    for record in hub.conversions.desk:
        behind = record.prepare.determining
        if (behind is None or hub.transfers.desk.find(behind) is None) and _past(record, now):
            yield record


def _past(record: Record, now: datetime) -> bool:
    at = record.prepare.expires_at
    return record.final and (at is None or at <= now)


def forget(hub: Hub, references: Set[str]) -> None:
    """Have no record of these transfers and conversions, nor of their quotes."""
    for desk in (hub.transfers.desk, hub.conversions.desk):
        desk.forget(references)
    hub.conversions.forget(references)
    hub.contexts.forget(references)
    hub.quotes.forget(references)
    hub.bulks.forget(references)
