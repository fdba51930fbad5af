"""Drives a core connector through its send-money and merchant-payment API. Source: docs/sources/connectors.md."""

from __future__ import annotations

from typing import Any

import orjson

from loopyard.kernel.errors import InfrastructureError
from loopyard.testing.drivers.base import Outcome, Payment, Told
from loopyard.transport.client import Answer, Client, NoAnswer

PATIENCE = 120.0  # seconds that a customer's app waits for an answer
COMPLETED = "COMPLETED"
PENDING_CODE = "2004"
FAILED_STATES = ("ABORTED", "ERROR_OCCURRED")


class SutUnreachable(InfrastructureError):
    """The system under test does not answer at all: the lab is broken, not the bank."""


class SendMoney:
    """A driver for `POST` and `PUT /send-money`, `/merchant-payment` and `GET /transfers/{id}`."""

    def __init__(self, client: Client, url: str) -> None:
        self._client = client
        self._url = url

    async def initiate(self, payment: Payment) -> Outcome:
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
        answer = await self._call("POST", _resource(payment), body)
        told = _body(answer)
        if answer.status != 200:
            return _failure(answer, told)
        return Outcome("terms", str(told.get("transactionId")), body=told, http_status=200)

    async def decide(self, payment: Payment, transfer_id: str, accept: bool) -> Outcome:
        body = {"acceptQuote": accept, "homeTransactionId": payment.reference}
        answer = await self._call("PUT", f"{_resource(payment)}/{transfer_id}", body)
        told = _body(answer)
        if answer.status != 200:
            return _failure(answer, told, transfer_id)
        return Outcome("completed", transfer_id, body=told, http_status=200)

    async def ask(self, payment: Payment, transfer_id: str) -> Outcome:
        answer = await self._call("GET", f"/transfers/{transfer_id}", None)
        told = _body(answer)
        state = told.get("currentState")
        if answer.status == 200 and state == COMPLETED:
            return Outcome("completed", transfer_id, body=told, http_status=200)
        if answer.status == 200 and state not in FAILED_STATES:
            return Outcome("pending", transfer_id, body=told, http_status=200)
        return _failure(answer, told, transfer_id)

    async def unresolved(self) -> frozenset[str]:
        answer = await self._call("GET", "/transfers?unresolved=true", None)
        rows = orjson.loads(answer.body) if answer.status == 200 and answer.body else []
        found = (row.get(key) for row in rows if isinstance(row, dict) for key in ("transferId", "homeTransactionId"))
        return frozenset(str(each) for each in found if each)

    async def _call(self, method: str, path: str, body: dict[str, Any] | None) -> Answer:
        content = None if body is None else orjson.dumps(body)
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        try:
            return await self._client.call(method, self._url + path, headers=headers, body=content, timeout=PATIENCE)
        except NoAnswer as problem:
            if problem.kind == "refused":
                raise SutUnreachable(f"the core connector at {self._url} does not answer: {problem}") from problem
            return Answer(504, (), b'{"statusCode":"2004","message":"no answer"}')


def _payer(payment: Payment) -> dict[str, Any]:
    payer: dict[str, Any] = {"name": payment.payer_name, "payerId": payment.payer_id}
    if birth := payment.payer_birth:
        payer["DateAndPlaceOfBirth"] = {"BirthDt": birth.date, "CityOfBirth": birth.city, "CtryOfBirth": birth.country}
    return payer


def _resource(payment: Payment) -> str:
    return "/send-money" if payment.amount_type == "SEND" else "/merchant-payment"


def _body(answer: Answer) -> dict[str, Any]:
    try:
        told = orjson.loads(answer.body) if answer.body else {}
    except orjson.JSONDecodeError:
        return {"message": answer.body.decode("utf-8", "replace")}
    return told if isinstance(told, dict) else {"message": str(told)}


def _failure(answer: Answer, told: dict[str, Any], transfer_id: str | None = None) -> Outcome:
    code = str(told["statusCode"]) if "statusCode" in told else None
    told_as: Told = "pending" if answer.status == 504 or code == PENDING_CODE else "failed"
    return Outcome(told_as, told.get("transferId", transfer_id), code, str(told.get("message", "")), told, answer.status)
