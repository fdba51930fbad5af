"""What others are told while the connector's store is away, and that nothing which the backend has done is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mojaloop_connector_yard import PAYEE_ID, Say, Yard

from connectors.mojaloop_connector.errors import StoreUnavailable
from connectors.mojaloop_connector.store import Row, SqliteStore, Store
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

    def get(self, kind: str, id_: str) -> Row | None:
        self._reach()
        return super().get(kind, id_)

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
