"""The log of requests by reference: what was asked and what came of it. What a repeat does is each protocol's rule."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from simulators.cbs.engine.errors import RequestUnknown

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Recorded(Generic[Result]):
    """One request: `content` tells a repetition from another request under the same reference."""

    content: Hashable
    result: Result


class RequestLog(Generic[Result]):
    """Requests by reference, in the order of arrival."""

    def __init__(self) -> None:
        self._log: dict[Hashable, tuple[Recorded[Result], ...]] = {}

    def record(self, reference: Hashable, content: Hashable, result: Result) -> Result:
        self._log[reference] = (*self.earlier(reference), Recorded(content, result))
        return result

    def earlier(self, reference: Hashable) -> tuple[Recorded[Result], ...]:
        """All requests of a reference; empty for a new one."""
        return self._log.get(reference, ())

    def forget(self, reference: Hashable) -> tuple[Recorded[Result], ...]:
        """Drop the requests of a reference; returns them."""
        return self._log.pop(reference, ())

    def first(self, reference: Hashable) -> Recorded[Result]:
        """Raises RequestUnknown."""
        if reference not in self._log:
            raise RequestUnknown(f"no request of reference {reference}; ask for one that was made")
        return self._log[reference][0]
