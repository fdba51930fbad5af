"""The simulated hub under the recorded requests of the real connector, unchanged to the byte and to the millisecond. What it
must do with them are the rules that were found for hubs, not the answers of the recorded stub."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from tests.conformance.captures import ALL, ERRORS, FX, JWS, JWS_RESERVED, LIBRARY, TRANSFER, Exchange
from tests.conformance.hub_stage import Got, HubStage
from tests.conformance.raw_http import Answer
from tests.conformance.signatures import Pair, check_signature, make_pair

ISO = ("iso20022-transfer-send", "iso20022-errors", "iso20022-fx", "iso20022-fx-jws")
Played = list[tuple[Exchange, Answer, list[Got]]]
ADDED = frozenset({"fspiop-uri", "fspiop-http-method"})
"""What the hub may add to the headers of a message that it relays."""


def play(recording: str, seconds: float = 0, **settings: object) -> tuple[HubStage, Played]:
    """The whole recording, then `seconds` of silence."""

    async def run() -> tuple[HubStage, Played]:
        async with HubStage(recording, **settings) as stage:
            played = await stage.say_all()
            await stage.clock.advance(seconds)
            return stage, played

    return asyncio.run(run())


def lines(played: Played, method: str, resource: str) -> list[list[str]]:
    """What the hub said because of each such request."""
    return [
        [got.line for got in said] for each, _, said in played if (each.method, each.path.split("/")[1]) == (method, resource)
    ]


@pytest.mark.parametrize("recording", [*ALL, *ISO])
def test_every_request_is_taken_at_once_and_breaks_no_contract(recording: str) -> None:
    stage, played = play(recording)
    assert {each.line: (answer.status, answer.body) for each, answer, _ in played} == {
        each.line: (202 if each.method in ("GET", "POST") else 200, b"") for each, _, _ in played
    }
    assert stage.breaches == []


@pytest.mark.parametrize("recording", [*ALL, *ISO])
def test_what_is_passed_on_is_passed_on_unchanged(recording: str) -> None:
    _, played = play(recording)
    passed = [(each, got) for each, _, said in played for got in said if got.headers["fspiop-source"] == each.party]
    silent = [each.line for each, _, said in played if not said]
    assert silent == []
    assert len(passed) == len(played) - _answered_by_the_hub(played)
    for each, got in passed:
        assert (got.method, got.path, got.raw) == (each.method, each.path, each.raw), each.line
        sent, relayed = own(dict(each.headers)), own(got.headers)
        assert {name: value for name, value in relayed.items() if name not in ADDED - sent.keys()} == sent | {
            "fspiop-destination": got.to
        }, each.line
        assert trace_of(got.headers) == trace_of(dict(each.headers)), each.line


def _answered_by_the_hub(played: Played) -> int:
    """Requests that go nowhere: a party whom nobody knows, a reservation that the hub turns into its own word."""
    reserved = [each for each, _, _ in played if each.path.startswith("/transfers") and _reserves(each.body or {})]
    return len(reserved) + sum(each.path.endswith("/999") for each, _, _ in played)


def _reserves(body: Mapping[str, Any]) -> bool:
    return "RESERVED" in body.values() or body.get("TxInfAndSts", {}).get("TxSts") == "RESV"


def own(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers without those of the HTTP library and without the trace, whose span is each sender's own."""
    named = {name.lower(): value for name, value in headers.items()}
    return {name: value for name, value in named.items() if name not in LIBRARY | {"traceparent"}}


def trace_of(headers: Mapping[str, str]) -> str:
    return headers["traceparent"].split("-")[1]


def test_a_lookup_without_destination_finds_its_participant() -> None:
    _, played = play(TRANSFER)
    assert lines(played, "GET", "parties") == [["payer: GET parties to payee"]]


@pytest.mark.parametrize("recording", [ERRORS, JWS])
def test_a_party_whom_nobody_knows_is_denied_by_the_hub(recording: str) -> None:
    _, played = play(recording)
    (said,) = [said for each, _, said in played if each.path == "/parties/MSISDN/999"]
    assert [got.line for got in said] == ["switch: PUT parties/error to payer"]
    assert said[0].path == "/parties/MSISDN/999/error"
    assert said[0].body["errorInformation"]["errorCode"] == "3204"
    assert said[0].headers["fspiop-uri"] == "/parties/MSISDN/999/error"


