"""When and for whom a fault happens: matching, counting and chance, the same for every kind of fault."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any

from loopyard.engine.call import Call
from loopyard.engine.delivery import Delivery
from loopyard.engine.faults import catalogue
from loopyard.engine.faults.base import CarryOut, Fault, SendOut, Weather
from loopyard.engine.faults.lane import Lane
from loopyard.engine.traffic import Interaction, dig, fact
from loopyard.kernel.clock import Clock
from loopyard.kernel.errors import UsageError
from loopyard.kernel.settings import read
from loopyard.transport.client import Answer
from loopyard.transport.messages import Reply


@dataclass(slots=True)
class Rule:
    """One fault on chosen operations or messages.

    `on` is a name or a glob of operation names. `nth` counts per business reference from 1; 0 means every one.
    `times` ends the rule after so many hits, 0 means never. `where` compares members of the body by dotted path,
    `{parameters}` of the path, and `to` and `from` the parties.
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
        self._lane = Lane(clock)
        self.rules: list[Rule] = []
        self._may_strike: dict[tuple[str, str], list[Rule]] = {}
        self.hits: Counter[tuple[str, str]] = Counter()  # by kind and operation; outlasts the rules

    def add(
        self, kind: str, on: str, *, nth: int = 0, times: int = 0, probability: float = 1.0,
        where: Mapping[str, Any] | None = None, **options: Any,
    ) -> Rule:  # fmt: skip
        """Arm a fault. Raises UsageError for an unknown kind, an unknown, missing or wrong option, an impossible count."""
        if nth < 0 or times < 0 or not 0.0 <= probability <= 1.0:
            raise UsageError("faults", kind, "impossible count or chance", "nth and times from 0, probability from 0 to 1")
        rule = Rule(make_fault(kind, options), kind, on, nth, times, probability, dict(where or {}))
        self.rules.append(rule)
        self._may_strike.clear()
        return rule

    def reseed(self, chance: random.Random) -> None:
        """Draw from another source of chance from now on."""
        self._chance = chance

    def clear(self) -> None:
        self.rules.clear()
        self._may_strike.clear()

    def _candidates(self, operation: str, way: str) -> list[Rule]:
        """The rules that concern an operation one way, "serve" or "deliver"; looked for once, for there are few operations."""
        found = self._may_strike.get((operation, way))
        if found is None:
            found = [rule for rule in self.rules if fnmatchcase(operation, rule.on) and _can(rule.fault, way)]
            self._may_strike[operation, way] = found
        return found

    async def serve(self, call: Call, carry_out: CarryOut) -> Reply:
        """Carry out a request under whatever rule matches first."""
        row = call.interaction
        rule = self._matching(call.operation, "serve", row, lambda path: fact(row, path)) if self.rules else None
        if rule is None:
            return await carry_out(call)
        row.fault = rule.kind if row.fault is None else f"{row.fault}, {rule.kind}"  # one of its sender, and one here
        return await rule.fault.serve(call, carry_out, Weather(self._clock, self._chance, rule.shelf))

    async def deliver(self, delivery: Delivery, send: SendOut) -> Answer | None:
        """Send a message under whatever rule matches first."""
        overtaken = self._lane.set_out(delivery.receiver)
        try:
            rule = self._matching(delivery.operation, "deliver", delivery, _facts(delivery)) if self.rules else None
            if rule is None:
                return await send(delivery)
            weather = Weather(self._clock, self._chance, rule.shelf, self._lane, overtaken is not None)
            return await rule.fault.deliver(replace(delivery, fault=rule.kind), send, weather)
        finally:
            if overtaken is not None:
                overtaken.fire()

    def _matching(self, operation: str, way: str, message: Interaction | Delivery, facts: Callable[[str], Any]) -> Rule | None:
        for rule in self._candidates(operation, way):
            if any(str(facts(path)) != str(value) for path, value in rule.where.items()):
                continue
            if self._strikes(rule, next(iter(message.refs), "")):
                self.hits[rule.kind, operation] += 1
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
    return read(catalogue.FAULTS[kind], options, kind, "faults")


def _can(fault: Fault, way: str) -> bool:
    return getattr(type(fault), way) is not getattr(Fault, way)


def _facts(delivery: Delivery) -> Callable[[str], Any]:
    def told(path: str) -> Any:
        if path in ("from", "to"):
            return delivery.sender if path == "from" else delivery.receiver
        if path.startswith("{"):
            return delivery.params.get(path[1:-1])
        return dig(delivery.content, path)

    return told
