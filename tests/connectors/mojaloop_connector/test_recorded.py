"""The connector in the place of the real one: what it says to hub and backend, and what it answers, equals what
sdk-scheme-adapter 24.19.4 was recorded to say, key order and header sets included. Only ids, dates, traces, hosts, packets
and signatures may differ."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from mojaloop_connector_yard import SWITCH, Call, Say, Told, Yard, order

RECORDED = Path(__file__).with_name("recorded")
IGNORED = ("user-agent", "accept-encoding", "host", "connection")
FIXED = (
    (re.compile(r"[0-9A-HJKMNP-TV-Z]{26}"), "<id>"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-7][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"), "<uuid>"),
    (re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z"), "<moment>"),
    (re.compile(r"\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT"), "<date>"),
    (re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01"), "<trace>"),
    (re.compile(r"^[0-9a-f]{32}$"), "<trace id>"),
    (re.compile(r"^[\w-]{43}$"), "<hash>"),
    (re.compile(r"^A[\w-]{500,}$"), "<packet>"),
    (re.compile(r"^\{\"(signature|protectedHeader)\".*"), "<signature>"),
    (re.compile(r"http://127\.0\.0\.1:\d+"), "<base>"),
)
Item = tuple[str, Any]


def plain(value: Any) -> Any:
    """A JSON value with what may differ replaced; objects become lists of pairs, so that order counts."""
    if isinstance(value, dict):
        # The order inside a packet changed with the library that seals it.
        ordered = {key: in_order(each) if key == "ilpPacket" else each for key, each in value.items()}
        items = [(key, plain(each)) for key, each in ordered.items()]
        if "content-type" in value:  # received headers: the sender's HTTP library orders them
            items = sorted((key, each) for key, each in items if key not in (*IGNORED, "content-length"))
        return items
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, str):
        for pattern, name in FIXED:
            value = pattern.sub(name, value)
    return value


def in_order(value: Any) -> Any:
    return json.loads(json.dumps(value, sort_keys=True))


def headers_of(pairs: Any) -> list[Item]:
    kept = [(key, value) for key, value in pairs if key.lower() not in (*IGNORED, "traceparent", "content-length")]
    return [(key.lower(), plain(value)) for key, value in kept]


def recorded(name: str, leg: str) -> list[Any]:
    lines = (RECORDED / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [each for each in map(json.loads, lines) if each["leg"] == leg]


def answer(name: str) -> Told:
    told = json.loads((RECORDED / f"{name}.answer.json").read_text(encoding="utf-8"))
    return Told(told["status"], told["body"])


def assert_said(calls: list[Call], expected: list[Any]) -> None:
    assert [(call.method, plain(call.path)) for call in calls] == [(each["method"], plain(each["url"])) for each in expected]
    for call, each in zip(calls, expected, strict=True):
        where = f"{call.method} {call.path}"
        assert plain(call.body) == plain(each["body"]), where
        assert sorted(headers_of(call.headers)) == sorted(headers_of(each["headers"])), where


def assert_told(told: Told, name: str) -> None:
    expected = answer(name)
    assert told.status == expected.status
    assert plain(told.body) == plain(expected.body)


PAYER: dict[str, Any] = {"supported_currencies": ["XXX"]}
PAYEE: dict[str, Any] = {"reserve_notification": True}


def test_a_transfer_is_the_recorded_one(open_yard: Callable[..., Yard]) -> None:
    yard = open_yard(payer=PAYER, payee=PAYEE)

    def commit_for_payee(call: Call) -> list[Say]:  # the hub of this recording kept the payee as source
        committed = dict(call.headers) | {"fspiop-source": "payee"}
        kept = {
            name: value for name, value in committed.items() if name.lower() not in (*IGNORED, "content-length", "traceparent")
        }
        return [
            Say("PUT", call.path, call.body | {"transferState": "COMMITTED"}, headers=kept),
            Say("PATCH", call.path, {"completedTimestamp": "2026-11-21T01:07:00.190Z", "transferState": "COMMITTED"},
                source=SWITCH, to="payee"),
        ]  # fmt: skip

    yard.hub.script["PUT /transfers"] = commit_for_payee
    assert_told(yard.transfer(), "transfer-send")
    yard.settle()
    assert_said(yard.hub.calls, recorded("transfer-send", "fsp->hub"))
    assert_said(yard.backend.calls, recorded("transfer-send", "connector(payee)->backend"))
    assert yard.hub.refusals == []


def test_conversions_of_both_kinds_are_the_recorded_ones(open_yard: Callable[..., Yard]) -> None:
    yard = open_yard(payer=PAYER | {"get_services_fxp_response": ["fxp"]}, payee=PAYEE, fxp={})
    yard.backends["payee"].currency = "XTS"
    sent = yard.transfer()
    assert_told(sent, "fx-s1")
    assert_told(yard.accept(sent.body["transferId"], acceptConversion=True), "fx-s2")
    yard.settle()
    yard.hub.conversions.clear()
    received = yard.transfer(amountType="RECEIVE", currency="XTS", amount="1250")
    assert_told(received, "fx-r1")
    transfer_id = received.body["transferId"]
    assert_told(yard.accept(transfer_id, acceptQuote=True), "fx-r2")
    assert_told(yard.accept(transfer_id, acceptConversion=True), "fx-r3")
    yard.settle()
    assert_said(yard.hub.calls, recorded("fx", "fsp->hub"))
    for name in ("payee", "fxp"):
        assert_said(yard.backends[name].calls, recorded("fx", f"connector({name})->backend"))


@pytest.mark.parametrize("number, to, amount, name", [
    (0, "999", "50", "error-party-hub"),
    (1, "27713404", "50", "error-party-backend"),
    (2, "27713803912", "666", "error-quote"),
    (3, "27713803912", "667", "error-transfer"),
    (4, "27713803912", "668", "error-timeout"),
])  # fmt: skip
def test_failures_are_the_recorded_ones(open_yard: Callable[..., Yard], number: int, to: str, amount: str, name: str) -> None:
    yard = open_yard(payer=PAYER, payee=PAYEE)
    backend = yard.backend
    refused = {"statusCode": "3204", "message": "Party not found at backend"}
    if to == "27713404":
        backend.plan["GET /parties"] = lambda call: (404, refused)
    if amount == "666":
        backend.plan["POST /quoterequests"] = lambda call: (500, {"statusCode": "5101", "message": "Payee rejected quote"})
    if amount == "667":
        backend.plan["POST /transfers"] = lambda call: (400, {"statusCode": "5104", "message": "Payee rejected transfer"})
    if amount == "668":
        yard.hub.script["POST /transfers"] = lambda call: []
    party_error = {"content-type": "application/vnd.interoperability.parties+json;version=1.1"}
    if to == "999":
        body = {"errorInformation": {"errorCode": "3204", "errorDescription": "Party not found"}}
        given = party_error | {"date": "Sat, 21 Nov 2026 01:12:06 GMT", "fspiop-source": SWITCH, "fspiop-destination": "payer"}
        yard.hub.script["GET /parties"] = lambda call: [Say("PUT", f"{call.path}/error", body, headers=given)]
    told = yard.transfer(to={"idType": "MSISDN", "idValue": to}, amount=amount)
    expected = answer(name)
    assert told.status == expected.status
    assert without_trace(plain(told.body)) == without_trace(plain(expected.body))
    yard.settle()
    everything = recorded("errors", "fsp->hub")
    starts = [index for index, each in enumerate(everything) if each["method"] == "GET"] + [len(everything)]
    assert_said(yard.hub.calls, everything[starts[number] : starts[number + 1]])


def without_trace(value: Any) -> Any:
    """The recorded hub's own errors carry no trace; every call of a virtual world does."""
    if isinstance(value, list):
        return [without_trace(each) for each in value if not (isinstance(each, tuple) and each[0] == "traceparent")]
    return tuple(map(without_trace, value)) if isinstance(value, tuple) else value


