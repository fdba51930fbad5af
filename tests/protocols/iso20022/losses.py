"""What messages have no place for: the FSPIOP elements that a body loses on its way through ISO 20022, by operation. In the
stead of some the reader concludes its own. Which those are, docs/sources/iso20022.md says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_OF_A_PARTY: Final = ("merchantClassificationCode", "personalInfo.dateOfBirth", "personalInfo.kycInformation")
"""Besides all currencies but the first. A birth date may travel as an extension."""

LOSSES: Final[Mapping[str, tuple[str, ...]]] = {
    "PUT /parties/{Type}/{ID}": tuple(f"party.{each}" for each in _OF_A_PARTY),
    "PUT /parties/{Type}/{ID}/error": ("errorInformation.errorDescription",),
    "POST /quotes": (
        *(f"{party}.{each}" for party in ("payee", "payer") for each in (*_OF_A_PARTY, "partyIdInfo.extensionList")),
        *(f"transactionType.{each}" for each in ("subScenario", "initiator", "initiatorType", "balanceOfPayments")),
        *("fees", "converter", "currencyConversion", "geoCode", "note"),
    ),
    "PUT /quotes/{ID}": ("payeeFspCommission", "geoCode"),
    "POST /fxQuotes": ("conversionTerms.charges",),
    "PUT /fxQuotes/{ID}": ("conversionTerms.charges",),
    "POST /fxTransfers": ("amountType",),
}


def lost(operation: str) -> tuple[str, ...]:
    """The paths of the elements that are lost in an operation's body."""
    return LOSSES.get(operation, ())
