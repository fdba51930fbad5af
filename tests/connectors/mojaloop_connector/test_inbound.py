"""The payee's side: what the backend is asked, what the hub is told, and how a reservation ends, whatever goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from mojaloop_connector_yard import NOW, PAYEE_ID, SWITCH, Call, Say, Yard, error

Open = Callable[..., Yard]
FINAL = ("PUT /transfers", "GET /transfers")


class Payee:
    """A payee's connector with an agreed quote, and a hub that only records."""

    transfer_id = "01M7XTJ7GFXG3C9G7F1VMGHQBN"
    quote_id = "01M7XTJ7J0XAA9M43VEMFFJM17"

    def __init__(self, yard: Yard) -> None:
        self.yard = yard
        self.backend = yard.backend
        for key in ("PUT /parties", "PUT /quotes", "PUT /transfers", "GET /transfers"):
            yard.hub.script[key] = lambda call: []
            yard.hub.script[f"{key}/error"] = lambda call: []
        yard.hub.script["PUT /participants"] = lambda call: []

    def quote(self, **changes: Any) -> Call:
        self.yard.say(Say("POST", "/quotes", self.quote_body(**changes), source="payer", to="payee"))
        return self.yard.hub.calls[-1]

    def quote_body(self, **changes: Any) -> dict[str, Any]:
        party = {"partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": PAYEE_ID, "fspId": "payee"}}
        payer = {"partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": "1", "fspId": "payer"}, "name": "Pay Er"}
        return {
            "quoteId": self.quote_id,
            "transactionId": self.transfer_id,
            "payee": party,
            "payer": payer,
            "amountType": "SEND",
            "amount": {"currency": "XXX", "amount": "100"},
            "transactionType": {"scenario": "TRANSFER", "initiator": "PAYER", "initiatorType": "CONSUMER"},
        } | changes

    def prepare_body(self, **changes: Any) -> dict[str, Any]:
        quoted = self.yard.hub.last("PUT /quotes").body
        return {
            "transferId": self.transfer_id,
            "payeeFsp": "payee",
            "payerFsp": "payer",
            "amount": quoted["transferAmount"],
            "ilpPacket": quoted["ilpPacket"],
            "condition": quoted["condition"],
            "expiration": "2026-11-21T01:01:00.000Z",
        } | changes

    def prepare(self, **changes: Any) -> Call:
        body = self.prepare_body(**changes)
        self.yard.say(Say("POST", "/transfers", body, source="payer", to="payee"))
        return self.yard.hub.calls[-1]

    def begin(self, step: str) -> None:
        """Make the hub send one of its requests, whatever comes of it."""
        quote, prepare = self.quote_body(), {}
        if step == "prepare":
            prepare = self.prepare_body()
        says = {
            "parties": Say("GET", f"/parties/MSISDN/{PAYEE_ID}", None, source="payer", to="payee"),
            "quote": Say("POST", "/quotes", quote, source="payer", to="payee"),
            "prepare": Say("POST", "/transfers", prepare, source="payer", to="payee"),
        }
        self.yard.say(says[step])

    def notice(self, state: str) -> None:
        body = {"completedTimestamp": NOW, "transferState": state}
        self.yard.say(Say("PATCH", f"/transfers/{self.transfer_id}", body, source=SWITCH, to="payee"))

    def hub_error(self, code: str) -> None:
        path = f"/transfers/{self.transfer_id}/error"
        self.yard.say(Say("PUT", path, error(code), source=SWITCH, to="payee"))

    def told(self) -> list[str]:
        """The final states that the backend got."""
        return [call.body["currentState"] for call in self.backend.all("PUT /transfers")]


@pytest.fixture
def payee(open_yard: Open) -> Callable[..., Payee]:
    def make(**settings: Any) -> Payee:
        return Payee(open_yard(payee={"reserve_notification": True} | settings))

    return make


@pytest.fixture
def reserved(payee: Callable[..., Payee]) -> Callable[..., Payee]:
    """A payee whose transfer is reserved and not yet final."""

    def make(**settings: Any) -> Payee:
        one = payee(**settings)
        one.quote()
        assert one.prepare().body["transferState"] == "RESERVED"
        return one

    return make


# -- parties and quotes ---------------------------------------------------------------------------------------------


