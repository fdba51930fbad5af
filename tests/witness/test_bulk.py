"""Bulk messages taken apart: each of their transfers as the witness would have seen it by itself."""

from __future__ import annotations

import json
from typing import Any

from tests.witness.bulk import Unbundled
from tests.witness.seen import Seen

ONE, TWO = {"transferId": "T1"}, {"transferId": "T2"}
AMOUNT = {"currency": "MWK", "amount": "5"}
WHOLE = {"bulkTransferId": "B1", "payerFsp": "green", "payeeFsp": "blue", "expiration": "later"}


def seen(sender: str, receiver: str, method: str, path: str, body: Any, status: int | None = 202) -> Seen:
    return Seen(1, sender, receiver, method, path, [], json.dumps(body).encode(), status)


def parts(unbundled: Unbundled, message: Seen) -> list[tuple[str, str, Any]]:
    return [(each.method, each.path, json.loads(each.body)) for each in unbundled.singles(message)]


def test_a_bulk_is_the_prepares_of_its_transfers() -> None:
    listed = [{**ONE, "transferAmount": AMOUNT}, {**TWO, "transferAmount": AMOUNT}]
    found = parts(Unbundled("hub"), seen("green", "hub", "POST", "/bulkTransfers", {**WHOLE, "individualTransfers": listed}))
    assert [(method, path, body["transferId"], body["amount"], body["payerFsp"]) for method, path, body in found] == [
        ("POST", "/transfers", "T1", AMOUNT, "green"), ("POST", "/transfers", "T2", AMOUNT, "green"),
    ]  # fmt: skip


def test_results_are_commits_and_errors() -> None:
    error = {"errorCode": "5001", "errorDescription": "no"}
    results = [{**ONE, "fulfilment": "f"}, {**TWO, "errorInformation": error}]
    body = {"bulkTransferState": "COMPLETED", "individualTransferResults": results}
    assert parts(Unbundled("hub"), seen("hub", "green", "PUT", "/green/bulkTransfers/B1", body)) == [
        ("PUT", "/transfers/T1", {"transferState": "COMMITTED", "fulfilment": "f"}),
        ("PUT", "/transfers/T2/error", {"errorInformation": error}),
    ]


def test_the_hubs_error_for_the_whole_is_one_for_each() -> None:
    unbundled, error = Unbundled("hub"), {"errorInformation": {"errorCode": "3203", "errorDescription": "no"}}
    list(unbundled.singles(seen("green", "hub", "POST", "/bulkTransfers", {**WHOLE, "individualTransfers": [ONE, TWO]})))
    found = parts(unbundled, seen("hub", "green", "PUT", "/bulkTransfers/B1/error", error))
    assert [path for _, path, _ in found] == ["/transfers/T1/error", "/transfers/T2/error"]


def test_what_was_refused_or_cannot_be_read_stands_for_nothing_and_all_else_goes_through() -> None:
    unbundled = Unbundled("hub")
    broken = {**WHOLE, "individualTransfers": "none"}
    assert parts(unbundled, seen("green", "hub", "POST", "/bulkTransfers", broken)) == []
    assert parts(unbundled, seen("green", "hub", "POST", "/bulkTransfers", {**WHOLE, "individualTransfers": [ONE]}, 400)) == []
    single = seen("green", "hub", "POST", "/transfers", ONE)
    assert list(unbundled.singles(single)) == [single]
