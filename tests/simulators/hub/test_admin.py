"""The ledger's administration: shapes and texts that provisioning scripts depend on, and the oracles' administration."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from loopyard.protocols import ilp
from loopyard.protocols.fspiop import dates
from loopyard.transport.client import Answer
from tests.simulators.hub.yard import MWK, PARTICIPANTS, START, TRANSFER, Yard, run, transfer_id

FUNDS = "b51ec534-ee48-4575-b6a9-ead2955b8069"
CREATED = "2026-03-02T08:00:00.000Z"


def said(answer: Answer) -> tuple[int, str, str]:
    information = json.loads(answer.body)["errorInformation"]
    return answer.status, information["errorCode"], information["errorDescription"]


def read(answer: Answer) -> Any:
    assert answer.status in (200, 201), answer
    assert answer.header("content-type") == "application/json; charset=utf-8"
    return json.loads(answer.body, parse_float=Decimal)


async def provision(yard: Yard, name: str = "newcomer", code: str = MWK, cap: Any = 1000) -> None:
    """What provisioning collections do."""
    assert (await yard.admin("POST", "/participants", {"name": name, "currency": code})).status == 201
    limit = {"currency": code, "limit": {"type": "NET_DEBIT_CAP", "value": cap}, "initialPosition": 0}
    assert (await yard.admin("POST", f"/participants/{name}/initialPositionAndLimits", limit)).status == 201


async def settlement_account(yard: Yard, name: str) -> int:
    rows = read(await yard.admin("GET", f"/participants/{name}/accounts"))
    return next(int(row["id"]) for row in rows if row["ledgerAccountType"] == "SETTLEMENT")


def funds(action: str, amount: Any, id_: str = FUNDS) -> dict[str, Any]:
    money = {"amount": amount, "currency": MWK}
    return {"transferId": id_, "externalReference": "ref", "action": action, "reason": "why", "amount": money}


def test_a_planned_participant_is_provisioned() -> None:
    async def work(yard: Yard) -> None:
        one = read(await yard.admin("GET", "/participants/green-bank"))
        assert one == {
            "name": "green-bank", "id": "http://central-ledger/participants/green-bank", "created": CREATED, "isActive": 1,
            "links": {"self": "http://central-ledger/participants/green-bank"},
            "accounts": [
                {"id": 5, "ledgerAccountType": "POSITION", "currency": MWK, "isActive": 1, "createdDate": CREATED,
                 "createdBy": "unknown"},
                {"id": 6, "ledgerAccountType": "SETTLEMENT", "currency": MWK, "isActive": 1, "createdDate": CREATED,
                 "createdBy": "unknown"},
            ],
            "isProxy": 0,
        }  # fmt: skip
        assert [each["name"] for each in read(await yard.admin("GET", "/participants"))] == [
            "Hub", "blue-wallet", "green-bank", "quick-fx",
        ]  # fmt: skip
        accounts = read(await yard.admin("GET", "/participants/green-bank/accounts"))
        assert [(each["ledgerAccountType"], each["value"], each["reservedValue"]) for each in accounts] == [
            ("POSITION", 0, 0), ("SETTLEMENT", -2000, 0),
        ]  # fmt: skip
        limits = read(await yard.admin("GET", "/participants/green-bank/limits?currency=MWK&type=NET_DEBIT_CAP"))
        assert limits == [{"currency": MWK, "limit": {"type": "NET_DEBIT_CAP", "value": 1000, "alarmPercentage": 10}}]
        hub = read(await yard.admin("GET", "/participants/Hub/accounts?currency=MWK"))
        assert [(each["ledgerAccountType"], each["value"]) for each in hub] == [
            ("HUB_MULTILATERAL_SETTLEMENT", 6000), ("HUB_RECONCILIATION", 0),
        ]  # fmt: skip

    run(work)


def test_positions_are_exact_numbers() -> None:
    async def work(yard: Yard) -> None:
        await yard.prepare(amount="10.0001")
        await yard.clock.advance(1)
        one = await yard.admin("GET", "/participants/green-bank/positions?currency=MWK")
        assert one.body == b'{"currency":"MWK","value":10.0001,"changedDate":"2026-03-02T08:00:00.000Z"}'
        assert len(read(await yard.admin("GET", "/participants/green-bank/positions"))) == 1
        assert read(await yard.admin("GET", "/participants/green-bank/positions?currency=USD")) == {}
        await yard.admin("PUT", "/participants/green-bank", {"isActive": False})
        assert read(await yard.admin("GET", "/participants/green-bank/positions")) == []
        assert len(read(await yard.admin("GET", "/participants/green-bank/accounts"))) == 2

    run(work)


def test_provisioning_by_script() -> None:
    async def work(yard: Yard) -> None:
        answer = await yard.admin("POST", "/participants", {"name": "newcomer", "currency": MWK})
        assert [(each["ledgerAccountType"], each["isActive"]) for each in read(answer)["accounts"]] == [
            ("POSITION", 0), ("SETTLEMENT", 0),
        ]  # fmt: skip
        path = "/participants/newcomer"
        assert read(await yard.admin("GET", f"{path}/accounts")) == []
        assert said(await yard.admin("POST", "/participants", {"name": "newcomer", "currency": MWK})) == (
            400, "3000", "Generic client error - Participant currency has already been registered",
        )  # fmt: skip
        limit = {"currency": MWK, "limit": {"type": "NET_DEBIT_CAP", "value": "500"}}
        answer = await yard.admin("POST", f"{path}/initialPositionAndLimits", limit)
        assert (answer.status, answer.body) == (201, b"")
        assert said(await yard.admin("POST", f"{path}/initialPositionAndLimits", limit)) == (
            500, "2001", "Internal server error - Participant Limit or Initial Position already set",
        )  # fmt: skip
        assert len(read(await yard.admin("GET", f"{path}/accounts"))) == 2
        second = await yard.admin("POST", "/participants", {"name": "newcomer", "currency": "ZMW"})
        assert [each["currency"] for each in read(second)["accounts"]] == [MWK, MWK, "ZMW", "ZMW"]

    run(work)


def test_a_participant_made_by_script_takes_part() -> None:
    async def work(yard: Yard) -> None:
        await provision(yard)
        account = await settlement_account(yard, "newcomer")
        path = "/participants/newcomer"
        answer = await yard.admin("POST", f"{path}/accounts/{account}", funds("recordFundsIn", 100))
        assert (answer.status, answer.body) == (202, b"")
        url = f"{yard.stub}/newcomer/{{{{transferId}}}}/done"
        await yard.admin("POST", f"{path}/endpoints", {"type": "FSPIOP_CALLBACK_URL_TRANSFER_PUT", "value": url})
        await yard.prepare(payerFsp="newcomer", source="newcomer")
        yard.taken()
        await yard.fulfil(to="newcomer")
        assert yard.lines()[0] == f"PUT /{FUNDS}/done to newcomer"
        assert yard.position("newcomer") == "100"

    run(work)


def test_endpoints_replace_the_worlds_addresses() -> None:
    async def work(yard: Yard) -> None:
        path = "/participants/blue-wallet/endpoints"
        assert read(await yard.admin("GET", path)) == []
        kind = "FSPIOP_CALLBACK_URL_PARTIES_GET"
        value = f"{yard.stub}/elsewhere/of/{{{{partyIdType}}}}/{{{{ partyIdentifier }}}}"
        answer = await yard.admin("POST", path, {"type": kind, "value": value})
        assert (answer.status, answer.body) == (201, b"")
        assert read(await yard.admin("GET", f"{path}?type={kind}")) == {"type": kind, "value": value}
        assert read(await yard.admin("GET", f"{path}?type=FSPIOP_CALLBACK_URL_QUOTES")) == {}
        await yard.send("green-bank", "GET", "/parties/MSISDN/265991000002")
        assert yard.lines() == ["GET /of/MSISDN/265991000002 to elsewhere"]
        answer = await yard.admin("POST", path, {"type": "NONSENSE", "value": "x"})
        assert said(answer) == (
            500, "2001", "Internal server error - Cannot read properties of undefined (reading 'endpointTypeId')",
        )  # fmt: skip
        extension = json.loads(answer.body)["errorInformation"]["extensionList"]["extension"]
        assert extension == [{"key": "system", "value": '["db"]'}]

    run(work)


def test_an_address_that_is_none_reaches_nobody_and_holds_up_nobody() -> None:
    async def work(yard: Yard) -> None:
        kinds = ("TRANSFER_POST", "TRANSFER_ERROR", "QUOTES")
        for kind in kinds:
            endpoint = {"type": f"FSPIOP_CALLBACK_URL_{kind}", "value": "http://[HOST]:4040/x"}
            await yard.admin("POST", "/participants/blue-wallet/endpoints", endpoint)
        assert (await yard.prepare()).status == 202
        assert (await yard.prepare(transferId=transfer_id(2), payeeFsp="quick-fx")).status == 202
        await yard.clock.advance(75)
        told = {each.line for each in yard.taken() if each.to == "green-bank"}
        assert told == {f"PUT /transfers/{each}/error to green-bank" for each in (TRANSFER, transfer_id(2))}
        assert yard.positions() == {}

    run(work)


def test_funds_move_between_the_hub_and_settlement_accounts() -> None:
    async def work(yard: Yard) -> None:
        path = f"/participants/green-bank/accounts/{await settlement_account(yard, 'green-bank')}"

        async def values() -> tuple[Any, Any]:
            own = read(await yard.admin("GET", "/participants/green-bank/accounts"))
            hub = read(await yard.admin("GET", "/participants/Hub/accounts?currency=MWK"))
            return own[1]["value"], hub[0]["value"]

        await yard.admin("POST", path, funds("recordFundsIn", 10.00005))
        assert await values() == (Decimal("-2010.0001"), Decimal("6010.0001"))
        await yard.admin("POST", path, funds("recordFundsIn", 5))
        assert await values() == (Decimal("-2010.0001"), Decimal("6010.0001")), "an id counts once"

        out, action = "c51ec534-ee48-4575-b6a9-ead2955b8069", "recordFundsOutPrepareReserve"
        await yard.admin("POST", path, funds(action, 10, out))
        assert await values() == (Decimal("-2000.0001"), Decimal("6010.0001"))
        finish = {"action": "recordFundsOutCommit", "reason": "done"}
        answer = await yard.admin("PUT", f"{path}/transfers/{out}", finish)
        assert (answer.status, answer.body) == (202, b"")
        assert await values() == (Decimal("-2000.0001"), Decimal("6000.0001"))
        await yard.admin("PUT", f"{path}/transfers/{out}", {"action": "recordFundsOutAbort", "reason": "late"})
        assert await values() == (Decimal("-2000.0001"), Decimal("6000.0001"))

        too_much = "d51ec534-ee48-4575-b6a9-ead2955b8069"
        await yard.admin("POST", path, funds(action, 2001, too_much))
        assert await values() == (Decimal("-2000.0001"), Decimal("6000.0001")), "insufficient funds undo themselves"
        back = "e51ec534-ee48-4575-b6a9-ead2955b8069"
        await yard.admin("POST", path, funds(action, 1, back))
        await yard.admin("PUT", f"{path}/transfers/{back}", {"action": "recordFundsOutAbort", "reason": "no"})
        assert await values() == (Decimal("-2000.0001"), Decimal("6000.0001"))
        assert (await yard.admin("PUT", f"{path}/transfers/unknown", finish)).status == 202

    run(work)


SYNTAX = "Malformed syntax - "
FAULT = "Internal server error - "
ADD = "Add Party information error - "
NOT_FOUND = "Generic ID not found - participant not found"
BANK = "/participants/green-bank"
LIMIT = {"type": "NET_DEBIT_CAP", "value": 1}

ACCOUNT_TYPE = {"name": "SAVINGS", "description": "d", "isActive": True, "isSettleable": "false"}
MODEL = {
    "name": "DEFERREDNETZMW", "settlementGranularity": "NET", "settlementInterchange": "MULTILATERAL",
    "settlementDelay": "DEFERRED", "currency": "ZMW", "requireLiquidityCheck": False, "ledgerAccountType": "POSITION",
    "settlementAccountType": "SETTLEMENT", "autoPositionReset": True,
}  # fmt: skip

TEXTS: list[Any] = [
    ("POST", "/participants", {}, 400, "3101", f'{SYNTAX}"name" is required'),
    ("POST", "/participants", {"name": "a", "currency": "ZZZ"}, 400, "3101",
     f'{SYNTAX}"name" length must be at least 2 characters long. "currency" must be one of [AED, AFA, AFN, ALL, AMD, ANG, AOA'),
    ("POST", "/participants", {"name": "ab", "foo": 1}, 400, "3101", f'{SYNTAX}"foo" is not allowed'),
    ("POST", "/participants", [], 400, "3101", f'{SYNTAX}"value" must be of type object'),
    ("POST", "/participants", b"", 400, "3101", f'{SYNTAX}"value" must be of type object'),
    ("POST", "/participants", b"{", 400, "3000", "Generic client error - Invalid request payload JSON format"),
    ("POST", "/participants", {"name": "ab", "currency": "USD"}, 400, "3003",
     f"{ADD}Hub reconciliation account for the specified currency does not exist"),
    ("GET", "/participants/nobody", None, 400, "3200", "Generic ID not found - The requested resource could not be found"),
    ("PUT", "/participants/nobody", {"isActive": True}, 400, "3200", NOT_FOUND),
    ("PUT", BANK, {"isActive": 1}, 400, "3101", f'{SYNTAX}"isActive" must be a boolean'),
    ("GET", "/participants/nobody/accounts", None, 400, "3200", NOT_FOUND),
    ("GET", "/participants/nobody/endpoints", None, 400, "3200", NOT_FOUND),
    ("GET", "/participants/nobody/limits", None, 400, "3200", NOT_FOUND),
    ("GET", "/participants/nobody/positions", None, 400, "3200", NOT_FOUND),
    ("GET", f"{BANK}/limits?foo=1", None, 400, "3101", f'{SYNTAX}"foo" is not allowed'),
    ("POST", f"{BANK}/endpoints", [{"type": "a", "value": "b"}], 400, "3101", f'{SYNTAX}"value" must be of type object'),
    ("POST", f"{BANK}/initialPositionAndLimits", {"currency": "ZMW", "limit": LIMIT}, 400, "3200", NOT_FOUND),
    ("POST", f"{BANK}/initialPositionAndLimits", {"currency": MWK, "limit": LIMIT | {"value": -1}}, 400, "3101",
     f'{SYNTAX}"limit.value" must be a positive number'),
    ("PUT", f"{BANK}/limits", {"currency": MWK, "limit": LIMIT}, 400, "3101", f'{SYNTAX}"limit.alarmPercentage" is required'),
    ("PUT", f"{BANK}/limits", {"currency": MWK, "limit": {}}, 400, "3101",
     f'{SYNTAX}"limit.type" is required. "limit.value" is required. "limit.alarmPercentage" is required'),
    ("PUT", f"{BANK}/limits", {"currency": MWK, "limit": LIMIT | {"alarmPercentage": "9e999"}}, 400, "3101",
     f'{SYNTAX}"limit.alarmPercentage" must be a safe number'),
    ("PUT", f"{BANK}/limits", {"currency": "ZMW", "limit": LIMIT | {"alarmPercentage": 5}}, 500, "2001",
     f"{FAULT}Participant Limit does not exist"),
    ("POST", "/participants/nobody/accounts", {"type": "HUB_RECONCILIATION", "currency": MWK}, 400, "3003",
     f"{ADD}Participant was not found."),
    ("POST", "/participants/Hub/accounts", {"type": "NONSENSE", "currency": MWK}, 400, "3003",
     f"{ADD}Ledger account type was not found."),
    ("POST", "/participants/Hub/accounts", {"type": "HUB_RECONCILIATION", "currency": MWK}, 400, "3003",
     f"{ADD}Hub account has already been registered."),
    ("POST", f"{BANK}/accounts", {"type": "HUB_RECONCILIATION", "currency": MWK}, 400, "3003",
     f"{ADD}Endpoint is reserved for creation of Hub account types only."),
    ("POST", "/participants/Hub/accounts", {"type": "POSITION", "currency": MWK}, 400, "3003",
     f"{ADD}The requested hub operator account type is not allowed."),
    ("PUT", f"{BANK}/accounts/999", {"isActive": True}, 500, "2001", f"{FAULT}Account not found"),
    ("PUT", f"{BANK}/accounts/7", {"isActive": True}, 500, "2001", f"{FAULT}Participant/account mismatch"),
    ("PUT", f"{BANK}/accounts/6", {"isActive": True}, 500, "2001", f"{FAULT}Only position account update is permitted"),
    ("PUT", f"{BANK}/accounts/x", {"isActive": True}, 400, "3101", f'{SYNTAX}"id" must be a number'),
    ("PUT", f"{BANK}/accounts/0", {"isActive": True}, 400, "3101", f'{SYNTAX}"id" must be a positive number'),
    ("POST", f"{BANK}/accounts/6", {}, 400, "3101",
     f'{SYNTAX}"transferId" is required. "externalReference" is required. "action is missing or not supported" is required. '),
    ("POST", f"{BANK}/accounts/6", funds("steal", 1), 400, "3101",
     f'{SYNTAX}"action is missing or not supported" must be one of [recordFundsIn, recordFundsOutPrepareReserve]'),
    ("POST", f"{BANK}/accounts/6", {key: value for key, value in funds("recordFundsIn", 1).items() if key != "amount"}, 400,
     "3101", f'{SYNTAX}"No amount provided" is required'),
    ("POST", f"{BANK}/accounts/6", funds("recordFundsIn", 0.00004), 400, "3101",
     f'{SYNTAX}"amount.amount" must be a positive number'),
    ("POST", f"{BANK}/accounts/6", funds("recordFundsIn", 1e20), 500, "2001",
     f"{FAULT}Out of range value for column 'value' at row 1"),
    ("POST", f"{BANK}/accounts/5", funds("recordFundsIn", 1), 500, "2001", f"{FAULT}Account is not SETTLEMENT type"),
    ("POST", f"{BANK}/accounts/7", funds("recordFundsIn", 1), 500, "2001",
     f"{FAULT}The account does not match participant or currency specified"),
    ("PUT", f"{BANK}/accounts/6/transfers/{FUNDS}", {"reason": "x"}, 500, "2001", f"{FAULT}The action is not supported"),
    ("GET", "/settlementModels/NONE", None, 400, "3200", "Generic ID not found - The requested resource could not be found"),
    ("PUT", "/settlementModels/NONE", {"isActive": True}, 500, "2001", f"{FAULT}Settlement Model does not exist"),
    ("GET", f"/transactions/{FUNDS}", None, 500, "2001", f"{FAULT}Cannot read properties of undefined (reading 'value')"),
    ("POST", "/ledgerAccountTypes", ACCOUNT_TYPE | {"name": "a b"}, 400, "3101",
     f'{SYNTAX}"name" with value "a b" fails to match the required pattern: /^\\w+$/'),
    ("POST", "/settlementModels", MODEL | {"ledgerAccountType": "NONE"}, 400, "3003",
     f"{ADD}Ledger account type was not found"),
    ("POST", "/settlementModels", MODEL | {"settlementAccountType": "POSITION"}, 400, "3101",
     f'{SYNTAX}"settlementAccountType" must be one of [SETTLEMENT, INTERCHANGE_FEE_SETTLEMENT]'),
    ("POST", "/ledgerAccountTypes", ACCOUNT_TYPE | {"name": "POSITION"}, 400, "3000",
     "Generic client error - This Ledger Account Type already exists"),
    ("GET", "/nosuch", None, 404, "3002", "Unknown URI - Not Found"),
    ("DELETE", BANK, None, 405, "3000", "Generic client error - Method Not Allowed"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body", "status", "code", "text"), TEXTS)
def test_refusals_in_the_ledgers_words(method: str, path: str, body: Any, status: int, code: str, text: str) -> None:
    async def work(yard: Yard) -> None:
        postings = len(yard.hub.book.postings)
        assert said(await yard.admin(method, path, body)) == (status, code, text[:128])
        assert len(yard.hub.book.postings) == postings

    run(work)


def test_other_media_types_and_allowed_methods() -> None:
    async def work(yard: Yard) -> None:
        answer = await yard.admin("POST", "/participants", {"name": "ab"}, **{"content-type": "text/plain"})
        assert said(answer) == (400, "3101", "Malformed syntax - Unsupported Media Type")
        assert (await yard.admin("DELETE", BANK)).header("allow") == "get,put"

    run(work)


def test_inactive_participants_get_no_funds() -> None:
    async def work(yard: Yard) -> None:
        assert read(await yard.admin("PUT", BANK, {"isActive": "false"}))["isActive"] == 0
        answer = await yard.admin("POST", f"{BANK}/accounts/6", funds("recordFundsIn", 1))
        assert said(answer) == (500, "2001", f"{FAULT}Participant is currently set inactive")
        answer = await yard.admin("PUT", f"{BANK}/accounts/5", {"isActive": False})
        assert (answer.status, answer.body) == (200, b"")

    run(work)


def test_an_initial_position_counts() -> None:
    async def work(yard: Yard) -> None:
        await yard.admin("POST", "/participants", {"name": "newcomer", "currency": MWK})
        body = {"currency": MWK, "limit": {"type": "NET_DEBIT_CAP", "value": 10}, "initialPosition": -5.5}
        await yard.admin("POST", "/participants/newcomer/initialPositionAndLimits", body)
        assert yard.position("newcomer") == "-5.5"
        body = {"currency": MWK, "limit": {"type": "NET_DEBIT_CAP", "value": 7, "alarmPercentage": 20}}
        assert read(await yard.admin("PUT", "/participants/newcomer/limits", body)) == body
        everyone = read(await yard.admin("GET", "/participants/limits?currency=MWK"))
        assert [each["name"] for each in everyone] == ["blue-wallet", "green-bank", "newcomer", "quick-fx"]

    run(work)


def test_settlement_models_decide_over_accounts() -> None:
    async def work(yard: Yard) -> None:
        for code in (MWK, "ZMW"):
            for kind in ("HUB_MULTILATERAL_SETTLEMENT", "HUB_RECONCILIATION"):
                await yard.admin("POST", "/participants/Hub/accounts", {"type": kind, "currency": code})
        answer = await yard.admin("POST", "/participants", {"name": "newcomer", "currency": MWK})
        assert said(answer) == (
            400, "6000", "Generic Settlement Error - Unable to find a matching or default, Settlement Model",
        )  # fmt: skip
        assert (await yard.admin("POST", "/settlementModels", MODEL)).status == 201
        assert said(await yard.admin("POST", "/settlementModels", MODEL)) == (
            400, "3000", "Generic client error - Settlement Model already exists",
        )  # fmt: skip
        odd = MODEL | {"name": "ODD", "settlementDelay": "IMMEDIATE"}
        assert said(await yard.admin("POST", "/settlementModels", odd))[2].startswith(
            "Generic client error - Invalid settlement model definition"
        )
        shown = read(await yard.admin("GET", "/settlementModels/DEFERREDNETZMW"))
        assert (shown["ledgerAccountTypeId"], shown["isActive"], shown["currency"]) == ("POSITION", True, "ZMW")
        assert (await yard.admin("POST", "/participants", {"name": "newcomer", "currency": "ZMW"})).status == 201
        await yard.admin("PUT", "/settlementModels/DEFERREDNETZMW", {"isActive": False})
        assert read(await yard.admin("GET", "/settlementModels")) == []

    run(work, participants=(), people=(), provision_settlement_model=False)


def test_hub_accounts_are_made_for_a_new_currency() -> None:
    async def work(yard: Yard) -> None:
        for kind in ("HUB_MULTILATERAL_SETTLEMENT", "HUB_RECONCILIATION"):
            answer = await yard.admin("POST", "/participants/Hub/accounts", {"type": kind, "currency": "USD"})
            assert read(answer)["accounts"][-1]["currency"] == "USD"
        await provision(yard, code="USD")
        assert read(await yard.admin("GET", "/participants/newcomer/positions"))[0]["currency"] == "USD"

    run(work)


def test_health_and_account_types() -> None:
    async def work(yard: Yard) -> None:
        await yard.clock.advance(12.5)
        health = read(await yard.admin("GET", "/health"))
        assert health["services"] == [{"name": name, "status": "OK"} for name in ("datastore", "broker", "proxyCache")]
        assert (health["status"], health["uptime"], health["startTime"]) == ("OK", Decimal("12.5"), dates.to_iso(START))
        assert [each["name"] for each in read(await yard.admin("GET", "/ledgerAccountTypes"))][:2] == ["POSITION", "SETTLEMENT"]

    run(work)


ORACLE = {"oracleIdType": "MSISDN", "endpoint": {"value": "http://o", "endpointType": "URL"}, "currency": "MWK"}


async def ask_als(yard: Yard, method: str, path: str = "", body: Any = None, **more: str) -> Answer:
    wire = {"accept": "application/json", "content-type": "application/json", "date": dates.to_http(START)} | more
    sent = {name: value for name, value in wire.items() if value}
    return await yard.call(method, f"/oracles{path}", face="als-admin", headers=sent, body=body)


def test_oracles_come_and_go() -> None:
    async def work(yard: Yard) -> None:
        answer = await ask_als(yard, "POST", body=ORACLE | {"isDefault": True})
        assert (answer.status, answer.body) == (201, b"")
        assert said(await ask_als(yard, "POST", body=ORACLE)) == (
            500, "2001",
            "Internal server error - Active oracle with matching partyIdTypeId, endpointTypeId, currencyId already exists",
        )  # fmt: skip
        (shown,) = read(await ask_als(yard, "GET", "?type=MSISDN&currency=MWK"))
        assert shown == ORACLE | {"oracleId": 2, "isDefault": 1}
        assert (await ask_als(yard, "PUT", "/2", ORACLE | {"currency": "ZMW"})).status == 204
        assert said(await ask_als(yard, "PUT", "/9", ORACLE)) == (
            400, "3003", "Add Party information error - Oracle not found",
        )  # fmt: skip
        for id_ in ("1", "2", "9"):
            assert (await ask_als(yard, "DELETE", f"/{id_}")).status == 204
        assert read(await ask_als(yard, "GET")) == []
        await yard.send("green-bank", "GET", "/parties/MSISDN/265991000002")
        assert yard.taken()[0].error[0] == "3003"

    run(work, oracle_types=["MSISDN"])


def test_oracles_are_refused_in_the_services_words() -> None:
    async def work(yard: Yard) -> None:
        assert said(await ask_als(yard, "GET", accept="")) == (
            400, "3102", "Missing mandatory element - /header must have required property 'accept'",
        )  # fmt: skip
        assert said(await ask_als(yard, "GET", "?foo=1")) == (
            400, "3103", "Too many elements - /query must NOT have additional properties",
        )  # fmt: skip
        assert said(await ask_als(yard, "POST", body=ORACLE | {"oracleIdType": "X"})) == (
            400, "3100",
            "Generic validation error - /requestBody/oracleIdType must be equal to one of the allowed values",
        )  # fmt: skip
        health = await yard.call("GET", "/health", face="als-admin")
        assert read(health)["services"] == [{"name": "datastore", "status": "OK"}]

    run(work)


def test_every_planned_participant_has_a_number() -> None:
    async def work(yard: Yard) -> None:
        rows = yard.control("participants")
        assert [(each["id"], each["number"]) for each in rows] == [
            ("Hub", 1), *((each.id, number) for number, each in enumerate(PARTICIPANTS, start=2)),
        ]  # fmt: skip

    run(work)


@pytest.mark.parametrize(
    "amount, ignores, left", [("1900", False, "-100"), ("1900.01", False, "-2000"), ("1900.01", True, "-99.99")]
)
def test_what_covers_an_open_position_can_be_taken_out_only_with_the_quirk(amount: str, ignores: bool, left: str) -> None:
    async def work(yard: Yard) -> None:
        await yard.pay(amount="100")
        told = yard.control("funds-out", participant="green-bank", currency="MWK", amount=amount)
        assert told["settlement"] == left
        assert told["state"] == ("ABORTED" if left == "-2000" else "COMMITTED")

    run(work, funds_out_ignores_positions=ignores)


def test_who_is_owed_can_take_out_all_that_was_paid_in() -> None:
    async def work(yard: Yard) -> None:
        await yard.pay(amount="100")
        told = yard.control("funds-out", participant="blue-wallet", currency="MWK", amount="2000")
        assert (told["state"], told["settlement"]) == ("COMMITTED", "0")

    run(work)


def test_funds_out_can_be_finished_for_five_days() -> None:
    async def work(yard: Yard) -> None:
        out = "c51ec534-ee48-4575-b6a9-ead2955b8069"
        await yard.admin("POST", f"{BANK}/accounts/6", funds("recordFundsOutPrepareReserve", 10, out))
        await yard.clock.advance(432_000)
        finish = {"action": "recordFundsOutCommit", "reason": "late"}
        assert (await yard.admin("PUT", f"{BANK}/accounts/6/transfers/{out}", finish)).status == 202
        hub = read(await yard.admin("GET", "/participants/Hub/accounts?currency=MWK"))
        assert hub[0]["value"] == 6000, "the second half came too late"

    run(work)


def test_the_hub_writes_e_mails_to_whoever_gave_an_address() -> None:
    async def work(yard: Yard) -> None:
        await yard.pay(1, "150")
        assert yard.control("mails") == [], "nobody has an address"
        addressed = (
            ("green-bank", "NET_DEBIT_CAP_THRESHOLD_BREACH"),
            ("Hub", "NET_DEBIT_CAP_THRESHOLD_BREACH"),
            ("green-bank", "NET_DEBIT_CAP_ADJUSTMENT"),
            ("Hub", "SETTLEMENT_TRANSFER_POSITION_CHANGE"),
        )
        for name, kind in addressed:
            body = {"type": f"{kind}_EMAIL", "value": f"{name}@example.org".lower()}
            assert (await yard.admin("POST", f"/participants/{name}/endpoints", body)).status == 201
        await yard.pay(2, "50")
        assert yard.control("mails") == [], "200 are a tenth of the cover of 2000, and no more"
        await yard.pay(3, "0.0001")
        yard.control("set-limit", participant="green-bank", currency=MWK, value="900")
        yard.control("close-window")
        yard.control("settle")
        found = [(each["kind"], each["participant"], each["position"], each["addresses"]) for each in yard.control("mails")]
        assert found == [
            ("NET_DEBIT_CAP_THRESHOLD_BREACH_EMAIL", "green-bank", "200.0001", ["green-bank@example.org", "hub@example.org"]),
            ("NET_DEBIT_CAP_ADJUSTMENT_EMAIL", "green-bank", "200.0001", ["green-bank@example.org"]),
            ("SETTLEMENT_TRANSFER_POSITION_CHANGE_EMAIL", "blue-wallet", "0", ["hub@example.org"]),
            ("SETTLEMENT_TRANSFER_POSITION_CHANGE_EMAIL", "green-bank", "0", ["hub@example.org"]),
        ]

    run(work)


def test_ledger_account_types_can_be_added() -> None:
    async def work(yard: Yard) -> None:
        answer = await yard.admin("POST", "/ledgerAccountTypes", ACCOUNT_TYPE)
        assert (answer.status, answer.body) == (201, b"")
        rows = read(await yard.admin("GET", "/ledgerAccountTypes"))
        assert rows[-1] == {
            "ledgerAccountTypeId": 7, "name": "SAVINGS", "description": "d", "isActive": 1, "createdDate": CREATED,
            "isSettleable": 0,
        }  # fmt: skip
        assert [each["name"] for each in rows if each["isSettleable"]] == ["POSITION", "INTERCHANGE_FEE"]

    run(work)


def test_enumerations_go_from_names_to_numbers() -> None:
    async def work(yard: Yard) -> None:
        enums = read(await yard.admin("GET", "/enums"))
        assert set(enums) == {
            "endpointType", "hubParticipant", "ledgerAccountType", "ledgerEntryType", "participantLimitType",
            "transferParticipantRoleType", "transferState", "transferStateEnum", "bulkProcessingState", "bulkTransferState",
            "bulkTransferStateEnum",
        }  # fmt: skip
        assert enums["ledgerAccountType"]["HUB_MULTILATERAL_SETTLEMENT"] == 4
        assert enums["participantLimitType"] == {"NET_DEBIT_CAP": 1}
        assert enums["transferState"]["RECEIVED_FULFIL"] == "RECEIVED_FULFIL"
        assert enums["transferStateEnum"]["RECEIVED_FULFIL"] == "RESERVED"
        assert (enums["hubParticipant"]["participantId"], enums["hubParticipant"]["name"]) == (1, "Hub")

    run(work)


def test_a_transaction_is_read_out_of_the_packet() -> None:
    data = {"transactionId": FUNDS, "amount": {"currency": MWK, "amount": "100"}}
    packet = ilp.encode(ilp.Packet("v1", 10000, "g.mwk.blue-wallet", data))

    async def work(yard: Yard) -> None:
        await yard.prepare(ilpPacket=packet)
        assert read(await yard.admin("GET", f"/transactions/{FUNDS}")) == data

    run(work)


def test_accounts_of_two_models_are_made_once() -> None:
    gross = {
        "name": "CGS", "settlementGranularity": "GROSS", "settlementInterchange": "BILATERAL", "settlementDelay": "IMMEDIATE",
        "requireLiquidityCheck": True, "ledgerAccountType": "POSITION", "settlementAccountType": "SETTLEMENT",
        "autoPositionReset": True,
    }  # fmt: skip

    async def work(yard: Yard) -> None:
        assert (await yard.admin("POST", "/settlementModels", gross)).status == 201
        fees = gross | {
            "name": "INTERCHANGEFEE", "settlementGranularity": "NET", "settlementInterchange": "MULTILATERAL",
            "settlementDelay": "DEFERRED", "ledgerAccountType": "INTERCHANGE_FEE",
            "settlementAccountType": "INTERCHANGE_FEE_SETTLEMENT",
        }  # fmt: skip
        assert (await yard.admin("POST", "/settlementModels", fees)).status == 201
        answer = read(await yard.admin("POST", "/participants", {"name": "newcomer", "currency": MWK}))
        assert [each["ledgerAccountType"] for each in answer["accounts"]] == [
            "POSITION", "SETTLEMENT", "INTERCHANGE_FEE", "INTERCHANGE_FEE_SETTLEMENT",
        ]  # fmt: skip

    run(work)