def ask_party(one: Payee, resource: str = "parties", ids: str = f"MSISDN/{PAYEE_ID}") -> Call:
    one.yard.say(Say("GET", f"/{resource}/{ids}", None, source="payer", to="payee"))
    return one.yard.hub.calls[-1]


def test_a_party_is_answered_with_our_own_fsp_id(payee: Callable[..., Payee]) -> None:
    one = payee()
    one.backend.plan["GET /parties"] = lambda call: (200, {"idType": "MSISDN", "idValue": PAYEE_ID, "fspId": "other"})
    answer = ask_party(one)
    assert answer.body["party"]["partyIdInfo"]["fspId"] == "payee"
    assert answer.header("fspiop-destination") == "payer"


def test_own_currencies_are_stated_for_a_party_without_any(payee: Callable[..., Payee]) -> None:
    one = payee(supported_currencies=["XXX", "XTS"])
    one.backend.plan["GET /parties"] = lambda call: (200, {"idType": "MSISDN", "idValue": PAYEE_ID})
    assert ask_party(one).body["party"]["supportedCurrencies"] == ["XXX", "XTS"]


def test_every_element_of_a_party_crosses_over(payee: Callable[..., Payee]) -> None:
    one = payee()
    flat = {"idType": "BUSINESS", "idValue": "1", "idSubValue": "2", "displayName": "José မောင်", "firstName": "José"}
    flat |= {"kycInformation": "k", "merchantClassificationCode": "1234", "extensionList": [{"key": "a", "value": "b"}]}
    one.backend.plan["GET /parties"] = lambda call: (200, flat)
    answer = ask_party(one, ids="BUSINESS/1/2")
    assert answer.path == "/parties/BUSINESS/1/2"
    assert answer.body["party"] == {
        "partyIdInfo": {
            "partyIdType": "BUSINESS",
            "partyIdentifier": "1",
            "partySubIdOrType": "2",
            "fspId": "payee",
            "extensionList": {"extension": [{"key": "a", "value": "b"}]},
        },
        "personalInfo": {"complexName": {"firstName": "José"}, "kycInformation": "k"},
        "name": "José မောင်",
        "merchantClassificationCode": "1234",
    }


def test_a_participant_is_ours_when_the_backend_knows_the_party(payee: Callable[..., Payee]) -> None:
    one = payee()
    answer = ask_party(one, "participants")
    assert (answer.key, answer.body) == ("PUT /participants", {"fspId": "payee"})
    assert one.backend.heard() == ["GET /parties"]


@pytest.mark.parametrize("status, body, code, text", [
    (404, {"statusCode": "3204", "message": "no such account"}, "3204", "no such account"),
    (404, {"statusCode": 3204}, "3204", "Party not found"),
    (400, {"statusCode": "5999", "message": "house rule"}, "5999", "house rule"),
    (404, {"statusCode": "404", "message": "not found"}, "2001", "not found"),
    (500, {"mlCode": "3204", "message": "variant B"}, "2001", "variant B"),
    (500, {"status": 500, "message": "template", "details": {}}, "2001", "template"),
    (500, {"statusCode": "5200"}, "5200", "Payee limit error"),
    (500, None, "2001", "Internal server error"),
    (404, {"statusCode": "3204", "message": "x" * 300}, "3204", "x" * 128),
])  # fmt: skip
def test_a_backend_error_becomes_an_error_of_four_digits(
    payee: Callable[..., Payee], status: int, body: Any, code: str, text: str
) -> None:
    one = payee(http_retries=0)
    one.backend.plan["GET /parties"] = lambda call: (status, body)
    answer = ask_party(one)
    assert answer.path.endswith("/error")
    assert answer.body == {"errorInformation": {"errorCode": code, "errorDescription": text}}


def test_like_sdk_passes_any_status_code_on(payee: Callable[..., Payee]) -> None:
    one = payee(like_sdk={"http_code_as_error_code": True})
    one.backend.plan["GET /parties"] = lambda call: (404, {"statusCode": "404", "message": "not found"})
    assert ask_party(one).body["errorInformation"]["errorCode"] == "404"


