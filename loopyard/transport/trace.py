"""W3C trace context: which request belongs to which, and the span by which the clock knows a call."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

HEADER = "traceparent"


@dataclass(frozen=True, slots=True)
class Trace:
    """One call in one trace. `trace_id` has 32 and `span_id` 16 hexadecimal digits; `parent` is the span in whose handling
    the call is made, which the header does not tell."""

    trace_id: str
    span_id: str
    parent: str | None = None

    def __str__(self) -> str:
        return f"00-{self.trace_id}-{self.span_id}-01"

    @classmethod
    def parse(cls, header: str | None) -> Trace | None:
        """None for a header that is absent or malformed: such a call starts a trace of its own."""
        parts = header.split("-") if header else []
        if len(parts) != 4 or len(parts[1]) != 32 or len(parts[2]) != 16:
            return None
        return cls(parts[1], parts[2])


current: ContextVar[Trace | None] = ContextVar("loopyard_trace", default=None)
"""The trace of the request that is being handled; calls made meanwhile continue it."""
