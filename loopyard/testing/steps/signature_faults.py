"""How features name one fault of a signature, and what they ask of the simulators for it. No step lives here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from loopyard.world.file import Cast

Recipe = dict[str, Any]
Making = Callable[[Mapping[str, str]], Recipe]

FAULTS: Final[tuple[tuple[re.Pattern[str], Making], ...]] = (
    (re.compile(r"not at all"), lambda _: {"unsigned": True}),
    (re.compile(r"with the key it had before"), lambda _: {"earlier": True}),
    (re.compile(r"with the key of (?P<bank>.+)"), lambda said: {"key": said["bank"]}),
    (re.compile(r"by the algorithm (?P<alg>\S+)"), lambda said: {"alg": said["alg"]}),
    (re.compile(r"without naming its (?P<member>\S+)"), lambda said: {"protected": {said["member"]: None}}),
    (
        re.compile(r"then header (?P<name>\S+) was taken away"),
        lambda said: {"after": {"headers": {said["name"]: None}}},
    ),
    (
        re.compile(r"then header (?P<name>\S+) was changed to (?P<value>.+)"),
        lambda said: {"after": {"headers": {said["name"]: said["value"]}}},
    ),
    (re.compile(r"then (?P<member>\S+) was taken away"), lambda said: {"after": {"remove": [said["member"]]}}),
    (
        re.compile(r"then (?P<member>\S+) was changed to (?P<value>.+)"),
        lambda said: {"after": {"set": {said["member"]: said["value"]}}},
    ),
)
"""Tried in this order."""


def recipe(fault: str, cast: Cast) -> Recipe:
    """What `forge` of the controls `raw` takes. AssertionError for a fault that cannot be read."""
    for form, make in FAULTS:
        if match := form.fullmatch(fault):
            made = make(match.groupdict())
            return made | {"key": cast.banks[made["key"]]} if "key" in made else made
    raise AssertionError(
        f"the fault {fault!r} cannot be read; write: not at all, with the key of X, then x.y was changed to Z, ..."
    )
