from __future__ import annotations

import copy
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from loopyard.protocols import schemas
from loopyard.protocols.fspiop.errors import FspiopError
from loopyard.protocols.fspiop.validation import validate_request

FSPIOP = schemas.load("fspiop_2.0")
MESSAGES: dict[str, Any] = json.loads(
    (Path(__file__).parent.parent / "vectors" / "fspiop" / "messages.json").read_text(encoding="utf-8")
)
REMOVED = object()
MISSING = "Missing mandatory element - "
GENERIC = "Generic validation error - "
PAIR = {"key": "k", "value": "v"}
UUID = "^[0-9a-f]{8}-[0-9a-f]{4}-[1-7][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$|^[0-9A-HJKMNP-TV-Z]{26}$"
NOT_ALLOWED = "must be equal to one of the allowed values"


def message(operation: str, changes: dict[str, Any]) -> Any:
    body = copy.deepcopy(MESSAGES[operation])
    for pointer, value in changes.items():
        *parents, last = pointer.split("/")
        node = body
        for parent in parents:
            node = node[parent]
        if value is REMOVED:
            del node[last]
        else:
            node[last] = value
    return body


def verdict(operation: str, **parts: Any) -> FspiopError | None:
    try:
        validate_request(FSPIOP, operation, **parts)
    except FspiopError as error:
        return error
    return None


@pytest.mark.parametrize("operation", MESSAGES)
def test_valid_messages_pass(operation: str) -> None:
    assert verdict(operation, body=MESSAGES[operation]) is None


@pytest.mark.parametrize(
    "operation, changes, code, description",
    [
        ("POST /transfers", {"payeeFsp": REMOVED}, "3102", f"{MISSING}/requestBody must have required property 'payeeFsp'"),
        (
            "POST /transfers",
            {"amount/currency": REMOVED},
            "3102",
            f"{MISSING}/requestBody/amount must have required property 'currency'",
        ),
        (
            "POST /transfers",
            {"amount/amount": "10.00"},
            "3100*",
            GENERIC + '/requestBody/amount/amount must match pattern "^([0]|([1-9][0-9]{0,17}))([.][0-9]{0,3}[1-9])?$"',
        ),
        ("POST /transfers", {"amount/currency": "ZZZ"}, "3100*", f"{GENERIC}/requestBody/amount/currency {NOT_ALLOWED}"),
        (
            "POST /transfers",
            {"transferId": "x"},
            "3100*",
            (GENERIC + f'/requestBody/transferId must match pattern "{UUID}"')[:128],
        ),
        (
            "POST /transfers",
            {"payerFsp": ""},
            "3100",
            f"{GENERIC}/requestBody/payerFsp must NOT have fewer than 1 characters",
        ),
        (
            "POST /transfers",
            {"payerFsp": "x" * 33},
            "3100",
            f"{GENERIC}/requestBody/payerFsp must NOT have more than 32 characters",
        ),
        (
            "POST /transfers",
            {"extensionList": {"extension": [PAIR] * 17}},
            "3100",
            f"{GENERIC}/requestBody/extensionList/extension must NOT have more than 16 items",
        ),
        (
            "POST /transfers",
            {"extensionList": {"extension": []}},
            "3100",
            f"{GENERIC}/requestBody/extensionList/extension must NOT have fewer than 1 items",
        ),
        (
            "POST /transfers",
            {"extensionList": {"extension": [PAIR, {"key": "k"}]}},
            "3102",
            f"{MISSING}/requestBody/extensionList/extension/1 must have required property 'value'",
        ),
        ("POST /transfers", {"amount": []}, "3101", "Malformed syntax - /requestBody/amount must be object"),
        (
            "POST /quotes",
            {"unknown": 1},
            "3103",
            "Too many elements - /requestBody must NOT have additional properties",
        ),
        ("POST /quotes", {"payee": REMOVED}, "3102", f"{MISSING}/requestBody must have required property 'payee'"),
        (
            "POST /quotes",
            {"transactionType/initiator": REMOVED},
            "3102",
            f"{MISSING}/requestBody/transactionType must have required property 'initiator'",
        ),
        (
            "PUT /quotes/{ID}/error",
            {"errorInformation/errorCode": "99999"},
            "3100*",
            GENERIC + '/requestBody/errorInformation/errorCode must match pattern "^(10|20|3[0-4]|4[0-4]|5[0-4])[0-9]{2}$"',
        ),
        (
            "PUT /transfers/{ID}/error",
            {"errorInformation/errorCode": "0999"},
            "3100*",
            GENERIC + r'/requestBody/errorInformation/errorCode must match pattern "^[1-9]\d{3}$"',
        ),
        (
            "PUT /transfers/{ID}",
            {"transferState": REMOVED},
            "3102",
            f"{MISSING}/requestBody must have required property 'transferState'",
        ),
        ("PUT /transfers/{ID}", {"transferState": "ZZ"}, "3100*", f"{GENERIC}/requestBody/transferState {NOT_ALLOWED}"),
        (
            "PUT /transfers/{ID}",
            {"fulfilment": "x"},
            "3100*",
            GENERIC + '/requestBody/fulfilment must match pattern "^[A-Za-z0-9-_]{43}$"',
        ),
        (
            "PATCH /transfers/{ID}",
            {"completedTimestamp": REMOVED},
            "3102",
            f"{MISSING}/requestBody must have required property 'completedTimestamp'",
        ),
        (
            "POST /fxTransfers",
            {"initiatingFsp": REMOVED},
            "3102",
            f"{MISSING}/requestBody must have required property 'initiatingFsp'",
        ),
        (
            "PUT /authorizations/{ID}",
            {"authenticationInfo/authenticationValue": REMOVED},
            "3102",
            f"{MISSING}/requestBody/authenticationInfo must have required property 'authenticationValue'",
        ),
        (
            "PUT /parties/{Type}/{ID}",
            {"party/supportedCurrencies": "MWK"},
            "3101",
            "Malformed syntax - /requestBody/party/supportedCurrencies must be array",
        ),
        (
            "PUT /parties/{Type}/{ID}",
            {"party/personalInfo/dateOfBirth": "28-02-1990"},
            "3100*",
            (GENERIC + '/requestBody/party/personalInfo/dateOfBirth must match pattern "^(?:[1-9]\\d{3}-(?:(?:0[1-9]|1[0-2]'),
        ),
    ],
)
def test_a_faulty_body_is_answered_in_the_hub_s_words(
    operation: str, changes: dict[str, Any], code: str, description: str
) -> None:
    body = message(operation, changes)
    error = verdict(operation, body=body)
    strict = verdict(operation, body=body, strict_3101=True)
    assert error is not None
    assert strict is not None
    assert (error.http_status, error.code) == (400, code[:4])
    assert error.description.startswith(description)
    assert strict.code == ("3101" if code.endswith("*") else code)


