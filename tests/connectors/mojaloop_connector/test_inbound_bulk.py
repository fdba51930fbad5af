"""Bulks to us as payee: what the backend is asked, what the hub is told of each transfer, and how each one's end is heard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from mojaloop_connector_yard import NOW, PAYEE_ID, SWITCH, Call, Say, Yard, error

from loopyard.protocols import ilp

Open = Callable[..., Yard]
QUOTE, BULK = "01M7XTJ7J0XAA9M43VEMFFJM17", "01M7XTJ7GFXG3C9G7F1VMGHQBN"
DONE = {"bulkTransferState": "COMPLETED", "completedTimestamp": NOW}


def id_of(kind: str, number: int) -> str:
    return f"01HZ{kind}00000000000000000000{number}"


class Payee:
    """A payee's connector, a backend that agrees, and a hub that only records."""

    def __init__(self, yard: Yard) -> None:
        self.yard, self.hub, self.backend = yard, yard.hub, yard.backend
        for key in ("PUT /bulkQuotes", "PUT /bulkTransfers", "GET /bulkTransfers", "GET /transfers", "PUT /transfers"):
            self.hub.script[key] = self.hub.script[f"{key}/error"] = lambda call: []
        self.backend.plan["POST /bulkQuotes"] = self.quoted
        self.backend.plan["POST /bulkTransfers"] = lambda call: (200, {"homeTransactionId": "home", **self.refusals})
        self.refusals: dict[str, Any] = {}

    def quoted(self, call: Call) -> tuple[int, Any]:
        results = [
            {
                "quoteId": each["quoteId"], "transferAmount": each["amount"], "transferAmountCurrency": each["currency"],
                "payeeReceiveAmount": each["amount"], "payeeReceiveAmountCurrency": each["currency"],
            }
            if each["to"]["idValue"] == PAYEE_ID
            else {"quoteId": each["quoteId"], "errorResponse": {"statusCode": "3204", "message": "nobody"}}
            for each in call.body["individualQuotes"]
        ]  # fmt: skip
        return 200, {"bulkQuoteId": call.body["bulkQuoteId"], "individualQuoteResults": results}

    def quote(self, *payees: str) -> Call:
        parts = [
            {
                "quoteId": id_of("Q", number), "transactionId": id_of("T", number), "amountType": "SEND",
                "payee": {"partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": payee, "fspId": "payee"}},
                "amount": {"currency": "XXX", "amount": "10"},
                "transactionType": {"scenario": "TRANSFER", "initiator": "PAYER", "initiatorType": "CONSUMER"},
            }
            for number, payee in enumerate(payees, start=1)
        ]  # fmt: skip
        payer = {"partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": "1", "fspId": "payer"}}
        body = {"bulkQuoteId": QUOTE, "payer": payer, "individualQuotes": parts}
        self.yard.say(Say("POST", "/bulkQuotes", body, source="payer", to="payee"))
        return self.hub.calls[-1]

    def body(self, *changes: dict[str, Any]) -> dict[str, Any]:
        given = [each for each in self.hub.last("PUT /bulkQuotes").body["individualQuoteResults"] if "ilpPacket" in each]
        parts = [
            {
                "transferId": each["quoteId"].replace("Q", "T"), "transferAmount": each["transferAmount"],
                "ilpPacket": each["ilpPacket"], "condition": each["condition"],
            }
            for each in given
        ]  # fmt: skip
        for part, change in zip(parts, changes, strict=False):
            part |= change
        return {
            "bulkTransferId": BULK, "bulkQuoteId": QUOTE, "payerFsp": "payer", "payeeFsp": "payee",
            "individualTransfers": parts, "expiration": "2026-11-21T01:01:00.000Z",
        }  # fmt: skip

    def prepare(self, *changes: dict[str, Any]) -> Call:
        self.yard.say(Say("POST", "/bulkTransfers", self.body(*changes), source="payer", to="payee"))
        return self.hub.calls[-1]

    def end(self, *results: dict[str, Any]) -> None:
        """The hub's word that all has ended, and its answer to how."""
        answer = DONE | {"individualTransferResults": list(results)}
        self.hub.script["GET /bulkTransfers"] = lambda call: [Say("PUT", call.path, answer, source=SWITCH, to="payee")]
        self.yard.say(Say("PUT", f"/bulkTransfers/{BULK}", DONE, source=SWITCH, to="payee"))
        self.yard.settle()

    @property
    def told(self) -> dict[str, str]:
        """How the backend heard that each transfer ended."""
        return {call.path.split("/")[2]: call.body["currentState"] for call in self.backend.all("PUT /transfers")}


