"""Errors that nobody foresaw: the caller of the outbound API hears of them as of any other, and the log has the traceback."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from mojaloop_connector_yard import PAYEE_ID, Yard, error, order

from connectors.mojaloop_connector.outbound.accounts import Accounts
from connectors.mojaloop_connector.outbound.requests import OutboundRequests
from connectors.mojaloop_connector.outbound.run import OutboundTransfers
from connectors.mojaloop_connector.outbound.steps import Steps

Open = Callable[..., Yard]
PAYEE: dict[str, Any] = {"reserve_notification": True}
MESSAGE = "The Mojaloop connector failed in a way that nobody foresaw; its log says how"


class BrokenOnce(Steps):
    """Breaks in the first prepare, and in none after it."""

    broken = False

    async def execute_transfer(self, data: Any, save: Any) -> None:
        if not type(self).broken:
            type(self).broken = True
            raise ZeroDivisionError("a slip")
        await super().execute_transfer(data, save)


class BrokenTransfers(OutboundTransfers):
    async def start(self, request: Any, trace_id: str) -> Any:
        raise ZeroDivisionError("a slip")


class BrokenAccounts(Accounts):
    async def create(self, accounts: Any) -> Any:
        raise ZeroDivisionError("a slip")


class BrokenRequests(OutboundRequests):
    async def start(self, params: Any, body: Any, trace_id: str) -> Any:
        raise ZeroDivisionError("a slip")

    async def resume(self, params: Any, merged: Any, trace_id: str) -> Any:
        raise ZeroDivisionError("a slip")


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Errors in the log: what failed, and which exception it was; its places in the code follow."""
    errors = [each.getMessage() for each in caplog.records if each.levelno >= logging.ERROR]
    return [each.partition(" at\n")[0] for each in errors]


ASKED = {
    "homeR2PTransactionId": "r-1", "from": {"idType": "MSISDN", "idValue": "1"}, "to": {"idType": "MSISDN", "idValue": "2"},
    "amountType": "RECEIVE", "currency": "XXX", "amount": "1", "transactionType": "TRANSFER",
}  # fmt: skip


@pytest.mark.parametrize("part, broken, method, path, body, field", [
    ("outbound_transfers", BrokenTransfers, "POST", "/transfers", order(), "transferState"),
    ("outbound_accounts", BrokenAccounts, "POST", "/accounts", [{"idType": "MSISDN", "idValue": PAYEE_ID}], "executionState"),
    ("outbound_requests", BrokenRequests, "POST", "/requestToPay", ASKED, "requestToPayState"),
    ("outbound_requests", BrokenRequests, "PUT", f"/requestToPay/{PAYEE_ID}", {"acceptParty": True}, "transferState"),
])  # fmt: skip
def test_whatever_breaks_is_a_500_in_the_form_of_every_error(
    open_yard: Open, caplog: pytest.LogCaptureFixture, part: str, broken: Any, method: str, path: str, body: Any, field: str
) -> None:
    yard = open_yard(payer={"parts": {part: broken}})
    status, told = yard.outbound_bytes(method, path, body)
    assert (status, json.loads(told)) == (500, {"message": MESSAGE, field: {}, "statusCode": "500"})
    resource = path.split("/")[1]
    assert logged(caplog) == [f"payer: {method} /{resource} failed in a way that nobody foresaw: ZeroDivisionError"]


def test_a_bulk_that_breaks_is_told_in_the_same_form(open_yard: Open, caplog: pytest.LogCaptureFixture) -> None:
    class BrokenBulks:
        def __init__(self, kit: Any) -> None: ...

        def resume(self) -> None: ...

        def decide(self, id_: str, decisions: Any) -> None:
            raise ZeroDivisionError("a slip")

    yard = open_yard(payer={"parts": {"bulk_transactions": BrokenBulks}})
    word = {"individualTransfers": [{"transferId": "01M7XTJ7GFXG3C9G7F1VMGHQBN", "acceptParty": True}]}
    told = yard.outbound("PUT", "/bulkTransactions/01M7XTJ7GFXG3C9G7F1VMGHQBN", word)
    assert (told.status, told.body) == (500, {"message": MESSAGE, "bulkTransactionState": {}, "statusCode": "500"})
    assert logged(caplog) == ["payer: PUT /bulkTransactions failed in a way that nobody foresaw: ZeroDivisionError"]


def test_a_transfer_that_broke_is_told_with_its_state_and_goes_on_from_there(
    open_yard: Open, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BrokenOnce, "broken", False)
    yard = open_yard(payer={"auto_accept_quotes": False, "parts": {"outbound_steps": BrokenOnce}}, payee=PAYEE)
    transfer_id = yard.transfer().body["transferId"]
    told = yard.accept(transfer_id, acceptQuote=True)
    assert (told.status, told.body["message"], told.body["statusCode"]) == (500, MESSAGE, "500")
    assert told.body["transferState"]["transferId"] == transfer_id
    assert logged(caplog) == ["payer: an outbound transfer failed in a way that nobody foresaw: ZeroDivisionError"]
    assert yard.accept(transfer_id, acceptQuote=True).body["currentState"] == "COMPLETED"


@pytest.mark.parametrize("extensions, code", [
    ({"extension": None}, "3100"),
    ({"extension": [1]}, "3100"),
    ({"extension": {"key": "inner", "value": "E77"}}, "3100"),
    ({"extension": [None, {"key": "inner", "value": "E77"}]}, "E77"),
    ([{"key": "inner", "value": "E77"}], "E77"),
    ("none", "3100"),
    (None, "3100"),
])  # fmt: skip
def test_a_refusal_of_the_hub_may_have_extensions_of_any_shape(open_yard: Open, extensions: Any, code: str) -> None:
    yard = open_yard(payer={"outbound_error_statuscode_extension_key": "inner"})
    refusal = error("3100")
    refusal["errorInformation"]["extensionList"] = extensions
    yard.hub.trouble["GET /parties"] = [(400, refusal)]
    told = yard.transfer()
    assert (told.status, told.body["statusCode"]) == (500, code)
    assert told.body["transferState"]["currentState"] == "ERROR_OCCURRED"


def test_what_was_foreseen_is_no_error_in_the_log(open_yard: Open, caplog: pytest.LogCaptureFixture) -> None:
    yard = open_yard(payer={})
    assert yard.accept("01M7XTJ7GFXG3C9G7F1VMGHQBN", acceptParty=True).status == 500
    assert logged(caplog) == []
