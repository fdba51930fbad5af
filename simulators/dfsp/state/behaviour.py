"""The deviations that a peer DFSP can be asked for."""

from __future__ import annotations

from typing import Final

from simulators.participant.behaviour import Deeds

ANSWERS: Final = ("parties", "quotes", "transfers", "requests", "patch")
"""What a peer is asked or told: the word says what it answers."""
BULKS: Final = ("bulk-quotes", "bulk-transfers")
"""A bulk as a whole; `quotes` and `transfers` hold for each of its parts."""
REQUESTS: Final = (
    *("ask-party", "ask-quote", "prepare", "ask-conversion", "convert", "ask-payment", "ask-password"),
    *("ask-bulk-quote", "prepare-bulk"),
)
"""What a peer sends as a payer."""
DEEDS: Final[Deeds] = {
    "error": ANSWERS[:4] + BULKS,
    "integer-error-code": ANSWERS[:4],
    "ignore": ANSWERS + BULKS,
    "refuse": ANSWERS + BULKS,
    "no-callback": ANSWERS[:4] + BULKS + REQUESTS,
    "delay": ANSWERS[:4] + BULKS + REQUESTS,
    "twice": ANSWERS[:4] + BULKS + REQUESTS,
    "alter": ANSWERS[:4] + BULKS + REQUESTS,
    "forge": ANSWERS[:4] + BULKS + REQUESTS,
    "abort": ("transfers",),
    "wrong-fulfilment": ("transfers",),
    "wrong-condition": ("quotes",),
}
"""Each deviation with the messages that it is for."""
