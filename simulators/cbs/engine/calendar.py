"""The bank's own date. It follows the clock until somebody sets it: a real bank's date may run ahead or behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta


class BusinessDay:
    """The business date of one bank. `now` is the clock's."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._offset = timedelta(0)

    @property
    def today(self) -> date:
        return self._now().date() + self._offset

    def set(self, to: date) -> None:
        """From now on the date is `to`, and moves with the clock's."""
        self._offset = to - self._now().date()
