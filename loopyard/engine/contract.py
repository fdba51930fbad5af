"""Every message against its schema, in both directions, and against whom a finding counts. Schemas come from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

Level = Literal["breach", "deviation", "note"]


class Contract(Protocol):
    """The public schema of one interface; keys are `METHOD /template`. An empty answer of `None` bodies is a body too."""

    def request_errors(self, key: str, body: Any) -> Sequence[str]: ...

    def response_errors(self, key: str, status: int, body: Any) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class ContractFinding:
    """A message that is not what its schema says. `party` formed it; `injected` when a fault or a scenario did."""

    level: Level
    party: str
    operation: str
    text: str
    interaction: int
    injected: bool
