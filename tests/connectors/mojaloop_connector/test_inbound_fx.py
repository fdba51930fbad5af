"""The FX provider's side: conversions are reserved, fulfilled and ended as transfers are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from mojaloop_connector_yard import NOW, SWITCH, Call, Say, Yard, error

Open = Callable[..., Yard]
CONVERSION = "01M7XVWYZ6531PKGYMM2BNB534"
REQUEST = "01M7XVWYZ6531PKGYMM2BNB533"


class Provider:
    """An FX provider's connector, and a hub that only records."""

    def __init__(self, yard: Yard) -> None:
        self.yard = yard
        self.backend = yard.backends["fxp"]
        for key in ("PUT /fxQuotes", "PUT /fxTransfers", "GET /fxTransfers"):
            yard.hub.script[key] = lambda call: []
            yard.hub.script[f"{key}/error"] = lambda call: []

    def send(self, method: str, path: str, body: Any, source: str = "payer") -> Call:
        self.yard.say(Say(method, path, body, source=source, to="fxp"))
        return self.yard.hub.calls[-1]

    def quote(self, **changes: Any) -> Call:
        terms = {
            "conversionId": CONVERSION,
            "determiningTransferId": "01M7XVWYXNCDXVS4GGWRWE24GD",
            "initiatingFsp": "payer",
            "counterPartyFsp": "fxp",
            "amountType": "SEND",
            "sourceAmount": {"currency": "XXX", "amount": "100"},
            "targetAmount": {"currency": "XTS"},
            "expiration": "2026-11-21T01:01:00.000Z",
        } | changes
        return self.send("POST", "/fxQuotes", {"conversionRequestId": REQUEST, "conversionTerms": terms})

    def prepare(self, **changes: Any) -> Call:
        quoted = self.yard.hub.last("PUT /fxQuotes").body
        terms = quoted["conversionTerms"]
        copied = ("determiningTransferId", "initiatingFsp", "counterPartyFsp", "amountType", "sourceAmount", "targetAmount")
        body = {name: terms[name] for name in copied} | {
            "commitRequestId": CONVERSION,
            "condition": quoted["condition"],
            "expiration": "2026-11-21T01:01:00.000Z",
        }
        return self.send("POST", "/fxTransfers", body | changes)

    def notice(self, state: str) -> None:
        body = {"completedTimestamp": NOW, "conversionState": state}
        self.send("PATCH", f"/fxTransfers/{CONVERSION}", body, SWITCH)

    def told(self) -> list[Any]:
        return [call.body for call in self.backend.all("PUT /fxTransfers")]


@pytest.fixture
def provider(open_yard: Open) -> Callable[..., Provider]:
    def make(**settings: Any) -> Provider:
        return Provider(open_yard(fxp=settings))

    return make


@pytest.fixture
def reserved(provider: Callable[..., Provider]) -> Callable[..., Provider]:
    def make(**settings: Any) -> Provider:
        one = provider(**settings)
        one.quote()
        assert one.prepare().body["conversionState"] == "RESERVED"
        return one

    return make


@pytest.mark.parametrize("state", ["COMMITTED", "ABORTED"])
def test_a_conversion_ends_once_with_the_hubs_notice(reserved: Callable[..., Provider], state: str) -> None:
    one = reserved()
    one.notice(state)
    one.notice(state)
    assert one.told() == [{"conversionState": state, "completedTimestamp": NOW}]


def test_a_repeated_fx_prepare_gets_the_stored_callback(reserved: Callable[..., Provider]) -> None:
    one = reserved()
    first = one.yard.hub.last("PUT /fxTransfers")
    second = one.prepare()
    assert first.body == second.body
    assert one.backend.heard().count("POST /fxTransfers") == 1


@pytest.mark.parametrize("changes, code", [
    ({"condition": "A" * 43}, "2001"),
    ({"commitRequestId": "01M7XVWYZ6531PKGYMM2BNB535"}, "2001"),
    ({"expiration": "2026-11-21T00:59:00.000Z"}, "3303"),
    ({"targetAmount": {"currency": "XTS", "amount": "1251"}}, "3100"),
])  # fmt: skip
def test_a_bad_fx_prepare_never_reaches_the_backend(
    provider: Callable[..., Provider], changes: dict[str, Any], code: str
) -> None:
    one = provider()
    one.quote()
    answer = one.prepare(**changes)
    assert answer.body["errorInformation"]["errorCode"] == code
    assert "POST /fxTransfers" not in one.backend.heard()


def test_an_expired_fx_quote_is_3302_when_strict(provider: Callable[..., Provider]) -> None:
    one = provider(reject_transfers_on_expired_quotes=True)
    one.quote(expiration="2026-11-21T01:00:10.000Z")
    one.yard.advance(11)
    assert one.prepare().body["errorInformation"]["errorCode"] == "3302"


def test_towards_the_hub_a_conversion_is_only_ever_reserved(provider: Callable[..., Provider]) -> None:
    one = provider()
    one.quote()
    one.backend.plan["POST /fxTransfers"] = lambda call: (200, {"homeTransactionId": "h", "conversionState": "COMMITTED"})
    assert one.prepare().body["conversionState"] == "RESERVED"


@pytest.mark.parametrize("status, body, code", [
    (400, {"statusCode": "5001", "message": "no liquidity"}, "5001"),
    (200, None, "2001"),
    (200, {"homeTransactionId": "h"}, "2001"),
])  # fmt: skip
def test_an_fx_quote_that_fails_is_an_error_callback(
    provider: Callable[..., Provider], status: int, body: Any, code: str
) -> None:
    one = provider()
    one.backend.plan["POST /fxQuotes"] = lambda call: (status, body)
    answer = one.quote()
    assert (answer.path, answer.body["errorInformation"]["errorCode"]) == (f"/fxQuotes/{REQUEST}/error", code)


def test_the_same_fx_quote_is_answered_from_the_store_and_by_get(provider: Callable[..., Provider]) -> None:
    one = provider()
    first, second = one.quote(), one.quote()
    assert first.body == second.body
    assert one.send("GET", f"/fxQuotes/{REQUEST}", None).body == first.body
    assert one.send("GET", f"/fxQuotes/{CONVERSION}", None).body["errorInformation"]["errorCode"] == "3205"
    assert one.backend.heard() == ["POST /fxQuotes"]


def test_without_a_notice_the_hub_is_asked_for_the_conversion(reserved: Callable[..., Provider]) -> None:
    one = reserved()
    body = {"completedTimestamp": NOW, "conversionState": "COMMITTED"}
    one.yard.hub.script["GET /fxTransfers"] = lambda call: [Say("PUT", call.path, body, source=SWITCH, to="fxp")]
    one.yard.advance(16)
    assert one.told() == [{"conversionState": "COMMITTED", "completedTimestamp": NOW}]


def test_an_expiry_told_by_the_hub_releases_the_conversion(reserved: Callable[..., Provider]) -> None:
    one = reserved()
    one.send("PUT", f"/fxTransfers/{CONVERSION}/error", error("3303"), SWITCH)
    assert one.told() == [{"conversionState": "ABORTED", "completedTimestamp": "2026-11-21T01:00:00.000Z"}]


def test_an_unknown_outcome_at_the_backend_is_released(provider: Callable[..., Provider]) -> None:
    one = provider()
    one.quote()
    one.backend.trouble["POST /fxTransfers"] = ["close"] * 4
    one.prepare()
    one.yard.advance(0.1)
    assert one.yard.hub.last("PUT /fxTransfers/error").body["errorInformation"]["errorCode"] == "2001"
    assert [each["conversionState"] for each in one.told()] == ["ABORTED"]
