"""The deviations that an FX provider can be asked for, and the amounts that bring some about."""

from __future__ import annotations

from typing import Final

from simulators.participant.behaviour import Deeds, Trigger

ANSWERS: Final = ("fxQuotes", "fxTransfers", "patch")
"""What an FXP is asked or told: the word says what it answers."""
DEEDS: Final[Deeds] = {
    "error": ANSWERS[:2],
    "integer-error-code": ANSWERS[:2],
    "ignore": ANSWERS,
    "refuse": ANSWERS,
    "no-callback": ANSWERS[:2],
    "delay": ANSWERS[:2],
    "twice": ANSWERS[:2],
    "alter": ANSWERS[:2],
    "forge": ANSWERS[:2],
    "abort": ("fxTransfers",),
    "wrong-fulfilment": ("fxTransfers",),
    "wrong-condition": ("fxQuotes",),
}
"""Each deviation with the messages that it is for."""
_QUOTED: Final = "conversionTerms.sourceAmount.amount"
_CONVERTED: Final = "sourceAmount.amount"
TRIGGERS: Final[tuple[Trigger, ...]] = (
    ("7", _QUOTED, "fxQuotes", "delay", {"seconds": 300}),
    ("8", _QUOTED, "fxQuotes", "error", {"code": "5001"}),
    ("501", _QUOTED, "fxQuotes", "error", {"code": "5001"}),
    ("503", _QUOTED, "fxQuotes", "delay", {"seconds": 300}),
    ("11", _CONVERTED, "fxTransfers", "delay", {"seconds": 300}),
    ("12", _CONVERTED, "fxTransfers", "error", {"code": "5001"}),
    ("13", _CONVERTED, "fxTransfers", "abort", {}),
    ("502", _CONVERTED, "fxTransfers", "error", {"code": "5002"}),
    ("504", _CONVERTED, "fxTransfers", "delay", {"seconds": 300}),
    ("506", _CONVERTED, "fxTransfers", "error", {"code": "5100"}),
    ("123456", _CONVERTED, "fxTransfers", "error", {"code": "4200"}),
)
"""Source amounts that bring about a behaviour, as the rules of existing suites have them."""
