"""The error of a party report: a code, and the texts that readers find for it.

Source: docs/sources/iso20022.md, "Parties".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from loopyard.protocols.fspiop import error_codes
from loopyard.protocols.iso20022.row import Reading, Writing

FAMILY_TEXTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "10": "Generic Communication Error",
        "20": "Generic Server Error",
        "30": "Generic Client Error",
        "31": "Client Validation Error",
        "32": "Identifier Error",
        "33": "Expired Error",
        "40": "Generic Payer Error",
        "41": "Payer Rejection Error",
        "42": "Payer Limit Error",
        "43": "Payer Permission Error",
        "44": "Payer Blocker Error",
        "50": "Generic Payee Error",
        "51": "Payee Rejection Error",
        "52": "Payee Limit Error",
        "53": "Payee Permission Error",
        "54": "Payee Blocker Error",
    }
)
"""What today's connectors say of a party's error, by the first two digits of its code."""


@dataclass(frozen=True, slots=True)
class PartyError:
    """The code of a party's error. There is no place for its text, so that the reader has to find one."""

    iso: str = "Rpt.Rsn"

    @property
    def known(self) -> tuple[str, ...]:
        return (f"{self.iso}.Cd", f"{self.iso}.Prtry")

    @property
    def mapped(self) -> tuple[str, ...]:
        return (f"{self.iso}.Cd",)

    def write(self, to: Writing) -> None:
        to.put(f"{self.iso}.Cd", to.code("errorInformation.errorCode"))

    def read(self, of: Reading) -> None:
        code = of.need(*self.known)
        family = FAMILY_TEXTS.get(code[:2], "Unknown error")
        text = family if of.profile.describes_party_errors_by_family else error_codes.standard_text(code)
        of.put("errorInformation.errorDescription", text or "Unknown error")
        of.put("errorInformation.errorCode", code)
