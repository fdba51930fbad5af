"""An expectation helps most when it fails: these are the texts that somebody reads at night."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from loopyard.engine.expect import NotSeen, expect, seen
from loopyard.engine.traffic import Interaction

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
REFUSAL = b'{"errorInformation":{"errorCode":"3100","errorDescription":"transferAmount.amount: no trailing zeros"}}'


def row(seq: int, at: float, operation: str, sender: str, receiver: str, request: bytes = b"", **more: Any) -> Interaction:
    method, path = more.pop("method", "POST"), more.pop("path", "/quotes")
    filled = {"status": 202, "outcome": "answered", **more}
    return Interaction(
        seq, START + timedelta(seconds=at), sender, receiver, operation, method, path, (), request, None, **filled
    )


QUOTE = row(1, 0.0, "hub.quotes.request", "green-bank", "hub", b'{"payeeFsp":"blue-wallet"}')
CALLBACK = row(
    2, 0.214, "hub.quotes.answer", "hub", "green-bank", method="PUT", path="/quotes/01M7", status=400, response_body=REFUSAL
)
PREPARE = row(3, 0.5, "hub.transfers.prepare", "green-bank", "hub", b'{"payeeFsp":"red-bank","amount":{"currency":"MWK"}}')


def failure(*arguments: Any, **options: Any) -> list[str]:
    with pytest.raises(NotSeen) as caught:
        expect(*arguments, **options)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    "operation, where",
    [
        ("hub.transfers.prepare", {}),
        ("hub.transfers.*", {"payeeFsp": "red-bank"}),
        ("*.prepare", {"amount.currency": "MWK", "from": "green-bank", "to": "hub", "status": 202, "outcome": "answered"}),
    ],
)
def test_the_first_interaction_that_fits_is_found(operation: str, where: dict[str, Any]) -> None:
    assert expect([QUOTE, CALLBACK, PREPARE], operation, where) is PREPARE


def test_all_that_fit_are_seen_in_order() -> None:
    assert seen([QUOTE, CALLBACK, PREPARE], "hub.*", {"from": "green-bank"}) == [QUOTE, PREPARE]
    assert seen([QUOTE], "hub.*", {"payeeFsp": "nobody"}) == []


def test_a_refused_callback_explains_what_never_came() -> None:
    lines = failure(
        [QUOTE, CALLBACK], "hub.transfers.prepare", {"payeeFsp": "blue-wallet"}, within=5, again="pytest features -k O12"
    )
    assert lines == [
        'expected  hub.transfers.prepare  where payeeFsp = "blue-wallet", within 5 s',
        'refused   PUT /quotes/01M7 to green-bank was answered 400: 3100 "transferAmount.amount: no trailing zeros"',
        "seen      0 calls; nearest of 1 to hub: hub.quotes.request from green-bank at +0.000 s",
        "so        green-bank refused hub.quotes.answer; hub.transfers.prepare never came",
        "again     pytest features -k O12",
    ]


def test_a_call_with_other_facts_is_the_nearest_and_each_difference_is_told() -> None:
    lines = failure(
        [QUOTE, PREPARE], "hub.transfers.prepare", {"payeeFsp": "blue-wallet", "{id}": "7", "amount.currency": "MWK"}
    )
    assert lines[1:] == [
        "seen      1 call; nearest: hub.transfers.prepare from green-bank to hub at +0.500 s",
        'so        hub.transfers.prepare came, but payeeFsp was "red-bank", not "blue-wallet" and {id} is absent, not "7"',
    ]


def test_a_call_that_came_too_late_is_told_as_such() -> None:
    lines = failure([QUOTE, PREPARE], "hub.transfers.prepare", within=0.2)
    assert lines[-1] == "so        hub.transfers.prepare came, but after more than 0.2 s"
    assert expect([QUOTE, PREPARE], "hub.transfers.prepare", within=0.2, since=START + timedelta(seconds=0.4)) is PREPARE


def test_the_nearest_of_equals_agrees_in_most() -> None:
    other = row(4, 0.7, "hub.transfers.prepare", "green-bank", "hub", b'{"payeeFsp":"x","amount":{"currency":"KES"}}')
    lines = failure([PREPARE, other], "hub.transfers.prepare", {"payeeFsp": "blue-wallet", "amount.currency": "MWK"})
    assert 'payeeFsp was "red-bank"' in lines[-1]


def test_a_call_that_ended_without_an_answer_is_the_explanation() -> None:
    hung = row(1, 0.0, "hub.quotes.request", "green-bank", "hub", outcome="timeout", status=None)
    assert failure([hung], "hub.transfers.prepare")[-1] == (
        "so        hub.quotes.request ended timeout; hub.transfers.prepare never came"
    )


def test_a_silent_world_says_so() -> None:
    assert failure([], "hub.transfers.prepare") == [
        "expected  hub.transfers.prepare",
        "seen      0 calls",
        "so        nobody called anybody: nothing was started, or it never reached this world",
    ]


def test_progress_so_far_is_told() -> None:
    assert failure([QUOTE], "hub.transfers.prepare")[-1] == (
        "so        green-bank got as far as hub.quotes.request; hub.transfers.prepare never came"
    )


@pytest.mark.parametrize(
    "body, text",
    [
        (b'{"errorCode":"4000","message":"no funds"}', '4000 "no funds"'),
        (b"<html>Bad Gateway</html>", "<html>Bad Gateway</html>"),
        (b"", "no body"),
        (b"x" * 500, "x" * 160),
    ],
)
def test_a_refusal_is_told_in_the_words_of_who_refused(body: bytes, text: str) -> None:
    refused = row(1, 0.0, "bank.funds.reserve", "connector", "bank", status=500, response_body=body)
    assert failure([refused], "hub.*")[1] == f"refused   POST /quotes to bank was answered 500: {text}"
