"""The few words that stand for an address, a body or a span of time."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from loopyard.testing.evidence import wording
from loopyard.testing.evidence.interactions import pretty


@pytest.mark.parametrize(
    "body, words",
    [
        ({"transferState": "COMMITTED"}, "COMMITTED"),
        ({"amount": {"currency": "MWK", "amount": "100.5"}}, "100.5 MWK"),
        ({"transferAmount": {"currency": "MWK", "amount": "7"}, "payeeFspFee": {"amount": "1"}}, "7 MWK"),
        ({"currentState": "COMPLETED", "amount": "5", "currency": "ZMW"}, "COMPLETED · 5 ZMW"),
        ({"errorInformation": {"errorCode": "3208", "errorDescription": "not found"}}, "3208 not found"),
        ({"status": True, "data": {"amount": 100.50}}, "status true · 100.5"),
        ({"partyIdType": "MSISDN"}, ""),
        ({"transactionRequestState": "REJECTED", "transactionId": "t"}, "REJECTED"),
        ({"responseType": "ENTERED"}, "ENTERED"),
        (
            {
                "amount": {"currency": "MWK", "amount": "7"},
                "refundInfo": {"originalTransactionId": "01KJPRZB003CH17SKPYMM6PRJT"},
            },
            "7 MWK · gives back 01KJ…PRJT",
        ),
    ],
)
def test_a_body_is_told_by_its_error_state_and_amount(body: object, words: str) -> None:
    assert wording.summary(json.dumps(body).encode()) == words


def test_an_amount_is_never_shown_with_another_objects_currency() -> None:
    fx = {
        "conversionTerms": {
            "sourceAmount": {"currency": "MWK", "amount": "0"},
            "targetAmount": {"currency": "ZMW", "amount": "12.5"},
            "transferAmount": {"currency": "ZMW", "amount": "12.5"},
        },
        "currency": "MWK",
    }
    assert wording.summary(json.dumps(fx).encode()) == "12.5 ZMW"
    assert wording.summary(b'{"order": {"amount": "7"}, "currency": "MWK"}') == "7"


def test_number_literals_keep_their_zeros() -> None:
    assert wording.summary(b'{"amount": 100.50}') == "100.50"


def test_xml_and_unreadable_bodies_have_a_summary_too() -> None:
    xml = b"<r><TrnAmt><amountValue>2500.00</amountValue><currencyCode>NGN</currencyCode></TrnAmt></r>"
    assert wording.summary(xml) == "2500.00 NGN"
    assert wording.summary(b"{broken") == ""
    assert wording.summary(b"\xff\xfe") == ""


@pytest.mark.parametrize("levels", [500, 100_000])
def test_a_body_that_is_nested_to_hurt_is_told_and_shown_as_it_is(levels: int) -> None:
    body = b"[" * levels + b"]" * levels
    assert wording.summary(body) == ""
    assert "".join(pretty(body).split()) == body.decode()


def test_an_address_loses_its_host_and_shows_long_ids_by_their_ends() -> None:
    assert wording.path("http://127.0.0.1:4000/quotes/01M7XT8VXJ4391MAW2DDR0GS3B") == "/quotes/01M7…GS3B"
    assert wording.path("/x/7c23e80c-d078-4077-8263-2c047876fcf6/error?a=1") == "/x/7c23…fcf6/error?a=1"
    assert wording.path("/fineract-provider/api") == "/fineract-provider/api"


def test_a_long_address_keeps_its_end() -> None:
    assert wording.clip_path("/fineract-provider/api/v1/savingsaccounts/12", 24) == "…/v1/savingsaccounts/12"
    assert wording.clip_path("/" + "a" * 30, 10) == "/aaaaaaaa…"


@pytest.mark.parametrize(
    "seconds, words",
    [(1.5, "1.5 s later"), (2, "2 s later"), (40, "40 s later"), (125, "2 min 5 s later"), (90000, "1 d 1 h later")],
)
def test_a_gap_in_words(seconds: float, words: str) -> None:
    assert wording.later(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    "seconds, words", [(0.214, "+0.214 s"), (59.9996, "+59.999 s"), (64.5, "+1:04.500"), (3725, "+1:02:05.000")]
)
def test_time_since_the_start(seconds: float, words: str) -> None:
    assert wording.since_start(timedelta(seconds=seconds)) == words
