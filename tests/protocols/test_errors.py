from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopyard.protocols.fspiop import error_codes
from loopyard.protocols.fspiop.errors import (
    FspiopError,
    NoErrorInformation,
    from_body,
    method_not_allowed,
    unknown_uri,
)


@pytest.mark.parametrize(
    "code, status",
    [
        ("1000", 503),
        ("1001", 503),
        ("2000", 500),
        ("2001", 500),
        ("2002", 501),
        ("2003", 503),
        ("2004", 500),
        ("2005", 500),
        ("2006", 503),
        ("3000", 400),
        ("3001", 406),
        ("3002", 404),
        ("3100", 400),
        ("3204", 400),
        ("3208", 400),
        ("3303", 400),
        ("4001", 400),
        ("5104", 400),
        ("6000", 400),
    ],
)
def test_the_http_status_follows_from_the_code(code: str, status: int) -> None:
    assert FspiopError(code).http_status == status


def test_every_code_has_four_digits_a_text_and_a_status() -> None:
    assert len(error_codes.STANDARD_TEXTS) == 87
    for code, text in error_codes.STANDARD_TEXTS.items():
        assert len(code) == 4
        assert text
        assert error_codes.http_status(code) in (400, 404, 406, 500, 501, 503)


@pytest.mark.parametrize("detail", [None, ""])
def test_without_detail_the_description_is_the_standard_text(detail: str | None) -> None:
    assert FspiopError("3204", detail).body == {
        "errorInformation": {"errorCode": "3204", "errorDescription": "Party not found"}
    }


def test_with_detail_it_is_joined_by_a_dash_and_cut_at_128() -> None:
    error = FspiopError("3100", "x" * 200)
    assert error.description == "Generic validation error - " + "x" * 101
    assert len(error.description) == 128


def test_extensions_are_written_as_the_api_has_them_and_values_are_cut() -> None:
    body = FspiopError("3001", None, [("1", "0"), ("cause", "y" * 200)]).body
    assert body["errorInformation"]["extensionList"] == {
        "extension": [{"key": "1", "value": "0"}, {"key": "cause", "value": "y" * 128}]
    }


def test_the_bytes_are_the_body_with_sorted_keys() -> None:
    error = FspiopError("5104", "zoë", [("k", "v")])
    assert json.loads(error.body_bytes) == error.body
    assert error.body_bytes == json.dumps(error.body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def test_method_not_allowed_and_unknown_uri_speak_as_the_hub_s_services() -> None:
    refused, unknown = method_not_allowed("DELETE", "/parties/MSISDN/1"), unknown_uri("GET", "/nosuch")
    assert (refused.http_status, refused.code) == (405, "3000")
    assert refused.description == "Generic client error - Method Not Allowed - delete /parties/MSISDN/1"
    assert (unknown.http_status, unknown.description) == (404, "Unknown URI - get /nosuch get /nosuch")


@pytest.mark.parametrize("code", ["5002", 5002], ids=["string", "integer"])
def test_another_party_s_error_is_read_verbatim_integer_codes_included(code: Any) -> None:
    error = from_body({"errorInformation": {"errorCode": code, "errorDescription": "Own words " + "z" * 150}})
    assert error.code == "5002"
    assert error.description == "Own words " + "z" * 150


@pytest.mark.parametrize("pairs", [{"extension": [{"key": "a", "value": "b"}]}, [{"key": "a", "value": "b"}]])
def test_extensions_are_read_in_both_shapes_seen_in_the_wild(pairs: Any) -> None:
    error = from_body({"errorInformation": {"errorCode": "5000", "errorDescription": "d", "extensionList": pairs}})
    assert error.extensions == (("a", "b"),)


def test_a_missing_description_becomes_the_standard_text() -> None:
    assert from_body({"errorInformation": {"errorCode": "5000"}}).description == "Generic Payee error"


@pytest.mark.parametrize("body", [None, "", [], {}, {"errorInformation": None}, {"errorInformation": {"errorCode": True}}])
def test_a_body_without_an_error_code_is_refused(body: Any) -> None:
    with pytest.raises(NoErrorInformation, match="errorCode"):
        from_body(body)


@pytest.mark.parametrize("code", ["7200", "9999", "99999", "2100", "abcd", "4500"])
def test_a_code_outside_the_known_families_is_of_none(code: str) -> None:
    assert not error_codes.is_known_family(code)


@given(st.sampled_from(sorted(error_codes.STANDARD_TEXTS)), st.text(max_size=300))
def test_what_is_written_is_read_back(code: str, detail: str) -> None:
    error = FspiopError(code, detail)
    again = from_body(error.body)
    assert (again.code, again.description, again.http_status) == (error.code, error.description, error.http_status)
