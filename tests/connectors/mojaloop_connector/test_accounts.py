"""POST and DELETE /accounts of the outbound API, against a hub that confirms, refuses or stays silent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from mojaloop_connector_yard import Call, Say, Told, Yard, error

from loopyard.protocols import schemas

Open = Callable[..., Yard]
CONTRACT = schemas.load("outbound_2.1")


def account(number: int, **more: str) -> dict[str, str]:
    return {"idType": "MSISDN", "idValue": f"2659910{number:05d}", **more}


def confirms(call: Call) -> Iterable[Say]:
    """The hub takes all of a batch, but refuses numbers that end in 9."""
    refused = {"errorInformation": {"errorCode": "3003", "errorDescription": "Add Party information error"}}
    entries = [
        {"partyId": party} | (refused if party["partyIdentifier"].endswith("9") else {}) for party in call.body["partyList"]
    ]
    return [Say("PUT", f"/participants/{call.body['requestId']}", {"partyList": entries}, source="switch")]


def opened(open_yard: Open, script: Callable[[Call], Iterable[Say]] = confirms) -> Yard:
    yard = open_yard(payer={})
    yard.hub.script["POST /participants"] = script
    return yard


def fits(told: Told, operation: str) -> bool:
    assert CONTRACT.response_errors(operation, told.status, told.body) == []
    return True


def test_accounts_are_registered_and_confirmed_one_by_one(open_yard: Open) -> None:
    yard = opened(open_yard)
    accounts = [account(1, currency="MWK", idSubValue="till 7"), account(9, currency="MWK")]
    told = yard.outbound("POST", "/accounts", accounts)
    assert fits(told, "POST /accounts")
    (asked,) = yard.hub.all("POST /participants")
    assert asked.header("fspiop-destination") is None
    assert asked.body["currency"] == "MWK"
    assert asked.body["partyList"][0] == {
        "partyIdType": "MSISDN", "partyIdentifier": "265991000001", "partySubIdOrType": "till 7", "fspId": "payer",
    }  # fmt: skip
    assert list(told.body) == ["accounts", "modelId", "currentState", "response", "postAccountsResponse"]
    assert (told.status, told.body["currentState"], told.body["accounts"]) == (200, "COMPLETED", accounts)
    assert told.body["response"] == [
        {"idType": "MSISDN", "idValue": "265991000001", "idSubValue": "till 7"},
        {"idType": "MSISDN", "idValue": "265991000009",
         "error": {"statusCode": "3003", "message": "Add Party information error"}},
    ]  # fmt: skip
    assert set(told.body["postAccountsResponse"]) == {"body", "headers"}


@pytest.mark.parametrize(
    ("accounts", "lists"),
    [
        ([account(1)], [(None, 1)]),
        ([account(n) for n in range(1000)], [(None, 1000)]),
        ([account(n, currency="MWK") for n in range(10_001)], [("MWK", 10_000), ("MWK", 1)]),
        ([account(n, currency=("MWK", "ZMW")[n % 2]) for n in range(5)], [("MWK", 3), ("ZMW", 2)]),
    ],
    ids=["one", "a thousand", "more than a list may hold", "two currencies"],
)
def test_a_list_holds_ten_thousand_of_one_currency(open_yard: Open, accounts: Any, lists: Any) -> None:
    yard = opened(open_yard)
    told = yard.outbound("POST", "/accounts", accounts)
    asked = yard.hub.all("POST /participants")
    assert [(each.body.get("currency"), len(each.body["partyList"])) for each in asked] == lists
    assert len({each.body["requestId"] for each in asked}) == len(lists)
    assert len(told.body["response"]) == len(accounts)


def test_an_error_for_a_whole_batch_ends_it_and_keeps_what_went_before(open_yard: Open) -> None:
    def script(call: Call) -> Iterable[Say]:
        if call.body["currency"] == "MWK":
            return confirms(call)
        return [Say("PUT", f"/participants/{call.body['requestId']}/error", error("1001", "no oracle"), source="switch")]

    yard = opened(open_yard, script)
    told = yard.outbound("POST", "/accounts", [account(n, currency=("MWK", "ZMW", "USD")[n]) for n in range(3)])
    assert fits(told, "POST /accounts")
    assert (told.status, told.body["statusCode"]) == (500, "1001")
    assert told.body["message"].startswith("Got an error response creating accounts: ")
    state = told.body["executionState"]
    assert (state["currentState"], len(state["response"])) == ("ERROR_OCCURRED", 1)
    assert state["lastError"]["mojaloopError"]["errorInformation"]["errorCode"] == "1001"
    assert len(yard.hub.all("POST /participants")) == 2, "nothing more is asked for"


def test_a_hub_that_stays_silent_is_waited_for_no_longer_than_the_setting(open_yard: Open) -> None:
    yard = opened(open_yard, lambda call: [])
    told = yard.outbound("POST", "/accounts", [account(1)])
    assert (told.status, told.body["statusCode"]) == (504, "504")
    assert told.body["message"].startswith("Timeout waiting for response to account creation request ")


def test_a_hub_that_refuses_at_once_is_quoted(open_yard: Open) -> None:
    yard = open_yard(payer={})
    yard.hub.trouble["POST /participants"] = [(400, error("3101", "their words"))]
    told = yard.outbound("POST", "/accounts", [account(1)])
    assert (told.status, told.body["statusCode"]) == (500, "3101")


@pytest.mark.parametrize("accounts", [{}, [{"idType": "MSISDN"}], [account(1, currency="ZZZ")]])
def test_what_is_no_account_list_is_refused_before_the_hub_hears_of_it(open_yard: Open, accounts: Any) -> None:
    yard = opened(open_yard)
    told = yard.outbound("POST", "/accounts", accounts)
    assert (told.status, told.body["statusCode"]) == (400, 400)
    assert yard.hub.calls == []


@pytest.mark.parametrize("path", ["/MSISDN/265991000001", "/MSISDN/265991000001/till%207"])
def test_an_account_is_removed_and_the_hub_confirms(open_yard: Open, path: str) -> None:
    yard = open_yard(payer={})
    yard.hub.script["DELETE /participants"] = lambda call: [Say("PUT", call.path, {"fspId": "payer"}, source="switch")]
    told = yard.outbound("DELETE", f"/accounts{path}")
    assert yard.hub.last("DELETE /participants").path == f"/participants{path}"
    assert fits(told, "DELETE /accounts/{Type}/{ID}")
    assert (told.status, told.body["currentState"], told.body["response"]) == (200, "COMPLETED", [{"fspId": "payer"}])
    assert told.body.get("subIdOrType") == ("till 7" if path.endswith("207") else None)


def test_a_refused_deletion_is_answered_with_the_hubs_code(open_yard: Open) -> None:
    yard = open_yard(payer={})
    refusal = error("3040", "not theirs")
    yard.hub.script["DELETE /participants"] = lambda call: [Say("PUT", f"{call.path}/error", refusal, source="switch")]
    told = yard.outbound("DELETE", "/accounts/MSISDN/265991000001")
    assert (told.status, told.body["statusCode"]) == (500, "3040")
    assert told.body["executionState"]["deleteAccountResponse"]["body"] == refusal


def test_a_confirmation_that_nobody_awaits_is_taken(open_yard: Open) -> None:
    yard = open_yard(payer={})
    yard.say(Say("PUT", "/participants/MSISDN/1", {"fspId": "payer"}, source="switch"))
    assert yard.hub.refusals == []