def test_a_reservation_becomes_the_hub_s_own_word() -> None:
    stage, played = play(TRANSFER)
    ((each, said),) = [(each, said) for each, _, said in played if (each.method, each.path[:10]) == ("PUT", "/transfers")]
    fulfil, notice = said
    assert (fulfil.line, notice.line) == ("switch: PUT transfers to payer", "switch: PATCH transfers to payee")
    assert fulfil.body == each.body | {"transferState": "COMMITTED"}
    assert (notice.body.keys(), notice.body["transferState"]) == ({"completedTimestamp", "transferState"}, "COMMITTED")
    assert (notice.headers["fspiop-http-method"], notice.headers["fspiop-uri"]) == ("PATCH", each.path)
    assert stage.positions() == {("payer", "XXX"): "100", ("payee", "XXX"): "-100"}


def test_what_the_payee_has_committed_is_passed_on_and_needs_no_notice() -> None:
    stage, played = play(JWS)
    ((first, *others),) = lines(played, "PUT", "transfers")
    assert first == "payee: PUT transfers to payer"
    assert not [line for line in others if "PATCH" in line or "to payer" in line]
    assert stage.positions() == {("payer", "XXX"): "10", ("payee", "XXX"): "-10"}


def test_conversions_follow_the_transfer_that_determines_them() -> None:
    stage, played = play(FX)
    assert lines(played, "PUT", "fxTransfers") == [["fxp: PUT fxTransfers to payer"]] * 2
    assert (
        lines(played, "PUT", "transfers")
        == [["switch: PUT transfers to payer", "switch: PATCH transfers to payee", "switch: PATCH fxTransfers to fxp"]] * 2
    )
    notices = [got.body for got in stage.got if (got.method, got.to) == ("PATCH", "fxp")]
    assert [(set(body), body["conversionState"]) for body in notices] == [
        ({"completedTimestamp", "conversionState"}, "COMMITTED")
    ] * 2
    assert stage.positions() == {
        ("payer", "XXX"): "200",
        ("fxp", "XXX"): "-200",
        ("fxp", "XTS"): "2500",
        ("payee", "XTS"): "-2500",
    }


def test_what_failed_leaves_nothing_behind_and_what_is_unanswered_expires() -> None:
    stage, played = play(ERRORS)
    (refused,) = lines(played, "PUT", "transfers")
    assert refused[0] == "payee: PUT transfers/error to payer"
    assert stage.positions() == {("payer", "XXX"): "668"}, "reserved for the one that nobody answered"
    stage, _ = play(ERRORS, seconds=90)
    expired = [got for got in stage.got if (got.body or {}).get("errorInformation", {}).get("errorCode") == "3303"]
    assert [got.line for got in expired] == [
        "switch: PUT transfers/error to payer",
        "switch: PUT transfers/error to payee",
    ]
    assert stage.positions() == {}


@pytest.fixture(scope="module")
def pair() -> Pair:
    return make_pair()


@pytest.mark.parametrize("recording", [JWS, JWS_RESERVED])
def test_the_hub_signs_its_own_word_and_leaves_others_signatures_alone(recording: str, pair: Pair) -> None:
    stage, played = play(recording, jws_sign=True, jws_key=pair.private)
    theirs = {each.header("fspiop-signature") for each, _, _ in played if each.method != "GET"}
    passed = {got.headers["fspiop-signature"] for got in stage.got if got.headers["fspiop-source"] != "switch" and got.raw}
    reserved = {
        each.header("fspiop-signature") for each, _, _ in played if (each.body or {}).get("transferState") == "RESERVED"
    }
    assert passed == theirs - reserved
    signed = [got for got in stage.got if got.headers["fspiop-source"] == "switch"]
    assert signed
    for got in signed:
        check_signature(got.headers, got.raw, pair.public)