@pytest.mark.parametrize("trouble", ["empty", "close", "hang", "text"])
@pytest.mark.parametrize("step", ["parties", "quote", "prepare"])
def test_whatever_the_backend_does_the_hub_hears_of_it(payee: Callable[..., Payee], step: str, trouble: str) -> None:
    one = payee(http_timeout_seconds=20)
    if step == "prepare":
        one.quote()
    key = {"parties": "GET /parties", "quote": "POST /quoterequests", "prepare": "POST /transfers"}[step]
    one.backend.plan[key] = lambda call: (200, "some text" if trouble == "text" else None)
    if trouble in ("close", "hang"):
        one.backend.trouble[key] = [trouble] * 4
    one.begin(step)
    one.yard.advance(21)
    errors = [call for call in one.yard.hub.calls if call.path.endswith("/error")]
    assert [each.body["errorInformation"]["errorCode"] for each in errors] == ["2001"]


@pytest.mark.parametrize("step", ["parties", "quote", "prepare"])
def test_like_sdk_is_silent_on_an_empty_body(payee: Callable[..., Payee], step: str) -> None:
    one = payee(like_sdk={"silent_on_empty_body": True})
    if step == "prepare":
        one.quote()
    before = len(one.yard.hub.calls)
    key = {"parties": "GET /parties", "quote": "POST /quoterequests", "prepare": "POST /transfers"}[step]
    one.backend.plan[key] = lambda call: (200, None)
    one.begin(step)
    assert len(one.yard.hub.calls) == before


def test_terms_are_written_as_the_scheme_wants_them(payee: Callable[..., Payee]) -> None:
    one = payee()
    terms = {"transferAmount": 100.5, "transferAmountCurrency": "XXX", "payeeReceiveAmount": "99.50"}
    terms |= {"payeeReceiveAmountCurrency": "XXX", "payeeFspFeeAmount": "1.00", "extensionList": [{"key": "a", "value": "b"}]}
    one.backend.plan["POST /quoterequests"] = lambda call: (200, terms)
    body = one.quote().body
    assert body["transferAmount"] == {"amount": "100.5", "currency": "XXX"}
    assert body["payeeReceiveAmount"] == {"amount": "99.5", "currency": "XXX"}
    assert body["payeeFspFee"] == {"amount": "1", "currency": "XXX"}
    assert body["expiration"] == "2026-11-21T01:01:00.000Z"
    assert body["extensionList"] == {"extension": [{"key": "a", "value": "b"}]}


@pytest.mark.parametrize("terms", [
    {},
    {"transferAmount": "-1", "transferAmountCurrency": "XXX"},
    {"transferAmount": "1", "transferAmountCurrency": "???"},
    {"transferAmount": True, "transferAmountCurrency": "XXX"},
])  # fmt: skip
def test_terms_that_are_none_are_an_error_callback(payee: Callable[..., Payee], terms: dict[str, Any]) -> None:
    one = payee()
    one.backend.plan["POST /quoterequests"] = lambda call: (200, terms)
    assert one.quote().body["errorInformation"]["errorCode"] == "2001"


def test_the_same_quote_request_gets_the_same_answer_and_the_backend_is_not_asked_again(
    payee: Callable[..., Payee],
) -> None:
    one = payee()
    first, second = one.quote(), one.quote()
    assert first.body == second.body
    assert one.backend.heard() == ["POST /quoterequests"]


def test_a_quote_is_not_changed_under_a_prepared_transfer(reserved: Callable[..., Payee]) -> None:
    one = reserved()
    answer = one.quote(note="other")
    assert (answer.path, answer.body["errorInformation"]["errorCode"]) == (f"/quotes/{one.quote_id}/error", "3106")


def test_get_quotes_answers_what_was_quoted_or_3205(payee: Callable[..., Payee]) -> None:
    one = payee()
    quoted = one.quote()
    one.yard.say(Say("GET", f"/quotes/{one.quote_id}", None, source="payer", to="payee"))
    assert one.yard.hub.calls[-1].body == quoted.body
    one.yard.say(Say("GET", "/quotes/01M7XTJ7J0XAA9M43VEMFFJM18", None, source="payer", to="payee"))
    assert one.yard.hub.calls[-1].body["errorInformation"]["errorCode"] == "3205"


