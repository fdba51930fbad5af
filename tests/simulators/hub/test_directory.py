"""Participants and parties: who holds a party, who is asked, and what goes wrong on the way."""

from __future__ import annotations

import json
from typing import Any

import pytest

from loopyard.engine.plan import Person
from loopyard.kernel.money import Money
from loopyard.transport.messages import Reply
from tests.simulators.hub.yard import PEOPLE, Yard, run

AMINA, BOB, NOBODY = "/MSISDN/265991000001", "/MSISDN/265991000002", "/MSISDN/265991999999"
PARTY = {"party": {"partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": "265991000002", "fspId": "blue-wallet"}}}


def test_a_party_is_asked_for_at_its_holder_and_the_answer_comes_back_untouched() -> None:
    async def work(yard: Yard) -> None:
        answer = await yard.send("green-bank", "GET", f"/parties{BOB}")
        assert (answer.status, answer.body) == (202, b"")
        (asked,) = yard.taken()
        assert (asked.line, asked.source) == (f"GET /parties{BOB} to blue-wallet", "green-bank")
        assert asked.headers["fspiop-destination"] == "blue-wallet"
        assert asked.headers["accept"] == "application/vnd.interoperability.parties+json;version=2"
        assert asked.body == b""
        await yard.send("blue-wallet", "PUT", f"/parties{BOB}", PARTY, to="green-bank", x_custom="kept")
        (told,) = yard.taken()
        assert (told.line, told.source, told.json) == (f"PUT /parties{BOB} to green-bank", "blue-wallet", PARTY)
        assert told.headers["x-custom"] == "kept"
        assert "accept" not in told.headers

    run(work)


def test_a_callback_continues_the_trace_of_its_request() -> None:
    async def work(yard: Yard) -> None:
        await yard.send("green-bank", "GET", f"/parties{BOB}")
        trace = yard.taken()[0].headers["traceparent"].split("-")
        row = next(iter(yard.traffic))
        assert trace[1] == dict(row.request_headers)["traceparent"].split("-")[1]

    run(work)


@pytest.mark.parametrize(("detailed", "text"), [
    (False, "Party not found"),
    (True, "Party not found - No proxy found to start inter-scheme discovery flow"),
])  # fmt: skip
def test_an_unknown_party_is_answered_by_the_hub(detailed: bool, text: str) -> None:
    async def work(yard: Yard) -> None:
        await yard.send("green-bank", "GET", f"/parties{NOBODY}")
        (told,) = yard.taken()
        assert (told.line, told.source) == (f"PUT /parties{NOBODY}/error to green-bank", "Hub")
        assert told.error == ("3204", text)

    run(work, detailed_party_not_found=detailed)


def test_sub_ids_are_found_exactly() -> None:
    async def work(yard: Yard) -> None:
        await yard.send("green-bank", "GET", "/parties/BUSINESS/SHOP1/TILL2")
        assert yard.lines() == ["GET /parties/BUSINESS/SHOP1/TILL2 to blue-wallet"]
        await yard.send("green-bank", "GET", "/parties/BUSINESS/SHOP1/TILL3")
        (told,) = yard.taken()
        assert (told.line, told.error) == ("PUT /parties/BUSINESS/SHOP1/TILL3/error to green-bank", ("3204", "Party not found"))
        await yard.send("green-bank", "GET", "/parties/BUSINESS/SHOP1")
        (told,) = yard.taken()
        text = "Generic ID not found - Empty oracle partyList, filtered based on callbackEndpointType"
        assert told.error == ("3200", text)
        await yard.send("blue-wallet", "PUT", "/parties/BUSINESS/SHOP1/TILL2", PARTY, to="green-bank")
        assert yard.lines() == ["PUT /parties/BUSINESS/SHOP1/TILL2 to green-bank"]
        await yard.fail("3204", path="/parties/BUSINESS/SHOP1/TILL2/error")
        assert yard.lines() == ["PUT /parties/BUSINESS/SHOP1/TILL2/error to green-bank"]

    run(work)


def test_every_holder_of_a_party_is_asked() -> None:
    twice = (*PEOPLE, Person("Bob too", "quick-fx", "MSISDN", "265991000002", Money("1", "MWK")))

    async def work(yard: Yard) -> None:
        await yard.send("green-bank", "GET", f"/parties{BOB}")
        assert yard.lines() == [f"GET /parties{BOB} to {who}" for who in ("blue-wallet", "quick-fx")]

    run(work, people=twice)


def test_a_known_destination_is_asked_and_an_unknown_one_is_looked_up() -> None:
    async def work(yard: Yard) -> None:
        await yard.send("green-bank", "GET", f"/parties{NOBODY}", to="quick-fx")
        assert yard.lines() == [f"GET /parties{NOBODY} to quick-fx"]
        await yard.send("green-bank", "GET", f"/parties{BOB}", to="gone")
        assert yard.lines() == [f"GET /parties{BOB} to blue-wallet"]

    run(work)


