"""Drives a core connector through its requests to pay: those of its customers, and those that come to them. The paths are the
reference core connector's own. Source: docs/sources/connectors.md."""

from __future__ import annotations

from typing import Any

from loopyard.testing.drivers.base import Heard, Outcome, Talk, Told, Wish

PENDING_CODE = "2004"
MADE, CAME = "/request-to-pay", "/payment-requests"


class RequestToPay:
    """A driver for `/request-to-pay` and `/payment-requests`."""

    def ask(self, wish: Wish) -> Talk[Outcome]:
        body: dict[str, Any] = {
            "homeTransactionId": wish.reference,
            "payee": {"payeeId": wish.payee_id, "name": wish.payee_name},
            "payerIdType": wish.payer_id_type,
            "payerId": wish.payer_id,
            "amount": str(wish.amount),
            "currency": wish.amount.currency.code,
        }
        if wish.password:
            body["authenticationType"] = "OTP"
        return Talk("POST", MADE, lambda heard: _read(heard, "terms"), body)

    def confirm(self, request_id: str, accept: bool) -> Talk[Outcome]:
        return Talk("PUT", f"{MADE}/{request_id}", lambda heard: _read(heard), {"acceptParty": accept})

    def type_password(self, request_id: str, value: str) -> Talk[Outcome]:
        return Talk("PUT", f"{MADE}/{request_id}", lambda heard: _read(heard), {"otpValue": value})

    def asked(self, request_id: str) -> Talk[Outcome]:
        return Talk("GET", f"{MADE}/{request_id}", lambda heard: _read(heard))

    def open(self, payer_id: str) -> Talk[tuple[str, ...]]:
        def read(heard: Heard) -> tuple[str, ...]:
            listed = heard.json if heard.status == 200 else None
            rows = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
            return tuple(str(row.get("transactionRequestId")) for row in rows)

        return Talk("GET", f"{CAME}?payerId={payer_id}", read)

    def terms(self, request_id: str) -> Talk[Outcome]:
        def read(heard: Heard) -> Outcome:
            told = heard.members
            if heard.status != 200:
                return failure(heard, told)
            return Outcome("terms", str(told.get("transactionId")), body=told, http_status=200)

        return Talk("POST", f"{CAME}/{request_id}", read, {})

    def decide(self, request_id: str, accept: bool) -> Talk[Outcome]:
        return Talk("PUT", f"{CAME}/{request_id}", lambda heard: _read(heard), {"acceptQuote": accept})

    def came(self, request_id: str) -> Talk[Outcome]:
        return Talk("GET", f"{CAME}/{request_id}", lambda heard: _read(heard))


def _read(heard: Heard, waiting: Told = "pending") -> Outcome:
    """How a request stands: paid or accepted is done, an error code is a failure whatever the status, all else is under way."""
    told = heard.members
    if heard.status != 200 or "statusCode" in told:
        return failure(heard, told)
    done = told.get("paid") is True or told.get("currentState") == "ACCEPTED"
    return Outcome("completed" if done else waiting, told.get("transferId"), body=told, http_status=200)


def failure(heard: Heard, told: dict[str, Any], transfer_id: str | None = None) -> Outcome:
    """An error as the customer takes it: one that says "not known yet" is none."""
    code = str(told["statusCode"]) if "statusCode" in told else None
    told_as: Told = "pending" if heard.status == 504 or code == PENDING_CODE else "failed"
    return Outcome(told_as, told.get("transferId", transfer_id), code, str(told.get("message", "")), told, heard.status)
