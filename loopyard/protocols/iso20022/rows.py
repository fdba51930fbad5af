"""The rows that tables of several messages share: one element each, in both directions. Rows that only one family of
messages needs stand with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from loopyard.protocols.iso20022.errors import MalformedMessage, NoIsoForm
from loopyard.protocols.iso20022.row import Reading, Writing


@dataclass(frozen=True, slots=True)
class Text:
    """A text that both notations have. It is cut where it is longer than the ISO element may be."""

    iso: str
    fspiop: str
    required: bool = False
    longest: int | None = None

    @property
    def known(self) -> tuple[str, ...]:
        return (self.iso,)

    @property
    def mapped(self) -> tuple[str, ...]:
        return (self.iso,)

    def write(self, to: Writing) -> None:
        value = to.need(self.fspiop) if self.required else to.text(self.fspiop)
        # Where the length is bounded, an element may not be empty either.
        to.put(self.iso, value if value is None or self.longest is None else value[: self.longest] or None)

    def read(self, of: Reading) -> None:
        of.put(self.fspiop, of.need(self.iso) if self.required else of.text(self.iso))


@dataclass(frozen=True, slots=True)
class Told:
    """An element that repeats what another one says, or says what FSPIOP has no place for: written, and read from nowhere."""

    iso: str
    told: Callable[[Writing], Any]

    @property
    def known(self) -> tuple[str, ...]:
        return (self.iso,)

    @property
    def mapped(self) -> tuple[str, ...]:
        return ()

    def write(self, to: Writing) -> None:
        to.put(self.iso, self.told(to))

    def read(self, of: Reading) -> None:
        del of


@dataclass(frozen=True, slots=True)
class Given:
    """An element that comes from the envelope. `addresses` tells that connectors have a place for it: a header or the path."""

    iso: str
    name: str
    addresses: bool = False

    @property
    def known(self) -> tuple[str, ...]:
        return (self.iso,)

    @property
    def mapped(self) -> tuple[str, ...]:
        return (self.iso,) if self.addresses else ()

    def write(self, to: Writing) -> None:
        value = getattr(to.envelope, self.name)
        if not value:
            raise NoIsoForm(f"envelope.{self.name}", "is missing")
        to.put(self.iso, value)

    def read(self, of: Reading) -> None:
        of.need(self.iso)


def fixed(iso: str, value: str | bool) -> Told:
    """An element that always says the same."""
    return Told(iso, lambda to: value)


def echo(iso: str, fspiop: str) -> Told:
    """An element that repeats a text of the FSPIOP body which another element carries."""
    return Told(iso, lambda to: to.text(fspiop))


@dataclass(frozen=True, slots=True)
class Coded:
    """A text that either notation has its own words for."""

    iso: str
    fspiop: str
    words: Mapping[str, str]
    """FSPIOP's word to ISO's."""

    @property
    def known(self) -> tuple[str, ...]:
        return (self.iso,)

    @property
    def mapped(self) -> tuple[str, ...]:
        return (self.iso,)

    def write(self, to: Writing) -> None:
        word = to.need(self.fspiop)
        if word not in self.words:
            raise NoIsoForm(self.fspiop, f"is {word!r}; known are {', '.join(self.words)}")
        to.put(self.iso, self.words[word])

    def read(self, of: Reading) -> None:
        word = of.need(self.iso)
        meaning = next((ours for ours, theirs in self.words.items() if theirs == word), None)
        if meaning is None:
            raise MalformedMessage(self.iso, f"is {word!r}; known are {', '.join(self.words.values())}")
        of.put(self.fspiop, meaning)