def test_an_unknown_source_is_refused_at_once() -> None:
    async def work(yard: Yard) -> None:
        answer = await yard.send("nobody", "GET", f"/parties{BOB}")
        assert answer.status == 400
        assert b'"3101"' in answer.body
        assert b"Malformed syntax - invalid fspiop-source header" in answer.body
        assert yard.lines() == []

    run(work)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/MSISDN/abc", "Malformed syntax - Invalid MSISDN identifier: 'abc'"),
        ("/EMAIL/bob.example", "Malformed syntax - Invalid EMAIL identifier: 'bob.example'"),
        ("/IBAN/zz", "Malformed syntax - Invalid IBAN identifier: 'zz'"),
        ("/MSISDN/1%202", "Malformed syntax - Invalid ID parameter: '1 2'. Must be 1-128 printable characters without "),
    ],
)
def test_an_identifier_that_nobody_can_have_is_refused_by_callback(path: str, text: str) -> None:
    async def work(yard: Yard) -> None:
        assert (await yard.send("green-bank", "GET", f"/parties{path}")).status == 202
        (told,) = yard.taken()
        assert told.error[0] == "3101"
        assert told.error[1].startswith(text)
        assert (await yard.send("green-bank", "GET", f"/participants{path}")).status == 202
        assert yard.lines() == [], "here the real service only logs it"

    run(work)


def test_a_type_without_oracle_is_refused() -> None:
    async def work(yard: Yard) -> None:
        await yard.send("green-bank", "GET", "/parties/ACCOUNT_ID/1")
        await yard.send("green-bank", "GET", "/parties/ACCOUNT_ID/1/2")
        await yard.send("green-bank", "GET", "/participants/ACCOUNT_ID/1")
        assert [each.error for each in yard.taken()] == [
            ("3003", "Add Party information error - Oracle type:ACCOUNT_ID not found"),
            ("3003", "Add Party information error - Oracle type: ACCOUNT_ID and subId: 2 not found"),
            ("3003", "Add Party information error - Oracle type:ACCOUNT_ID not found"),
        ]

    run(work, oracle_types=["MSISDN"])


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(400), ("3000", "Generic client error - Client error")),
        (Reply(503), ("1001", "Destination communication error - Failed to send HTTP request to host")),
        (
            Reply(400, b'{"errorInformation": {"errorCode": "5400", "errorDescription": "blocked"}}'),
            ("5400", "blocked"),
        ),
    ],
)
def test_a_holder_that_refuses_the_question_is_an_error_of_the_party(reply: Reply, error: tuple[str, str]) -> None:
    async def work(yard: Yard) -> None:
        yard.answers["blue-wallet", "GET"] = reply
        await yard.send("green-bank", "GET", f"/parties{BOB}")
        _, told = yard.taken()
        assert (told.line, told.error) == (f"PUT /parties{BOB}/error to green-bank", error)

    run(work)


def test_a_holder_that_cannot_be_reached_is_an_error_of_the_party() -> None:
    async def work(yard: Yard) -> None:
        yard.absent.add("blue-wallet")
        await yard.send("green-bank", "GET", f"/parties{BOB}")
        assert yard.taken()[0].error[0] == "1001"

    run(work)


def test_an_answer_to_nobody_comes_back() -> None:
    async def work(yard: Yard) -> None:
        await yard.send("blue-wallet", "PUT", f"/parties{BOB}", PARTY, to="gone")
        (told,) = yard.taken()
        assert told.line == f"PUT /parties{BOB}/error to blue-wallet"
        assert told.error == ("3201", "Destination FSP Error - Destination FSP not found")

    run(work)


def test_the_holder_of_a_party_is_told() -> None:
    async def work(yard: Yard) -> None:
        await yard.send("green-bank", "GET", f"/participants{BOB}")
        await yard.send("green-bank", "GET", f"/participants{NOBODY}")
        await yard.send("green-bank", "GET", "/participants/BUSINESS/SHOP1/TILL2")
        await yard.send("nobody", "GET", f"/participants{BOB}")
        found, missing, sub = yard.taken()
        assert (found.line, found.source, found.json) == (
            f"PUT /participants{BOB} to green-bank", "Hub", {"fspId": "blue-wallet"},
        )  # fmt: skip
        assert (missing.line, missing.error) == (f"PUT /participants{NOBODY}/error to green-bank", ("3204", "Party not found"))
        assert sub.line == "PUT /participants/BUSINESS/SHOP1/TILL2 to green-bank"

    run(work)


def test_a_registration_is_confirmed_and_found() -> None:
    async def work(yard: Yard) -> None:
        await yard.send("green-bank", "POST", f"/participants{NOBODY}", {"fspId": "green-bank", "currency": "MWK"})
        (told,) = yard.taken()
        party = {"partyIdType": "MSISDN", "partyIdentifier": "265991999999", "fspId": "green-bank"}
        assert told.line == f"PUT /participants{NOBODY} to green-bank"
        assert told.json == {"partyList": [party], "currency": "MWK"}
        await yard.send("blue-wallet", "GET", f"/parties{NOBODY}")
        assert yard.lines() == [f"GET /parties{NOBODY} to green-bank"]
        await yard.send("green-bank", "POST", f"/participants{NOBODY}", {"fspId": "green-bank", "currency": "MWK"})
        assert yard.taken()[0].error[0] == "3003"

    run(work)