@pytest.mark.parametrize(
    "operation, first",
    [
        ("PUT /quotes/{ID}", "condition"),
        ("PUT /transfers/{ID}", "transferState"),
        ("PATCH /transfers/{ID}", "completedTimestamp"),
        ("POST /transfers", "transferId"),
        ("POST /quotes", "quoteId"),
    ],
)
def test_of_an_empty_body_the_first_required_property_is_reported(operation: str, first: str) -> None:
    error = verdict(operation, body={})
    assert error is not None
    assert error.description == f"{MISSING}/requestBody must have required property '{first}'"


@pytest.mark.parametrize(
    "operation, changes",
    [
        ("POST /transfers", {"amount/amount": 10}),
        ("POST /transfers", {"amount/amount": Decimal("10.5")}),
        ("POST /transfers", {"unknown": 1}),
        ("POST /participants", {"unknown": {}}),
        ("PUT /authorizations/{ID}", {"responseType": "ZZ"}),
        ("PUT /authorizations/{ID}", {"authenticationInfo/authenticationValue": {"pinValue": "1", "counter": "2"}}),
        ("POST /transfers", {"transferId": "01ARZ3NDEKTSV4RRFFQ69G5FAV"}),
        ("POST /transfers", {"amount/currency": "XXX"}),
    ],
)
def test_what_the_hub_tolerates_passes_and_the_message_stays_as_it_was(operation: str, changes: dict[str, Any]) -> None:
    body = message(operation, changes)
    before = copy.deepcopy(body)
    assert verdict(operation, body=body) is None
    assert body == before


