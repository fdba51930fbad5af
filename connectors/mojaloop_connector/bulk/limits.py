"""Which terms a bulk accepts by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loopyard.kernel.errors import MoneyError
from loopyard.protocols.fspiop.amounts import to_money


def within_limits(item: Mapping[str, Any], auto_accept: Mapping[str, Any]) -> bool:
    """Whether the payee's fee is none, or no more than the limit in its currency. Where limits are given, one that is missing
    consents to no fee (ours); where none are, any fee is accepted. A fee that cannot be read is not accepted."""
    limits = auto_accept.get("perTransferFeeLimits")
    stated = item["quoteResponse"].get("payeeFspFee")
    if limits is None or stated is None:
        return True
    try:
        fee = to_money(stated)
        allowed = [to_money(each) for each in limits if each["currency"] == fee.currency.code]
    except (MoneyError, TypeError, KeyError):
        return False
    return not fee or any(fee <= limit for limit in allowed)