def test_a_party_changes_its_holder_and_is_deleted() -> None:
    async def work(yard: Yard) -> None:
        await yard.send("quick-fx", "PUT", f"/participants{BOB}", {"fspId": "quick-fx", "currency": "MWK"})
        assert yard.lines() == [f"PUT /participants{BOB} to quick-fx"]
        await yard.send("quick-fx", "PUT", f"/participants{NOBODY}", {"fspId": "quick-fx"})
        assert yard.taken()[0].error[0] == "3200"
        await yard.send("green-bank", "GET", f"/participants{BOB}")
        assert yard.taken()[0].json == {"fspId": "quick-fx"}
        await yard.send("green-bank", "DELETE", f"/participants{BOB}")
        (told,) = yard.taken()
        assert (told.line, told.json) == (f"PUT /participants{BOB} to green-bank", {"fspId": "green-bank"})
        await yard.send("green-bank", "GET", f"/participants{BOB}")
        assert yard.taken()[0].error[0] == "3204"
        await yard.send("green-bank", "DELETE", f"/participants{BOB}")
        assert yard.taken()[0].error == ("3200", "Generic ID not found - The requested resource could not be found")

    run(work)


def test_only_the_owner_deletes_where_that_is_checked() -> None:
    async def work(yard: Yard) -> None:
        await yard.send("green-bank", "DELETE", f"/participants{BOB}")
        await yard.send("green-bank", "DELETE", f"/participants{NOBODY}")
        await yard.send("blue-wallet", "DELETE", f"/participants{BOB}")
        foreign, absent, done = yard.taken()
        text = "Delete Party information error - The party MSISDN:265991000002 does not belong to the requesting FSP"
        assert foreign.error == ("3040", text)
        assert absent.error == ("3040", "Delete Party information error - No participant found for the party")
        assert done.json == {"fspId": "blue-wallet"}

    run(work, delete_participant_validation=True)


def test_a_batch_refuses_single_entries() -> None:
    def party(number: str, fsp: str, kind: str = "MSISDN") -> dict[str, Any]:
        return {"partyIdType": kind, "partyIdentifier": number, "fspId": fsp}

    async def work(yard: Yard) -> None:
        request = "b51ec534-ee48-4575-b6a9-ead2955b8069"
        parties = [
            party("265991000011", "green-bank"),
            party("B1", "green-bank", "BUSINESS"),
            party("265991000012", "quick-fx"),
        ]
        parties.append(party("265991000013", "green-bank"))
        body = {"requestId": request, "partyList": parties, "currency": "MWK"}
        assert (await yard.send("green-bank", "POST", "/participants", body)).status == 202
        (told,) = yard.taken()
        assert told.line == f"PUT /participants/{request} to green-bank"
        listed = told.json["partyList"]
        assert [each["partyId"]["partyIdentifier"] for each in listed] == ["265991000012", "265991000011", "265991000013", "B1"]
        assert listed[0]["errorInformation"] == {
            "errorCode": "3204", "errorDescription": "Party not found",
            "extensionList": {"extension": [{"key": "MSISDN", "value": "265991000012"}]},
        }  # fmt: skip
        await yard.send("blue-wallet", "GET", "/participants/BUSINESS/B1")
        assert yard.taken()[0].json == {"fspId": "green-bank"}

    run(work)


def test_a_batch_registers_nobody_who_cannot_be_looked_up() -> None:
    async def work(yard: Yard) -> None:
        request = "b51ec534-ee48-4575-b6a9-ead2955b8069"
        party = {"partyIdType": "MSISDN", "partyIdentifier": "not a number", "fspId": "green-bank"}
        await yard.send("green-bank", "POST", "/participants", {"requestId": request, "partyList": [party]})
        (entry,) = yard.taken()[0].json["partyList"]
        assert entry["partyId"] == party
        assert entry["errorInformation"]["errorCode"] == "3101"

    run(work)


def test_the_error_of_a_batch_registers_nobody() -> None:
    async def work(yard: Yard) -> None:
        body = {"errorInformation": {"errorCode": "3003", "errorDescription": "no"}}
        for path, said in (("/participants/b51ec534-ee48-4575-b6a9-ead2955b8069/error", body), ("/participants/b51", {})):
            answer = await yard.send("green-bank", "PUT", path, said)
            assert (answer.status, json.loads(answer.body)["errorInformation"]["errorCode"]) == (404, "3002")
        assert yard.lines() == []

    run(work)


def test_an_error_of_a_participant_is_passed_on() -> None:
    async def work(yard: Yard) -> None:
        await yard.fail("3204", path=f"/participants{BOB}/error")
        await yard.fail("3204", path="/participants/BUSINESS/SHOP1/TILL2/error")
        assert yard.lines() == [
            f"PUT /participants{BOB}/error to green-bank", "PUT /participants/BUSINESS/SHOP1/TILL2/error to green-bank",
        ]  # fmt: skip
        await yard.fail("3204", path=f"/participants{BOB}/error", to="gone")
        assert yard.taken()[0].error[0] == "3201"

    run(work)