def test_like_sdk_answers_2001_for_an_unknown_quote(payee: Callable[..., Payee]) -> None:
    one = payee(like_sdk={"quotes_get_2001": True})
    one.yard.say(Say("GET", f"/quotes/{one.quote_id}", None, source="payer", to="payee"))
    assert one.yard.hub.calls[-1].body["errorInformation"]["errorCode"] == "2001"


# -- the prepare ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answered, notify, sent", [
    ("RESERVED", False, "RESERVED"),
    ("COMMITTED", True, "COMMITTED"),
    (None, True, "RESERVED"),
    (None, False, "COMMITTED"),
])  # fmt: skip
def test_the_backend_decides_between_reserved_and_committed_else_the_setting(
    payee: Callable[..., Payee], answered: str | None, notify: bool, sent: str
) -> None:
    one = payee(reserve_notification=notify)
    one.quote()
    state = {"transferState": answered} if answered else {}
    one.backend.plan["POST /transfers"] = lambda call: (200, {"homeTransactionId": "h", **state})
    fulfil = one.prepare()
    assert fulfil.body["transferState"] == sent
    assert fulfil.body["completedTimestamp"] == "2026-11-21T01:00:00.000Z"
    assert len(fulfil.body["fulfilment"]) == 43


@pytest.mark.parametrize("changes, settings, code", [
    ({"transferId": "01M7XTJ7GFXG3C9G7F1VMGHQBB", "ilpPacket": "AAAA"}, {}, "2001"),
    ({"condition": "A" * 43}, {}, "2001"),
    ({"expiration": "2026-11-21T00:59:59.999Z"}, {}, "3303"),
    ({"amount": {"currency": "XXX", "amount": "99"}}, {}, "3100"),
    ({}, {"reject_transfers_on_expired_quotes": True}, "3302"),
])  # fmt: skip
def test_a_prepare_that_must_not_pass_never_reaches_the_backend(
    payee: Callable[..., Payee], changes: dict[str, Any], settings: dict[str, Any], code: str
) -> None:
    one = payee(**settings)
    if code == "3302":
        terms = {"transferAmount": "100", "transferAmountCurrency": "XXX", "expiration": "2026-11-21T00:59:00.000Z"}
        one.backend.plan["POST /quoterequests"] = lambda call: (200, terms)
    one.quote()
    answer = one.prepare(**changes)
    assert (answer.key, answer.body["errorInformation"]["errorCode"]) == ("PUT /transfers/error", code)
    assert "POST /transfers" not in one.backend.heard()


@pytest.mark.parametrize("changes, defect", [
    ({"expiration": "2026-11-21T00:59:59.999Z"}, "accepts_expired_prepare"),
    ({"amount": {"currency": "XXX", "amount": "99"}}, "ignores_prepare_amount"),
])  # fmt: skip
def test_like_sdk_lets_a_bad_prepare_pass(payee: Callable[..., Payee], changes: dict[str, Any], defect: str) -> None:
    one = payee(like_sdk={defect: True})
    one.quote()
    assert one.prepare(**changes).body["transferState"] == "RESERVED"


@pytest.mark.parametrize("part, changes", [
    ("condition_check", {"condition": "A" * 43}),
    ("amount_check", {"amount": {"currency": "XXX", "amount": "99"}}),
])  # fmt: skip
def test_a_replaced_check_is_the_one_that_is_asked(payee: Callable[..., Payee], part: str, changes: dict[str, Any]) -> None:
    one = payee(parts={part: lambda prepared, agreed: True})
    one.quote()
    assert one.prepare(**changes).body["transferState"] == "RESERVED"


def test_a_transfer_of_another_id_than_its_transaction_finds_its_quote_in_the_packet(
    payee: Callable[..., Payee],
) -> None:
    one = payee()
    one.quote()
    answer = one.prepare(transferId="01M7XTJ7GFXG3C9G7F1VMGHQBB")
    assert (answer.path, answer.body["transferState"]) == ("/transfers/01M7XTJ7GFXG3C9G7F1VMGHQBB", "RESERVED")


