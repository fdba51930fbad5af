"""What payment messages have in common: the group header, and elements copied from the message that is answered.

Source: docs/sources/iso20022.md, "Common".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from loopyard.protocols.iso20022 import tree
from loopyard.protocols.iso20022.errors import NoIsoForm
from loopyard.protocols.iso20022.row import Reading, Row, Writing
from loopyard.protocols.iso20022.rows import Given, Text, fixed

IDENTIFIED: Final[tuple[Row, ...]] = (Given("GrpHdr.MsgId", "message_id"), Given("GrpHdr.CreDtTm", "created_at"))
SETTLEMENT: Final = fixed("GrpHdr.SttlmInf.SttlmMtd", "CLRG")
EXPIRY: Final = "GrpHdr.PmtInstrXpryDtTm"
ONE: Final = fixed("GrpHdr.NbOfTxs", "1")


def header(expiration: str, *, required: bool = True) -> tuple[Row, ...]:
    """The header of a message that settles; `expiration` is where the FSPIOP body says until when it holds."""
    return (*IDENTIFIED, ONE, SETTLEMENT, Text(EXPIRY, expiration, required=required))


def testing(to: Writing) -> bool:
    """Whether the message is made without the one it builds on."""
    return to.profile.testing_mode and to.envelope.answers is None


@dataclass(frozen=True, slots=True)
class Copied:
    """An element taken over from the message that is answered. `elements` are those of its parts that FSPIOP knows.

    `source` is its place in the other message, where that is a different one. Without the other message the testing mode
    writes `substitute` at `instead`.
    """

    iso: str
    elements: tuple[str, ...]
    source: str = ""
    required: bool = True
    instead: str = ""
    substitute: Callable[[Writing], str | None] = lambda to: None

    @property
    def known(self) -> tuple[str, ...]:
        return self.elements

    @property
    def mapped(self) -> tuple[str, ...]:
        return ()

    def write(self, to: Writing) -> None:
        if testing(to):
            to.put(self.instead or self.iso, self.substitute(to))
            return
        source = self.source or self.iso
        found = tree.find(to.envelope.answers, source, NoIsoForm)
        if found is None and self.required:
            raise NoIsoForm(f"envelope.answers.{source}", "is missing")
        to.put(self.iso, tree.copied(found))

    def read(self, of: Reading) -> None:
        del of


def charge_bearer(of: str = "CdtTrfTxInf.ChrgBr") -> Copied:
    """Who bears the charges, as the quote request says it."""
    return Copied(of, (of,), substitute=lambda to: "SHAR")
