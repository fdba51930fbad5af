"""Bulk transfers as FSPIOP messages: whole ones and their parts. What they may do is decided in the state."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from loopyard.engine.call import Call
from loopyard.kernel.money import Money
from loopyard.protocols.fspiop import dates, error_codes, errors
from simulators.hub.state import Hub
from simulators.hub.state.bulk_records import Bulk, BulkFulfil, BulkPrepare, Item, Part
from simulators.hub.state.errors import HubError
from simulators.hub.state.records import Fulfil, Prepare, Rejection
from simulators.hub.wire import transfers
from simulators.hub.wire.errors import as_fspiop
from simulators.hub.wire.fspiop import digest


def prepare(call: Call) -> BulkPrepare:
    """POST /bulkTransfers."""
    body, source, mark = call.body, sys.intern(call.header("fspiop-source") or ""), digest(call)
    payer, payee = sys.intern(str(body["payerFsp"])), sys.intern(str(body["payeeFsp"]))
    expires_at = dates.from_iso(str(body["expiration"]))
    items = tuple(
        Prepare(
            "transfer", str(each["transferId"]), payer, payee, _money(each), str(each["condition"]),
            expires_at, source, mark, Part(), packet=sys.intern(str(each["ilpPacket"])),
        )
        for each in body["individualTransfers"]
    )  # fmt: skip
    return BulkPrepare(str(body["bulkTransferId"]), payer, payee, items, source, expires_at, mark, call)


def _money(part: Mapping[str, Any]) -> Money:
    return Money(part["transferAmount"]["amount"], part["transferAmount"]["currency"])


def fulfil(hub: Hub, call: Call) -> BulkFulfil:
    """PUT /bulkTransfers/{id}. Raises FspiopError for a completedTimestamp out of bounds."""
    body, source, mark = call.body, call.header("fspiop-source") or "", digest(call)
    completed = body.get("completedTimestamp")
    transfers.check_completed(hub, completed)
    results = tuple(_result(each, source, completed, mark) for each in body.get("individualTransferResults", ()))
    return BulkFulfil(call.params["id"], source, body["bulkTransferState"], results, mark, call)


def _result(each: Mapping[str, Any], source: str, completed: str | None, mark: bytes) -> Fulfil | Rejection:
    id_, extensions = str(each["transferId"]), transfers.extensions_of(each)
    if "errorInformation" in each:
        error = errors.from_body({"errorInformation": each["errorInformation"]})
        relayable = error_codes.is_known_family(error.code)
        return Rejection(id_, source, None, relayable, error.extensions, mark, Part(each["errorInformation"]))
    return Fulfil(id_, source, None, "COMMITTED", each.get("fulfilment"), completed, extensions, mark, Part())


def accepted(bulk: Bulk, body: Mapping[str, Any]) -> dict[str, Any]:
    """The payer's message without the transfers that could not be reserved."""
    alive = [not item.final for item in bulk.items]
    kept = [each for each, lives in zip(body["individualTransfers"], alive, strict=True) if lives]
    return {**body, "individualTransfers": kept}


def state(bulk: Bulk) -> dict[str, Any]:
    """The bare state."""
    body = {"bulkTransferState": bulk.public}
    return body | ({"completedTimestamp": bulk.completed} if bulk.completed is not None else {})


def outcome(bulk: Bulk) -> dict[str, Any]:
    """The state with the result of each transfer that has one."""
    results = [_told(item) for item in bulk.items if item.final]
    return state(bulk) | ({"individualTransferResults": results} if results else {})


def _told(item: Item) -> dict[str, Any]:
    if item.trouble is None:
        return {"transferId": item.prepare.id, "fulfilment": item.fulfilment}
    return {"transferId": item.prepare.id, "errorInformation": _information(item.trouble)}


def _information(trouble: Any) -> Any:
    """The hub's error, or the payee's: of one transfer in a bulk, of the whole, or in a message of its own."""
    if isinstance(trouble, HubError):
        return as_fspiop(trouble).body["errorInformation"]
    return trouble.body["errorInformation"] if isinstance(trouble, Call) else trouble


def bulk_json(bulk: Bulk) -> dict[str, Any]:
    """The hub's own record."""
    return {
        "id": bulk.id, "payer": bulk.prepare.payer, "payee": bulk.prepare.payee, "internalState": bulk.state,
        "expiration": dates.to_iso(bulk.prepare.expires_at), "transfers": [each.prepare.id for each in bulk.items],
        **outcome(bulk),
    }  # fmt: skip