@pytest.mark.parametrize("amount", [Decimal("10.12345"), True, None, -1])
def test_a_coerced_amount_must_still_be_an_amount(amount: Any) -> None:
    error = verdict("POST /transfers", body=message("POST /transfers", {"amount/amount": amount}))
    assert error is not None
    assert error.code == "3100"


def test_required_comes_before_unknown_properties_and_these_before_the_properties_themselves() -> None:
    changes: dict[str, Any] = {"unknown": 1, "payee": REMOVED, "quoteId": "x", "amountType": "ZZ"}
    seen = []
    for repaired in ("payee", "unknown", "quoteId", "amountType"):
        error = verdict("POST /quotes", body=message("POST /quotes", changes))
        assert error is not None
        seen.append(error.description.split(" - ")[1].split(" must ")[0])
        del changes[repaired]
    assert seen == ["/requestBody", "/requestBody", "/requestBody/quoteId", "/requestBody/amountType"]


def test_length_is_reported_before_pattern_and_enumeration() -> None:
    error = verdict("POST /transfers", body=message("POST /transfers", {"amount/currency": "ZZ"}))
    assert error is not None
    assert error.description.endswith("must NOT have fewer than 3 characters")


def test_of_failing_alternatives_the_first_branch_is_reported() -> None:
    changes: dict[str, Any] = {"authenticationInfo/authenticationValue": []}
    error = verdict("PUT /authorizations/{ID}", body=message("PUT /authorizations/{ID}", changes))
    assert error is not None
    assert error.description == "Malformed syntax - /requestBody/authenticationInfo/authenticationValue must be string"


GOOD_QUERY = {"authenticationType": "OTP", "retriesLeft": "2", "amount": "10", "currency": "MWK"}


@pytest.mark.parametrize(
    "query, code, description",
    [
        ({}, "3102", f"{MISSING}/query must have required property 'authenticationType'"),
        ({"authenticationType": "OTP"}, "3102", f"{MISSING}/query must have required property 'retriesLeft'"),
        (GOOD_QUERY | {"authenticationType": "ZZ"}, "3100", f"{GENERIC}/query/authenticationType {NOT_ALLOWED}"),
        (GOOD_QUERY | {"retriesLeft": "2.5"}, "3101", "Malformed syntax - /query/retriesLeft must be integer"),
        (GOOD_QUERY | {"retriesLeft": "x"}, "3101", "Malformed syntax - /query/retriesLeft must be integer"),
    ],
)
def test_the_query_of_an_authorization_is_checked(query: dict[str, str], code: str, description: str) -> None:
    error = verdict("GET /authorizations/{ID}", query=query)
    assert error is not None
    assert (error.code, error.description) == (code, description)


def test_any_number_of_retries_is_accepted() -> None:
    assert verdict("GET /authorizations/{ID}", query=GOOD_QUERY | {"retriesLeft": "99"}) is None


def test_the_id_in_the_path_is_checked_for_quotes_and_not_for_transfers() -> None:
    error = verdict("GET /quotes/{ID}", path={"ID": "zz"})
    assert error is not None
    assert error.description.startswith(f'{GENERIC}/path/id must match pattern "^[0-9a-f]{{8}}')
    assert verdict("GET /transfers/{ID}", path={"ID": "xx"}) is None


@pytest.mark.parametrize("operation, name", [("POST /quotes", "fspiop-destination"), ("POST /transfers", "fspiop-source")])
def test_a_missing_header_is_reported_after_the_body(operation: str, name: str) -> None:
    headers = dict.fromkeys(("accept", "content-type", "date", "fspiop-source", "fspiop-destination"), "x")
    lacking = {key: value for key, value in headers.items() if key != name}
    error = verdict(operation, body=MESSAGES[operation], headers=lacking)
    assert error is not None
    assert error.description == f"{MISSING}/header must have required property '{name}'"
    assert verdict(operation, body=MESSAGES[operation], headers=headers) is None


def test_a_transfer_needs_no_destination_header() -> None:
    headers = dict.fromkeys(("accept", "content-type", "date", "fspiop-source"), "x")
    assert verdict("POST /transfers", body=MESSAGES["POST /transfers"], headers=headers) is None
