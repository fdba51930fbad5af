"""The deviations that a peer DFSP can be asked for."""

from __future__ import annotations

from typing import Final

from simulators.participant.behaviour import Deeds

ANSWERS: Final = ("parties", "quotes", "transfers", "patch")
"""What a peer is asked or told: the word says what it answers."""
REQUESTS: Final = ("ask-party", "ask-quote", "prepare", "ask-conversion", "convert")
"""What a peer sends as a payer."""
DEEDS: Final[Deeds] = {
    "error": ANSWERS[:3],
    "integer-error-code": ANSWERS[:3],
    "ignore": ANSWERS,
    "refuse": ANSWERS,
    "no-callback": ANSWERS[:3] + REQUESTS,
    "delay": ANSWERS[:3] + REQUESTS,
    "twice": ANSWERS[:3] + REQUESTS,
    "alter": ANSWERS[:3] + REQUESTS,
    "forge": ANSWERS[:3] + REQUESTS,
    "abort": ("transfers",),
    "wrong-fulfilment": ("transfers",),
    "wrong-condition": ("quotes",),
}
"""Each deviation with the messages that it is for."""
