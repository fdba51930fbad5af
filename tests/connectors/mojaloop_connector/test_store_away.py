"""What others are told while the connector's store is away, and that nothing which the backend has done is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mojaloop_connector_yard import PAYEE_ID, Say, Yard

from connectors.mojaloop_connector.errors import StoreUnavailable
from connectors.mojaloop_connector.store import Row, SqliteStore, Store
from tests.connectors.mojaloop_connector.test_bulk import OTHER_ID, Payer
from tests.connectors.mojaloop_connector.test_inbound_bulk import BULK, QUOTE, Payee

Open = Callable[..., Yard]
REQUEST = "01KB00000000000000000000RQ"
ASKED = {
    "transactionRequestId": REQUEST,
    "payee": {"partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": "1", "fspId": "payer"}},
    "payer": {"partyIdType": "MSISDN", "partyIdentifier": PAYEE_ID, "fspId": "payee"},
    "amount": {"currency": "XXX", "amount": "10"},
    "transactionType": {"scenario": "PAYMENT", "initiator": "PAYEE", "initiatorType": "BUSINESS"},
}
TERMS = {
    "bulkQuoteId": QUOTE,
    "payer": {"partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": "1", "fspId": "payer"}},
    "individualQuotes": [
        {
            "quoteId": BULK, "transactionId": REQUEST, "amountType": "SEND", "amount": {"currency": "XXX", "amount": "10"},
            "payee": {"partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": PAYEE_ID, "fspId": "payee"}},
            "transactionType": {"scenario": "TRANSFER", "initiator": "PAYER", "initiatorType": "CONSUMER"},
        }
    ],
}  # fmt: skip


class Switch:
    """Takes a store away and gives it back."""

    def __init__(self) -> None:
        self.away = False

    def opened(self, place: Path) -> Store:
        return Switched(place, self)


class Switched(SqliteStore):
    """A file that can be out of reach."""

    def __init__(self, place: Path, switch: Switch) -> None:
        super().__init__(place)
        self._switch = switch

    def _select(self, where: str, values: tuple[str, ...]) -> list[Row]:
        self._reach()
        return super()._select(where, values)

    def put(self, row: Row) -> None:
        self._reach()
        super().put(row)

    def _reach(self) -> None:
        if self._switch.away:
            raise StoreUnavailable("the store does not answer")


@pytest.fixture
def switch() -> Switch:
    return Switch()


@pytest.fixture
def payee(open_yard: Open, switch: Switch) -> Payee:
    return Payee(open_yard(payee={"parts": {"store": switch.opened}}))


@pytest.mark.parametrize(
    ("method", "path", "body", "told"),
    [
        ("POST", "/bulkQuotes", TERMS, f"/bulkQuotes/{QUOTE}/error"),
        ("GET", f"/bulkQuotes/{QUOTE}", None, f"/bulkQuotes/{QUOTE}/error"),
        ("POST", "/transactionRequests", ASKED, f"/transactionRequests/{REQUEST}/error"),
        ("GET", f"/transactionRequests/{REQUEST}", None, f"/transactionRequests/{REQUEST}/error"),
        (
            "PUT", f"/transactionRequests/{REQUEST}", {"transactionRequestState": "REJECTED"},
            f"/transactionRequests/{REQUEST}/error",
        ),
        ("GET", f"/transactions/{REQUEST}", None, f"/transactions/{REQUEST}/error"),
    ],
)  # fmt: skip
def test_who_asks_is_told_2001_and_the_backend_hears_nothing(
    payee: Payee, switch: Switch, method: str, path: str, body: Any, told: str
) -> None:
    for key in ("PUT /transactionRequests/error", "PUT /transactions/error"):
        payee.hub.script[key] = lambda call: []
    switch.away = True
    payee.yard.say(Say(method, path, body, source="payer", to="payee"))
    assert (payee.hub.calls[-1].method, payee.hub.calls[-1].path) == ("PUT", told)
    assert payee.hub.calls[-1].body["errorInformation"]["errorCode"] == "2001"
    assert not payee.backend.calls


def test_a_bulk_that_cannot_be_noted_is_refused_before_anything_is_reserved(payee: Payee, switch: Switch) -> None:
    payee.quote(PAYEE_ID)
    switch.away = True
    assert payee.prepare().path == f"/bulkTransfers/{BULK}/error"
    assert payee.hub.calls[-1].body["errorInformation"]["errorCode"] == "2001"
    assert not payee.backend.all("POST /bulkTransfers")


def test_a_bulk_that_the_backend_has_reserved_is_answered_when_the_store_is_back(payee: Payee, switch: Switch) -> None:
    payee.quote(PAYEE_ID)

    def reserved(call: Any) -> tuple[int, Any]:
        switch.away = True
        return 200, {"homeTransactionId": "home"}

    payee.backend.plan["POST /bulkTransfers"] = reserved
    payee.prepare()
    payee.yard.advance(10)
    assert not payee.hub.all("PUT /bulkTransfers") + payee.hub.all("PUT /bulkTransfers/error")
    switch.away = False
    payee.yard.advance(2)
    (result,) = payee.hub.last("PUT /bulkTransfers").body["individualTransferResults"]
    assert "fulfilment" in result
    assert len(payee.backend.all("POST /bulkTransfers")) == 1


@pytest.mark.parametrize("step", ["GET /parties", "POST /bulkQuotes", "POST /bulkTransfers"])
def test_a_bulk_that_we_pay_goes_on_when_the_store_is_back(open_yard: Open, switch: Switch, step: str) -> None:
    payer = Payer(open_yard(payer={"parts": {"store": switch.opened}}))
    answer = payer.hub.script[step]

    def then_away(call: Any) -> Any:
        switch.away = True
        return answer(call)

    payer.hub.script[step] = then_away
    payer.start(PAYEE_ID, OTHER_ID)
    payer.yard.advance(10)
    assert payer.states == []
    payer.hub.script[step] = answer
    switch.away = False
    payer.yard.advance(5)
    assert (payer.states, payer.ends) == (["COMPLETED"], ["COMMITTED", "COMMITTED"])
    assert len({call.body["bulkTransferId"] for call in payer.hub.all("POST /bulkTransfers")}) == 1


def test_what_the_backend_was_told_of_a_bulk_while_the_store_was_away_is_told_again(open_yard: Open, switch: Switch) -> None:
    payer = Payer(open_yard(payer={"parts": {"store": switch.opened}}))

    def told(call: Any) -> tuple[int, Any]:
        switch.away = True
        return 202, None

    payer.backend.plan["PUT /bulkTransactions"] = told
    payer.start(PAYEE_ID)
    payer.backend.plan["PUT /bulkTransactions"] = lambda call: (202, None)
    switch.away = False
    payer.yard.advance(5)
    assert payer.states == ["COMPLETED", "COMPLETED"]
    payer.yard.advance(7200)
    assert payer.states == ["COMPLETED", "COMPLETED"]


def test_a_bulk_whose_time_ends_while_the_store_is_away_expires_when_it_is_back(open_yard: Open, switch: Switch) -> None:
    payer = Payer(open_yard(payer={"parts": {"store": switch.opened}}))
    payer.start(PAYEE_ID, autoAcceptQuote={"enabled": False})
    assert payer.states == ["WAITING_FOR_QUOTE_ACCEPTANCE"]
    switch.away = True
    payer.yard.advance(3600)
    assert payer.states == ["WAITING_FOR_QUOTE_ACCEPTANCE"]
    switch.away = False
    payer.yard.advance(5)
    assert payer.states[-1] == "ERROR_OCCURRED"
    assert not payer.hub.all("POST /bulkTransfers")
