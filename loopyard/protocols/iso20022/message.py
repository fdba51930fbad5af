"""One message of the market practice: its table of rows, applied in both directions. The tables stand with the families."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from loopyard.protocols.iso20022 import extensions, tree
from loopyard.protocols.iso20022.errors import MalformedMessage, NoIsoForm
from loopyard.protocols.iso20022.profile import STRICT, Envelope, Profile
from loopyard.protocols.iso20022.row import Reading, Row, Writing
from loopyard.protocols.iso20022.tree import Tree


@dataclass(frozen=True, slots=True)
class Message:
    """A message definition, such as pacs.081.001.01. `extensions` is where the FSPIOP body keeps its extension list."""

    name: str
    rows: tuple[Row, ...]
    extensions: str = "extensionList"
    known: frozenset[str] = field(init=False)
    """The elements that stand for something in FSPIOP, or are always the same."""
    mapped: frozenset[str] = field(init=False)
    """The elements for which today's connectors have a place in FSPIOP."""

    def __post_init__(self) -> None:
        # A frozen object takes what is computed once from its fields only this way.
        object.__setattr__(self, "known", frozenset(path for row in self.rows for path in row.known))
        object.__setattr__(self, "mapped", frozenset(path for row in self.rows for path in row.mapped))

    def to_iso(self, body: Any, envelope: Envelope, profile: Profile = STRICT) -> Tree:
        """The ISO 20022 body that says what an FSPIOP body says. Raises NoIsoForm."""
        if not isinstance(body, Mapping):
            raise NoIsoForm("the body", "must be an object")
        writing = Writing(body, envelope, profile)
        for row in self.rows:
            row.write(writing)
        if not profile.unrolls_extensions:
            return writing.iso
        pairs = extensions.listed(body, self.extensions)
        if profile.extensions_override:
            return extensions.overridden(writing.iso, pairs)
        return extensions.unrolled(writing.iso, pairs, self.known)

    def from_iso(self, body: Any, profile: Profile = STRICT) -> Tree:
        """The FSPIOP body that says what an ISO 20022 body says. Raises MalformedMessage."""
        if not isinstance(body, Mapping):
            raise MalformedMessage("the body", "must be an object")
        reading = Reading(body, profile)
        for row in self.rows:
            row.read(reading)
        if profile.rolls_up_extensions:
            known = self.mapped if profile.rolls_up_everything else self.known - reading.strange
            pairs = extensions.rolled_up(body, known, verbatim=profile.rolls_up_everything)
            tree.put(reading.body, f"{self.extensions}.extension", pairs or None)
        return reading.body

    def without_extensions(self, body: Tree) -> Tree:
        """An FSPIOP body without its extension list."""
        return _without(body, self.extensions.split("."))


def _without(body: Mapping[str, Any], steps: list[str]) -> Tree:
    first, *rest = steps
    inside = body.get(first)
    if not rest:
        return {name: value for name, value in body.items() if name != first}
    return {**body, first: _without(inside, rest)} if isinstance(inside, Mapping) else dict(body)