def test_a_rejected_quote_is_asked_for_as_often_as_recorded(open_yard: Callable[..., Yard]) -> None:
    yard = open_yard(payer=PAYER, payee=PAYEE)
    yard.backend.plan["POST /quoterequests"] = lambda call: (500, {"statusCode": "5101", "message": "Payee rejected quote"})
    assert yard.transfer(amount="666").body["statusCode"] == "5101"
    asked = [each for each in recorded("errors", "connector(payee)->backend") if (each["body"] or {}).get("amount") == "666"]
    assert_said(yard.backend.all("POST /quoterequests"), asked)


@pytest.fixture(scope="module")
def keys() -> dict[str, tuple[str, str]]:
    """A private and a public key for each participant."""
    return {name: _pair() for name in ("payer", "payee", SWITCH)}


def _pair() -> tuple[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


def test_signed_messages_carry_the_recorded_headers(open_yard: Callable[..., Yard], keys: dict[str, tuple[str, str]]) -> None:
    public = {name: pair[1] for name, pair in keys.items()}
    signing = {"jws_sign": True, "jws_sign_put_parties": True, "jws_form": "insertion", "jws_verification_keys": public}

    def settings(name: str) -> dict[str, Any]:
        return signing | {"jws_signing_key": keys[name][0], "validate_inbound_jws": name == "payee"}

    yard = open_yard(payer=PAYER | settings("payer"), payee=PAYEE | settings("payee"))
    told = yard.outbound("POST", "/transfers", order(amount="10"))
    assert told.body["currentState"] == "COMPLETED"
    assert_said(yard.hub.calls, recorded("jws", "fsp->hub"))


def test_a_signed_body_goes_out_sorted_so_that_every_verifier_agrees(
    open_yard: Callable[..., Yard], keys: dict[str, tuple[str, str]]
) -> None:
    yard = open_yard(payer=PAYER | {"jws_sign": True, "jws_signing_key": keys["payer"][0]}, payee=PAYEE)
    assert yard.transfer().body["currentState"] == "COMPLETED"
    body = yard.hub.last("POST /transfers").body
    assert list(body) == sorted(body)


def test_a_message_with_a_broken_signature_is_refused(open_yard: Callable[..., Yard], keys: dict[str, tuple[str, str]]) -> None:
    public = {name: pair[1] for name, pair in keys.items()}
    validating = {"validate_inbound_jws": True, "jws_verification_keys": public}
    yard = open_yard(payer=PAYER | {"jws_sign": True, "jws_signing_key": keys["payer"][0]}, payee=PAYEE | validating)

    def altered(call: Call) -> list[Say]:
        (said,) = yard.hub.relay(call)
        return [Say("POST", said.path, said.body | {"note": "altered"}, to="payee", headers=said.headers)]

    yard.hub.script["POST /quotes"] = altered
    told = yard.transfer()
    assert (told.status, told.body["message"][:24]) == (504, "Timeout requesting quote")
    assert yard.hub.refusals[0][1] == 400
    assert json.loads(yard.hub.refusals[0][2]) == {
        "errorInformation": {"errorCode": "3105", "errorDescription": "Invalid signature"}
    }
