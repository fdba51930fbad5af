"""The life of a conversion at its provider. Everything that may change its state is in this table."""

from __future__ import annotations

from typing import Final

from loopyard.kernel.lifecycle import Lifecycle

CONVERSION: Final = Lifecycle(
    "conversion",
    initial="RECEIVED",
    final={"COMMITTED", "RELEASED", "REFUSED"},
    transitions={
        ("RECEIVED", "reserve"): "RESERVED",  # the target currency is held in the treasury
        ("RECEIVED", "refuse"): "REFUSED",
        ("RECEIVED", "lose sight"): "WITHDRAWING",  # refused to the hub, but the bank may hold something
        ("WITHDRAWING", "find"): "RELEASING",
        ("WITHDRAWING", "find nothing"): "REFUSED",
        ("RESERVED", "commit"): "PAYING",
        ("RESERVED", "abort"): "RELEASING",
        ("PAYING", "pay"): "COLLECTING",  # the target currency has left the treasury
        ("COLLECTING", "reserve"): "BOOKING",
        ("BOOKING", "collect"): "COMMITTED",  # the source currency has arrived in it
        ("RELEASING", "release"): "RELEASED",
    },
)

WAITING: Final = frozenset({"RESERVED"})
"""States that wait for the dependent transfer."""

QUOTE: Final = Lifecycle("fxQuote", initial="GIVEN", final={"USED"}, transitions={("GIVEN", "use"): "USED"})