def test_a_transfer_without_quote_passes_where_allowed(payee: Callable[..., Payee]) -> None:
    one = payee(allow_transfer_without_quote=True)
    one.quote()
    body = one.prepare_body()
    fresh = Payee(one.yard)
    one.yard.hosts["payee"]._store.unlink(missing_ok=True)
    one.yard.runner.run(one.yard.clock.drive(one.yard.hosts["payee"].begin(one.yard.client.ids, {})))
    fresh.yard.say(Say("POST", "/transfers", body, source="payer", to="payee"))
    answer = one.yard.hub.calls[-1]
    assert answer.body["transferState"] == "RESERVED"
    assert one.backend.last("POST /transfers").body == {"transferId": one.transfer_id, "currency": "XXX", "amount": "100"}


@pytest.mark.parametrize("refusal", [False, True])
def test_a_repeated_prepare_gets_the_stored_callback_and_no_second_reservation(
    payee: Callable[..., Payee], refusal: bool
) -> None:
    one = payee()
    one.quote()
    if refusal:
        one.backend.plan["POST /transfers"] = lambda call: (400, {"statusCode": "5400", "message": "blocked"})
    first, second = one.prepare(), one.prepare()
    assert (first.key, first.body) == (second.key, second.body)
    assert one.backend.heard().count("POST /transfers") == 1


def test_a_prepare_repeated_while_the_first_is_worked_on_is_left_alone(payee: Callable[..., Payee]) -> None:
    one = payee()
    one.quote()
    one.backend.delay["POST /transfers"] = 5
    one.prepare()
    one.prepare()
    one.yard.advance(6)
    assert one.backend.heard().count("POST /transfers") == 1
    assert one.yard.hub.heard().count("PUT /transfers") == 1


def test_another_prepare_with_the_same_id_is_a_modified_request(reserved: Callable[..., Payee]) -> None:
    one = reserved()
    answer = one.prepare(expiration="2026-11-21T01:02:00.000Z")
    assert answer.body["errorInformation"] == {"errorCode": "3106", "errorDescription": "Modified request"}
    one.notice("COMMITTED")
    assert one.told() == ["COMPLETED"]


def test_like_sdk_carries_a_repeated_prepare_out_again(reserved: Callable[..., Payee]) -> None:
    one = reserved(like_sdk={"duplicates_reach_backend": True})
    one.prepare()
    assert one.backend.heard().count("POST /transfers") == 2


def test_an_unknown_outcome_at_the_backend_is_refused_and_released(payee: Callable[..., Payee]) -> None:
    one = payee()
    one.quote()
    one.backend.trouble["POST /transfers"] = ["close"] * 4
    one.begin("prepare")
    one.yard.advance(0.1)
    errors = one.yard.hub.all("PUT /transfers/error")
    assert [each.body["errorInformation"]["errorCode"] for each in errors] == ["2001"]
    assert one.told() == ["ERROR_OCCURRED"]


def test_an_explicit_refusal_needs_no_release(payee: Callable[..., Payee]) -> None:
    one = payee()
    one.quote()
    one.backend.plan["POST /transfers"] = lambda call: (400, {"statusCode": "5104", "message": "no"})
    one.prepare()
    assert one.told() == []


def test_a_transfer_is_queried_from_the_backend(reserved: Callable[..., Payee]) -> None:
    one = reserved()
    answer = {
        "homeTransactionId": "h",
        "timestamp": NOW,
        "transferState": "COMMITTED",
        "extensions": [{"key": "a", "value": "b"}],
    }
    one.backend.plan["GET /transfers"] = lambda call: (200, answer)
    one.yard.say(Say("GET", f"/transfers/{one.transfer_id}", None, source="payer", to="payee"))
    told = one.yard.hub.calls[-1].body
    assert (told["transferState"], told["completedTimestamp"], len(told["fulfilment"])) == ("COMMITTED", NOW, 43)
    one.backend.plan["GET /transfers"] = lambda call: (404, {"statusCode": "3208", "message": "unknown"})
    one.yard.say(Say("GET", f"/transfers/{one.transfer_id}", None, source="payer", to="payee"))
    assert one.yard.hub.calls[-1].body["errorInformation"]["errorCode"] == "3208"


