"""FSPIOP's {currency, amount} objects to and from Money. Limits and rounding rules are a system's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loopyard.kernel.errors import InvalidAmount
from loopyard.kernel.money import Money, parse_fspiop


def to_money(amount: Mapping[str, Any]) -> Money:
    """Money from an FSPIOP amount object, in its strict syntax (no trailing zeros, at most four decimals).

    Raises InvalidAmount, UnknownCurrency.
    """
    if "amount" not in amount or "currency" not in amount:
        raise InvalidAmount(f"{dict(amount)} is no FSPIOP amount; it needs 'currency' and 'amount'")
    return parse_fspiop(amount["amount"], amount["currency"])


def from_money(money: Money) -> dict[str, str]:
    """The FSPIOP amount object of an amount. Raises InvalidAmount for a negative one, which FSPIOP cannot say."""
    if money.is_negative:
        raise InvalidAmount(f"{money!r} is negative; FSPIOP amounts have no sign, state the direction by the roles")
    return {"currency": money.currency.code, "amount": str(money)}
