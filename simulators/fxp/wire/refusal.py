"""Errors in FSPIOP's form: a refusal is accepted with 202 and answered with an error callback, anything wrong with the
request itself is answered at once."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from loopyard.engine.bodies import MalformedBody
from loopyard.engine.call import Call
from loopyard.engine.operations import Message
from loopyard.engine.traffic import dig
from loopyard.kernel.errors import InvalidAmount, UnknownCurrency
from loopyard.protocols.fspiop.dates import InvalidDateTime
from loopyard.protocols.fspiop.errors import FspiopError, method_not_allowed, unknown_uri
from loopyard.protocols.ilp import InvalidPacket
from loopyard.transport.messages import Reply
from loopyard.transport.router import NoRoute
from simulators.fxp import webhooks
from simulators.fxp.state import errors
from simulators.fxp.state.houses import Houses
from simulators.participant.behaviour import GOOD
from simulators.participant.errors import NotPlayed, Refusal, Scripted, Silence, Unwilling

CODES: Final[Mapping[type[Exception], str]] = MappingProxyType(
    {
        errors.PairUnsupported: "5106",
        errors.AmountMissing: "3102",
        errors.AmountTooFine: "3100",
        errors.OutsideLimits: "5200",
        errors.RequestExpired: "3302",
        errors.NotOurs: "3100",
        errors.TermsUnknown: "3205",
        errors.TermsMissing: "2001",
        errors.TermsExpired: "3302",
        errors.TermsAltered: "3100",
        errors.ConversionUnknown: "3208",
        errors.ConversionExpired: "3303",
        errors.TreasuryEmpty: "5001",
        errors.Modified: "3106",
        InvalidAmount: "3100",
        UnknownCurrency: "3100",
        InvalidDateTime: "3100",
        InvalidPacket: "3100",
    }
)
"""The scheme's code of each refusal."""

CALLBACKS: Final[Mapping[str, tuple[Message, str]]] = MappingProxyType(
    {
        "POST /{fsp}/fxQuotes": (webhooks.TERMS_ERROR, "conversionRequestId"),
        "GET /{fsp}/fxQuotes/{ID}": (webhooks.TERMS_ERROR, ""),
        "POST /{fsp}/fxTransfers": (webhooks.CONVERSION_ERROR, "commitRequestId"),
        "GET /{fsp}/fxTransfers/{ID}": (webhooks.CONVERSION_ERROR, ""),
    }
)
"""The error callback of each request, and where the body has the id when the path has not."""


def accepted() -> Reply:
    """The answer to GET and POST: the work is done by a callback."""
    return Reply(202)


def noted() -> Reply:
    """The answer to PUT and PATCH."""
    return Reply(200)


def sender(call: Call) -> str:
    """Who the headers say is speaking."""
    return call.header("fspiop-source") or ""


def reject(houses: Houses, call: Call, error: Exception) -> Reply:
    """The scheme's form of an error. Raises what it does not know."""
    if isinstance(error, Silence):
        return Reply(202 if call.method in ("GET", "POST") else 200)
    if isinstance(error, Refusal) or type(error) in CODES:
        return _call_back(houses, call, error)
    return _at_once(_as_fspiop(call, error))


def _as_fspiop(call: Call, error: Exception) -> FspiopError:
    if isinstance(error, FspiopError):
        return error
    if isinstance(error, MalformedBody):
        return FspiopError("3101", str(error))
    if isinstance(error, NoRoute):
        found = method_not_allowed if error.allowed else unknown_uri
        return found(error.method, call.request.path)
    if isinstance(error, NotPlayed):
        return FspiopError("3200", str(error))
    if isinstance(error, Unwilling):
        return FspiopError("2003", status=error.status)
    raise error


def _at_once(error: FspiopError) -> Reply:
    return Reply(error.http_status, error.body_bytes, (("Content-Type", "application/json"),))


def _call_back(houses: Houses, call: Call, error: Exception) -> Reply:
    found = CALLBACKS.get(f"{call.method} {call.template}")
    if found is None:
        return _at_once(FspiopError(CODES[type(error)], str(error)))
    message, where = found
    params = {name: value for name, value in call.params.items() if name != "fsp"}
    if where:
        params["ID"] = str(dig(call.body, where))
    house = houses.house(call.params["fsp"])
    conduct = error.conduct if isinstance(error, Scripted) else GOOD
    webhooks.post(houses, house, message, to=sender(call), params=params, body=_body(error), conduct=conduct)
    return accepted()


def _body(error: Exception) -> Any:
    if not isinstance(error, Scripted):
        return FspiopError(CODES[type(error)], str(error)).body
    body = FspiopError(error.code, description=error.description).body
    if error.as_integer:
        body["errorInformation"]["errorCode"] = int(error.code)
    return body
