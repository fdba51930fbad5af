"""Bulks of peers, as payees and as payers: each part by the rules of its own quote and transfer, all said in one message."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from loopyard.protocols import ilp
from simulators.dfsp import SIMULATOR
from tests.simulators.dfsp.yard import Yard, dfsp, person

QUOTE, BULK = "01HZA000000000000000000001", "01HZA000000000000000000002"
PEOPLE = (
    person("Amina Banda", "green", "1", "500"),
    person("Bob Kamanga", "blue", "2", "100"),
    person("Dalitso Tembo", "blue", "3", "0"),
    person("Blessings Phiri", "blue", "4", "0", status="blocked"),
)


@pytest.fixture
def yard() -> Iterator[Yard]:
    peers = dfsp("green", {"MWK": "10000"}), dfsp("blue", {"MWK": "10000"}, fee="1")
    yard = Yard({"dfsp": SIMULATOR}, peers, PEOPLE)
    yield yard
    yard.assert_sound()
    yard.close()


def id_of(kind: str, number: int) -> str:
    return f"01HZ{kind}00000000000000000000{number}"


def ask(yard: Yard, *payees: str, amount: str = "10") -> Any:
    """POST /bulkQuotes to blue, and its answer."""
    body = {
        "bulkQuoteId": QUOTE, "payer": {"partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": "1", "fspId": "green"}},
        "individualQuotes": [
            {
                "quoteId": id_of("Q", number), "transactionId": id_of("T", number),
                "payee": {"partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": payee, "fspId": "blue"}},
                "amountType": "SEND", "amount": {"currency": "MWK", "amount": amount},
                "transactionType": {"scenario": "TRANSFER", "initiator": "PAYER", "initiatorType": "CONSUMER"},
            }
            for number, payee in enumerate(payees, start=1)
        ],
    }  # fmt: skip
    assert yard.tell("POST", "/blue/bulkQuotes", body, source="green", destination="blue").status == 202
    yard.settle()
    return yard.take("PUT", "bulkQuotes").body


def prepared(yard: Yard, terms: Any, **changes: Any) -> Any:
    """POST /bulkTransfers to blue of all terms that were given, and its answer."""
    body = {
        "bulkTransferId": BULK, "bulkQuoteId": QUOTE, "payerFsp": "green", "payeeFsp": "blue",
        "individualTransfers": [
            {
                "transferId": each["quoteId"].replace("Q", "T"), "transferAmount": each["transferAmount"],
                "ilpPacket": each["ilpPacket"], "condition": each["condition"],
            } | changes
            for each in terms["individualQuoteResults"] if "ilpPacket" in each
        ],
        "expiration": yard.in_seconds(60),
    }  # fmt: skip
    assert yard.tell("POST", "/blue/bulkTransfers", body, source="green", destination="blue").status == 202
    yard.settle()
    return yard.take("PUT", "bulkTransfers").body


def told(results: Any) -> list[str]:
    return [each["errorInformation"]["errorCode"] if "errorInformation" in each else "fine" for each in results]


def test_each_part_gets_its_own_terms_or_its_own_refusal(yard: Yard) -> None:
    said = ask(yard, "2", "4", "9")["individualQuoteResults"]
    assert told(said) == ["fine", "5400", "3204"]
    assert (said[0]["payeeReceiveAmount"]["amount"], said[0]["payeeFspFee"]["amount"]) == ("9", "1")


def test_reserved_parts_are_credited_as_the_hub_says_of_each(yard: Yard) -> None:
    terms = ask(yard, "2", "3")
    results = prepared(yard, terms)["individualTransferResults"]
    for each, agreed in zip(results, terms["individualQuoteResults"], strict=True):
        assert ilp.fulfils(each["fulfilment"], agreed["condition"])
    assert yard.balances("blue")["MSISDN:2"] == "100"
    done = {"bulkTransferState": "COMPLETED", "completedTimestamp": yard.in_seconds(0)}
    yard.tell("PUT", f"/blue/bulkTransfers/{BULK}", done)
    yard.settle()
    yard.take("GET", "bulkTransfers")
    lost = {"transferId": id_of("T", 2), "errorInformation": {"errorCode": "3303", "errorDescription": "too late"}}
    yard.tell("PUT", f"/blue/bulkTransfers/{BULK}", done | {"individualTransferResults": [results[0], lost]})
    assert yard.balances("blue") == {
        "MSISDN:2": "109", "fee-income:MWK": "1", "opening:MWK": "-9900", "scheme-clearing:MWK": "10010",
    }  # fmt: skip


def test_a_reserved_bulk_without_notice_is_asked_for(yard: Yard) -> None:
    prepared(yard, ask(yard, "2"))
    yard.advance(15)
    yard.take("GET", "bulkTransfers")


def test_behaviours_hold_for_single_parts(yard: Yard) -> None:
    yard.control("dfsp.behave", on="quotes", do="ignore", where={"payee.partyIdInfo.partyIdentifier": "3"})
    assert len(ask(yard, "2", "3")["individualQuoteResults"]) == 1


@pytest.mark.parametrize(("do", "options", "said"), [("error", {"code": "5001"}, "5001"), ("abort", {}, "5100")])
def test_a_part_that_is_refused_on_request_reserves_nothing(yard: Yard, do: str, options: Any, said: str) -> None:
    yard.control("dfsp.behave", on="transfers", do=do, where={"transferId": id_of("T", 2)}, **{"with": options})
    assert told(prepared(yard, ask(yard, "2", "3"))["individualTransferResults"]) == ["fine", said]


def test_altered_terms_refuse_their_part(yard: Yard) -> None:
    terms = ask(yard, "2")
    changed = {"transferAmount": {"currency": "MWK", "amount": "11"}}
    assert told(prepared(yard, terms, **changed)["individualTransferResults"]) == ["3100"]


def test_the_whole_can_be_refused_and_a_changed_repetition_is_3106(yard: Yard) -> None:
    ask(yard, "2")
    again = ask(yard, "2")
    assert told(again["individualQuoteResults"]) == ["fine"]
    assert ask(yard, "2", amount="11")["errorInformation"]["errorCode"] == "3106"
    yard.control("dfsp.behave", on="bulk-quotes", do="error", **{"with": {"code": "5103"}})
    assert ask(yard, "2")["errorInformation"]["errorCode"] == "5103"


def test_terms_that_were_never_given_are_3209(yard: Yard) -> None:
    yard.tell("GET", f"/blue/bulkQuotes/{BULK}", source="green")
    yard.settle()
    assert yard.take("PUT", "bulkQuotes").code == "3209"


def send(yard: Yard, *amounts: str) -> Any:
    payments = [{"payee": {"id_value": str(number)}, "amount": amount} for number, amount in enumerate(amounts, start=2)]
    return yard.control("dfsp.send-bulk", fsp="green", payer={"id_value": "1"}, payee_fsp="blue", payments=payments)


def answered(yard: Yard, made: Any) -> Any:
    """Terms for what green asked blue, by blue itself, told to green; what green then sends to be prepared."""
    asked = yard.take("POST", "bulkQuotes").body
    yard.tell("POST", "/blue/bulkQuotes", asked, source="green", destination="blue")
    yard.settle()
    yard.tell("PUT", f"/green/bulkQuotes/{made['bulkQuoteId']}", yard.take("PUT", "bulkQuotes").body, source="blue")
    yard.settle()
    return yard.take("POST", "bulkTransfers").body


def test_a_payer_pays_what_was_committed_and_releases_the_rest(yard: Yard) -> None:
    made = send(yard, "10", "20")
    sent = answered(yard, made)
    assert str(yard.account("green", "MSISDN:1").available) == "470"
    yard.tell("POST", "/blue/bulkTransfers", sent, source="green", destination="blue")
    yard.settle()
    results = yard.take("PUT", "bulkTransfers").body["individualTransferResults"]
    lost = {"transferId": results[1]["transferId"], "errorInformation": {"errorCode": "5001", "errorDescription": "no"}}
    ended = {"bulkTransferState": "COMPLETED", "individualTransferResults": [results[0], lost]}
    yard.tell("PUT", f"/green/bulkTransfers/{made['bulkTransferId']}", ended)
    account = yard.account("green", "MSISDN:1")
    assert (str(account.balance), str(account.available)) == ("490", "490")
    yard.tell("PUT", f"/blue/bulkTransfers/{made['bulkTransferId']}", ended)
    assert yard.balances("blue")["MSISDN:2"] == "109"


def test_a_payer_asks_until_the_hub_has_said_how_a_bulk_ended(yard: Yard) -> None:
    made = send(yard, "10")
    answered(yard, made)
    yard.advance(76)
    yard.take("GET", "bulkTransfers")
    assert str(yard.account("green", "MSISDN:1").available) == "490"
    body = {"errorInformation": {"errorCode": "3210", "errorDescription": "unknown"}}
    yard.tell("PUT", f"/green/bulkTransfers/{made['bulkTransferId']}/error", body)
    assert str(yard.account("green", "MSISDN:1").available) == "500"


def test_a_payer_without_terms_pays_nothing(yard: Yard) -> None:
    made = send(yard, "10")
    yard.take("POST", "bulkQuotes")
    yard.advance(31)
    yard.nothing()
    assert [row["state"] for row in yard.control("dfsp.transfers", fsp="green")] == ["ABORTED"]
    assert made["transferIds"]
