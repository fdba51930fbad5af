"""Quotes and FX quotes: passed on with headers of the quoting service's own making, refused by callback."""

from __future__ import annotations

from typing import Any

import pytest

from loopyard.transport.messages import Reply
from simulators.hub.state import retention
from tests.simulators.hub.yard import CONDITION, CONVERSION, MWK, PACKET, TRANSFER, ZMW, Yard, run

QUOTE = "a51ec534-ee48-4575-b6a9-ead2955b8069"


def quote(**changes: Any) -> dict[str, Any]:
    def party(number: str, fsp: str) -> dict[str, Any]:
        return {"partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": number, "fspId": fsp}}

    return {
        "quoteId": QUOTE, "transactionId": TRANSFER, "payer": party("265991000001", "green-bank"),
        "payee": party("265991000002", "blue-wallet"), "amountType": "SEND", "amount": {"currency": MWK, "amount": "100"},
        "transactionType": {"scenario": "TRANSFER", "initiator": "PAYER", "initiatorType": "CONSUMER"},
    } | changes  # fmt: skip


def terms(yard: Yard) -> dict[str, Any]:
    return {
        "transferAmount": {"currency": MWK, "amount": "100"}, "expiration": yard.after(60), "ilpPacket": PACKET,
        "condition": CONDITION,
    }  # fmt: skip


def fx_quote(yard: Yard, counter_party: str = "quick-fx") -> dict[str, Any]:
    return {
        "conversionRequestId": QUOTE,
        "conversionTerms": {
            "conversionId": CONVERSION, "determiningTransferId": TRANSFER, "initiatingFsp": "green-bank",
            "counterPartyFsp": counter_party, "amountType": "SEND", "sourceAmount": {"currency": MWK, "amount": "100"},
            "targetAmount": {"currency": ZMW}, "expiration": yard.after(60),
        },
    }  # fmt: skip


def test_a_quote_goes_there_and_back() -> None:
    async def work(yard: Yard) -> None:
        answer = await yard.send("green-bank", "POST", "/quotes", quote(), to="blue-wallet", x_custom="lost", version="1.0")
        assert (answer.status, answer.body) == (202, b"")
        (asked,) = yard.taken()
        assert (asked.line, asked.source, asked.json) == ("POST /quotes to blue-wallet", "green-bank", quote())
        assert "x-custom" not in asked.headers
        assert asked.headers["accept"] == "application/vnd.interoperability.quotes+json;version=1"
        assert asked.headers["content-type"] == "application/vnd.interoperability.quotes+json;version=2.0"
        answer = await yard.send("blue-wallet", "PUT", f"/quotes/{QUOTE}", terms(yard), to="green-bank")
        assert (answer.status, answer.body) == (200, b"")
        (told,) = yard.taken()
        assert (told.line, told.source, told.json) == (f"PUT /quotes/{QUOTE} to green-bank", "blue-wallet", terms(yard))
        await yard.fail("5101", path=f"/quotes/{QUOTE}/error")
        (told,) = yard.taken()
        assert (told.line, told.error) == (f"PUT /quotes/{QUOTE}/error to green-bank", ("5101", "not today"))
        await yard.send("green-bank", "GET", f"/quotes/{QUOTE}", to="blue-wallet")
        assert yard.lines() == [f"GET /quotes/{QUOTE} to blue-wallet"]

    run(work)


def test_an_fx_quote_goes_there_and_back_even_without_destination() -> None:
    async def work(yard: Yard) -> None:
        assert (await yard.send("green-bank", "POST", "/fxQuotes", fx_quote(yard))).status == 202
        (asked,) = yard.taken()
        assert (asked.line, asked.headers["fspiop-destination"]) == ("POST /fxQuotes to quick-fx", "quick-fx")
        await yard.fail("5103", path=f"/fxQuotes/{QUOTE}/error", source="quick-fx")
        assert yard.lines() == [f"PUT /fxQuotes/{QUOTE}/error to green-bank"]
        terms = fx_quote(yard)["conversionTerms"] | {"targetAmount": {"currency": ZMW, "amount": "20"}}
        body = {"condition": CONDITION, "conversionTerms": terms}
        await yard.send("quick-fx", "PUT", f"/fxQuotes/{QUOTE}", body, to="green-bank")
        await yard.send("green-bank", "GET", f"/fxQuotes/{QUOTE}", to="quick-fx")
        assert yard.lines() == [f"PUT /fxQuotes/{QUOTE} to green-bank", f"GET /fxQuotes/{QUOTE} to quick-fx"]

    run(work)


