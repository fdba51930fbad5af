"""What a check says: how bad it is, what was seen, what to do about it, and whose matter it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeVar

Level = Literal["ok", "warning", "problem", "not checked"]
Matter = Literal["usage", "lab", "sut"]
"""Whose matter a problem is: of what the user wrote, of what does not run, or of the system under test itself."""

Subject = TypeVar("Subject", contravariant=True)

EXITS: Final[tuple[tuple[Matter, int], ...]] = (("usage", 2), ("lab", 3), ("sut", 1))
"""Exit codes by matter; the first that has a problem counts: what is written wrong explains the rest, then what is down."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One observation. `remedy` is empty when there is nothing to do."""

    level: Level
    seen: str
    remedy: str = ""
    matter: Matter = "sut"


@dataclass(frozen=True, slots=True)
class Check(Generic[Subject]):
    """A question with a name, and the small function that answers it."""

    name: str
    look: Callable[[Subject], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Section:
    """The findings of one check."""

    name: str
    findings: tuple[Finding, ...]


def ok(seen: str) -> Finding:
    return Finding("ok", seen)


def warning(seen: str, remedy: str) -> Finding:
    return Finding("warning", seen, remedy)


def problem(seen: str, remedy: str, matter: Matter = "sut") -> Finding:
    return Finding("problem", seen, remedy, matter)


def not_checked(why: str) -> Finding:
    return Finding("not checked", why)


def exit_code(sections: Iterable[Section]) -> int:
    """0 when there is no problem, warnings allowed."""
    matters = {each.matter for section in sections for each in section.findings if each.level == "problem"}
    return next((code for matter, code in EXITS if matter in matters), 0)