@pytest.fixture
def payee(open_yard: Open) -> Payee:
    return Payee(open_yard(payee={}))


def said(call: Call) -> list[str]:
    return [each.get("errorInformation", {}).get("errorCode", "fine") for each in call.body["individualTransferResults"]]


COMMITTED = {"transferId": id_of("T", 1), "fulfilment": "A" * 43}
ABORTED = {"transferId": id_of("T", 2), **error("3303")}


def test_each_payment_gets_sealed_terms_or_the_backends_refusal(payee: Payee) -> None:
    answer = payee.quote(PAYEE_ID, "0")
    fine, refused = answer.body["individualQuoteResults"]
    assert ilp.decode(fine["ilpPacket"]).data["transactionId"] == id_of("T", 1)
    assert (fine["payeeReceiveAmount"], refused["errorInformation"]["errorCode"]) == (
        {"amount": "10", "currency": "XXX"},
        "3204",
    )
    asked = payee.backend.last("POST /bulkQuotes").body
    assert (asked["from"]["idValue"], asked["individualQuotes"][0]["to"]["idValue"]) == ("1", PAYEE_ID)


def test_terms_are_repeated_and_unknown_ones_are_3209(payee: Payee) -> None:
    first = payee.quote(PAYEE_ID)
    assert payee.quote(PAYEE_ID).body == first.body
    assert len(payee.backend.all("POST /bulkQuotes")) == 1
    payee.yard.say(Say("GET", f"/bulkQuotes/{QUOTE}", None, source="payer", to="payee"))
    assert payee.hub.calls[-1].body == first.body
    payee.yard.say(Say("GET", f"/bulkQuotes/{BULK}", None, source="payer", to="payee"))
    assert payee.hub.calls[-1].body["errorInformation"]["errorCode"] == "3209"
    assert payee.quote(PAYEE_ID, PAYEE_ID).body["errorInformation"]["errorCode"] == "3106"


def test_the_backend_reserves_with_the_quotes_and_the_hub_gets_each_fulfilment(payee: Payee) -> None:
    agreed = payee.quote(PAYEE_ID, PAYEE_ID).body["individualQuoteResults"]
    answer = payee.prepare()
    assert (answer.body["bulkTransferState"], said(answer)) == ("COMPLETED", ["fine", "fine"])
    for each, terms in zip(answer.body["individualTransferResults"], agreed, strict=True):
        assert ilp.fulfils(each["fulfilment"], terms["condition"])
    asked = payee.backend.last("POST /bulkTransfers").body
    assert [each["quote"]["quoteId"] for each in asked["individualTransfers"]] == [id_of("Q", 1), id_of("Q", 2)]


def test_another_condition_refuses_its_own_transfer(payee: Payee) -> None:
    payee.quote(PAYEE_ID, PAYEE_ID)
    assert said(payee.prepare({"condition": "B" * 43})) == ["2001", "fine"]
    assert len(payee.backend.last("POST /bulkTransfers").body["individualTransfers"]) == 1


def test_like_the_real_one_another_condition_refuses_all_under_no_id(open_yard: Open) -> None:
    like_sdk = {"bulk_refused_for_one_condition": True, "bulk_error_without_id": True}
    payee = Payee(open_yard(payee={"like_sdk": like_sdk}))
    payee.quote(PAYEE_ID, PAYEE_ID)
    answer = payee.prepare({"condition": "B" * 43})
    assert (answer.method, answer.path) == ("PUT", "/bulkTransfers/undefined/error")
    assert payee.backend.all("POST /bulkTransfers") == []


def test_another_amount_or_a_bulk_that_came_too_late_reaches_no_backend(payee: Payee) -> None:
    payee.quote(PAYEE_ID)
    assert said(payee.prepare({"transferAmount": {"currency": "XXX", "amount": "11"}})) == ["3100"]
    assert payee.backend.all("POST /bulkTransfers") == []


def test_an_expired_bulk_reaches_no_backend(payee: Payee) -> None:
    payee.quote(PAYEE_ID)
    payee.yard.advance(61)
    assert said(payee.prepare()) == ["3303"]
    assert payee.backend.all("POST /bulkTransfers") == []


def test_what_the_backend_refuses_fails_alone(payee: Payee) -> None:
    payee.quote(PAYEE_ID, PAYEE_ID)
    refusal = {"transferId": id_of("T", 2), "errorResponse": {"statusCode": "5400", "message": "blocked"}}
    payee.refusals = {"individualTransferResults": [refusal]}
    assert said(payee.prepare()) == ["fine", "5400"]


