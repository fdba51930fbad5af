"""What must hold before money moves: conditions, fulfilments, amounts, expiry. Each is a part that may be replaced."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from loopyard.kernel.errors import MoneyError
from loopyard.protocols import ilp
from loopyard.protocols.fspiop import dates
from loopyard.protocols.fspiop.amounts import to_money
from loopyard.protocols.fspiop.dates import InvalidDateTime


def fulfilment_holds(fulfilment: object, condition: object) -> bool:
    """Whether a fulfilment answers the condition that was agreed."""
    return ilp.fulfils(fulfilment, condition)


def condition_holds(prepared: object, agreed: object) -> bool:
    """Whether a prepare carries the condition of the quote."""
    return prepared == agreed


def amounts_agree(prepared: Any, agreed: Any) -> bool:
    """Whether two amount objects are the same money, however written; false for anything that is none."""
    try:
        return to_money(prepared) == to_money(agreed)
    except (MoneyError, TypeError):
        return False


def has_expired(expiration: object, now: datetime) -> bool:
    """Whether a moment in a body's form has passed; one that is absent or unreadable has not."""
    if not isinstance(expiration, str):
        return False
    try:
        return now > dates.from_iso(expiration)
    except InvalidDateTime:
        return False
