"""Requests to pay, authorizations and transactions: relayed both ways, refused by callback when nobody takes them."""

from __future__ import annotations

from typing import Any

import pytest

from loopyard.transport.messages import Reply
from tests.simulators.hub.yard import MWK, TRANSFER, Yard, run

REQUEST = "c51ec534-ee48-4575-b6a9-ead2955b8069"
QUERY = "authenticationType=OTP&retriesLeft=2&amount=100&currency=MWK"


def asking(**changes: Any) -> dict[str, Any]:
    party = {"partyIdType": "MSISDN", "partyIdentifier": "265991000001", "fspId": "green-bank"}
    return {
        "transactionRequestId": REQUEST, "payee": {"partyIdInfo": party},
        "payer": {"partyIdType": "MSISDN", "partyIdentifier": "265991000002", "fspId": "blue-wallet"},
        "amount": {"currency": MWK, "amount": "100"},
        "transactionType": {"scenario": "PAYMENT", "initiator": "PAYEE", "initiatorType": "CONSUMER"},
        "authenticationType": "OTP",
    } | changes  # fmt: skip


def test_a_request_goes_there_and_its_answers_back() -> None:
    async def work(yard: Yard) -> None:
        body = asking()
        answer = await yard.send("green-bank", "POST", "/transactionRequests", body, to="blue-wallet", x_custom="kept")
        assert (answer.status, answer.body) == (202, b"")
        (asked,) = yard.taken()
        assert (asked.line, asked.source, asked.json) == ("POST /transactionRequests to blue-wallet", "green-bank", body)
        assert asked.headers["x-custom"] == "kept"
        for state in ("RECEIVED", "REJECTED"):
            said = {"transactionRequestState": state}
            answer = await yard.send("blue-wallet", "PUT", f"/transactionRequests/{REQUEST}", said, to="green-bank")
            assert (answer.status, answer.body) == (200, b"")
            (told,) = yard.taken()
            assert (told.line, told.json) == (f"PUT /transactionRequests/{REQUEST} to green-bank", said)
        await yard.fail("4101", path=f"/transactionRequests/{REQUEST}/error")
        (told,) = yard.taken()
        assert (told.line, told.error) == (f"PUT /transactionRequests/{REQUEST}/error to green-bank", ("4101", "not today"))
        await yard.send("green-bank", "GET", f"/transactionRequests/{REQUEST}", to="blue-wallet")
        assert yard.lines() == [f"GET /transactionRequests/{REQUEST} to blue-wallet"]

    run(work)


def test_a_repeated_request_is_passed_on_again_whatever_it_says() -> None:
    async def work(yard: Yard) -> None:
        for amount in ("100", "100", "7"):
            body = asking(amount={"currency": MWK, "amount": amount})
            await yard.send("green-bank", "POST", "/transactionRequests", body, to="blue-wallet")
        assert [each.json["amount"]["amount"] for each in yard.taken()] == ["100", "100", "7"]

    run(work)


def test_an_authorization_is_asked_for_with_its_query() -> None:
    async def work(yard: Yard) -> None:
        answer = await yard.send("blue-wallet", "GET", f"/authorizations/{REQUEST}?{QUERY}", to="green-bank")
        assert (answer.status, yard.lines()) == (202, [f"GET /authorizations/{REQUEST}?{QUERY} to green-bank"])
        info = {"authentication": "OTP", "authenticationValue": "123456"}
        said = {"authenticationInfo": info, "responseType": "ENTERED"}
        await yard.send("green-bank", "PUT", f"/authorizations/{REQUEST}", said, to="blue-wallet")
        (told,) = yard.taken()
        assert (told.line, told.json) == (f"PUT /authorizations/{REQUEST} to blue-wallet", said)
        await yard.fail("5100", path=f"/authorizations/{REQUEST}/error", source="green-bank", to="blue-wallet")
        assert yard.lines() == [f"PUT /authorizations/{REQUEST}/error to blue-wallet"]

    run(work)


@pytest.mark.parametrize(
    ("query", "code", "text"),
    [
        ("", "3102", "Missing mandatory element - /query must have required property 'authenticationType'"),
        (QUERY.replace("retriesLeft=2&", ""), "3102", "Missing mandatory element - /query must have required property 'retri"),
        (QUERY.replace("OTP", "ZZ"), "3100", "Generic validation error - /query/authenticationType must be equal to one of"),
        (QUERY.replace("=2", "=2.5"), "3101", "Malformed syntax - /query/retriesLeft must be integer"),
    ],
)
def test_a_question_for_an_authorization_says_all_that_it_must(query: str, code: str, text: str) -> None:
    async def work(yard: Yard) -> None:
        answer = await yard.send("blue-wallet", "GET", f"/authorizations/{REQUEST}?{query}", to="green-bank")
        assert answer.status == 400
        assert f'"errorCode":"{code}"'.encode() in answer.body.replace(b": ", b":")
        assert text.encode() in answer.body
        assert yard.taken() == []

    run(work)


