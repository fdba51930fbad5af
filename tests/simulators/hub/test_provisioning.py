"""A scheme set up from nothing and run for a day as its collections do it: every request is made of what came before."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from loopyard.transport.client import Answer
from tests.simulators.hub.test_admin import ask_als
from tests.simulators.hub.yard import Yard, run

CURRENCIES = ("USD", "EUR")
BANKS = ("payerfsp", "payeefsp")
STEPS = ("PS_TRANSFERS_RECORDED", "PS_TRANSFERS_RESERVED", "PS_TRANSFERS_COMMITTED", "SETTLED")


def read(answer: Answer) -> Any:
    return json.loads(answer.body, parse_float=Decimal) if answer.body else ""


async def provision_hub(yard: Yard) -> list[int]:
    """The statuses of its requests, so that a second run can be told from the first."""
    statuses = []
    for code in CURRENCIES:
        for kind in ("HUB_MULTILATERAL_SETTLEMENT", "HUB_RECONCILIATION"):
            answer = await yard.admin("POST", "/participants/Hub/accounts", {"type": kind, "currency": code})
            statuses.append(answer.status)
    for kind in ("NET_DEBIT_CAP_THRESHOLD_BREACH", "NET_DEBIT_CAP_ADJUSTMENT", "SETTLEMENT_TRANSFER_POSITION_CHANGE"):
        body = {"type": f"{kind}_EMAIL", "value": "ops@example.org"}
        statuses.append((await yard.admin("POST", "/participants/Hub/endpoints", body)).status)
    for code in CURRENCIES:
        model = {
            "name": f"DEFERREDNET{code}", "settlementGranularity": "NET", "settlementInterchange": "MULTILATERAL",
            "settlementDelay": "DEFERRED", "currency": code, "requireLiquidityCheck": False,
            "ledgerAccountType": "POSITION", "settlementAccountType": "SETTLEMENT", "autoPositionReset": True,
        }  # fmt: skip
        statuses.append((await yard.admin("POST", "/settlementModels", model)).status)
    for kind in ("MSISDN", "BUSINESS", "ALIAS", "CONSENT"):
        endpoint = {"value": f"http://als-{kind.lower()}-oracle", "endpointType": "URL"}
        body = {"oracleIdType": kind, "endpoint": endpoint, "isDefault": True}
        statuses.append((await ask_als(yard, "POST", body=body)).status)
    return statuses


async def provision_bank(yard: Yard, name: str) -> list[int]:
    statuses = []
    for code in CURRENCIES:
        statuses.append((await yard.admin("POST", "/participants", {"name": name, "currency": code})).status)
        limit = {"currency": code, "limit": {"type": "NET_DEBIT_CAP", "value": 10000}, "initialPosition": 0}
        statuses.append((await yard.admin("POST", f"/participants/{name}/initialPositionAndLimits", limit)).status)
    for kind, path in (("TRANSFER_POST", ""), ("TRANSFER_PUT", "/{{transferId}}"), ("TRANSFER_ERROR", "/{{transferId}}/error")):
        body = {"type": f"FSPIOP_CALLBACK_URL_{kind}", "value": f"{yard.stub}/{name}/transfers{path}"}
        statuses.append((await yard.admin("POST", f"/participants/{name}/endpoints", body)).status)
    for number, account in enumerate(read(await yard.admin("GET", f"/participants/{name}/accounts"))):
        if account["ledgerAccountType"] == "SETTLEMENT":
            id_ = f"{number:08d}-1111-4575-b6a9-{BANKS.index(name):012d}"
            money = {"amount": 5000, "currency": account["currency"]}
            body = {"transferId": id_, "externalReference": "x", "action": "recordFundsIn", "reason": "r", "amount": money}
            path = f"/participants/{name}/accounts/{account['id']}"
            statuses.append((await yard.admin("POST", path, body)).status)
    return statuses


async def settle(yard: Yard, window: int, code: str) -> list[Any]:
    """From the settlement to its end, each body made of the answer before; the net amounts that were settled."""
    body = {"settlementModel": f"DEFERREDNET{code}", "reason": "eod", "settlementWindows": [{"id": window}]}
    answer = read(await yard.settlement("POST", "/settlements", body))
    nets = [each["netSettlementAmount"]["amount"] for who in answer["participants"] for each in who["accounts"]]
    for state in STEPS:
        rows = [
            {"id": who["id"], "accounts": [
                {"id": each["id"], "state": state, "reason": "r", "externalReference": "x"} for each in who["accounts"]
            ]}
            for who in answer["participants"]
        ]  # fmt: skip
        answer = read(await yard.settlement("PUT", f"/settlements/{answer['id']}", {"participants": rows}))
        assert answer["state"] == state
    return nets


def test_a_scheme_is_set_up_twice_and_settles_a_day() -> None:
    async def work(yard: Yard) -> None:
        assert await provision_hub(yard) == [201] * 13
        for name in BANKS:
            assert await provision_bank(yard, name) == [201] * 7 + [202] * 2
        accounts = read(await yard.admin("GET", "/participants/payerfsp/accounts"))
        assert [(each["currency"], each["ledgerAccountType"], each["value"]) for each in accounts] == [
            ("USD", "POSITION", 0), ("USD", "SETTLEMENT", -5000), ("EUR", "POSITION", 0), ("EUR", "SETTLEMENT", -5000),
        ]  # fmt: skip
        assert await provision_hub(yard) == [400] * 4 + [201] * 3 + [400] * 2 + [500] * 4, "a second run changes nothing"
        assert await provision_bank(yard, BANKS[0]) == [400, 500] * 2 + [201] * 3 + [202] * 2
        assert read(await yard.admin("GET", "/participants/payerfsp/accounts")) == accounts

        await yard.pay(1, "99.5", *BANKS, code="USD")
        await yard.pay(2, "10.25", *BANKS, code="EUR")
        (window,) = read(await yard.settlement("GET", "/settlementWindows?state=OPEN"))
        id_ = window["settlementWindowId"]
        opened = read(await yard.settlement("POST", f"/settlementWindows/{id_}", {"state": "CLOSED", "reason": "eod"}))
        assert opened["settlementWindowId"] == id_ + 1
        assert await settle(yard, id_, "USD") == [Decimal("99.5"), Decimal("-99.5")]
        assert read(await yard.settlement("GET", f"/settlementWindows/{id_}"))["state"] == "PENDING_SETTLEMENT"
        assert await settle(yard, id_, "EUR") == [Decimal("10.25"), Decimal("-10.25")]
        assert read(await yard.settlement("GET", f"/settlementWindows/{id_}"))["state"] == "SETTLED"
        after = read(await yard.admin("GET", "/participants/payerfsp/accounts"))
        assert [each["value"] for each in after] == [each["value"] for each in accounts], "as before the transfers"

    run(work, participants=(), people=(), provision_settlement_model=False, oracle_types=[])
