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
from simulators.dfsp import webhooks
from simulators.dfsp.state import errors
from simulators.dfsp.state.peers import Peers
from simulators.participant.behaviour import GOOD
from simulators.participant.errors import NotPlayed, Refusal, Scripted, Silence, Unwilling

CODES: Final[Mapping[type[Exception], str]] = MappingProxyType(
    {
        errors.PartyUnknown: "3204",
        errors.WrongCurrency: "5106",
        errors.AmountTooFine: "3100",
        errors.AboveLimit: "5200",
        errors.RequestExpired: "3302",
        errors.QuoteUnknown: "3205",
        errors.QuoteMissing: "2001",
        errors.QuoteExpired: "3302",
        errors.TransferUnknown: "3208",
        errors.TransferExpired: "3303",
        errors.TermsAltered: "3100",
        errors.Modified: "3106",
        InvalidAmount: "3100",
        UnknownCurrency: "3100",
        InvalidDateTime: "3100",
        InvalidPacket: "3100",
    }
)
"""The scheme's code of each refusal; those of blocked and closed accounts are settings."""

CALLBACKS: Final[Mapping[str, tuple[Message, str]]] = MappingProxyType(
    {
        "POST /{fsp}/quotes": (webhooks.QUOTE_ERROR, "quoteId"),
        "GET /{fsp}/quotes/{ID}": (webhooks.QUOTE_ERROR, ""),
        "POST /{fsp}/transfers": (webhooks.TRANSFER_ERROR, "transferId"),
        "GET /{fsp}/transfers/{ID}": (webhooks.TRANSFER_ERROR, ""),
        "GET /{fsp}/parties/{Type}/{ID}": (webhooks.PARTY_ERROR, ""),
        "GET /{fsp}/parties/{Type}/{ID}/{SubId}": (webhooks.PARTY_SUB_ERROR, ""),
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


def reject(peers: Peers, call: Call, error: Exception) -> Reply:
    """The scheme's form of an error. Raises what it does not know."""
    if isinstance(error, Silence):
        return Reply(202 if call.method in ("GET", "POST") else 200)
    if isinstance(error, Refusal) or type(error) in CODES:
        return _call_back(peers, call, error)
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


def _call_back(peers: Peers, call: Call, error: Exception) -> Reply:
    found = CALLBACKS.get(f"{call.method} {call.template}")
    if found is None:
        return _at_once(FspiopError(_code(peers, error), str(error)))
    message, where = found
    params = {name: value for name, value in call.params.items() if name != "fsp"}
    if where:
        params["ID"] = str(dig(call.body, where))
    peer = peers.peer(call.params["fsp"])
    conduct = error.conduct if isinstance(error, Scripted) else GOOD
    webhooks.post(peers, peer, message, to=sender(call), params=params, body=_body(peers, error), conduct=conduct)
    return accepted()


def _body(peers: Peers, error: Exception) -> Any:
    if not isinstance(error, Scripted):
        return FspiopError(_code(peers, error), str(error)).body
    body = FspiopError(error.code, description=error.description).body
    if error.as_integer:
        body["errorInformation"]["errorCode"] = int(error.code)
    return body


def _code(peers: Peers, error: Exception) -> str:
    if isinstance(error, errors.AccountBlocked):
        return peers.settings.blocked_code
    if isinstance(error, errors.AccountClosed):
        return peers.settings.closed_code
    return CODES[type(error)]
