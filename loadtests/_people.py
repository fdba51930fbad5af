"""Who pays whom in a run. A seed repeats who and how much, not the order in which it happens: that is the machine's."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

from _control import Control

ALL: Final = 1_000_000
LEAST: Final = 100
"""Who has less in her account at the start cannot pay for long."""
REMEDY: Final = "add people to the world file, or to the file of --people"


class Nobody(Exception):
    """A journey for which this world has no people; the text says what is missing and what helps."""


@dataclass(frozen=True, slots=True)
class Person:
    """A customer, as the world describes her."""

    name: str
    dfsp: str
    id_type: str
    id_value: str
    currency: str


class Crowd:
    """Customers of the institution under test (`ours`), and of the others by whether a conversion lies between them."""

    def __init__(self, ours: Iterable[Person], others: Iterable[Person]) -> None:
        self.ours = tuple(ours)
        self.others = tuple(others)
        self._partners = {
            (code, abroad): tuple(each for each in self.others if (each.currency != code) == abroad)
            for code in {each.currency for each in self.ours}
            for abroad in (False, True)
        }

    def currency(self) -> str:
        """That of the institution under test. Raises Nobody."""
        if not self.ours:
            raise Nobody(f"the institution under test has no active customer with {LEAST} or more; {REMEDY}")
        return self.ours[0].currency

    def pair(self, chance: Random, *, abroad: bool = False) -> tuple[Person, Person]:
        """One of ours, and one of the others who has the same currency, or with `abroad` another one. Raises Nobody."""
        self.currency()
        who = chance.choice(self.ours)
        partners = self._partners[who.currency, abroad]
        if not partners:
            raise Nobody(f"nobody elsewhere has {'another currency than ' * abroad}{who.currency}; {REMEDY}")
        return who, chance.choice(partners)


def of_world(control: Control) -> Crowd:
    """The people of a running world. Raises Unreachable."""
    plays = {each["id"]: each["play"] for each in control("world.describe")["participants"]}
    rows = [row for row in control("world.people", first=ALL) if row["status"] == "active" and row["sub_id"] is None]
    rich = [row for row in rows if float(row["balance"]) >= LEAST]
    return Crowd(*(_people(row for row in rich if plays[row["dfsp"]] == play) for play in ("home", "peer")))


def of_file(file: Path) -> Crowd:
    """The people of a JSON file: {"ours": [...], "others": [...]}. Raises Nobody, with the form, for any other."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        return Crowd(_people(told["ours"]), _people(told["others"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        form = '{"ours": [...], "others": [...]}, each {name, dfsp, id_type, id_value, currency}'
        raise Nobody(f"{file}: cannot be used: {type(error).__name__} {error}; write {form}") from None


def _people(rows: Any) -> tuple[Person, ...]:
    return tuple(Person(*(row[key] for key in Person.__slots__)) for row in rows)


def amount(chance: Random, choices: Sequence[int]) -> str:
    """A sum of money in whole units, as texts carry it."""
    return str(chance.choice(choices))
