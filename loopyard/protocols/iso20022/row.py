"""What a row of a message's table is, and what it works on. The rows themselves stand in `rows` and with the families."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from loopyard.protocols.iso20022 import tree
from loopyard.protocols.iso20022.errors import MalformedMessage, NoIsoForm
from loopyard.protocols.iso20022.profile import Envelope, Profile
from loopyard.protocols.iso20022.tree import Tree


@dataclass(frozen=True, slots=True)
class Writing:
    """An ISO 20022 message in the making."""

    body: Any
    envelope: Envelope
    profile: Profile
    iso: Tree = field(default_factory=dict)

    def text(self, path: str) -> str | None:
        """A text of the FSPIOP body, if it is there. Raises NoIsoForm."""
        return tree.text(self.body, path, NoIsoForm)

    def need(self, path: str) -> str:
        """A text that the FSPIOP body must have. Raises NoIsoForm."""
        return tree.need(self.body, path, NoIsoForm)

    def code(self, path: str) -> str:
        """A code of the FSPIOP body; an integer, seen in the wild, becomes text. Raises NoIsoForm."""
        value = tree.find(self.body, path, NoIsoForm)
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return str(value) if is_number else self.need(path)

    def put(self, path: str, value: Any) -> None:
        tree.put(self.iso, path, value)


@dataclass(frozen=True, slots=True)
class Reading:
    """An FSPIOP body in the making."""

    iso: Any
    profile: Profile
    body: Tree = field(default_factory=dict)
    strange: set[str] = field(default_factory=set)
    """Elements that are known, but mean something here that FSPIOP has no place for."""

    def text(self, *paths: str) -> str | None:
        """The first text of the ISO body among several places, if there is one. Raises MalformedMessage."""
        found = (tree.text(self.iso, path, MalformedMessage) for path in paths)
        return next((each for each in found if each is not None), None)

    def need(self, *paths: str) -> str:
        """The same, but it must be in one of the places; the first is the one to name. Raises MalformedMessage."""
        found = self.text(*paths)
        return tree.need(self.iso, paths[0], MalformedMessage) if found is None else found

    def put(self, path: str, value: Any) -> None:
        tree.put(self.body, path, value)


class Row(Protocol):
    """What a table of a message consists of."""

    @property
    def known(self) -> tuple[str, ...]:
        """The elements that this row writes: a strict reader does not roll them up."""

    @property
    def mapped(self) -> tuple[str, ...]:
        """The elements for which today's connectors have a place in FSPIOP: they roll up all others."""

    def write(self, to: Writing) -> None:
        """From FSPIOP to ISO 20022. Raises NoIsoForm."""

    def read(self, of: Reading) -> None:
        """From ISO 20022 to FSPIOP. Raises MalformedMessage."""