def test_a_date_that_is_none_goes_on_as_it_came_where_nobody_checks_headers() -> None:
    async def work(yard: Yard) -> None:
        for to in ("blue-wallet", "nobody"):
            answer = await yard.send("green-bank", "GET", f"/transactions/{TRANSFER}", to=to, date="yesterday")
            assert answer.status == 202
        asked, told = yard.taken()
        assert (asked.to, asked.headers["date"]) == ("blue-wallet", "yesterday")
        assert (told.to, told.path) == ("green-bank", f"/transactions/{TRANSFER}/error")

    run(work)


def test_a_transaction_is_asked_for_and_answered() -> None:
    async def work(yard: Yard) -> None:
        await yard.send("green-bank", "GET", f"/transactions/{TRANSFER}", to="blue-wallet")
        await yard.send("blue-wallet", "PUT", f"/transactions/{TRANSFER}", {"transactionState": "COMPLETED"}, to="green-bank")
        await yard.fail("3207", path=f"/transactions/{TRANSFER}/error")
        assert yard.lines() == [
            f"GET /transactions/{TRANSFER} to blue-wallet",
            f"PUT /transactions/{TRANSFER} to green-bank",
            f"PUT /transactions/{TRANSFER}/error to green-bank",
        ]

    run(work)


def test_a_destination_without_an_endpoint_is_an_error_of_the_request() -> None:
    async def work(yard: Yard) -> None:
        await yard.send("green-bank", "POST", "/transactionRequests", asking(), to="xyz")
        await yard.send("green-bank", "GET", f"/authorizations/{REQUEST}?{QUERY}", to="xyz")
        first, second = yard.taken()
        assert (first.line, first.source) == (f"PUT /transactionRequests/{REQUEST}/error to green-bank", "Hub")
        text = f"Destination FSP Error - No FSPIOP_CALLBACK_URL_TRX_REQ_SERVICE endpoint found for transactionRequest {REQUEST}"
        assert first.error == ("3201", f"{text} for fspiop-destination"[:128])
        assert second.line == f"PUT /authorizations/{REQUEST}/error to green-bank"
        assert second.error[1].startswith("Destination FSP Error - No FSPIOP_CALLBACK_URL_AUTHORIZATIONS endpoint found")

    run(work)


def test_a_request_that_cannot_be_delivered_is_an_error_of_the_request() -> None:
    async def work(yard: Yard) -> None:
        yard.answers["blue-wallet", "POST"] = Reply(404)
        await yard.send("green-bank", "POST", "/transactionRequests", asking(), to="blue-wallet")
        _, told = yard.taken()
        assert (told.line, told.error[0]) == (f"PUT /transactionRequests/{REQUEST}/error to green-bank", "3000")

    run(work)


@pytest.mark.parametrize("missing", ["transactionRequestId", "payee", "payer", "amount", "transactionType"])
def test_a_request_without_a_mandatory_element_is_refused_at_once(missing: str) -> None:
    async def work(yard: Yard) -> None:
        body = {name: value for name, value in asking().items() if name != missing}
        answer = await yard.send("green-bank", "POST", "/transactionRequests", body, to="blue-wallet")
        assert (answer.status, missing.encode() in answer.body, b"3102" in answer.body) == (400, True, True)
        assert yard.taken() == []

    run(work)


def test_the_operator_s_endpoint_takes_requests() -> None:
    async def work(yard: Yard) -> None:
        for kind, name in (("TRX_REQ_SERVICE", "requests"), ("AUTHORIZATIONS", "otps")):
            endpoint = {"type": f"FSPIOP_CALLBACK_URL_{kind}", "value": f"{yard.stub}/{name}"}
            await yard.admin("POST", "/participants/blue-wallet/endpoints", endpoint)
        await yard.send("green-bank", "POST", "/transactionRequests", asking(), to="blue-wallet")
        await yard.send("green-bank", "GET", f"/authorizations/{REQUEST}?{QUERY}", to="blue-wallet")
        assert yard.lines() == ["POST /transactionRequests to requests", f"GET /authorizations/{REQUEST}?{QUERY} to otps"]

    run(work)
