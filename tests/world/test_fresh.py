"""Fresh numbers for the same people."""

from __future__ import annotations

from dataclasses import replace

from loopyard.world.defaults import default_world
from loopyard.world.file import load
from loopyard.world.fresh import renumbered


def test_nobody_gets_the_number_of_another_and_the_cast_is_among_the_people() -> None:
    file = load(default_world())
    for seed in range(20):
        plan, cast = renumbered(file.plan, file.cast, str(seed))
        numbers = [who.id_value for who in plan.people]
        assert len(set(numbers)) == len(numbers)
        assert cast.people["Amina"] in plan.people


def test_many_people_of_one_prefix_stay_apart() -> None:
    file = load(default_world())
    someone = file.plan.people[0]
    crowd = tuple(replace(someone, id_value=f"12345{index:03d}") for index in range(900))
    plan, _ = renumbered(replace(file.plan, people=(*file.plan.people, *crowd)), file.cast, "a seed")
    assert len({who.id_value for who in plan.people}) == len(file.plan.people) + 900
