"""The reference core connector under the recorded calls of the real Mojaloop connector: it takes each of them, answers by the
published document, and the bank behind it books what the recording says was paid."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from loopyard.kernel.clock import VirtualClock
from loopyard.kernel.ids import Ids
from loopyard.protocols import schemas
from loopyard.world.composition import Composition
from loopyard.world.file import parse
from tests.conformance.captures import ALL, ERRORS, FX, JWS, JWS_RESERVED, TO_BACKEND, TRANSFER, Exchange, read
from tests.conformance.raw_http import Answer, send

PAYEE = "MSISDN:27713803912"
Played = list[tuple[Exchange, Answer]]
Balances = dict[str, str]


def world(recording: str, first: Exchange) -> dict[str, Any]:
    """A payee and an FX provider, each with a bank and a core connector, and nobody else."""
    target = "XTS" if recording == FX else "XXX"
    held = {"cap": "100000", "funds": "100000"}
    there = {"play": "external", "callback_url": "http://nobody.calls"}
    return {
        "world": {"name": recording, "starts": first.at - timedelta(seconds=1)},
        "dfsp": [{"id": "payee", "currencies": {target: held}, **there}],
        "fxp": [{"id": "fxp", "currencies": {"XXX": held, "XTS": held}, **there}],
        "person": [{"name": "Test Middle Payee", "dfsp": "payee", "id_value": PAYEE.partition(":")[2]}],
        "simulators": {f"{name}-bank": {"kind": "mojaloop_reference", "participant": name} for name in ("payee", "fxp")},
        "connectors": {
            "payee-core": {"kind": "core_connector", "fsp_id": "payee", "bank": "payee-bank"},
            "fxp-core": {
                "kind": "core_connector", "fsp_id": "fxp", "bank": "fxp-bank", "mode": "fxp", "rates": {"XXX/XTS": "12.5"},
            },
        },
    }  # fmt: skip


def play(recording: str) -> tuple[Played, Balances]:
    """The answer to every recorded call, and how much more each customer and treasury has in the end."""
    return asyncio.run(_play(recording))


async def _play(recording: str) -> tuple[Played, Balances]:
    calls = read(recording, TO_BACKEND)
    composition = Composition(parse(world(recording, calls[0]), recording))
    clock = composition.clock
    assert isinstance(clock, VirtualClock)
    await composition.start()
    before = balances(composition)
    say = partial(send, clock, Ids("recording"))
    played = []
    try:
        for each in calls:
            await clock.advance(max(0.0, (each.at - clock.now()).total_seconds()))
            place = composition.url(f"{each.party}-core", "sdk")
            answer = await clock.drive(say(place, each.method, each.path, each.headers, each.raw))
            played.append((each, answer))
        after = balances(composition)
    finally:
        await composition.stop()
    return played, {name: str(after[name] - before[name]) for name in after if after[name] != before[name]}


def balances(composition: Composition) -> dict[str, Any]:
    accounts = [each for ledger in composition.ledgers() for each in ledger.accounts]
    return {each.holder: each.balance for each in accounts if each.role in ("customer", "treasury")}


def content(answer: Answer) -> Any:
    return json.loads(answer.body) if answer.body else None


@pytest.mark.parametrize("recording", ALL)
def test_every_call_is_taken(recording: str) -> None:
    played, _ = play(recording)
    expected = {each.line: 404 if each.path.endswith("/27713404") else 200 for each, _ in played}
    assert {each.line: answer.status for each, answer in played} == expected


@pytest.mark.parametrize("recording", ALL)
def test_calls_and_answers_are_as_the_document_says(recording: str) -> None:
    document = schemas.load("backend_2.1")
    played, _ = play(recording)
    for each, answer in played:
        found = document.match(each.method, each.path)
        assert found is not None, each.line
        assert document.request_errors(found[0], each.body) == [], each.line
        assert document.response_errors(found[0], answer.status, content(answer)) == [], each.line


def test_a_party_whom_the_bank_does_not_know_is_denied_as_the_real_connector_understands_it() -> None:
    played, _ = play(ERRORS)
    (denied,) = [content(answer) for _, answer in played if answer.status != 200]
    assert denied["statusCode"] == "3204"
    assert set(denied) == {"statusCode", "message"}


@pytest.mark.parametrize("recording", [TRANSFER, FX])
def test_terms_are_those_of_a_bank_without_fees_as_recorded(recording: str) -> None:
    played, _ = play(recording)
    quoted = [(each, content(answer)) for each, answer in played if each.path == "/quoterequests"]
    assert quoted
    for each, terms in quoted:
        assert {name: terms[name] for name in terms if name != "expiration"} == {
            name: value for name, value in each.answer.items() if name != "expiration"
        }


def test_conversion_terms_keep_every_recorded_id_and_amount() -> None:
    played, _ = play(FX)
    quoted = [(each, content(answer)) for each, answer in played if each.path == "/fxQuotes"]
    assert len(quoted) == 2
    for each, terms in quoted:
        recorded = {name: value for name, value in each.answer["conversionTerms"].items() if name != "charges"}
        assert terms["conversionTerms"] == recorded


@pytest.mark.parametrize(("recording", "booked"), [
    (TRANSFER, {PAYEE: "100"}),
    (JWS_RESERVED, {PAYEE: "10"}),
    (JWS, {}),
    (ERRORS, {}),
    (FX, {PAYEE: "2500", "ACCOUNT_NUMBER:treasury-XXX": "200", "ACCOUNT_NUMBER:treasury-XTS": "-2500"}),
])  # fmt: skip
def test_the_banks_book_what_the_recording_says_was_committed(recording: str, booked: Balances) -> None:
    """Nothing without a final notice: the recorded payee that answered COMMITTED at once got none."""
    _, moved = play(recording)
    assert moved == booked
