"""The life of a bulk as far as it is one thing: on its way to the Mojaloop connector, there, or over. Its payments live as any
payment does."""

from __future__ import annotations

from typing import Final

from connectors.core_connector.payments.lifecycle import WAITING as PAYMENTS_WAIT
from loopyard.kernel.lifecycle import Lifecycle

BULK: Final = Lifecycle(
    "bulk",
    initial="SUBMITTING",
    final={"ENDED", "REFUSED"},
    transitions={
        ("SUBMITTING", "submit"): "SUBMITTED",
        ("SUBMITTING", "refuse"): "REFUSED",
        ("SUBMITTED", "end"): "ENDED",  # the Mojaloop connector has nothing left to do for it
    },
)
WAITING: Final = frozenset({"SUBMITTED"})
PARTS_WAIT: Final = PAYMENTS_WAIT | {"QUOTING"}
"""States in which a payment of a bulk waits for others: its terms come by a notice."""
