"""The same people under fresh numbers: for a system under test that is not reset and remembers those whom it has met."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from loopyard.engine.plan import Person, Plan
from loopyard.kernel.ids import Ids
from loopyard.world.file import Cast

PREFIX: Final = 5
"""Digits of a number that stay: country and operator."""
CROWD: Final = 8
"""Digits of the number by which the crowd's numbers move: the greatest crowd stays within its nine."""


def renumbered(plan: Plan, cast: Cast, seed: str) -> tuple[Plan, Cast]:
    """The same people with fresh numbers, for a system under test that remembers those whom it has met. Prefix and length of
    each number stay as they are."""
    digits = Ids(seed).fork("numbers")
    crowd, taken = replace(plan.crowd, shift=int(digits.digits(CROWD))), set[str]()

    def fresh(who: Person) -> Person:
        """A number that nobody has yet: among thousands of people chance alone would soon give two of them the same."""
        kept = who.id_value[:PREFIX]
        value = kept + digits.digits(len(who.id_value) - len(kept))
        if value in taken or crowd.find(who.id_type, value) is not None:
            return fresh(who)
        taken.add(value)
        return replace(who, id_value=value)

    people = {id(who): fresh(who) for who in plan.people}
    parts = {part: people[id(who)] for part, who in cast.people.items()}
    return replace(plan, people=tuple(people.values()), crowd=crowd), replace(cast, people=parts)