# -- the end --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state, told", [("COMMITTED", "COMPLETED"), ("ABORTED", "ABORTED")])
def test_the_hubs_notice_reaches_the_backend_once(reserved: Callable[..., Payee], state: str, told: str) -> None:
    one = reserved()
    one.notice(state)
    one.notice(state)
    one.notice("ABORTED")
    assert one.told() == [told]
    final = one.backend.last("PUT /transfers").body
    assert final["finalNotification"] == {"completedTimestamp": NOW, "transferState": state}
    assert not [name for name in final if name.startswith("_")]
    one.yard.advance(3600)
    assert one.told() == [told]
    assert "GET /transfers" not in one.yard.hub.heard()


def test_like_sdk_repeats_a_repeated_notice(reserved: Callable[..., Payee]) -> None:
    one = reserved(like_sdk={"repeats_notifications": True})
    one.notice("COMMITTED")
    one.notice("COMMITTED")
    assert one.told() == ["COMPLETED", "COMPLETED"]


def test_a_notice_that_overtakes_the_answer_to_our_fulfil_is_obeyed(payee: Callable[..., Payee]) -> None:
    one = payee()
    one.quote()
    notice = Say("PATCH", f"/transfers/{one.transfer_id}", {"completedTimestamp": NOW, "transferState": "COMMITTED"},
                 source=SWITCH, to="payee")  # fmt: skip

    async def patch_before_answering(call: Call) -> None:
        await one.yard.hub.say(notice)

    answer = one.yard.hub.answer

    async def slow(call: Call) -> Any:
        if call.key == "PUT /transfers":
            await patch_before_answering(call)
        return await answer(call)

    one.yard.hub.answer = slow  # type: ignore[method-assign]
    one.prepare()
    assert one.told() == ["COMPLETED"]


def test_a_failing_backend_is_told_again_at_the_real_intervals_and_then_slower(reserved: Callable[..., Payee]) -> None:
    one = reserved()
    one.backend.trouble["PUT /transfers"] = [500, "close", 503, 500, 500, 500, 500]
    one.notice("COMMITTED")
    one.yard.advance(600)
    moments = [call.at for call in one.backend.all("PUT /transfers")]
    gaps = [round(later - earlier, 3) for earlier, later in pairwise(moments)]
    assert gaps == [1, 2, 4, 8, 10, 60, 120]
    one.yard.advance(7200)
    assert len(one.backend.all("PUT /transfers")) == 8


def test_like_sdk_gives_a_notice_up(reserved: Callable[..., Payee]) -> None:
    one = reserved(like_sdk={"forgets_notifications": True})
    one.backend.trouble["PUT /transfers"] = [500] * 20
    one.notice("COMMITTED")
    one.yard.advance(7200)
    assert len(one.told()) == 6


def test_a_backend_that_refuses_a_notice_is_not_told_again(reserved: Callable[..., Payee]) -> None:
    one = reserved()
    one.backend.trouble["PUT /transfers"] = [400]
    one.notice("COMMITTED")
    one.yard.advance(3600)
    assert len(one.told()) == 1


def says(state: str) -> Callable[[Call], list[Say]]:
    body = {"completedTimestamp": NOW, "transferState": state}
    return lambda call: [Say("PUT", call.path, body, source=SWITCH, to="payee")]


@pytest.mark.parametrize("state, told", [("COMMITTED", "COMPLETED"), ("ABORTED", "ABORTED")])
def test_without_a_notice_the_hub_is_asked_after_the_grace_time(reserved: Callable[..., Payee], state: str, told: str) -> None:
    one = reserved()
    one.yard.hub.script["GET /transfers"] = says(state)
    one.yard.advance(14.9)
    assert one.told() == []
    one.yard.advance(0.2)
    assert one.told() == [told]
    assert one.yard.hub.last("GET /transfers").at == 15


def test_a_hub_that_still_reserves_gets_the_fulfil_again_and_is_asked_three_times_a_round(
    reserved: Callable[..., Payee],
) -> None:
    one = reserved()
    one.yard.hub.script["GET /transfers"] = says("RESERVED")
    one.yard.advance(25)
    assert [call.at for call in one.yard.hub.all("GET /transfers")] == [15, 16, 18]
    fulfils = one.yard.hub.all("PUT /transfers")
    assert len(fulfils) == 4
    assert all(each.body == fulfils[0].body for each in fulfils)
    assert one.told() == []
    one.yard.hub.script["GET /transfers"] = says("COMMITTED")
    one.yard.advance(30)
    assert one.told() == ["COMPLETED"]


