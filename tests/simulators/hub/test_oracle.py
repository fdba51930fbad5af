"""The oracle behind the account lookup, asked directly, and how the lookup chooses among the operator's oracles."""

from __future__ import annotations

import json
from typing import Any

import pytest

from loopyard.transport.client import Answer
from loopyard.transport.messages import Reply
from tests.simulators.hub.test_admin import ORACLE, ask_als
from tests.simulators.hub.yard import MWK, Yard, run

AMINA = "/participants/MSISDN/265991000001"
NEW = "/participants/MSISDN/265991000099"


async def ask(yard: Yard, method: str, path: str, body: Any = None) -> Answer:
    wire = {"content-type": "application/json"} if body is not None else {}
    return await yard.call(method, path, face="oracle", headers=wire, body=body)


def said(answer: Answer) -> tuple[int, str, str]:
    information = json.loads(answer.body)["errorInformation"]
    return answer.status, information["errorCode"], information["errorDescription"]


def test_a_party_comes_changes_hands_and_goes() -> None:
    async def work(yard: Yard) -> None:
        party = {"fspId": "green-bank", "currency": MWK}
        assert json.loads((await ask(yard, "GET", NEW)).body) == {"partyList": []}
        answer = await ask(yard, "POST", NEW, party)
        assert (answer.status, answer.body) == (201, b"")
        assert json.loads((await ask(yard, "GET", f"{NEW}?currency=ZMW")).body) == {"partyList": [{"fspId": "green-bank"}]}
        assert said(await ask(yard, "POST", NEW, party))[:2] == (409, "3003")
        answer = await ask(yard, "PUT", NEW, party | {"fspId": "blue-wallet"})
        assert (answer.status, json.loads(answer.body)["fspId"]) == (200, "blue-wallet")
        await yard.send("green-bank", "GET", "/parties/MSISDN/265991000099")
        assert yard.lines() == ["GET /parties/MSISDN/265991000099 to blue-wallet"], "the lookup asks the same parties"
        assert (await ask(yard, "DELETE", NEW)).status == 204
        assert said(await ask(yard, "DELETE", NEW))[:2] == (404, "3200")
        assert said(await ask(yard, "PUT", NEW, party)) == (
            404, "3200", "Generic ID not found - oracleMSISDN for MSISDN Id 265991000099 not found",
        )  # fmt: skip

    run(work)


def test_a_telephone_number_is_there_once_whatever_the_currency() -> None:
    async def work(yard: Yard) -> None:
        assert (await ask(yard, "POST", NEW, {"fspId": "green-bank", "currency": MWK})).status == 201
        for body in ({"fspId": "green-bank", "currency": "ZMW"}, {"fspId": "blue-wallet"}):
            assert said(await ask(yard, "POST", NEW, body))[:2] == (409, "3003")
        assert (await ask(yard, "PUT", NEW, {"fspId": "blue-wallet", "currency": "ZMW"})).status == 200
        assert json.loads((await ask(yard, "GET", NEW)).body) == {"partyList": [{"fspId": "blue-wallet"}]}
        shop = "/participants/BUSINESS/B7"
        for currency in (MWK, "ZMW"):
            assert (await ask(yard, "POST", shop, {"fspId": "green-bank", "currency": currency})).status == 201

    run(work)


def test_other_oracles_know_currencies_and_sub_ids() -> None:
    async def work(yard: Yard) -> None:
        path = "/participants/BUSINESS/SHOP1?partySubIdOrType=TILL2"
        found = json.loads((await ask(yard, "GET", path)).body)
        assert found == {"partyList": [{"fspId": "blue-wallet", "currency": MWK, "partySubIdOrType": "TILL2"}]}
        assert json.loads((await ask(yard, "GET", f"{path}&currency=ZMW")).body) == {"partyList": []}

    run(work)


