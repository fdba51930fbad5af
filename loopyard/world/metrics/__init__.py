"""What a world counts and how it stands, in the text format of Prometheus. It reads and formats; what is counted while the
world runs stands in tally.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import Metric

from loopyard.world.composition import Composition
from loopyard.world.metrics import events, standing

CONTENT_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4
PARTS: Final = (*standing.PARTS, *events.PARTS)


def exposition(world: Composition) -> bytes:
    """All metrics of a world as of now, for one scrape."""
    return generate_latest(_Scrape(world))


class _Scrape:
    """One reading of one world: what the library asks for its metrics. No registry of the process knows of it."""

    def __init__(self, world: Composition) -> None:
        self._world = world

    def collect(self) -> Iterator[Metric]:
        for part in PARTS:
            yield from part(self._world)
