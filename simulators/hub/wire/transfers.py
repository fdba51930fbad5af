"""Transfers and conversions as FSPIOP messages. What they may do is decided in the state."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from loopyard.engine.call import Call
from loopyard.kernel.money import Money
from loopyard.protocols import canonical, ilp
from loopyard.protocols.fspiop import dates, error_codes, errors
from loopyard.protocols.fspiop.errors import FspiopError
from simulators.hub.state import Hub
from simulators.hub.state.errors import HubError, InternalFault
from simulators.hub.state.records import Extensions, Fulfil, Prepare, Record, Rejection
from simulators.hub.wire.errors import as_fspiop
from simulators.hub.wire.fspiop import digest, proxy_of

STATE_MEMBER: Final = {"transfer": "transferState", "conversion": "conversionState"}


def prepare(call: Call) -> Prepare:
    """POST /transfers."""
    text, name = _texts(call.body), _names(call.body)
    return Prepare(
        "transfer", text("transferId"), name("payerFsp"), name("payeeFsp"), _money(call, "amount"), text("condition"),
        dates.from_iso(text("expiration")), _source(call), digest(call), call,
        packet=name("ilpPacket"),
    )  # fmt: skip


def conversion(call: Call) -> Prepare:
    """POST /fxTransfers. Its document demands neither an expiration nor a determining transfer."""
    text, name, body = _texts(call.body), _names(call.body), call.body
    return Prepare(
        "conversion", text("commitRequestId"), name("initiatingFsp"), name("counterPartyFsp"), _money(call, "sourceAmount"),
        text("condition"), dates.from_iso(text("expiration")) if "expiration" in body else None,
        _source(call), digest(call), call, _money(call, "targetAmount"),
        text("determiningTransferId") if "determiningTransferId" in body else None,
    )  # fmt: skip


def _texts(body: dict[str, Any]) -> Callable[[str], str]:
    """Members as texts: the validator takes a number for its text."""
    return lambda name: str(body[name])


def _names(body: dict[str, Any]) -> Callable[[str], str]:
    """Members that others have too, kept once: names of participants stand in every record, packets in a peer's state."""
    return lambda name: sys.intern(str(body[name]))


def _source(call: Call) -> str:
    return sys.intern(call.header("fspiop-source") or "")


def fulfil(hub: Hub, call: Call, kind: str) -> Fulfil:
    """PUT /transfers/{id}, PUT /fxTransfers/{id}. Raises FspiopError for a completedTimestamp out of bounds."""
    body, proxy = call.body, proxy_of(hub, call)
    if proxy is None:  # what another scheme has decided may be told long after
        check_completed(hub, body.get("completedTimestamp"))
    return Fulfil(
        call.params["id"], call.header("fspiop-source") or "", call.header("fspiop-destination"), body[STATE_MEMBER[kind]],
        body.get("fulfilment"), body.get("completedTimestamp"), extensions_of(body), digest(call), call, proxy,
    )  # fmt: skip


def rejection(hub: Hub, call: Call) -> Rejection:
    """PUT …/error."""
    error = errors.from_body(call.body)
    return Rejection(
        call.params["id"], call.header("fspiop-source") or "", call.header("fspiop-destination"),
        error_codes.is_known_family(error.code), error.extensions, digest(call), call, proxy_of(hub, call),
    )  # fmt: skip


def outcome(record: Record) -> dict[str, Any]:
    """The stored state, as a question or a repeat is answered."""
    body: dict[str, Any] = {STATE_MEMBER[record.kind]: record.public}
    if record.completed is not None:
        body["completedTimestamp"] = record.completed
    if record.fulfilment is not None:
        body["fulfilment"] = record.fulfilment
    extensions = record.extensions + _cause(record.failure)
    if extensions and record.kind == "transfer":
        body["extensionList"] = _extension_list(extensions)
    return body


def transaction(record: Record | None) -> Mapping[str, Any]:
    """What a transfer's packet holds. Raises InternalFault: the real ledger looks into an empty list without a look."""
    if record is None:
        raise InternalFault("Cannot read properties of undefined (reading 'value')")
    try:
        return ilp.decode(record.prepare.packet).data
    except ilp.InvalidPacket as cause:
        raise InternalFault(str(cause)) from cause


def notification(record: Record, state: str, cause: HubError | None, now: datetime) -> dict[str, Any]:
    """The body of PATCH: the state without the fulfilment. What is expired but not aborted yet bears the present time."""
    body: dict[str, Any] = {STATE_MEMBER[record.kind]: state}
    if record.kind == "conversion":
        # The provider is told when a conversion was committed; of an aborted one it gets the bare state.
        return body | ({"completedTimestamp": record.completed} if state == "COMMITTED" else {})
    body["completedTimestamp"] = record.completed or dates.to_iso(now)
    extensions = record.extensions if state == "COMMITTED" else _cause(cause)
    if state != "COMMITTED":
        body["transferId"] = record.id
    return body | ({"extensionList": _extension_list(extensions)} if extensions else {})


def _cause(error: HubError | None) -> Extensions:
    if error is None:
        return ()
    fspiop = as_fspiop(error)
    return (("cause", f"{fspiop.code}: {fspiop.description}"),)


def _extension_list(extensions: Extensions) -> dict[str, Any]:
    return {"extension": [{"key": key, "value": value} for key, value in extensions]}


def extensions_of(body: Mapping[str, Any]) -> Extensions:
    pairs = body.get("extensionList", {}).get("extension", [])
    return tuple((str(pair["key"]), str(pair["value"])) for pair in pairs)


def _money(call: Call, member: str) -> Money:
    amount = call.body[member]
    if not isinstance(amount["amount"], str):  # a number passed the validator, which turns it into a text
        amount = canonical.parse(call.raw)[member]
    return Money(str(amount["amount"]), amount["currency"])


def check_completed(hub: Hub, text: str | None) -> None:
    if text is None:
        return
    at, now = dates.from_iso(text), hub.site.clock.now()
    if at > now + timedelta(seconds=hub.settings.future_seconds):
        raise FspiopError("3100", "completedTimestamp fails because future timestamp was provided")
    if at < now - timedelta(seconds=hub.settings.max_fulfil_seconds):
        raise FspiopError("3100", "completedTimestamp fails because provided timestamp exceeded the maximum timeout duration")
