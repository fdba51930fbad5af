"""Messages of requests to pay: of the backend API, of the outbound API, and of the channel's API, which is ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from connectors.core_connector import body, people
from connectors.core_connector.cbs import Holder
from connectors.core_connector.errors import Malformed, Refusal
from connectors.core_connector.payments.wire import DISPLAY_NAME
from connectors.core_connector.requests.model import Ask, Received, Sent, Wish
from connectors.core_connector.settings import Settings
from loopyard.kernel.errors import MoneyError, UnknownCurrency
from loopyard.kernel.money import currency, parse_fspiop
from loopyard.protocols.fspiop.dates import InvalidDateTime, from_iso, to_iso

STATES: Final = frozenset({"RECEIVED", "PENDING", "ACCEPTED", "REJECTED"})


# -- the backend API --------------------------------------------------------------------------------------------------


def wish(content: Mapping[str, Any]) -> Wish:
    """POST /transactionrequests: `from` pays, `to` is paid. Raises Malformed."""
    expiration = content.get("expiration")
    to = body.part(content, "to")
    try:
        return Wish(
            body.text(content, "transactionRequestId"),
            people.holder(to),
            body.text(to, "idSubValue", ""),
            body.text(to, "fspId"),
            people.holder(body.part(content, "from")),
            parse_fspiop(body.text(content, "amount"), body.text(content, "currency")),
            body.text(content, "transactionType"),
            body.text(content, "initiatorType"),
            body.text(content, "authenticationType", ""),
            from_iso(expiration) if expiration is not None else None,
            body.text(content, "note", ""),
        )
    except (MoneyError, InvalidDateTime) as error:
        raise Malformed(str(error)) from None


def taken(request: Received) -> dict[str, str]:
    """200 of POST /transactionrequests."""
    state = {"ACCEPTED": "ACCEPTED", "REJECTED": "REJECTED", "EXPIRED": "REJECTED"}.get(request.row.state, "RECEIVED")
    return {
        "homeR2PTransactionId": request.row.home,
        "transactionId": request.transaction_id,
        "transactionRequestState": state,
    }


def later_state(content: Mapping[str, Any]) -> str:
    """PUT /requestToPay. Raises Malformed."""
    state = body.text(content, "transactionRequestState")
    if state not in STATES:
        raise Malformed(f"transactionRequestState {state!r} is none of {', '.join(sorted(STATES))}")
    return state


# -- the outbound API -------------------------------------------------------------------------------------------------


def outbound(ask: Ask, home_id: str, settings: Settings) -> dict[str, Any]:
    """POST /requestToPay: `from` is our customer, who asks, and `to` who shall pay."""
    payee = {"type": "CONSUMER", "idType": ask.payee.id_type, "idValue": ask.payee.id_value, "fspId": settings.fsp_id}
    if DISPLAY_NAME.fullmatch(ask.payee.name):
        payee["displayName"] = ask.payee.name
    first, *more = ask.payee.name.split()
    payee["firstName"] = first
    if more:
        payee["lastName"] = more[-1]
    wished = {
        "homeR2PTransactionId": home_id,
        "from": payee,
        "to": {"idType": ask.payer.id_type, "idValue": ask.payer.id_value},
        "amountType": "RECEIVE",
        "currency": ask.amount.currency.code,
        "amount": str(ask.amount),
        "transactionType": "PAYMENT",
    }
    return wished | ({"authenticationType": ask.authentication} if ask.authentication else {})


# -- the channel's API ------------------------------------------------------------------------------------------------


def ask(content: Mapping[str, Any], settings: Settings) -> Ask:
    """POST /request-to-pay. Raises Malformed, Refusal."""
    payee = body.part(content, "payee")
    try:
        code = currency(body.text(content, "currency")).code
    except UnknownCurrency as error:
        raise Malformed(f"currency: {error}") from None
    authentication = body.text(content, "authenticationType", "")
    if authentication not in ("", "OTP"):
        raise Refusal("3100", f"authenticationType {authentication!r} is not supported; use OTP, or leave it out")
    return Ask(
        Holder(settings.supported_id_type[0], body.text(payee, "payeeId"), body.text(payee, "name")),
        Holder(body.text(content, "payerIdType"), body.text(content, "payerId")),
        body.amount(content, "amount", code),
        authentication,
    )


def consent(content: Mapping[str, Any], name: str) -> bool:
    """A yes or a no. Raises Malformed."""
    given = content.get(name)
    if given is None:
        raise Malformed(f"{name} is missing", "3102")
    if not isinstance(given, bool):
        raise Malformed(f"{name} must be true or false, not {given!r}")
    return given


def password(content: Mapping[str, Any]) -> str:
    """A one-time password as the scheme takes it. Raises Malformed."""
    value = body.text(content, "otpValue")
    if not (value.isascii() and value.isdecimal() and 3 <= len(value) <= 10):
        raise Malformed("otpValue must be 3 to 10 digits")
    return value


def asked(request: Sent, paid: bool) -> dict[str, Any]:
    """How a request that was made stands: answer to POST, PUT and GET /request-to-pay."""
    shown: dict[str, Any] = {
        "transactionRequestId": request.row.transfer,
        "homeTransactionId": request.row.home,
        "payerDetails": {
            "idType": request.ask.payer.id_type,
            "idValue": request.ask.payer.id_value,
            "fspId": request.payer_fsp,
            "name": request.payer_name,
        },
        "amount": str(request.ask.amount),
        "currency": request.ask.amount.currency.code,
        "currentState": "WAITING_FOR_PARTY_ACCEPTANCE" if request.row.state == "OFFERED" else request.row.state,
        "paid": paid,
    }
    optional = {
        "transactionRequestState": request.state,
        "transferId": request.transaction,
        "statusCode": request.code,
        "message": request.message,
    }
    return shown | {name: value for name, value in optional.items() if value}


def shown(request: Received) -> dict[str, Any]:
    """How a request that came stands: what the payer's app lists."""
    asked_by, optional = request.wish, {"statusCode": request.code, "message": request.message, "note": request.wish.note}
    told: dict[str, Any] = {
        "transactionRequestId": asked_by.request_id,
        "homeTransactionId": request.row.home,
        "payeeDetails": {
            "idType": asked_by.payee.id_type,
            "idValue": asked_by.payee.id_value,
            "fspId": asked_by.payee_fsp,
            "name": asked_by.payee.name,
        },
        "amount": str(asked_by.amount),
        "currency": asked_by.amount.currency.code,
        "currentState": "WAITING_FOR_PASSWORD" if request.row.state == "AUTHENTICATING" else request.row.state,
        "passwordsWrong": request.wrong,
    }
    if asked_by.expires_at is not None:
        told["expiration"] = to_iso(asked_by.expires_at)
    if request.row.transfer:
        told["transferId"] = request.row.transfer
    return told | {name: value for name, value in optional.items() if value}
