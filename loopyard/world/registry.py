"""Finds simulators and connectors by entry point, so that a team adds its own from its own package."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from loopyard.engine.simulator import Simulator
from loopyard.kernel.errors import UsageError
from loopyard.transport.service import Connector

SIMULATORS = "loopyard.simulators"
CONNECTORS = "loopyard.connectors"


def simulator(kind: str, file: str) -> Simulator:
    """The declaration of a kind of simulator. Raises UsageError naming the kinds that are installed."""
    found: Simulator = _load(SIMULATORS, kind, f"simulators: kind {kind!r}", file)
    return found


def connector(kind: str, file: str) -> Connector:
    """The declaration of a kind of connector. Raises UsageError naming the kinds that are installed."""
    found: Connector = _load(CONNECTORS, kind, f"connectors: kind {kind!r}", file)
    return found


def _load(group: str, kind: str, key: str, file: str) -> Any:
    points = _installed(group)
    if kind not in points:
        known = ", ".join(sorted(points)) or "none: reinstall Loopyard"
        raise UsageError(file, key, "is not installed", f"installed are {known}")
    return points[kind].load()


@cache
def _installed(group: str) -> Mapping[str, EntryPoint]:
    """Read once a process: it means reading the metadata of every package that is installed."""
    return {point.name: point for point in entry_points(group=group)}
