"""How many users there are at each moment of a run: pure functions of time. Nothing here knows Locust."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final

Curve = Callable[[float, int], int]
"""From the share of the run that is over (0 to 1) and the greatest number of users to the number of users now."""

STEPS: Final = 10
CALM: Final = 0.2
"""Share of the users who are there before and after a spike."""
SPIKE: Final = (0.4, 0.6)
"""Shares of the run between which a spike lasts."""


def steady(share: float, peak: int) -> int:
    """All users from the first moment to the last."""
    return peak


def ramp(share: float, peak: int) -> int:
    """Even steps up to all users, who stay for the last one: where does it bend?"""
    step = min(math.floor(share * STEPS) + 1, STEPS)
    return max(1, math.ceil(peak * step / STEPS))


def spike(share: float, peak: int) -> int:
    """A few users, all of them at once, a few again: does it recover?"""
    begin, end = SPIKE
    return peak if begin <= share < end else max(1, math.ceil(peak * CALM))


CURVES: Final[Mapping[str, Curve]] = {"steady": steady, "ramp": ramp, "spike": spike, "soak": steady}
"""A soak is steady, and long by default: what grows shows only after a while."""

LENGTHS: Final[Mapping[str, float | None]] = {"steady": None, "ramp": 120.0, "spike": 60.0, "soak": 3600.0}
"""Seconds that a run takes when nobody says how long; None is until somebody stops it."""


def users_at(shape: str, seconds: float, peak: int, length: float | None) -> int | None:
    """Users `seconds` after the start; None when the run is over. KeyError for a shape that does not exist."""
    curve = CURVES[shape]
    if length is None:
        return curve(0.0, peak)
    return curve(seconds / length, peak) if seconds < length else None
