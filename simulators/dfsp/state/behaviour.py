"""The deviations that a peer DFSP can be asked for."""

from __future__ import annotations

from typing import Final

from simulators.participant.behaviour import Deeds

ANSWERS: Final = ("parties", "quotes", "transfers", "requests", "patch")
"""What a peer is asked or told: the word says what it answers."""
REQUESTS: Final = ("ask-party", "ask-quote", "prepare", "ask-conversion", "convert", "ask-payment", "ask-password")
"""What a peer sends as a payer."""
DEEDS: Final[Deeds] = {
    "error": ANSWERS[:4],
    "integer-error-code": ANSWERS[:4],
    "ignore": ANSWERS,
    "refuse": ANSWERS,
    "no-callback": ANSWERS[:4] + REQUESTS,
    "delay": ANSWERS[:4] + REQUESTS,
    "twice": ANSWERS[:4] + REQUESTS,
    "alter": ANSWERS[:4] + REQUESTS,
    "abort": ("transfers",),
    "wrong-fulfilment": ("transfers",),
    "wrong-condition": ("quotes",),
}
"""Each deviation with the messages that it is for."""
