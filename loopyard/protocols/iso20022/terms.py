"""The element that seals terms, VrfctnOfTerms: an ILP packet of version 4 for a quote, the bare condition for a conversion.

Source: docs/sources/iso20022.md, "Verification of terms".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from loopyard.protocols import ilp
from loopyard.protocols.iso20022.errors import MalformedMessage, NoIsoForm
from loopyard.protocols.iso20022.row import Reading, Writing
from loopyard.protocols.iso20022.rows import Text

_TERMS: Final = "CdtTrfTxInf.VrfctnOfTerms"


@dataclass(frozen=True, slots=True)
class PacketOfTerms:
    """FSPIOP's ilpPacket and condition. ISO 20022 has no place for the condition: the reader takes it from the packet."""

    iso: str = f"{_TERMS}.IlpV4PrepPacket"

    @property
    def known(self) -> tuple[str, ...]:
        return (self.iso,)

    @property
    def mapped(self) -> tuple[str, ...]:
        return (self.iso,)

    def write(self, to: Writing) -> None:
        packet = to.need("ilpPacket")
        if not to.profile.sends_packets_unread:
            told, held = to.text("condition"), _condition(packet, "ilpPacket", NoIsoForm)
            if told not in (None, held):
                raise NoIsoForm("condition", f"is not the packet's {held}, which is what the reader will find")
        to.put(self.iso, packet)

    def read(self, of: Reading) -> None:
        packet = of.need(self.iso)
        of.put("ilpPacket", packet)
        of.put("condition", _condition(packet, self.iso, MalformedMessage))


def _condition(packet: str, path: str, error: type[MalformedMessage] | type[NoIsoForm]) -> str:
    try:
        condition = _said_by(packet)
    except ilp.InvalidPacket as cause:
        raise error(path, f"is {cause}") from cause
    if condition is None:
        raise error(path, "is a packet of version 1, which holds no condition; make it of version 4")
    return condition


@lru_cache(maxsize=256)
def _said_by(packet: str) -> str | None:
    """A packet passes with its quote and with its prepare, and is read at every turn."""
    return ilp.decode(packet).condition


def condition_of_terms(*, required: bool) -> Text:
    """FSPIOP's condition of a conversion."""
    return Text(f"{_TERMS}.Sh256Sgntr", "condition", required=required)
