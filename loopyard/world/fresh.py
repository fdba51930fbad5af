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
    digits = Ids(seed).fork("numbers")
    fresh = {id(who): replace(who, id_value=_fresh(who.id_value, digits)) for who in plan.people}
    people = {part: fresh[id(who)] for part, who in cast.people.items()}
    return replace(plan, people=tuple(fresh.values())), replace(cast, people=people)


def _fresh(value: str, digits: Ids) -> str:
    kept = value[:PREFIX]
    return kept + digits.digits(len(value) - len(kept))