@pytest.mark.parametrize("resource", ["quotes", "fxQuotes"])
def test_participants_that_are_none_are_refused_by_role(resource: str) -> None:
    async def work(yard: Yard) -> None:
        body = quote() if resource == "quotes" else fx_quote(yard, "xyz")
        path, answer = f"/{resource}", terms(yard)
        if resource == "fxQuotes":
            answer = {"condition": CONDITION, "conversionTerms": fx_quote(yard)["conversionTerms"]}
            answer["conversionTerms"]["targetAmount"]["amount"] = "20"
        await yard.send("green-bank", "POST", path, body, to="xyz")
        await yard.send("green-bank", "GET", f"{path}/{QUOTE}", to="xyz")
        await yard.send("blue-wallet", "PUT", f"{path}/{QUOTE}", answer, to="xyz")
        yard.control("set-active", participant="green-bank", isActive=False)
        await yard.send("green-bank", "POST", path, body, to="blue-wallet")
        got = yard.taken()
        assert [each.line.split(" to ")[0] for each in got] == [f"PUT {path}/{QUOTE}/error"] * 4
        assert [each.error for each in got] == [
            ("3201", "Destination FSP Error - Unsupported participant 'xyz'"),
            ("3100", "Generic validation error - Unsupported participant 'xyz'"),
            ("3100", "Generic validation error - Unsupported participant 'xyz'"),
            ("3202", "Payer FSP ID not found - Unsupported participant 'green-bank'"),
        ]

    run(work)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(404), ("3000", "Generic client error - Client error")),
        (
            Reply(500, b'{"errorInformation": {"errorCode": "2001", "errorDescription": "broken"}}'),
            ("2001", "broken"),
        ),
    ],
)
def test_a_payee_that_refuses_the_request_is_an_error_of_the_quote(reply: Reply, error: tuple[str, str]) -> None:
    async def work(yard: Yard) -> None:
        yard.answers["blue-wallet", "POST"] = reply
        await yard.send("green-bank", "POST", "/quotes", quote(), to="blue-wallet")
        _, told = yard.taken()
        assert (told.line, told.error) == (f"PUT /quotes/{QUOTE}/error to green-bank", error)

    run(work)


def test_a_callback_must_not_carry_accept() -> None:
    async def work(yard: Yard) -> None:
        accept = "application/vnd.interoperability.quotes+json;version=2"
        answer = await yard.send("blue-wallet", "PUT", f"/quotes/{QUOTE}", terms(yard), to="green-bank", accept=accept)
        assert answer.status == 200
        (told,) = yard.taken()
        assert told.line == f"PUT /quotes/{QUOTE}/error to blue-wallet"
        text = f'Generic validation error - Update for quote {QUOTE} failed: "accept" header should not be sent in callbacks.'
        assert told.error == ("3100", text[:128])

    run(work)


def test_duplicates_count_only_without_simple_routing() -> None:
    async def twice(yard: Yard) -> None:
        await yard.send("green-bank", "POST", "/quotes", quote(), to="blue-wallet")
        await yard.send("green-bank", "POST", "/quotes", quote(note="other"), to="blue-wallet")

    async def simple(yard: Yard) -> None:
        await twice(yard)
        assert yard.lines() == ["POST /quotes to blue-wallet"] * 2

    async def remembering(yard: Yard) -> None:
        await twice(yard)
        _, told = yard.taken()
        assert told.error == ("3106", f"Modified request - Quote {QUOTE} is a duplicate but hashes dont match")

    run(simple, simple_routing=True)
    run(remembering)


def test_a_request_and_an_answer_that_come_again_as_they_were_are_relayed_again() -> None:
    async def work(yard: Yard) -> None:
        for _ in range(2):
            await yard.send("green-bank", "POST", "/quotes", quote(), to="blue-wallet")
        for _ in range(2):
            await yard.send("blue-wallet", "PUT", f"/quotes/{QUOTE}", terms(yard), to="green-bank")
        assert yard.lines() == ["POST /quotes to blue-wallet"] * 2 + [f"PUT /quotes/{QUOTE} to green-bank"] * 2

    run(work)


def test_what_is_remembered_of_quotes_goes_with_their_transfer() -> None:
    async def work(yard: Yard) -> None:
        await yard.send("green-bank", "POST", "/quotes", quote(), to="blue-wallet")
        await yard.send("blue-wallet", "PUT", f"/quotes/{QUOTE}", terms(yard), to="green-bank")
        retention.forget(yard.hub, {quote()["transactionId"]})
        await yard.send("green-bank", "POST", "/quotes", quote(note="other"), to="blue-wallet")
        await yard.send(
            "blue-wallet",
            "PUT",
            f"/quotes/{QUOTE}",
            terms(yard) | {"geoCode": {"latitude": "0", "longitude": "0"}},
            to="green-bank",
        )
        assert yard.lines()[2:] == ["POST /quotes to blue-wallet", f"PUT /quotes/{QUOTE} to green-bank"]

    run(work)


def test_a_participant_without_endpoint_is_an_error_of_the_quote() -> None:
    async def work(yard: Yard) -> None:
        for code in (MWK,):
            await yard.admin("POST", "/participants", {"name": "newcomer", "currency": code})
        await yard.send("green-bank", "POST", "/quotes", quote(), to="newcomer")
        await yard.send("green-bank", "GET", f"/quotes/{QUOTE}", to="newcomer")
        await yard.send("green-bank", "POST", "/fxQuotes", fx_quote(yard), to="newcomer")
        start = "Destination FSP Error - No FSPIOP_CALLBACK_URL"
        assert [each.error for each in yard.taken()] == [
            ("3201", f"{start}_QUOTES found for quote {QUOTE} PAYEE party newcomer"[:128]),
            ("3201", f"{start}_QUOTES found for quote GET {QUOTE}"[:128]),
            ("3201", f"{start}_FX_QUOTES endpoint found for FSP 'newcomer' while processing fxquote {QUOTE}"[:128]),
        ]

    run(work)
