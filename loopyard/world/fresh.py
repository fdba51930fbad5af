"""The same people under fresh numbers: for a system under test that is not reset and remembers those whom it has met."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from loopyard.engine.plan import Plan
from loopyard.kernel.ids import Ids
from loopyard.world.file import Cast

PREFIX: Final = 5
"""Digits of a number that stay: country and operator."""


def renumbered(plan: Plan, cast: Cast, seed: str) -> tuple[Plan, Cast]:
    """The same people with fresh numbers, for a system under test that remembers those whom it has met. Prefix and length of
    each number stay as they are."""
    digits, taken = Ids(seed).fork("numbers"), set[str]()
    fresh = {id(who): replace(who, id_value=_fresh(who.id_value, digits, taken)) for who in plan.people}
    people = {part: fresh[id(who)] for part, who in cast.people.items()}
    return replace(plan, people=tuple(fresh.values())), replace(cast, people=people)


def _fresh(value: str, digits: Ids, taken: set[str]) -> str:
    """A number that nobody has yet: among thousands of people chance alone would soon give two of them the same."""
    kept = value[:PREFIX]
    while (fresh := kept + digits.digits(len(value) - len(kept))) in taken:
        pass
    taken.add(fresh)
    return fresh
