"""Behaviour on request: which deviation applies to which message of which participant, how often. How it is carried out is
known to `sending` and to each simulator, which brings its own table of deeds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from loopyard.kernel.errors import UsageError

KEYS: Final = {"fsp", "on", "do", "with", "times", "where"}

Facts = Callable[[str], Any]
Deeds = Mapping[str, tuple[str, ...]]
"""Each deviation with the messages that it is for."""
Trigger = tuple[str, str, str, str, Mapping[str, Any]]
"""An amount, where it stands, and the `on`, `do` and `with` that it brings about."""


@dataclass(frozen=True, slots=True)
class Conduct:
    """How one message is treated; `do` is empty for good conduct."""

    do: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def delays(self) -> tuple[float, ...]:
        """After how many seconds the message leaves: once, twice or never."""
        seconds = float(self.options.get("seconds", 0))
        return {"no-callback": (), "twice": (0.0, seconds)}.get(self.do, (seconds,))

    @property
    def deliberate(self) -> bool:
        """Whether the message is malformed on purpose, so that its form counts against nobody."""
        return self.do in ("alter", "forge", "integer-error-code", "error")


GOOD: Final = Conduct()


@dataclass(slots=True)
class Behaviour:
    """One deviation. `times` 0 is for ever; `where` compares members of the body by dotted path, path parameters,
    and `from`, the sender."""

    fsp: str
    on: str
    do: str
    options: Mapping[str, Any]
    times: int = 0
    where: Mapping[str, Any] = field(default_factory=dict)
    hits: int = 0

    def strikes(self, fsp: str, on: str, facts: Facts) -> bool:
        """Whether it applies now; counts the hit."""
        if self.on != on or self.fsp not in (fsp, "*") or (self.times and self.hits >= self.times):
            return False
        if any(str(facts(path)) != str(value) for path, value in self.where.items()):
            return False
        self.hits += 1
        return True


class Behaviours:
    """The deviations in force, tried in the order of their making, and after them the triggers."""

    def __init__(self, deeds: Deeds, triggers: Iterable[Trigger] = ()) -> None:
        self.all: list[Behaviour] = []
        self._deeds = deeds
        self._triggers = tuple(
            Behaviour("*", on, do, options, where={path: amount}) for amount, path, on, do, options in triggers
        )

    def add(self, raw: Mapping[str, Any], where: str) -> Behaviour:
        """From a table of `fsp`, `on`, `do`, `with`, `times`, `where`. Raises UsageError."""
        for key in raw:
            if key not in KEYS:
                raise UsageError(where, key, "is not known here", f"known are {', '.join(sorted(KEYS))}")
        on, do = str(raw.get("on")), str(raw.get("do"))
        if do not in self._deeds:
            raise UsageError(where, "do", f"{do!r} is not known", f"choose one of {', '.join(self._deeds)}")
        if on not in self._deeds[do]:
            raise UsageError(where, "on", f"{on!r} cannot {do!r}", f"choose one of {', '.join(self._deeds[do])}")
        made = Behaviour(str(raw.get("fsp", "*")), on, do, raw.get("with", {}), int(raw.get("times", 0)), raw.get("where", {}))
        self.all.append(made)
        return made

    def of(self, fsp: str, on: str, facts: Facts) -> Conduct:
        """How this message is treated."""
        for each in (*self.all, *self._triggers):
            if each.strikes(fsp, on, facts):
                return Conduct(each.do, each.options)
        return GOOD
