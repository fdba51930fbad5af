"""What the inbound face accepts and refuses, with code and text, as the real software was probed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from mojaloop_connector_yard import Told, Yard, media_type

ID_PATTERN = "^[0-9a-f]{8}-[0-9a-f]{4}-[1-7][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$|^[0-9A-HJKMNP-TV-Z]{26}$"
AMOUNT = 'must match pattern "^([0]|([1-9][0-9]{0,17}))([.][0-9]{0,3}[1-9])?$"'
VERSIONS = [{"key": "1", "value": "0"}, {"key": "1", "value": "1"}, {"key": "2", "value": "0"}]
REMOVED = None


def quote(**changes: Any) -> dict[str, Any]:
    party = {"partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": "1", "fspId": "payer"}}
    kind = {"scenario": "TRANSFER", "initiator": "PAYER", "initiatorType": "CONSUMER"}
    return {
        "quoteId": "01M7XTJ7J0XAA9M43VEMFFJM17",
        "transactionId": "01M7XTJ7GFXG3C9G7F1VMGHQBN",
        "payee": party,
        "payer": party,
        "amountType": "SEND",
        "amount": {"currency": "XXX", "amount": "100"},
        "transactionType": kind,
    } | changes


def post_quote(yard: Yard, headers: dict[str, str | None], body: Any) -> Told:
    sent = {
        "content-type": media_type("quotes", "1.1"),
        "accept": media_type("quotes", "1.1"),
        "date": "Sat, 21 Nov 2026 01:00:00 GMT",
        "fspiop-source": "payer",
        "fspiop-destination": "payee",
    } | headers
    present = {name: value for name, value in sent.items() if value is not None}
    return yard.raw("POST", "/quotes", present, json.dumps(body).encode())


def refused(code: str, text: str, versions: bool = False) -> dict[str, Any]:
    information: dict[str, Any] = {"errorCode": code, "errorDescription": text}
    return {"errorInformation": information | ({"extensionList": VERSIONS} if versions else {})}


MALFORMED = refused("3101", "Malformed syntax")


@pytest.mark.parametrize("headers, body, status, answer", [
    pytest.param({}, {}, 202, None, id="ok v1.1"),
    pytest.param({"content-type": media_type("quotes", "1")}, {}, 400, MALFORMED, id="content-type 1"),
    pytest.param({"content-type": media_type("quotes", "1.0")}, {}, 202, None, id="content-type 1.0"),
    pytest.param({"content-type": media_type("quotes", "1.2")}, {}, 406,
                 refused("3001", "Unacceptable version requested", True), id="content-type 1.2"),
    pytest.param({"content-type": media_type("quotes", "2")}, {}, 400, MALFORMED, id="content-type 2"),
    pytest.param({"content-type": media_type("quotes", "2.0")}, {}, 202, None, id="content-type 2.0"),
    pytest.param({"content-type": media_type("quotes", "3.0")}, {}, 406,
                 refused("3001", "Unacceptable version requested", True), id="content-type 3.0"),
    pytest.param({"content-type": "application/json"}, {}, 400, MALFORMED, id="content-type json"),
    pytest.param({"content-type": media_type("quotes").replace("ability.", "ability.iso20022.")}, {}, 400,
                 MALFORMED, id="content-type iso"),
    pytest.param({"date": REMOVED}, {}, 400, refused("3102", "undefined must have required property 'date'"), id="no date"),
    pytest.param({"fspiop-source": REMOVED}, {}, 400,
                 refused("3102", "undefined must have required property 'fspiop-source'"), id="no source"),
    pytest.param({"fspiop-destination": REMOVED}, {}, 202, None, id="no destination"),
    pytest.param({"accept": REMOVED}, {}, 400, refused("3102", "undefined must have required property 'accept'"),
                 id="no accept"),
    pytest.param({"accept": media_type("quotes", "1.0")}, {}, 202, None, id="accept 1.0"),
    pytest.param({"accept": media_type("quotes", "2")}, {}, 202, None, id="accept 2"),
    pytest.param({"accept": media_type("quotes", "2.0")}, {}, 202, None, id="accept 2.0"),
    pytest.param({"accept": media_type("quotes", "3")}, {}, 406,
                 refused("3001", "Unacceptable version requested", True), id="accept 3"),
    pytest.param({"accept": "*/*"}, {}, 400, MALFORMED, id="accept anything"),
    pytest.param({"date": "2026-11-21T01:00:00.000Z"}, {}, 202, None, id="date ISO 8601"),
    pytest.param({}, {"quoteId": "b51ec534-ee48-4575-b6a9-ead2955b8069"}, 202, None, id="uuid ids"),
    pytest.param({}, {"quoteId": "abc"}, 400, refused("3100", f'must match pattern "{ID_PATTERN}"'), id="bad id"),
    pytest.param({}, {"amount": {"currency": "XXX", "amount": 100}}, 202, None, id="amount number"),
    pytest.param({}, {"amount": {"currency": "XXX", "amount": "100.00"}}, 400, refused("3100", AMOUNT), id="amount 100.00"),
    pytest.param({}, {"amount": {"currency": "XXX", "amount": "100.12345"}}, 400, refused("3100", AMOUNT), id="amount fine"),
    pytest.param({}, {"amount": {"currency": "ZZZ", "amount": "100"}}, 400,
                 refused("3100", "must be equal to one of the allowed values"), id="currency ZZZ"),
    pytest.param({}, {"unheardOf": "x"}, 202, None, id="extra property"),
    pytest.param({}, {"amount": {"currency": "XXX"}}, 400,
                 refused("3102", "undefined must have required property 'amount'"), id="no amount"),
])  # fmt: skip
def test_a_request_is_judged_as_probed(
    open_yard: Callable[..., Yard], headers: dict[str, str | None], body: dict[str, Any], status: int, answer: Any
) -> None:
    told = post_quote(open_yard(payee={}), headers, quote(**body))
    assert (told.status, told.body) == (status, answer)


@pytest.mark.parametrize("method, path, drop, status, code", [
    ("GET", "/parties/MSISDN/1", (), 202, None),
    ("GET", "/parties/MSISDN/1", ("accept",), 400, "3102"),
    ("GET", "/parties/MSISDN/1", ("content-type",), 400, "3102"),
    ("GET", "/health", (), 404, "3002"),
    ("GET", "/", (), 404, "3002"),
    ("GET", "/nothing/here", (), 404, "3002"),
    ("DELETE", "/quotes", (), 405, "3000"),
])  # fmt: skip
def test_a_path_is_judged_as_probed(
    open_yard: Callable[..., Yard], method: str, path: str, drop: tuple[str, ...], status: int, code: str | None
) -> None:
    headers = {"accept": media_type(path), "content-type": media_type(path), "fspiop-source": "payer"}
    headers |= {"date": "Sat, 21 Nov 2026 01:00:00 GMT"}
    told = open_yard(payee={}).raw(method, path, {name: value for name, value in headers.items() if name not in drop})
    assert told.status == status
    assert (told.body or {}).get("errorInformation", {}).get("errorCode") == code


@pytest.mark.parametrize("method, path, body", [
    ("PATCH", "/transfers/01M7XTJ7GFXG3C9G7F1VMGHQBN",
     {"transferState": "COMMITTED", "completedTimestamp": "2026-11-21T01:00:00.000Z"}),
    ("PUT", "/parties/MSISDN/1", {"party": {"partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": "1"}}}),
    ("PUT", "/transfers/01M7XTJ7GFXG3C9G7F1VMGHQBN/error",
     {"errorInformation": {"errorCode": "3303", "errorDescription": "Transfer expired"}}),
])  # fmt: skip
def test_a_callback_that_nobody_awaits_is_taken(
    open_yard: Callable[..., Yard], method: str, path: str, body: dict[str, Any]
) -> None:
    yard = open_yard(payee={})
    headers = {"content-type": media_type(path), "fspiop-source": "switch", "date": "Sat, 21 Nov 2026 01:00:00 GMT"}
    assert yard.raw(method, path, headers, json.dumps(body).encode()) == Told(200, None)
    assert yard.backend.calls == []


def test_a_body_that_is_not_json_is_malformed(open_yard: Callable[..., Yard]) -> None:
    yard = open_yard(payee={})
    headers = {"content-type": media_type("quotes"), "accept": media_type("quotes"), "fspiop-source": "payer"}
    assert yard.raw("POST", "/quotes", headers, b"{").body == MALFORMED


def test_an_answer_to_the_hub_is_empty_and_untyped(open_yard: Callable[..., Yard]) -> None:
    told = post_quote(open_yard(payee={}), {}, quote())
    assert told == Told(202, None)