def test_a_batch_is_answered_entry_by_entry() -> None:
    async def work(yard: Yard) -> None:
        new = {"partyIdType": "MSISDN", "partyIdentifier": "1", "fspId": "green-bank"}
        old = new | {"partyIdentifier": "265991000001"}
        answer = await ask(yard, "POST", "/participants", {"requestId": "r", "partyList": [new, old], "currency": MWK})
        assert answer.status == 201
        first, second = json.loads(answer.body)["partyList"]
        assert first == {"partyId": new}
        assert (second["partyId"], second["errorInformation"]["errorCode"]) == (old, "3003")

    run(work)


@pytest.mark.parametrize(
    ("method", "path", "body", "said_"),
    [
        ("GET", "/participants/EMAIL/a@b.c", None,
         (400, "3101", "Malformed syntax - This service supports only MSISDN ID types")),
        ("POST", NEW, {}, (400, "3102", 'Missing mandatory element - "fspId" is required')),
        ("GET", "/nosuch", None, (404, "3002", "Unknown URI - Not Found")),
        ("PATCH", AMINA, None, (405, "3000", "Generic client error - Method Not Allowed")),
    ],
)  # fmt: skip
def test_refusals_in_the_oracles_words(method: str, path: str, body: Any, said_: Any) -> None:
    async def work(yard: Yard) -> None:
        assert said(await ask(yard, method, path, body)) == said_

    run(work, oracle_types=["MSISDN"])


# -- which oracle the lookup asks -------------------------------------------------------------------------------------


async def asked(yard: Yard, path: str) -> tuple[str, str]:
    yard.taken()
    await yard.send("green-bank", "GET", path)
    return yard.taken()[0].error


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/participants/IBAN/MT84X1", ("3003", "Add Party information error - Oracle type:IBAN not found")),
        ("/participants/IBAN/MT84X1/S", ("3003", "Add Party information error - Oracle type: IBAN and subId: S not found")),
        ("/participants/IBAN/MT84X1/S?currency=MWK",
         ("3003", "Add Party information error - Oracle type: IBAN, currency: MWK and subId: S not found")),
        ("/participants/IBAN/MT84X1?currency=MWK", ("2001", "Internal server error")),
    ],
)  # fmt: skip
def test_no_oracle_for_a_type_has_odd_texts(path: str, error: tuple[str, str]) -> None:
    async def work(yard: Yard) -> None:
        assert await asked(yard, path) == error

    run(work, oracle_types=["MSISDN"])


def test_of_several_oracles_the_default_one_is_asked() -> None:
    async def work(yard: Yard) -> None:
        assert (await ask_als(yard, "POST", body=ORACLE)).status == 201
        await yard.send("green-bank", "GET", AMINA)
        assert yard.taken()[0].json == {"fspId": "green-bank"}
        assert (await ask_als(yard, "DELETE", "/1")).status == 204
        for code in ("USD", "ZMW"):
            await ask_als(yard, "POST", body=ORACLE | {"currency": code})
        assert await asked(yard, AMINA) == ("2001", "Internal server error"), "three, and none of them is the default"
        await yard.send("green-bank", "GET", f"{AMINA}?currency=MWK")
        assert yard.taken()[0].json == {"fspId": "green-bank"}

    run(work, oracle_types=["MSISDN"])


def test_collections_of_older_releases_find_their_word() -> None:
    async def work(yard: Yard) -> None:
        await ask_als(yard, "POST", body=ORACLE)
        assert said(await ask_als(yard, "POST", body=ORACLE)) == (
            500, "2001",
            "Internal server error - Active oracle with matching partyIdTypeId, endpointTypeId, currencyId already exists - "
            "Duplicate",
        )  # fmt: skip

    run(work, duplicate_oracle_text=True)


# -- oracles elsewhere ------------------------------------------------------------------------------------------------


async def elsewhere(yard: Yard) -> None:
    """An oracle for telephone numbers in place of the hub's own: the stub `oracle`."""
    await ask_als(yard, "DELETE", "/1")
    endpoint = {"value": f"{yard.stub}/oracle", "endpointType": "URL"}
    assert (await ask_als(yard, "POST", body={"oracleIdType": "MSISDN", "endpoint": endpoint, "isDefault": True})).status == 201


