"""When and for whom a fault happens: matching, counting and chance, the same for every kind of fault."""

from __future__ import annotations

import inspect
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from loopyard.engine.faults import catalogue
from loopyard.engine.faults.base import CarryOut, Fault, SendOut, Weather
from loopyard.engine.traffic import dig, parsed
from loopyard.kernel.clock import Clock
from loopyard.kernel.errors import UsageError
from loopyard.transport.server import Reply

if TYPE_CHECKING:
    from loopyard.engine.callbacks import Delivery
    from loopyard.engine.operations import Call
    from loopyard.transport.client import Answer


@dataclass(slots=True)
class Rule:
    """One fault on chosen operations or messages.

    `on` is a name or a glob of operation names. `nth` counts per business reference from 1; 0 means every one.
    `times` ends the rule after so many hits, 0 means never. `where` compares members of the body by dotted path, and
    `to` and `from` the parties.
    """

    fault: Fault
    kind: str
    on: str
    nth: int = 0
    times: int = 0
    probability: float = 1.0
    where: Mapping[str, Any] = field(default_factory=dict)
    hits: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    shelf: dict[str, Any] = field(default_factory=dict)


class FaultSchedule:
    """The rules of one world, tried in the order of their making."""

    def __init__(self, clock: Clock, chance: random.Random) -> None:
        self._clock = clock
        self._chance = chance
        self.rules: list[Rule] = []

    def add(
        self, kind: str, on: str, *, nth: int = 0, times: int = 0, probability: float = 1.0,
        where: Mapping[str, Any] | None = None, **options: Any,
    ) -> Rule:  # fmt: skip
        """Arm a fault. Raises UsageError for an unknown kind or option."""
        rule = Rule(make_fault(kind, options), kind, on, nth, times, probability, dict(where or {}))
        self.rules.append(rule)
        return rule

    def clear(self) -> None:
        self.rules.clear()

    async def serve(self, call: Call, carry_out: CarryOut) -> Reply:
        """Carry out a request under whatever rule matches first."""
        row = call.interaction
        rule = (
            self._matching(row.operation, "serve", row.refs, _facts(row.sender, row.receiver, row.request_body))
            if self.rules
            else None
        )
        if rule is None:
            return await carry_out(call)
        row.fault = rule.kind
        return await rule.fault.serve(call, carry_out, Weather(self._clock, self._chance, rule.shelf))

    async def deliver(self, delivery: Delivery, send: SendOut) -> Answer | None:
        """Send a message under whatever rule matches first."""
        if not self.rules:
            return await send(delivery)
        facts = _facts(delivery.sender, delivery.receiver, delivery.body)
        rule = self._matching(delivery.operation, "deliver", delivery.refs, facts)
        if rule is None:
            return await send(delivery)
        weather = Weather(self._clock, self._chance, rule.shelf)
        return await rule.fault.deliver(replace(delivery, fault=rule.kind), send, weather)

    def _matching(self, operation: str, way: str, refs: tuple[str, ...], facts: Callable[[str], Any]) -> Rule | None:
        for rule in self.rules:
            if not fnmatchcase(operation, rule.on) or not _can(rule.fault, way):
                continue
            if any(str(facts(path)) != str(value) for path, value in rule.where.items()):
                continue
            if self._strikes(rule, refs[0] if refs else ""):
                return rule
        return None

    def _strikes(self, rule: Rule, reference: str) -> bool:
        rule.counts[reference] = count = rule.counts.get(reference, 0) + 1
        if (rule.nth and count != rule.nth) or (rule.times and rule.hits >= rule.times):
            return False
        if rule.probability < 1.0 and self._chance.random() >= rule.probability:
            return False
        rule.hits += 1
        return True


def make_fault(kind: str, options: Mapping[str, Any]) -> Fault:
    """A fault of the catalogue with its options. Raises UsageError."""
    if kind not in catalogue.FAULTS:
        raise UsageError("faults", kind, "no such fault", f"choose one of {', '.join(sorted(catalogue.FAULTS))}")
    made = catalogue.FAULTS[kind]
    known = {each.name for each in fields(made)}  # type: ignore[arg-type]
    for name in options:
        if name not in known:
            raise UsageError("faults", f"{kind}.{name}", "no such option", f"it has {', '.join(sorted(known)) or 'none'}")
    return made(**options)


def _can(fault: Fault, way: str) -> bool:
    return getattr(type(fault), way) is not inspect.getattr_static(Fault, way)


def _facts(sender: str, receiver: str, body: bytes) -> Callable[[str], Any]:
    def fact(path: str) -> Any:
        return {"from": sender, "to": receiver}.get(path) or dig(parsed(body), path)

    return fact
