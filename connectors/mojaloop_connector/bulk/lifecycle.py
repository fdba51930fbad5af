"""The life of one transfer of a bulk, in the real software's names, and where a bulk stands: as far as its transfers do."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from loopyard.kernel.lifecycle import Lifecycle

_WAITING: Final = ("RECEIVED", "DISCOVERY_SUCCESS", "DISCOVERY_ACCEPTED", "AGREEMENT_SUCCESS")

ITEM: Final = Lifecycle(
    "transfer of a bulk",
    initial="RECEIVED",
    final={
        *("VALIDATED", "DISCOVERY_FAILED", "DISCOVERY_REJECTED", "AGREEMENT_FAILED", "AGREEMENT_REJECTED"),
        *("TRANSFER_SUCCESS", "TRANSFER_FAILED", "EXPIRED"),
    },
    transitions={
        ("RECEIVED", "resolve"): "DISCOVERY_SUCCESS",
        ("RECEIVED", "fail"): "DISCOVERY_FAILED",
        ("DISCOVERY_SUCCESS", "stop"): "VALIDATED",  # onlyValidateParty
        ("DISCOVERY_SUCCESS", "accept"): "DISCOVERY_ACCEPTED",
        ("DISCOVERY_SUCCESS", "refuse"): "DISCOVERY_REJECTED",
        ("DISCOVERY_ACCEPTED", "agree"): "AGREEMENT_SUCCESS",
        ("DISCOVERY_ACCEPTED", "fail"): "AGREEMENT_FAILED",
        ("AGREEMENT_SUCCESS", "accept"): "TRANSFER_PROCESSING",  # from here on only the hub's word ends it
        ("AGREEMENT_SUCCESS", "refuse"): "AGREEMENT_REJECTED",
        ("TRANSFER_PROCESSING", "commit"): "TRANSFER_SUCCESS",
        ("TRANSFER_PROCESSING", "fail"): "TRANSFER_FAILED",
        **{(state, "expire"): "EXPIRED" for state in _WAITING},
    },
)

PROCESSING: Final = "PROCESSING"
PARTY_HALT: Final = "WAITING_FOR_PARTY_ACCEPTANCE"
QUOTE_HALT: Final = "WAITING_FOR_QUOTE_ACCEPTANCE"
OPEN: Final = (PROCESSING, PARTY_HALT, QUOTE_HALT)
_GOOD: Final = frozenset({"VALIDATED", "TRANSFER_SUCCESS"})


def standing(states: Collection[str]) -> str:
    """Where a bulk stands, by the states of its transfers. ERROR_OCCURRED: none came to its aim (inferred)."""
    if "DISCOVERY_SUCCESS" in states:
        return PARTY_HALT
    if "AGREEMENT_SUCCESS" in states:
        return QUOTE_HALT
    if not all(state in ITEM.final for state in states):
        return PROCESSING
    return "COMPLETED" if any(state in _GOOD for state in states) else "ERROR_OCCURRED"