def test_a_silent_hub_is_asked_again_in_ever_longer_rounds(reserved: Callable[..., Payee]) -> None:
    one = reserved()
    one.yard.advance(400)
    moments = [call.at for call in one.yard.hub.all("GET /transfers")]
    assert moments[:6] == [15, 31, 48, 93, 109, 126]
    one.notice("COMMITTED")
    assert one.told() == ["COMPLETED"]


def test_a_notice_during_the_question_is_delivered_at_once(reserved: Callable[..., Payee]) -> None:
    one = reserved()
    one.yard.advance(20)
    one.notice("COMMITTED")
    assert one.told() == ["COMPLETED"]
    assert one.backend.last("PUT /transfers").at == 20


def test_an_expiry_told_by_the_hub_releases_at_once(reserved: Callable[..., Payee]) -> None:
    one = reserved()
    one.hub_error("3303")
    assert one.told() == ["ERROR_OCCURRED"]
    assert one.backend.last("PUT /transfers").body["lastError"] == {"mojaloopError": error("3303")}


def test_like_sdk_hears_no_error_and_waits_for_the_grace_time(reserved: Callable[..., Payee]) -> None:
    one = reserved(like_sdk={"ignores_errors_to_payee": True})
    one.hub_error("3303")
    assert one.told() == []


@pytest.mark.parametrize("code, told", [("3208", ["ERROR_OCCURRED"]), ("2001", []), ("1001", [])])
def test_an_error_to_the_question_is_final_unless_the_hub_itself_is_ill(
    reserved: Callable[..., Payee], code: str, told: list[str]
) -> None:
    one = reserved()
    path = f"/transfers/{one.transfer_id}/error"
    one.yard.hub.script["GET /transfers"] = lambda call: [Say("PUT", path, error(code), source=SWITCH, to="payee")]
    one.yard.advance(20)
    assert one.told() == told


def test_any_other_error_of_the_hub_makes_us_ask(reserved: Callable[..., Payee]) -> None:
    one = reserved()
    one.yard.hub.script["GET /transfers"] = says("COMMITTED")
    one.hub_error("3106")
    assert one.told() == ["COMPLETED"]


def test_a_hub_that_gives_up_while_the_backend_works_makes_it_release_and_gets_no_fulfil(
    payee: Callable[..., Payee],
) -> None:
    one = payee()
    one.quote()
    one.backend.delay["POST /transfers"] = 10
    one.prepare()
    one.hub_error("3303")
    assert one.told() == []
    one.yard.advance(11)
    assert one.told() == ["ERROR_OCCURRED"]
    assert "PUT /transfers" not in one.yard.hub.heard()


def test_a_single_phase_credit_is_undone_when_the_hub_had_given_up(payee: Callable[..., Payee]) -> None:
    one = payee()
    one.quote()
    one.backend.plan["POST /transfers"] = lambda call: (200, {"homeTransactionId": "h", "transferState": "COMMITTED"})
    one.prepare()
    one.hub_error("3303")
    assert one.told() == ["ERROR_OCCURRED"]


def test_a_single_phase_credit_needs_no_notice(payee: Callable[..., Payee]) -> None:
    one = payee()
    one.quote()
    one.backend.plan["POST /transfers"] = lambda call: (200, {"homeTransactionId": "h", "transferState": "COMMITTED"})
    one.prepare()
    one.yard.say(Say("PUT", f"/transfers/{one.transfer_id}", {"transferState": "COMMITTED", "completedTimestamp": NOW},
                     source=SWITCH, to="payee"))  # fmt: skip
    one.yard.advance(3600)
    assert one.told() == []
    assert "GET /transfers" not in one.yard.hub.heard()


def test_a_fulfil_that_the_hub_did_not_take_is_found_out_by_asking(payee: Callable[..., Payee]) -> None:
    one = payee()
    one.quote()
    one.yard.hub.trouble["PUT /transfers"] = ["close"] * 4
    one.prepare()
    one.yard.hub.script["GET /transfers"] = says("RESERVED")
    one.yard.advance(15.5)
    assert len(one.yard.hub.all("PUT /transfers")) == 5
