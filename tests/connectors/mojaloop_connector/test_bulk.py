"""Bulks that we pay: lookups, halts, fee limits, FSPIOP bulks of a thousand, results, expiry, and what outlives a crash."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import pytest
from mojaloop_connector_yard import PAYEE_ID, SWITCH, Call, Say, Told, Yard, error

from loopyard.protocols import ilp
from loopyard.transport.client import NoAnswer

Open = Callable[..., Yard]
BULK = "01M7XTJ7GFXG3C9G7F1VMGHQBN"
FULFILMENT = "A" * 43
CONDITION = ilp.condition_of(FULFILMENT)
PACKET = "DIICtgAAAAAAD0JAMjAyNDEyMDUxNjA4MDM5MDcYjF3nFyiGSaedeiWlO_87HCnJof_86Krj0lO8KjynIAZQ"
OTHER_ID = "27713404"


def bulk(*payees: str, amount: str = "10", expiration: str = "2026-11-21T01:10:00.000Z", **options: Any) -> dict[str, Any]:
    return {
        "bulkHomeTransactionID": "salaries", "bulkTransactionId": BULK,
        "options": {"autoAcceptParty": {"enabled": True}, "autoAcceptQuote": {"enabled": True}, "bulkExpiration": expiration}
        | options,
        "from": {"partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": "1"}},
        "individualTransfers": [
            {
                "homeTransactionId": f"home-{number}", "to": party(payee), "amountType": "SEND", "currency": "XXX",
                "amount": amount,
            }
            for number, payee in enumerate(payees, start=1)
        ],
    }  # fmt: skip


def party(number: str, fsp: str = "") -> dict[str, Any]:
    return {"partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": number} | ({"fspId": fsp} if fsp else {})}


class Payer:
    """A payer's connector, a hub whose payees agree to all, and a backend that notes what it is told."""

    def __init__(self, yard: Yard) -> None:
        self.yard, self.hub, self.backend = yard, yard.hub, yard.backends["payer"]
        self.fee = "0"
        self.fsp_of: dict[str, str] = {}
        self.refused: dict[str, str] = {}
        self.silent = False
        self.backend.plan["PUT /bulkTransactions"] = lambda call: (202, None)
        self.hub.script |= {
            "GET /parties": self.party, "POST /bulkQuotes": self.quotes, "POST /bulkTransfers": self.transfers,
            "GET /bulkTransfers": self.asked,
        }  # fmt: skip
        self.known: dict[str, Any] = {}

    def party(self, call: Call) -> Iterable[Say]:
        number = call.path.split("/")[3]
        if number == "0":
            return [Say("PUT", f"{call.path}/error", error("3204"), source=SWITCH)]
        return [Say("PUT", call.path, {"party": party(number, self.fsp_of.get(number, "payee"))})]

    def quotes(self, call: Call) -> Iterable[Say]:
        results = [
            {
                "quoteId": each["quoteId"], "transferAmount": each["amount"], "ilpPacket": PACKET, "condition": CONDITION,
                "payeeFspFee": {"currency": "XXX", "amount": self.fee if each["amount"]["amount"] != "7" else "0"},
            }
            for each in call.body["individualQuotes"]
        ]  # fmt: skip
        answer = {"individualQuoteResults": results, "expiration": "2026-11-21T02:00:00.000Z"}
        return [Say("PUT", f"/bulkQuotes/{call.body['bulkQuoteId']}", answer)]

    def transfers(self, call: Call) -> Iterable[Say]:
        results = [
            {"transferId": each["transferId"], **error(self.refused[each["transferAmount"]["amount"]])}
            if each["transferAmount"]["amount"] in self.refused
            else {"transferId": each["transferId"], "fulfilment": FULFILMENT}
            for each in call.body["individualTransfers"]
        ]
        id_ = call.body["bulkTransferId"]
        self.known[id_] = {"bulkTransferState": "COMPLETED", "individualTransferResults": results}
        return [] if self.silent else [Say("PUT", f"/bulkTransfers/{id_}", self.known[id_], source=SWITCH)]

    def asked(self, call: Call) -> Iterable[Say]:
        if call.path.split("/")[2] not in self.known:
            return [Say("PUT", f"{call.path}/error", error("3210"), source=SWITCH)]
        return [Say("PUT", call.path, self.known[call.path.split("/")[2]], source=SWITCH)]

    def start(self, *payees: str, **changes: Any) -> Told:
        return self.post(bulk(*payees, **changes))

    def post(self, body: Any) -> Told:
        told = self.yard.outbound("POST", "/bulkTransactions", body)
        self.yard.settle()
        return told

    def decide(self, word: str, *answers: bool) -> Told:
        ids = [each["transferId"] for each in self.results]
        decisions = [{"transferId": id_, word: answer} for id_, answer in zip(ids, answers, strict=False)]
        told = self.yard.outbound("PUT", f"/bulkTransactions/{BULK}", {"individualTransfers": decisions})
        self.yard.settle()
        return told

    @property
    def notice(self) -> Any:
        return self.backend.last("PUT /bulkTransactions").body

    @property
    def states(self) -> list[str]:
        return [call.body["currentState"] for call in self.backend.all("PUT /bulkTransactions")]

    @property
    def results(self) -> list[Any]:
        results: list[Any] = self.notice["individualTransferResults"]
        return results

    @property
    def ends(self) -> list[str]:
        """Of each transfer its state at the hub, or the code that it failed with."""
        return [
            each["fulfil"]["transferState"]
            if "fulfil" in each
            else each.get("lastError", {}).get("mojaloopError", {}).get("errorInformation", {}).get("errorCode", "-")
            for each in self.results
        ]


