"""A message on its way from a simulator to somebody. How it is sent stands in callbacks.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from loopyard.engine.notation import Notation
from loopyard.engine.operations import Message
from loopyard.engine.traffic import meant, parsed, references
from loopyard.transport.headers import Headers


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message on its way: complete, so that an attempt can be repeated, delayed or doubled as it is.

    `lost`: it is logged, and never leaves."""

    message: Message
    operation: str
    sender: str
    receiver: str
    url: str
    path: str
    params: Mapping[str, str]
    headers: Headers
    body: bytes
    attempt: int = 1
    fault: str | None = None
    deliberate: bool = False
    lost: bool = False
    notation: Notation | None = None

    @property
    def refs(self) -> tuple[str, ...]:
        return references(self.message.refs, self.params, self.body, self.notation)

    @property
    def content(self) -> Any:
        """What the body says, in the interface's own notation."""
        return meant(self.notation, parsed(self.body))
