"""Messages of the Mojaloop reference core banking API: which answers are decisions, and what they say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, TypeVar

from connectors.core_connector.cbs import Account, Checked, Fee, Hold, Holder, HoldState, Order, Side
from connectors.core_connector.outcomes import Done, Outcome, Refused, Unknown
from loopyard.kernel.errors import MoneyError
from loopyard.kernel.money import Money

Value = TypeVar("Value")

DECISIVE: Final = frozenset({400, 403, 404})
"""Statuses whose errors the bank documents as decisions. A 500 or 504 says nothing about what was done before it."""
DECISIVE_CODES: Final = frozenset(
    {
        "MALFORMED_JSON",
        "INVALID_REQUEST",
        "INVALID_AMOUNT",
        "INVALID_ID_TYPE",
        "RESERVE_NOT_FOUND",
        "HOME_TRANSACTION_NOT_FOUND",
    }
)
"""Errors that are decisions under any status: the published form documents nothing but 500 for /funds."""
ABSENT: Final = "TRANSFER_NOT_FOUND"
ID_TYPES: Final[Mapping[str, str]] = {"ACCOUNT_ID": "ACCOUNT_NUMBER", "ALIAS": "WALLET_ID"}
"""Identifier types of the scheme under which the bank knows them by another name."""
HOLD_STATES: Final[Mapping[str, HoldState]] = {
    "RESERVED": "RESERVED",
    "COMMITTED": "COMMITTED",
    "RELEASED": "RELEASED",
    "FAILED": "FAILED",
}


def id_type(of_scheme: str) -> str:
    return ID_TYPES.get(of_scheme, of_scheme)


def party(holder: Holder) -> dict[str, str]:
    named = {"name": holder.name} if holder.name else {}
    return {"partyIdType": id_type(holder.id_type), "partyIdentifier": holder.id_value, **named}


def classified(status: int, content: Mapping[str, Any]) -> Outcome[Mapping[str, Any]]:
    """Success, a decision against it, or nothing that can be relied on."""
    if status == 200:
        return Done(content)
    code = content.get("errorCode")
    if isinstance(code, str) and (status in DECISIVE or code in DECISIVE_CODES):
        return Refused(code, str(content.get("message", code)))
    return Unknown(f"bank: {status} {code}")


def reading(outcome: Outcome[Mapping[str, Any]], read: Callable[[Mapping[str, Any]], Value]) -> Outcome[Value]:
    """What `read` finds in a successful answer; Unknown when the answer is not what it should be."""
    if not isinstance(outcome, Done):
        return outcome
    try:
        return Done(read(outcome.value))
    except (KeyError, TypeError, ValueError, MoneyError) as error:
        return Unknown(f"bank: an answer that cannot be read: {error!r}")


def decided(outcome: Outcome[Mapping[str, Any]], decide: Callable[[Mapping[str, Any]], Outcome[Value]]) -> Outcome[Value]:
    """What `decide` makes of a successful answer: FAILED arrives with HTTP 200."""
    if not isinstance(outcome, Done):
        return outcome
    try:
        return decide(outcome.value)
    except (KeyError, TypeError, ValueError, MoneyError) as error:
        return Unknown(f"bank: an answer that cannot be read: {error!r}")


def account(found: Mapping[str, Any]) -> Account:
    if not isinstance(found["isActive"], bool):
        raise TypeError("isActive is neither true nor false")
    return Account(str(found["name"]), str(found["currency"]), found["isActive"])


def fee(quote: Mapping[str, Any], amount: Money) -> Fee:
    if quote.get("currency", amount.currency.code) != amount.currency.code:
        raise ValueError(f"a quote in {quote['currency']} for an amount in {amount.currency}")
    return Fee(_money(quote, "fees", amount.currency.code), str(quote.get("quoteId", "")))


def reserved(reply: Mapping[str, Any], order: Order, reasoned: bool) -> Outcome[Hold]:
    if reply.get("transferId", order.reference) != order.reference:
        return Unknown(f"bank: the answer belongs to {reply['transferId']}")
    if reply["status"] == "FAILED":
        return _failed(reply, reasoned, str(reply.get("message", "the bank refused to reserve")))
    if reply["status"] in ("RESERVED", "COMMITTED"):
        return Done(_hold(reply, order.amount.currency.code))
    return Unknown(f"bank: reserve is {reply['status']!r}")


def ended(reply: Mapping[str, Any], wanted: str, reasoned: bool) -> Outcome[None]:
    if reply["status"] == wanted:
        return Done(None)
    if reply["status"] == "FAILED":
        return _failed(reply, reasoned, f"the bank answered FAILED instead of {wanted}")
    return Unknown(f"bank: {reply['status']!r} instead of {wanted}")


def _failed(reply: Mapping[str, Any], reasoned: bool, message: str) -> Refused | Unknown:
    """Where the bank gives a reason with every FAILED, one without is not the bank's decision: something between spoke."""
    if reasoned and "reason" not in reply:
        return Unknown("bank: FAILED without a reason")
    return Refused(str(reply.get("reason", "FAILED")), message)


def refunded(reply: Mapping[str, Any], home_id: str) -> Outcome[None]:
    if reply.get("homeTransactionId", home_id) != home_id:
        return Unknown(f"bank: the answer belongs to {reply['homeTransactionId']}")
    if reply["refundCompleted"] is True:
        return Done(None)
    if reply["refundCompleted"] is False:
        return Refused(str(reply.get("reason", "NOT_REFUNDED")), "the bank did not refund")
    return Unknown("bank: the answer does not say whether it refunded")


def checked(reply: Mapping[str, Any]) -> Checked:
    """Raises ValueError for a status that says neither."""
    if reply["status"] not in ("VERIFIED", "WRONG", "LOCKED"):
        raise ValueError(f"a password is {reply['status']!r}")
    left = reply["attemptsLeft"]
    if type(left) is not int:
        raise TypeError(f"attemptsLeft is {left!r}")
    return Checked(reply["status"] == "VERIFIED", left)


def latest(funds: Mapping[str, Any], reference: str, side: Side) -> Hold | None:
    """The last hold of that side that still counts, else the last of all."""
    if funds.get("transferId", reference) != reference:
        raise ValueError(f"an answer about {funds['transferId']}")
    mine = [each for each in funds["reserves"] if each["side"] == side]
    counting = [each for each in mine if each["status"] in ("RESERVED", "COMMITTED")]
    chosen = (counting or mine)[-1:]
    return _hold(chosen[0], chosen[0].get("currency")) if chosen else None


def _hold(reply: Mapping[str, Any], code: str | None) -> Hold:
    fees = _money(reply, "fees", code) if code and ("feesDecimal" in reply or "fees" in reply) else None
    return Hold(str(reply["reserveId"]), HOLD_STATES[reply["status"]], fees)


def _money(of: Mapping[str, Any], key: str, code: str) -> Money:
    """The text wins over the number, which a bank may have passed through a float."""
    value = of.get(f"{key}Decimal", of.get(key))
    if isinstance(value, Mapping):
        return _money(value, "amount", code)
    if isinstance(value, str | Decimal) or (isinstance(value, int) and not isinstance(value, bool)):
        return Money(value, code)
    raise TypeError(f"{key} is {value!r}")
