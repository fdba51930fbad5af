"""The ledger's enumerations as one object: names to numbers, or to the names that the outside knows them by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from simulators.hub.state import Hub
from simulators.hub.state.records import PUBLIC
from simulators.hub.wire.admin import stamp
from simulators.hub.wire.admin_rules import LISTED_ENDPOINT_TYPES

_ENTRIES: Final = (
    "PRINCIPLE_VALUE", "INTERCHANGE_FEE", "HUB_FEE", "POSITION_DEPOSIT", "POSITION_WITHDRAWAL", "SETTLEMENT_NET_RECIPIENT",
    "SETTLEMENT_NET_SENDER", "SETTLEMENT_NET_ZERO", "RECORD_FUNDS_IN", "RECORD_FUNDS_OUT",
)  # fmt: skip
_ROLES: Final = ("PAYER_DFSP", "PAYEE_DFSP", "HUB", "DFSP_SETTLEMENT", "DFSP_POSITION", "INITIATING_FSP", "COUNTER_PARTY_FSP")
_TRANSFERS: Final = {**PUBLIC, "FAILED": "ABORTED", "RESERVED_FORWARDED": "RESERVED"}
_BULK: Final = {
    "RECEIVED": "RECEIVED", "PENDING_PREPARE": "PENDING", "PENDING_INVALID": "PENDING", "ACCEPTED": "ACCEPTED",
    "PROCESSING": "PROCESSING", "PENDING_FULFIL": "PROCESSING", "COMPLETED": "COMPLETED", "REJECTED": "REJECTED",
    "INVALID": "REJECTED", "EXPIRED": "COMPLETED",
}  # fmt: skip
_BULK_PROCESSING: Final = (
    "RECEIVED", "RECEIVED_DUPLICATE", "RECEIVED_INVALID", "ACCEPTED", "PROCESSING", "FULFIL_DUPLICATE", "FULFIL_INVALID",
    "COMPLETED", "REJECTED", "EXPIRED",
)  # fmt: skip


def enums(hub: Hub) -> dict[str, Any]:
    """What GET /enums answers. The numbers of endpoint types, roles and bulk states are our own count."""
    return {
        "endpointType": _numbered(LISTED_ENDPOINT_TYPES),
        "hubParticipant": _hub(hub),
        "ledgerAccountType": {each.name: each.id for each in hub.account_types},
        "ledgerEntryType": _numbered(_ENTRIES),
        "participantLimitType": {"NET_DEBIT_CAP": 1},
        "transferParticipantRoleType": _numbered(_ROLES),
        "transferState": {name: name for name in sorted(_TRANSFERS)},
        "transferStateEnum": {name: _TRANSFERS[name] for name in sorted(_TRANSFERS)},
        "bulkProcessingState": _numbered(_BULK_PROCESSING),
        "bulkTransferState": {name: name for name in _BULK},
        "bulkTransferStateEnum": _BULK,
    }


def _numbered(names: Iterable[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(names, start=1)}


def _hub(hub: Hub) -> dict[str, Any]:
    who = hub.participants.hub
    return {
        "participantId": who.id, "name": who.name, "description": "the hub itself", "isActive": int(who.is_active),
        "createdDate": stamp(who.created), "createdBy": "seeds", "isProxy": 0,
    }  # fmt: skip
