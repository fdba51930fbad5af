"""The log: what was said, what of it broke a contract, and what came from an earlier scenario."""

from __future__ import annotations

from typing import Final

from loopyard.world import wire
from loopyard.world.composition import Composition
from loopyard.world.control.base import ControlOperation, Json


def traffic(world: Composition, since: int = 0, operation: str | None = None, raw: bool = False) -> Json:
    """Interactions after number `since`; `operation` chooses among them. `raw` gives the bytes as they were, in base64."""
    form = wire.raw_interaction_json if raw else wire.interaction_json
    return [form(row) for row in world.traffic.since(since) if operation in (None, row.operation)]


def digest(world: Composition) -> Json:
    """A hash over everything that was said: the same for the same seed."""
    return world.traffic.digest()


def contract(world: Composition) -> Json:
    """What messages broke their contract, by whom, and whether that was made on purpose."""
    return [wire.contract_json(each) for each in world.checker.findings]


def strays(world: Composition) -> Json:
    """Messages that belong to what happened before the last reset: a foreign system under test is not reset with the world."""
    return [wire.interaction_json(row) for row in world.strays()]


def lines(world: Composition) -> Json:
    """What the simulators and the harness have written to their logs since the last reset: at, logger, level, text."""
    return [wire.line_json(each) for each in world.logs.lines if not each.logger.startswith("connectors.")]


OPERATIONS: Final = (
    ControlOperation("traffic.list", traffic),
    ControlOperation("traffic.digest", digest),
    ControlOperation("traffic.strays", strays),
    ControlOperation("contract.findings", contract),
    ControlOperation("logs.list", lines),
)