def answering(yard: Yard, method: str, status: int, body: Any = None) -> None:
    yard.answers["oracle", method] = Reply(status, json.dumps(body).encode() if body is not None else b"")


def test_an_oracle_elsewhere_is_asked_who_holds_a_party() -> None:
    async def work(yard: Yard) -> None:
        await elsewhere(yard)
        answering(yard, "GET", 200, {"partyList": [{"fspId": "blue-wallet"}]})
        assert (await yard.send("green-bank", "GET", f"{AMINA}?currency=MWK")).status == 202
        asked, told = yard.taken()
        assert (asked.line, asked.source) == (f"GET {AMINA}?currency=MWK to oracle", "green-bank")
        assert asked.headers["fspiop-destination"] == "Hub"
        assert told.json == {"fspId": "blue-wallet"}
        await yard.send("green-bank", "GET", "/parties/MSISDN/265991000001")
        assert yard.lines() == [f"GET {AMINA} to oracle", "GET /parties/MSISDN/265991000001 to blue-wallet"]
        answering(yard, "GET", 200, {"partyList": []})
        await yard.send("green-bank", "GET", "/parties/MSISDN/265991000001")
        assert yard.taken()[1].error == ("3204", "Party not found")

    run(work, oracle_types=["MSISDN"], asks_oracles=True)


def test_an_oracle_elsewhere_is_told_of_parties() -> None:
    async def work(yard: Yard) -> None:
        await elsewhere(yard)
        party = {"fspId": "green-bank", "currency": MWK}
        answering(yard, "POST", 201)
        await yard.send("green-bank", "POST", NEW, party)
        told, confirmed = yard.taken()
        assert (told.line, told.json) == (f"POST {NEW} to oracle", party)
        assert confirmed.json["partyList"][0]["fspId"] == "green-bank"
        answering(yard, "POST", 200)
        await yard.send("green-bank", "POST", NEW, party)
        assert yard.taken()[1].error == ("3003", "Add Party information error")
        await yard.send("green-bank", "PUT", NEW, party)
        assert yard.lines()[0] == f"PUT {NEW} to oracle"
        answering(yard, "DELETE", 204)
        await yard.send("green-bank", "DELETE", f"{NEW}/TILL")
        told, confirmed = yard.taken()
        assert (told.line, confirmed.json) == (f"DELETE {NEW}?partySubIdOrType=TILL to oracle", {"fspId": "green-bank"})

    run(work, oracle_types=["MSISDN"], asks_oracles=True)


REQUEST = "b51ec534-ee48-4575-b6a9-ead2955b8069"


def batch(*parties: dict[str, Any]) -> dict[str, Any]:
    return {"requestId": REQUEST, "partyList": list(parties), "currency": MWK}


def entry(number: str, kind: str = "MSISDN", fsp: str = "green-bank") -> dict[str, Any]:
    return {"partyIdType": kind, "partyIdentifier": number, "fspId": fsp}


def test_a_batch_goes_to_each_types_own_oracle() -> None:
    async def work(yard: Yard) -> None:
        await elsewhere(yard)
        taken = {"errorInformation": {"errorCode": "3003", "errorDescription": "their words"}}
        answer = {"partyList": [{"partyId": entry("2")}, {"partyId": entry("3") | {"currency": MWK}} | taken]}
        answering(yard, "POST", 201, answer)
        sent = batch(entry("1", fsp="blue-wallet"), entry("S1", "BUSINESS"), entry("2"), entry("3"))
        assert (await yard.send("green-bank", "POST", "/participants", sent)).status == 202
        told, confirmed = yard.taken()
        rows = [entry(number) | {"currency": MWK} for number in ("2", "3")]
        assert (told.line, told.json) == ("POST /participants to oracle", {"requestId": REQUEST, "partyList": rows})
        listed = confirmed.json["partyList"]
        assert [each["partyId"]["partyIdentifier"] for each in listed] == ["1", "S1", "2", "3"]
        codes = [each.get("errorInformation", {}).get("errorCode") for each in listed]
        assert codes == ["3204", None, None, "3003"]
        assert "currency" not in listed[3]["partyId"]
        assert yard.control("parties", type="BUSINESS", id="S1") == [{"fspId": "green-bank", "currency": MWK, "subId": None}]

    run(work, oracle_types=["MSISDN", "BUSINESS"], asks_oracles=True)