def test_the_backend_hears_of_each_how_the_hub_ended_it_and_once(payee: Payee) -> None:
    payee.quote(PAYEE_ID, PAYEE_ID)
    payee.prepare()
    payee.end(COMMITTED, ABORTED)
    assert payee.told == {id_of("T", 1): "COMPLETED", id_of("T", 2): "ABORTED"}
    payee.end(COMMITTED, ABORTED)
    assert len(payee.backend.all("PUT /transfers")) == 2


def test_without_a_notice_each_transfer_is_asked_for(payee: Payee) -> None:
    payee.quote(PAYEE_ID)
    payee.prepare()
    payee.hub.script["GET /transfers"] = lambda call: [
        Say("PUT", call.path, {"transferState": "COMMITTED", "completedTimestamp": NOW}, source=SWITCH, to="payee")
    ]
    payee.yard.advance(16)
    assert payee.told == {id_of("T", 1): "COMPLETED"}


def test_an_error_of_the_hub_for_the_whole_makes_us_ask(payee: Payee) -> None:
    payee.quote(PAYEE_ID, PAYEE_ID)
    payee.prepare()
    answer = DONE | {"individualTransferResults": [ABORTED]}
    payee.hub.script["GET /bulkTransfers"] = lambda call: [Say("PUT", call.path, answer, source=SWITCH, to="payee")]
    payee.yard.say(Say("PUT", f"/bulkTransfers/{BULK}/error", error("3303"), source=SWITCH, to="payee"))
    payee.yard.settle()
    assert payee.told == {id_of("T", 2): "ABORTED"}


def test_a_backend_that_does_not_answer_refuses_the_whole_and_hears_that_nothing_was_made(payee: Payee) -> None:
    payee.quote(PAYEE_ID, PAYEE_ID)
    payee.backend.trouble["POST /bulkTransfers"] = [500] * 4
    answer = payee.prepare()
    payee.yard.settle()
    payee.yard.advance(1)
    refusal = payee.hub.last("PUT /bulkTransfers/error")
    assert (refusal.body["errorInformation"]["errorCode"], refusal.path) == ("2001", f"/bulkTransfers/{BULK}/error")
    assert payee.told == {id_of("T", 1): "ERROR_OCCURRED", id_of("T", 2): "ERROR_OCCURRED"}
    assert answer is not None


def test_a_repetition_gets_the_same_answer_and_another_bulk_of_its_id_3106(payee: Payee) -> None:
    payee.quote(PAYEE_ID)
    first = payee.prepare()
    assert payee.prepare().body == first.body
    assert len(payee.backend.all("POST /bulkTransfers")) == 1
    assert (
        payee.prepare({"extensionList": {"extension": [{"key": "k", "value": "v"}]}}).body["errorInformation"]["errorCode"]
        == "3106"
    )


@pytest.mark.parametrize("boundary", ["stored", "reserved", "fulfil.stored", "fulfil.sent"])
def test_after_a_crash_the_bulk_is_answered_and_its_end_heard(open_yard: Open, boundary: str) -> None:
    payee = Payee(open_yard(payee={}))
    payee.quote(PAYEE_ID, PAYEE_ID)
    payee.yard.hosts["payee"].crash_at(f"inbound.bulk-transfers.{boundary}")
    payee.prepare()
    payee.yard.settle()
    payee.yard.restart("payee")
    if not payee.hub.all("PUT /bulkTransfers"):  # the answer was lost with the crash: the payer sends the same again
        payee.prepare()
        payee.yard.settle()
    assert said(payee.hub.last("PUT /bulkTransfers")) == ["fine", "fine"]
    payee.end(COMMITTED, ABORTED)
    assert payee.told == {id_of("T", 1): "COMPLETED", id_of("T", 2): "ABORTED"}


def test_after_a_crash_that_outlasts_the_bulk_the_backend_hears_that_nothing_was_made(open_yard: Open) -> None:
    payee = Payee(open_yard(payee={}))
    payee.quote(PAYEE_ID)
    payee.yard.hosts["payee"].crash_at("inbound.bulk-transfers.reserved")
    payee.prepare()
    payee.yard.advance(61)
    payee.yard.restart("payee")
    assert said(payee.hub.last("PUT /bulkTransfers")) == ["3303"]
    assert payee.told == {id_of("T", 1): "ERROR_OCCURRED"}