@pytest.fixture
def payer(open_yard: Open) -> Payer:
    return Payer(open_yard(payer={}))


def test_everything_accepted_beforehand_is_looked_up_quoted_and_transferred(payer: Payer) -> None:
    assert payer.start(PAYEE_ID, OTHER_ID).status == 202
    assert payer.hub.heard() == ["GET /parties", "GET /parties", "POST /bulkQuotes", "POST /bulkTransfers"]
    assert (payer.states, payer.ends) == (["COMPLETED"], ["COMMITTED", "COMMITTED"])
    assert [each["homeTransactionId"] for each in payer.results] == ["home-1", "home-2"]
    sent, quoted = payer.hub.last("POST /bulkTransfers").body, payer.hub.last("POST /bulkQuotes").body
    assert (sent["payerFsp"], sent["payeeFsp"], sent["bulkQuoteId"]) == ("payer", "payee", quoted["bulkQuoteId"])
    assert [each["transferId"] for each in sent["individualTransfers"]] == [
        each["transactionId"] for each in quoted["individualQuotes"]
    ]


def test_validation_alone_asks_for_no_terms(payer: Payer) -> None:
    payer.start(PAYEE_ID, "0", onlyValidateParty=True)
    assert payer.hub.heard() == ["GET /parties", "GET /parties"]
    assert (payer.states, payer.ends) == (["COMPLETED"], ["-", "3204"])
    assert payer.results[0]["to"]["partyIdInfo"]["fspId"] == "payee"


def test_each_halt_is_left_as_the_backend_says_of_each(payer: Payer) -> None:
    off = {"enabled": False}
    payer.start(PAYEE_ID, OTHER_ID, "3", autoAcceptParty=off, autoAcceptQuote=off)
    assert payer.states == ["WAITING_FOR_PARTY_ACCEPTANCE"]
    assert payer.decide("acceptParty", True, True, False).status == 202
    assert payer.states[-1] == "WAITING_FOR_QUOTE_ACCEPTANCE"
    assert len(payer.hub.last("POST /bulkQuotes").body["individualQuotes"]) == 2
    payer.decide("acceptQuote", True, False)
    assert (payer.states[-1], payer.ends) == ("COMPLETED", ["COMMITTED", "4101", "4100"])
    assert len(payer.hub.last("POST /bulkTransfers").body["individualTransfers"]) == 1


def test_a_second_word_on_a_transfer_changes_nothing(payer: Payer) -> None:
    payer.start(PAYEE_ID, autoAcceptQuote={"enabled": False})
    payer.decide("acceptQuote", False)
    payer.decide("acceptQuote", True)
    assert (payer.ends, payer.hub.all("POST /bulkTransfers")) == (["4101"], [])


def test_a_fee_above_the_limit_halts_that_transfer_and_no_other(payer: Payer) -> None:
    payer.fee = "2"
    body = bulk(PAYEE_ID, OTHER_ID, autoAcceptQuote={
        "enabled": True, "perTransferFeeLimits": [{"currency": "XXX", "amount": "1"}]})  # fmt: skip
    body["individualTransfers"][1]["amount"] = "7"  # whose payee takes no fee
    payer.post(body)
    assert (payer.states[-1], payer.ends) == ("WAITING_FOR_QUOTE_ACCEPTANCE", ["-", "COMMITTED"])
    payer.decide("acceptQuote", True)
    assert (payer.states[-1], payer.ends) == ("COMPLETED", ["COMMITTED", "COMMITTED"])