@pytest.mark.parametrize("answer", [{"partyList": []}, {}, [], None])
def test_a_batch_that_an_oracle_does_not_confirm_is_refused_entry_by_entry(answer: Any) -> None:
    async def work(yard: Yard) -> None:
        await elsewhere(yard)
        answering(yard, "POST", 201, answer)
        await yard.send("green-bank", "POST", "/participants", batch(entry("2")))
        (listed,) = yard.taken()[1].json["partyList"]
        assert (listed["partyId"], listed["errorInformation"]["errorCode"]) == (entry("2"), "3003")

    run(work, oracle_types=["MSISDN"], asks_oracles=True)


def test_a_batch_ends_with_the_error_of_an_oracle_that_fails() -> None:
    async def work(yard: Yard) -> None:
        await elsewhere(yard)
        answering(yard, "POST", 503)
        await yard.send("green-bank", "POST", "/participants", batch(entry("2")))
        told = yard.taken()[1]
        assert (told.line, told.error[0]) == (f"PUT /participants/{REQUEST}/error to green-bank", "1001")

    run(work, oracle_types=["MSISDN"], asks_oracles=True)


@pytest.mark.parametrize(
    ("held", "lines", "text"),
    [
        ([{"fspId": "green-bank"}], 3, ""),
        ([{"fspId": "blue-wallet"}], 2,
         "Delete Party information error - The party MSISDN:265991000099 does not belong to the requesting FSP"),
        ([], 2, "Delete Party information error - No participant found for the party"),
    ],
)  # fmt: skip
def test_an_oracle_elsewhere_is_asked_for_the_owner_before_a_deletion(held: Any, lines: int, text: str) -> None:
    async def work(yard: Yard) -> None:
        await elsewhere(yard)
        answering(yard, "GET", 200, {"partyList": held})
        answering(yard, "DELETE", 204)
        await yard.send("green-bank", "DELETE", NEW)
        got = yard.taken()
        assert len(got) == lines, [each.line for each in got]
        assert got[0].line == f"GET {NEW} to oracle"
        if text:
            assert got[-1].error == ("3040", text)
        else:
            assert (got[1].line, got[2].json) == (f"DELETE {NEW} to oracle", {"fspId": "green-bank"})

    run(work, oracle_types=["MSISDN"], asks_oracles=True, delete_participant_validation=True)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, {"errorInformation": {"errorCode": "3101", "errorDescription": "their words"}}, ("3101", "their words")),
        (400, None, ("3000", "Generic client error - Bad Request")),
        (404, None, ("3200", "Generic ID not found - The requested resource could not be found")),
        (503, None, ("1001", "Destination communication error - Failed to send HTTP request to host")),
    ],
)
def test_what_goes_wrong_at_an_oracle_reaches_who_asked(status: int, body: Any, error: tuple[str, str]) -> None:
    async def work(yard: Yard) -> None:
        await elsewhere(yard)
        answering(yard, "GET", status, body)
        await yard.send("green-bank", "GET", AMINA)
        assert yard.taken()[1].error == error

    run(work, oracle_types=["MSISDN"], asks_oracles=True)


def test_provisioned_oracles_lead_nowhere_unless_the_world_wants_it() -> None:
    async def work(yard: Yard) -> None:
        await elsewhere(yard)
        await yard.send("green-bank", "GET", AMINA)
        (told,) = yard.taken()
        assert told.json == {"fspId": "green-bank"}

    run(work, oracle_types=["MSISDN"])
