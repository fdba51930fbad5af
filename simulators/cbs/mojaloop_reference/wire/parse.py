"""Requests of the API to orders of the bank. Numbers are read as decimals from the bytes: a float never exists.

LoopyardError
    InvalidRequest      a member is missing, of another type, or contradicts another; `code` is the bank's error code
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from loopyard.engine.bodies import MalformedBody
from loopyard.engine.call import Call
from loopyard.kernel.errors import InvalidAmount, LoopyardError, UnknownCurrency
from loopyard.kernel.money import Money
from simulators.cbs.mojaloop_reference.state import Bank
from simulators.cbs.mojaloop_reference.state.quotes import Party, QuoteOrder, ReserveSide
from simulators.cbs.mojaloop_reference.state.reserves import ReserveOrder
from simulators.cbs.mojaloop_reference.state.screening import ScreeningOrder

ID_TYPES = ("MSISDN", "ACCOUNT_NUMBER", "IBAN", "WALLET_ID")
Body = Mapping[str, Any]


class InvalidRequest(LoopyardError):
    """A request that the bank cannot take as it is; nothing was done."""

    def __init__(self, message: str, code: str = "INVALID_REQUEST") -> None:
        super().__init__(message)
        self.code = code


def body(call: Call) -> Body:
    """The JSON object of a request. Raises MalformedBody, InvalidRequest."""
    try:
        content = json.loads(call.raw, parse_float=Decimal, parse_int=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise MalformedBody(str(error)) from error
    if not isinstance(content, dict):
        raise InvalidRequest("the body must be a JSON object; send one")
    return content


def party_of_path(call: Call) -> Party:
    return _party_of(call.params["partyIdType"], call.params["partyIdentifier"])


def quote(bank: Bank, content: Body) -> QuoteOrder:
    """`payee` and `amount`; the extended profile also takes `payer` in the payee's place, and `amountType`."""
    side = _side(bank, content)
    kind: Literal["SEND", "RECEIVE"] = "SEND"
    if bank.extended and content.get("amountType", "SEND") != "SEND":
        if content["amountType"] != "RECEIVE":
            raise InvalidRequest("amountType must be SEND or RECEIVE")
        kind = "RECEIVE"
    return QuoteOrder(side, party(content, side), amount(bank, content, "amount"), kind)


def reserve(bank: Bank, content: Body) -> ReserveOrder:
    """`transferId`, `payee` and `amount`; the extended profile also takes `payer`, `homeTransactionId`, `quoteId` and
    the payer's bank's `commission`."""
    side = _side(bank, content)
    order = ReserveOrder(text(content, "transferId"), side, party(content, side), amount(bank, content, "amount"))
    if not bank.extended:
        return order
    commission = None
    if side == "payer" and "commission" in content:
        commission = amount(bank, content, "commission", zero=True) or None
        if commission and commission.currency != order.amount.currency:
            raise InvalidRequest("commission and amount must be in one currency", "INVALID_AMOUNT")
    return ReserveOrder(
        order.transfer_id, side, order.party, order.amount, commission, _optional(content, "homeTransactionId"),
        _optional(content, "quoteId"),
    )  # fmt: skip


def screening(bank: Bank, content: Body) -> ScreeningOrder:
    payer, payee = member(content, "payer"), member(content, "payee")
    for each in (payer, payee):
        text(each, "dfspId")
        text(each, "dfspLei")
    return ScreeningOrder(
        party(content, "payer"), party(content, "payee"), _optional(payer, "citizenshipCountry"),
        _optional(payee, "residencyCountry"), amount(bank, content, "transferAmount"), text(content, "purposeCode"),
    )  # fmt: skip


def refund(content: Body) -> str:
    """The home transaction to give back. Raises InvalidRequest."""
    if text(content, "reason") not in ("CUSTOMER_REQUEST", "ERROR", "DISPUTE"):
        raise InvalidRequest("reason must be CUSTOMER_REQUEST, ERROR or DISPUTE")
    return text(content, "homeTransactionId")


def party(content: Body, role: str) -> Party:
    """The party of a role. Raises InvalidRequest."""
    found = member(content, role)
    return _party_of(text(found, "partyIdType"), text(found, "partyIdentifier"))


def amount(bank: Bank, content: Body, name: str, *, zero: bool = False) -> Money:
    """A positive amount of money in whole minor units. In the extended profile `amountDecimal` wins over `amount`, and a
    disagreement is refused. Raises InvalidRequest."""
    found = member(content, name)
    number, exact = found.get("amount"), found.get("amountDecimal") if bank.extended else None
    try:
        if exact is not None:
            money = Money(exact, text(found, "currency")) if isinstance(exact, str) else None
        else:
            money = Money(number, text(found, "currency")) if isinstance(number, Decimal) else None
        if money is not None and exact is not None and isinstance(number, Decimal) and Money(number, money.currency) != money:
            raise InvalidRequest(f"{name}.amount is {number} and amountDecimal {exact}; send one amount", "INVALID_AMOUNT")
    except (InvalidAmount, UnknownCurrency) as error:
        raise InvalidRequest(f"{name}: {error}", "INVALID_AMOUNT") from error
    if money is None or money.is_negative or not (money or zero):
        raise InvalidRequest(f"{name}.amount must be a positive number", "INVALID_AMOUNT")
    if not money.fits(money.currency.exponent):
        raise InvalidRequest(f"{name}: {money.currency} has {money.currency.exponent} decimals; round it", "INVALID_AMOUNT")
    return money


def text(content: Body, name: str) -> str:
    """A text that is not empty. Raises InvalidRequest."""
    value = content.get(name)
    if not isinstance(value, str) or not value:
        raise InvalidRequest(f"{name} is missing or no text; send it")
    return value


def member(content: Body, name: str) -> Body:
    """An object within the body. Raises InvalidRequest."""
    value = content.get(name)
    if not isinstance(value, dict):
        raise InvalidRequest(f"{name} is missing or no object; send it")
    return value


def _side(bank: Bank, content: Body) -> ReserveSide:
    return "payer" if bank.extended and "payer" in content else "payee"


def _party_of(id_type: str, id_value: str) -> Party:
    if id_type not in ID_TYPES:
        raise InvalidRequest(f"partyIdType {id_type} is not known; use {', '.join(ID_TYPES)}", "INVALID_ID_TYPE")
    return Party(sys.intern(id_type), sys.intern(id_value))  # the same few people again and again


def _optional(content: Body, name: str) -> str | None:
    return text(content, name) if content.get(name) is not None else None


def _no_number(literal: str) -> None:
    raise ValueError(f"{literal} is no JSON number")