@pytest.mark.parametrize(("limit", "halts"), [("2", False), ("1.9999", True)])
def test_a_fee_of_exactly_the_limit_is_within_it(payer: Payer, limit: str, halts: bool) -> None:
    payer.fee = "2"
    payer.start(PAYEE_ID, autoAcceptQuote={"enabled": True, "perTransferFeeLimits": [{"currency": "XXX", "amount": limit}]})
    assert (payer.states[-1] == "WAITING_FOR_QUOTE_ACCEPTANCE") is halts


def test_a_transfer_that_fails_leaves_the_others_alone(payer: Payer) -> None:
    payer.refused = {"7": "5001"}
    body = bulk(PAYEE_ID, OTHER_ID)
    body["individualTransfers"][0]["amount"] = "7"
    payer.post(body)
    assert (payer.states, payer.ends) == (["COMPLETED"], ["5001", "COMMITTED"])


def test_institutions_are_asked_apart(payer: Payer) -> None:
    payer.fsp_of = {OTHER_ID: "another"}
    payer.start(PAYEE_ID, OTHER_ID, PAYEE_ID)
    asked = {
        call.header("fspiop-destination"): len(call.body["individualQuotes"]) for call in payer.hub.all("POST /bulkQuotes")
    }
    assert asked == {"payee": 2, "another": 1}


def test_more_than_a_thousand_to_one_institution_are_split(payer: Payer) -> None:
    body = bulk(*[PAYEE_ID] * 1001, skipPartyLookup=True)
    for each in body["individualTransfers"]:
        each["to"] = party(PAYEE_ID, "payee")
    payer.post(body)
    assert [len(call.body["individualQuotes"]) for call in payer.hub.all("POST /bulkQuotes")] == [1000, 1]
    assert sorted(len(call.body["individualTransfers"]) for call in payer.hub.all("POST /bulkTransfers")) == [1, 1000]
    assert payer.ends == ["COMMITTED"] * 1001


def test_who_skips_the_lookup_must_say_where_the_payee_is(payer: Payer) -> None:
    payer.start(PAYEE_ID, skipPartyLookup=True)
    assert (payer.states, payer.ends) == (["ERROR_OCCURRED"], ["3102"])


def test_what_is_not_accepted_in_time_ends_and_what_was_is_the_hubs_to_say(payer: Payer) -> None:
    payer.start(PAYEE_ID, OTHER_ID, autoAcceptQuote={"enabled": False})
    payer.silent = True
    payer.decide("acceptQuote", True)
    payer.yard.advance(601)
    assert payer.ends == ["COMMITTED", "3300"]
    assert payer.states[-1] == "COMPLETED"


def test_a_lost_answer_is_asked_for_and_a_lost_bulk_sent_again_as_it_was(payer: Payer) -> None:
    payer.hub.script["POST /bulkTransfers"] = lambda call: []
    payer.start(PAYEE_ID)
    payer.hub.script["POST /bulkTransfers"] = payer.transfers
    payer.yard.advance(200)
    first, again = payer.hub.all("POST /bulkTransfers")
    assert first.body == again.body
    assert payer.ends == ["COMMITTED"]


def test_a_bulk_that_the_hub_never_saw_fails_when_its_time_is_over_and_not_before(payer: Payer) -> None:
    payer.hub.script["POST /bulkTransfers"] = lambda call: []
    payer.start(PAYEE_ID)
    payer.yard.advance(500)
    assert payer.states == []
    payer.yard.advance(4000)
    assert (payer.states, payer.ends) == (["ERROR_OCCURRED"], ["3210"])


@pytest.mark.parametrize("code", ["3202", "3203", "4200"])
def test_the_hubs_error_for_the_whole_is_that_of_each(payer: Payer, code: str) -> None:
    payer.hub.script["POST /bulkTransfers"] = lambda call: [
        Say("PUT", f"/bulkTransfers/{call.body['bulkTransferId']}/error", error(code), source=SWITCH)
    ]
    payer.start(PAYEE_ID, OTHER_ID)
    assert (payer.states, payer.ends) == (["ERROR_OCCURRED"], [code, code])


