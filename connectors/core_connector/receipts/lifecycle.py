"""The life of an incoming transfer at this institution. Everything that may change its state is in this table."""

from __future__ import annotations

from typing import Final

from loopyard.kernel.lifecycle import Lifecycle

RECEIPT: Final = Lifecycle(
    "receipt",
    initial="RECEIVED",
    final={"COMMITTED", "RELEASED", "REFUSED"},
    transitions={
        ("RECEIVED", "reserve"): "RESERVED",
        ("RECEIVED", "note"): "NOTED",  # single-on-patch: nothing happens at the bank before the hub commits
        ("RECEIVED", "refuse"): "REFUSED",
        ("RECEIVED", "lose sight"): "WITHDRAWING",  # refused to the hub, but the bank may hold something
        ("WITHDRAWING", "find"): "RELEASING",
        ("WITHDRAWING", "find nothing"): "REFUSED",
        ("RESERVED", "commit"): "COMMITTING",
        ("RESERVED", "abort"): "RELEASING",
        ("NOTED", "commit"): "CREDITING",
        ("NOTED", "abort"): "RELEASED",
        ("CREDITING", "reserve"): "COMMITTING",
        ("COMMITTING", "credit"): "COMMITTED",
        ("RELEASING", "release"): "RELEASED",
    },
)

WAITING: Final = frozenset({"RESERVED", "NOTED"})
"""States that wait for the hub's final word."""

QUOTE: Final = Lifecycle("quote", initial="GIVEN", final={"USED"}, transitions={("GIVEN", "use"): "USED"})
