"""What a witness knows of its own money. Every reference counts once, however often a message comes. Standard library only."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(slots=True)
class Books:
    """Sums in major units: `positions` by currency are what is owed to the scheme, `customers` are what each gained."""

    positions: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    customers: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    _done: set[str] = field(default_factory=set)
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    def enter(self, reference: str, positions: Mapping[str, Decimal], customers: Mapping[str, Decimal] | None = None) -> bool:
        """Count a reference; whether it was the first time."""
        with self._one_at_a_time:
            if reference in self._done:
                return False
            self._done.add(reference)
            for currency, amount in positions.items():
                self.positions[currency] += amount
            for customer, amount in (customers or {}).items():
                self.customers[customer] += amount
            return True

    def has(self, reference: str) -> bool:
        """Whether a reference was counted."""
        return reference in self._done
