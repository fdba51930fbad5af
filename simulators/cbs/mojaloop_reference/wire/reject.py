"""The bank's error bodies, who speaks to it, and who may. What is no domain error is not answered here but raised."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from loopyard.engine.bodies import MalformedBody
from loopyard.engine.call import Call
from loopyard.kernel.errors import LoopyardError
from loopyard.transport.messages import Reply
from loopyard.transport.router import NoRoute
from simulators.cbs.engine.errors import Refusal
from simulators.cbs.mojaloop_reference.state import Bank, errors
from simulators.cbs.mojaloop_reference.state.reserves import reason_of
from simulators.cbs.mojaloop_reference.wire import build
from simulators.cbs.mojaloop_reference.wire.parse import InvalidRequest

CALLER = "core_connector"
"""The API names no caller: whoever calls is taken for the core connector in front of this bank."""

ERRORS: Mapping[type[LoopyardError], tuple[int, str]] = MappingProxyType(
    {
        MalformedBody: (400, "MALFORMED_JSON"),
        errors.DuplicateTransfer: (500, "DUPLICATE_TRANSFER"),
        errors.UnknownReserve: (404, "RESERVE_NOT_FOUND"),
        errors.UnknownTransfer: (404, "TRANSFER_NOT_FOUND"),
        errors.UnknownHomeTransaction: (404, "HOME_TRANSACTION_NOT_FOUND"),
        errors.UnknownQuote: (400, "QUOTE_NOT_FOUND"),
        errors.QuoteMismatch: (400, "QUOTE_MISMATCH"),
        errors.NotPublished: (404, "NOT_FOUND"),
        errors.UnknownAuthentication: (404, "AUTHENTICATION_NOT_FOUND"),
        errors.DuplicateAuthentication: (400, "DUPLICATE_AUTHENTICATION"),
        errors.Unauthorised: (401, "UNAUTHORIZED"),
    }
)
REFUSED: Mapping[str, int] = MappingProxyType({"ACCOUNT_NOT_FOUND": 404, "CURRENCY_MISMATCH": 400})
"""Refusals of the accounts; every other is a 403."""

DOCUMENTED: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "/accounts/{partyIdType}/{partyIdentifier}": (400, 404, 500, 504),
        "/quotes": (400, 403, 500),
        "/funds/reserve": (500,),
        "/funds/commit": (500,),
        "/funds/unreserve": (500,),
        "/funds/refund": (500,),
    }
)
"""The error statuses of the public document: the published profile answers with no other on these paths."""


def reject(bank: Bank, call: Call, error: Exception) -> Reply:
    """The bank's answer to a domain error, to a body that is no JSON and to an unknown path."""
    status, code = _meaning(call, error)
    allowed = DOCUMENTED.get(call.template, ())
    if not bank.extended and allowed and status not in allowed and status != 401:
        status = 400 if 400 in allowed and status < 500 else 500
    return build.reply({"errorCode": code, "message": str(error)}, status)


def admit(bank: Bank, call: Call) -> None:
    """Everything but health needs the token, where one is set, and an open core. Raises Unauthorised, Offline."""
    if call.template == "/health":
        return
    token = bank.settings.token
    if token and call.header("Authorization") != f"Bearer {token}":
        raise errors.Unauthorised("the bearer token is missing or wrong; send Authorization: Bearer <token>")
    bank.require_open()


def sender(call: Call) -> str:
    return CALLER


def _meaning(call: Call, error: Exception) -> tuple[int, str]:
    if isinstance(error, NoRoute):
        return (405, "METHOD_NOT_ALLOWED") if error.allowed else (404, "NOT_FOUND")
    if isinstance(error, InvalidRequest):
        return 400, error.code
    if isinstance(error, errors.Offline):
        return (504 if call.template.startswith("/accounts") else 500), "CORE_UNAVAILABLE"
    if isinstance(error, Refusal):
        code = reason_of(error)
        return REFUSED.get(code, 403), code
    if type(error) not in ERRORS:
        raise error
    return ERRORS[type(error)]  # type: ignore[index]
