"""Drives a core connector through its send-money, merchant-payment and refund API. Source: docs/sources/connectors.md."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from loopyard.testing.drivers.base import Heard, Identifier, Outcome, Payment, Registration, RequestsDriver, Talk
from loopyard.testing.drivers.bulk import BulkTransactions
from loopyard.testing.drivers.request_to_pay import RequestToPay, failure

COMPLETED = "COMPLETED"
FAILED_STATES = ("ABORTED", "ERROR_OCCURRED")


class SendMoney:
    """A driver for `POST` and `PUT /send-money`, `/merchant-payment`, `GET /transfers/{id}` and `/accounts`."""

    calls = "core_connector.dfsp"
    bulk = BulkTransactions()
    """How it speaks of bulks; a team's own driver that has no such member speaks the same way."""

    def __init__(self) -> None:
        self.requests: RequestsDriver | None = RequestToPay()

    def initiate(self, payment: Payment) -> Talk[Outcome]:
        return Talk("POST", _resource(payment), _terms, _refund(payment) if payment.refund_of else self._wish(payment))

    def _wish(self, payment: Payment) -> dict[str, Any]:
        body: dict[str, Any] = {
            "homeTransactionId": payment.reference,
            "payeeId": payment.payee_id,
            "payeeIdType": payment.payee_id_type,
            "sendCurrency": payment.send_currency,
            "receiveCurrency": payment.receive_currency,
            "transactionType": "TRANSFER",
            "payer": _payer(payment),
        }
        if payment.payee_sub_id:
            body["subId"] = payment.payee_sub_id
        body["sendAmount" if payment.amount_type == "SEND" else "receiveAmount"] = str(payment.amount)
        return body

    def decide(self, payment: Payment, transfer_id: str, accept: bool) -> Talk[Outcome]:
        def read(heard: Heard) -> Outcome:
            told = heard.members
            if heard.status != 200:
                return failure(heard, told, transfer_id)
            return Outcome("completed", transfer_id, body=told, http_status=200)

        body = {"acceptQuote": accept, "homeTransactionId": payment.reference}
        return Talk("PUT", f"{_resource(payment)}/{transfer_id}", read, body)

    def ask(self, payment: Payment, transfer_id: str) -> Talk[Outcome]:
        def read(heard: Heard) -> Outcome:
            told = heard.members
            state = told.get("currentState")
            if heard.status == 200 and state == COMPLETED:
                return Outcome("completed", transfer_id, body=told, http_status=200)
            if heard.status == 200 and state not in FAILED_STATES:
                return Outcome("pending", transfer_id, body=told, http_status=200)
            return failure(heard, told, transfer_id)

        return Talk("GET", f"/transfers/{transfer_id}", read)

    def unresolved(self) -> Talk[frozenset[str]]:
        def read(heard: Heard) -> frozenset[str]:
            listed = heard.json if heard.status == 200 else None
            rows = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
            return frozenset(str(row[key]) for row in rows for key in ("transferId", "homeTransactionId") if row.get(key))

        return Talk("GET", "/transfers?unresolved=true", read)

    def register(self, identifiers: Sequence[Identifier]) -> Talk[Registration]:
        def read(heard: Heard) -> Registration:
            told = heard.members
            if heard.status != 200:
                return _unregistered(told)
            return Registration(tuple(_code(entry) for entry in told.get("response", ())), body=told)

        return Talk("POST", "/accounts", read, [_account(each) for each in identifiers])

    def remove(self, identifier: Identifier) -> Talk[Registration]:
        def read(heard: Heard) -> Registration:
            told = heard.members
            return Registration((None,), body=told) if heard.status == 200 else _unregistered(told)

        ids = (identifier.id_type, identifier.id_value, identifier.sub_id)
        return Talk("DELETE", "/".join(("/accounts", *(quote(each, safe="") for each in ids if each))), read)


def _account(identifier: Identifier) -> dict[str, str]:
    named = {
        "idType": identifier.id_type, "idValue": identifier.id_value, "idSubValue": identifier.sub_id,
        "currency": identifier.currency,
    }  # fmt: skip
    return {name: value for name, value in named.items() if value is not None}


def _code(entry: Any) -> str | None:
    return str(entry["error"].get("statusCode")) if isinstance(entry.get("error"), dict) else None


def _unregistered(told: dict[str, Any]) -> Registration:
    return Registration(failure=str(told.get("statusCode", "")), message=str(told.get("message", "")), body=told)


def _terms(heard: Heard) -> Outcome:
    told = heard.members
    if heard.status != 200:
        return failure(heard, told)
    return Outcome("terms", str(told.get("transactionId")), body=told, http_status=200)


def _refund(payment: Payment) -> dict[str, Any]:
    return {
        "homeTransactionId": payment.reference,
        "transferId": payment.refund_of,
        "amount": str(payment.amount),
        "refundReason": payment.refund_reason,
        "name": payment.payer_name,
    }


def _payer(payment: Payment) -> dict[str, Any]:
    payer: dict[str, Any] = {"name": payment.payer_name, "payerId": payment.payer_id}
    if birth := payment.payer_birth:
        payer["DateAndPlaceOfBirth"] = {"BirthDt": birth.date, "CityOfBirth": birth.city, "CtryOfBirth": birth.country}
    return payer


def _resource(payment: Payment) -> str:
    if payment.refund_of:
        return "/refunds"
    return "/send-money" if payment.amount_type == "SEND" else "/merchant-payment"
