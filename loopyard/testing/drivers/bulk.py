"""Drives a core connector through its bulk API. Source: docs/sources/bulk.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from loopyard.kernel.money import Money
from loopyard.testing.drivers.base import Heard, Talk

Word = Literal["acceptParty", "acceptQuote"]


@dataclass(frozen=True, slots=True)
class BulkPayment:
    """One payment of a bulk: who gets what, by the identifier of the payee. `fsp` is told where nobody is to be looked up."""

    reference: str
    id_type: str
    id_value: str
    amount: Money
    sub_id: str | None = None
    fsp: str | None = None


@dataclass(frozen=True, slots=True)
class BulkOrder:
    """What a customer asks for. `fee_limit` None accepts any fee; without `accepts_terms` each waits for a word."""

    reference: str
    payer_id_type: str
    payer_id: str
    payer_name: str
    payments: Sequence[BulkPayment]
    only_validate: bool = False
    accepts_payees: bool = True
    accepts_terms: bool = True
    fee_limit: Money | None = None
    expires_at: str | None = None
    skips_lookup: bool = False


@dataclass(frozen=True, slots=True)
class BulkOutcome:
    """How a bulk stands: `state` as the API calls it, of each payment what the customer can read, by its reference."""

    http_status: int
    bulk_id: str = ""
    state: str = ""
    results: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    code: str = ""
    message: str = ""


class BulkDriver(Protocol):
    """A way to start and steer bulks."""

    def initiate(self, order: BulkOrder) -> Talk[BulkOutcome]:
        """Ask for a bulk."""

    def decide(self, bulk_id: str, word: Word, decisions: Mapping[str, bool]) -> Talk[BulkOutcome]:
        """Say yes or no to payments, by their transfer ids."""

    def ask(self, bulk_id: str) -> Talk[BulkOutcome]:
        """How it stands."""


class BulkTransactions:
    """A driver for `POST`, `PUT` and `GET /bulkTransactions`."""

    def initiate(self, order: BulkOrder) -> Talk[BulkOutcome]:
        quotes: dict[str, Any] = {"enabled": order.accepts_terms}
        if order.fee_limit is not None:
            quotes["perTransferFeeLimits"] = [_money(order.fee_limit)]
        options: dict[str, Any] = {
            "onlyValidateParty": order.only_validate,
            "autoAcceptParty": {"enabled": order.accepts_payees},
            "autoAcceptQuote": quotes,
            "skipPartyLookup": order.skips_lookup,
        }
        if order.expires_at:
            options["bulkExpiration"] = order.expires_at
        body = {
            "bulkHomeTransactionID": order.reference,
            "options": options,
            "from": {"name": order.payer_name, **_party(order.payer_id_type, order.payer_id)},
            "individualTransfers": [_payment(each) for each in order.payments],
        }
        return Talk("POST", "/bulkTransactions", _read, body)

    def decide(self, bulk_id: str, word: Word, decisions: Mapping[str, bool]) -> Talk[BulkOutcome]:
        listed = [{"transferId": id_, word: yes} for id_, yes in decisions.items()]
        return Talk("PUT", f"/bulkTransactions/{bulk_id}", _read, {"individualTransfers": listed})

    def ask(self, bulk_id: str) -> Talk[BulkOutcome]:
        return Talk("GET", f"/bulkTransactions/{bulk_id}", _read)


def _payment(each: BulkPayment) -> dict[str, Any]:
    return {
        "homeTransactionId": each.reference,
        "to": _party(each.id_type, each.id_value, each.sub_id, each.fsp),
        "amountType": "SEND",
        **_money(each.amount),
    }


def _party(id_type: str, id_value: str, sub_id: str | None = None, fsp: str | None = None) -> dict[str, Any]:
    named = {"partyIdType": id_type, "partyIdentifier": id_value, "partySubIdOrType": sub_id, "fspId": fsp}
    return {"partyIdInfo": {name: value for name, value in named.items() if value}}


def _money(amount: Money) -> dict[str, str]:
    return {"currency": amount.currency.code, "amount": str(amount)}


def _read(heard: Heard) -> BulkOutcome:
    told = heard.members
    if not 200 <= heard.status < 300:
        return BulkOutcome(heard.status, code=str(told.get("statusCode", "")), message=str(told.get("message", "")))
    listed = told.get("individualTransferResults", [])
    results = {str(each.get("homeTransactionId")): each for each in listed if isinstance(each, dict)}
    return BulkOutcome(heard.status, str(told.get("bulkTransactionId", "")), str(told.get("currentState", "")), results)
