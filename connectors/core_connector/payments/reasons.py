"""Why a bank would not hold a payer's money, in Mojaloop codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from connectors.core_connector.errors import Refusal
from connectors.core_connector.outcomes import Refused

CODES: Final[Mapping[str, str]] = {
    "INSUFFICIENT_FUNDS": "4000",
    "ACCOUNT_NOT_FOUND": "4000",
    "ACCOUNT_INACTIVE": "4400",
    "ACCOUNT_BLOCKED": "4400",
    "CURRENCY_MISMATCH": "4103",
    "LIMIT_EXCEEDED": "4200",
}
"""4001 is not here: it is the institution's liquidity, not the customer's."""


def refusal(refused: Refused) -> Refusal:
    """4000, generic payer error, for a reason that has no code of its own."""
    return Refusal(CODES.get(refused.reason, "4000"), f"{refused.reason}: {refused.message}".removesuffix(": "))