def test_a_fulfilment_that_proves_nothing_is_told_as_an_error_of_ours(payer: Payer) -> None:
    def prove_nothing(call: Call) -> Iterable[Say]:
        result = {"transferId": call.body["individualTransfers"][0]["transferId"], "fulfilment": "B" * 43}
        body = {"bulkTransferState": "COMPLETED", "individualTransferResults": [result]}
        return [Say("PUT", f"/bulkTransfers/{call.body['bulkTransferId']}", body, source=SWITCH)]

    payer.hub.script["POST /bulkTransfers"] = prove_nothing
    payer.start(PAYEE_ID)
    assert payer.ends == ["2001"]


def test_terms_that_never_come_end_their_transfers(payer: Payer) -> None:
    payer.hub.script["POST /bulkQuotes"] = lambda call: []
    payer.start(PAYEE_ID)
    payer.yard.advance(16)
    assert (payer.states, payer.ends) == (["ERROR_OCCURRED"], ["2004"])


def test_the_same_request_again_changes_nothing_and_another_of_its_id_is_refused(payer: Payer) -> None:
    payer.start(PAYEE_ID)
    assert payer.start(PAYEE_ID).status == 202
    assert len(payer.hub.all("POST /bulkTransfers")) == 1
    refused = payer.start(OTHER_ID)
    assert (refused.status, refused.body["message"]) == (400, f"bulkTransactionId {BULK} stands for another bulk")


def test_a_request_whose_time_is_over_or_that_is_none_is_refused_at_once(payer: Payer) -> None:
    assert payer.start(PAYEE_ID, expiration="2026-11-21T00:59:00.000Z").status == 400
    assert payer.yard.outbound("POST", "/bulkTransactions", {"bulkTransactionId": BULK}).status == 400
    assert payer.hub.heard() == []


def test_a_word_on_what_is_not_there_is_refused(payer: Payer) -> None:
    decision = {"individualTransfers": [{"transferId": BULK, "acceptParty": True}]}
    assert payer.yard.outbound("PUT", f"/bulkTransactions/{BULK}", decision).status == 500
    payer.start(PAYEE_ID, autoAcceptQuote={"enabled": False})
    told = payer.yard.outbound("PUT", f"/bulkTransactions/{BULK}", decision)
    assert (told.status, "No such transfer" in told.body["message"]) == (400, True)


def test_synchronous_is_answered_when_the_bulk_has_ended(payer: Payer) -> None:
    told = payer.yard.outbound("POST", "/bulkTransactions", bulk(PAYEE_ID, synchronous=True))
    assert (told.status, payer.hub.heard()[-1]) == (202, "POST /bulkTransfers")


def test_a_backend_that_is_down_hears_of_the_end_later(payer: Payer) -> None:
    payer.backend.trouble["PUT /bulkTransactions"] = [503, 503]
    payer.start(PAYEE_ID)
    payer.yard.advance(4)
    assert payer.states == ["COMPLETED"] * 3


BOUNDARIES = [
    *("outbound.bulk.stored", "outbound.bulk.resolved", "outbound.bulk.decided", "outbound.bulk-quotes.stored"),
    *("outbound.bulk-quotes.answered", "outbound.bulk-transfers.stored", "outbound.bulk-transfers.answered"),
    "outbound.bulk.notice.delivered",
]


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_after_a_crash_at_any_boundary_the_bulk_ends_once(open_yard: Open, boundary: str) -> None:
    payer = Payer(open_yard(payer={}))
    payer.yard.hosts["payer"].crash_at(boundary)
    with suppress(NoAnswer):  # the crash may take the answer with it
        payer.start(PAYEE_ID, OTHER_ID, autoAcceptQuote={"enabled": False})
        if payer.states and boundary != "outbound.bulk.notice.delivered":
            payer.decide("acceptQuote", True, True)
    assert payer.yard.hosts["payer"]._service is None, "the crash did not happen"
    payer.yard.restart("payer")
    if payer.states[-1] == "WAITING_FOR_QUOTE_ACCEPTANCE":
        payer.decide("acceptQuote", True, True)
    assert (payer.states[-1], payer.ends) == ("COMPLETED", ["COMMITTED", "COMMITTED"])
    assert len({call.body["bulkTransferId"] for call in payer.hub.all("POST /bulkTransfers")}) == 1
