"""A peer as a payer: its customers pay others through the hub, and nobody is refunded before the hub has spoken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from peers_yard import Yard, dfsp, fxp, person

from loopyard.kernel.errors import IllegalTransition, UsageError
from loopyard.protocols import ilp
from simulators.dfsp import SIMULATOR
from simulators.dfsp.state.payer import OUTGOING

MUTALE, AMINA = "260971000301", "265991000101"
Make = Callable[..., Yard]
TO_AMINA = {
    "fsp": "zed", "payer": {"id_type": "MSISDN", "id_value": MUTALE}, "payee": {"id_type": "MSISDN", "id_value": AMINA},
}  # fmt: skip
SEALED = ilp.build_fx_quote(
    "v1", "s", "x",
    {"counterPartyFsp": "lake", "sourceAmount": {"currency": "ZMW"}, "targetAmount": {"currency": "MWK"}, "expiration": "y"},
)  # fmt: skip


@pytest.fixture
def make() -> Iterator[Make]:
    """Builds a yard with Zed Bank, whose Mutale has 800 ZMW, and an FXP's name; options of the bank by keyword."""
    yards: list[Yard] = []

    def build(**options: Any) -> Yard:
        zed = dfsp("zed", {"ZMW": "5000"}, **{"sending_fee": "2", **options})
        participants = (zed, fxp("lake", {"MWK": "1", "ZMW": "1"}))
        people = (person("Mutale Zulu", "zed", MUTALE, "800", "ZMW"),)
        yards.append(Yard({"dfsp": SIMULATOR}, participants, people))
        return yards[-1]

    yield build
    for each in yards:
        each.assert_sound()
        each.close()


def party(currencies: list[str] | None) -> Any:
    about = {"partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": AMINA, "fspId": "green"}, "name": "Amina Banda"}
    return {"party": about | ({"supportedCurrencies": currencies} if currencies is not None else {})}


def terms(amount: str, currency: str = "ZMW", commission: str = "0") -> Any:
    return {
        "transferAmount": {"currency": currency, "amount": amount}, "expiration": "2026-03-02T08:01:00.000Z",
        "payeeFspCommission": {"currency": currency, "amount": commission}, "ilpPacket": "AAAA",
        "condition": SEALED.condition,
    }  # fmt: skip


def up_to_prepare(yard: Yard, amount: str = "100", commission: str = "0", **more: Any) -> tuple[str, Any]:
    """Send until the prepare has left; its id and body."""
    row = yard.control("dfsp.send", **TO_AMINA, amount="100", **more)
    yard.tell("PUT", f"/zed/parties/MSISDN/{AMINA}", party(["ZMW"]), source="green")
    yard.got.clear()
    yard.tell("PUT", f"/zed/quotes/{row['quoteId']}", terms(amount, commission=commission), source="green")
    return row["transferId"], yard.take("POST", "transfers").body


def state_of(yard: Yard, id_: str) -> str:
    return str(yard.control("dfsp.transfer", id=id_)["state"])


def outcome(yard: Yard, id_: str, state: str = "COMMITTED") -> None:
    body = {"transferState": state, "completedTimestamp": yard.in_seconds(0), "fulfilment": SEALED.fulfilment}
    assert yard.tell("PUT", f"/zed/transfers/{id_}", body).status == 200


def failure(yard: Yard, path: str, code: str) -> None:
    body = {"errorInformation": {"errorCode": code, "errorDescription": f"because of {code}"}}
    assert yard.tell("PUT", f"/zed{path}/error", body).status == 200


def balance(yard: Yard) -> tuple[str, str, str]:
    account = yard.account("zed", f"MSISDN:{MUTALE}")
    clearing = yard.account("zed", "scheme-clearing:ZMW")
    return str(account.balance), str(account.held), str(clearing.balance)


UNTOUCHED = ("800", "0", "5000")


def test_a_payment_goes_from_lookup_to_quote_to_prepare_to_commit(make: Make) -> None:
    yard = make()
    row = yard.control("dfsp.send", **TO_AMINA, amount="100")
    asked = yard.take("GET", "parties")
    assert (asked.path, asked.source) == (f"/parties/MSISDN/{AMINA}", "zed")
    assert "fspiop-destination" not in asked.headers
    yard.tell("PUT", f"/zed/parties/MSISDN/{AMINA}", party(["ZMW"]), source="green")
    quote = yard.take("POST", "quotes")
    assert quote.headers["fspiop-destination"] == "green"
    assert quote.body["amount"] == {"currency": "ZMW", "amount": "100"}
    assert (quote.body["transactionId"], quote.body["quoteId"]) == (row["transferId"], row["quoteId"])
    assert quote.body["payer"]["name"] == "Mutale Zulu"
    yard.tell("PUT", f"/zed/quotes/{row['quoteId']}", terms("100"), source="green")
    prepare = yard.take("POST", "transfers").body
    assert (prepare["transferId"], prepare["payerFsp"], prepare["payeeFsp"]) == (row["transferId"], "zed", "green")
    assert prepare["expiration"] == "2026-03-02T08:01:00.000Z"
    assert balance(yard) == ("800", "102", "5000")
    outcome(yard, row["transferId"])
    assert balance(yard) == ("698", "0", "4900")
    assert str(yard.account("zed", "fee-income:ZMW").balance) == "2"
    yard.advance(1000)
    yard.nothing()


def test_commission_is_paid_by_the_bank(make: Make) -> None:
    yard = make()
    id_, prepare = up_to_prepare(yard, "100.5", "0.5")
    assert prepare["amount"] == {"currency": "ZMW", "amount": "100.5"}
    outcome(yard, id_)
    assert balance(yard) == ("698", "0", "4899.5")
    assert str(yard.account("zed", "commission-paid:ZMW").balance) == "0.5"


def test_receive_takes_what_the_payee_wants(make: Make) -> None:
    yard = make()
    id_, prepare = up_to_prepare(yard, "101", amount_type="RECEIVE")
    assert prepare["amount"]["amount"] == "101"
    outcome(yard, id_)
    assert balance(yard) == ("697", "0", "4899")


@pytest.mark.parametrize("until, state", [("parties", "STOPPED"), ("quote", "STOPPED")])
def test_a_payment_stops_where_it_is_told(make: Make, until: str, state: str) -> None:
    yard = make()
    row = yard.control("dfsp.send", **TO_AMINA, amount="100", until=until)
    yard.tell("PUT", f"/zed/parties/MSISDN/{AMINA}", party(["ZMW"]), source="green")
    yard.tell("PUT", f"/zed/quotes/{row['quoteId']}", terms("100"), source="green")
    yard.advance(1000)
    assert [each.resource for each in yard.got] == ["parties", "quotes"][: 1 if until == "parties" else 2]
    assert state_of(yard, row["transferId"]) == state
    assert balance(yard) == UNTOUCHED


def test_a_payee_that_cannot_be_found_ends_it(make: Make) -> None:
    yard = make()
    row = yard.control("dfsp.send", **TO_AMINA, amount="100")
    failure(yard, f"/parties/MSISDN/{AMINA}", "3204")
    seen = yard.control("dfsp.transfer", id=row["transferId"])
    assert (seen["state"], seen["error"]) == ("ABORTED", {"code": "3204", "description": "because of 3204"})


def test_a_refused_quote_ends_it(make: Make) -> None:
    yard = make()
    row = yard.control("dfsp.send", **TO_AMINA, amount="100")
    yard.tell("PUT", f"/zed/parties/MSISDN/{AMINA}", party(None), source="green")
    failure(yard, f"/quotes/{row['quoteId']}", "5101")
    assert yard.control("dfsp.transfer", id=row["transferId"])["error"]["code"] == "5101"


def test_an_empty_list_of_currencies_ends_it(make: Make) -> None:
    yard = make()
    row = yard.control("dfsp.send", **TO_AMINA, amount="100")
    yard.tell("PUT", f"/zed/parties/MSISDN/{AMINA}", party([]), source="green")
    seen = yard.control("dfsp.transfer", id=row["transferId"])
    assert (seen["state"], seen["error"]["description"]) == ("ABORTED", "No payee supportedCurrencies received")


def test_a_missing_callback_ends_it_after_thirty_seconds(make: Make) -> None:
    yard = make()
    row = yard.control("dfsp.send", **TO_AMINA, amount="100")
    yard.advance(29)
    assert state_of(yard, row["transferId"]) == "RESOLVING"
    yard.advance(1)
    assert yard.control("dfsp.transfer", id=row["transferId"])["error"]["code"] == "2004"


def test_more_than_she_has_is_never_prepared(make: Make) -> None:
    yard = make()
    row = yard.control("dfsp.send", **TO_AMINA, amount="799")
    yard.tell("PUT", f"/zed/parties/MSISDN/{AMINA}", party(["ZMW"]), source="green")
    yard.got.clear()
    yard.tell("PUT", f"/zed/quotes/{row['quoteId']}", terms("799"), source="green")
    yard.nothing()
    assert state_of(yard, row["transferId"]) == "ABORTED"
    assert balance(yard) == UNTOUCHED


@pytest.mark.parametrize("code", ["4001", "3303", "5104", "2001"])
def test_an_error_releases(make: Make, code: str) -> None:
    yard = make()
    id_, _ = up_to_prepare(yard)
    failure(yard, f"/transfers/{id_}", code)
    assert balance(yard) == UNTOUCHED
    assert yard.control("dfsp.transfer", id=id_)["error"]["code"] == code
    outcome(yard, id_)
    assert balance(yard) == UNTOUCHED


def test_an_aborted_transfer_releases(make: Make) -> None:
    yard = make()
    id_, _ = up_to_prepare(yard)
    outcome(yard, id_, "ABORTED")
    assert balance(yard) == UNTOUCHED


def test_of_an_unknown_outcome_the_hub_is_asked_until_it_is_final(make: Make) -> None:
    yard = make()
    id_, _ = up_to_prepare(yard)
    yard.got.clear()
    yard.advance(74)
    yard.nothing()
    yard.advance(1)
    assert yard.take("GET", "transfers").path == f"/transfers/{id_}"
    assert state_of(yard, id_) == "UNKNOWN"
    outcome(yard, id_, "RESERVED")
    failure(yard, f"/transfers/{id_}", "2001")
    assert balance(yard) == ("800", "102", "5000")
    yard.advance(15)
    assert yard.take("GET", "transfers").path == f"/transfers/{id_}"
    outcome(yard, id_)
    assert balance(yard) == ("698", "0", "4900")
    yard.got.clear()
    yard.advance(1000)
    yard.nothing()


def test_a_second_outcome_pays_nothing_twice(make: Make) -> None:
    yard = make()
    id_, _ = up_to_prepare(yard)
    outcome(yard, id_)
    outcome(yard, id_)
    failure(yard, f"/transfers/{id_}", "3303")
    assert balance(yard) == ("698", "0", "4900")


def test_a_wrong_fulfilment_is_noted_and_the_money_is_gone(make: Make) -> None:
    yard = make()
    id_, _ = up_to_prepare(yard)
    yard.tell("PUT", f"/zed/transfers/{id_}", {"transferState": "COMMITTED", "fulfilment": "A" * 43})
    seen = yard.control("dfsp.transfer", id=id_)
    assert (seen["state"], seen["notes"]) == ("COMMITTED", ["the fulfilment does not answer the condition"])
    assert balance(yard) == ("698", "0", "4900")


def test_a_refund_names_what_it_refunds(make: Make) -> None:
    yard = make()
    yard.control("dfsp.send", **TO_AMINA, amount="1", scenario="REFUND", refund_of="01KJPR0000000000000000TRAN", note="sorry")
    yard.got.clear()
    yard.tell("PUT", f"/zed/parties/MSISDN/{AMINA}", party(["ZMW"]), source="green")
    body = yard.take("POST", "quotes").body
    assert body["transactionType"]["scenario"] == "REFUND"
    assert body["transactionType"]["refundInfo"] == {"originalTransactionId": "01KJPR0000000000000000TRAN"}
    assert body["note"] == "sorry"


# -- with a conversion ----------------------------------------------------------------------------------------------------


def conversion(row: Any, source: str, target: str, amount_type: str = "SEND") -> Any:
    made = {
        "conversionId": row["conversionId"], "initiatingFsp": "zed", "counterPartyFsp": "lake", "amountType": amount_type,
        "sourceAmount": {"currency": "ZMW", "amount": source}, "targetAmount": {"currency": "MWK", "amount": target},
        "expiration": "2026-03-02T08:01:00.000Z",
    }  # fmt: skip
    return {"conversionTerms": made, "condition": SEALED.condition}


def test_send_converts_before_it_asks_for_a_quote(make: Make) -> None:
    yard = make()
    row = yard.control("dfsp.send", **TO_AMINA, amount="100")
    yard.got.clear()
    yard.tell("PUT", f"/zed/parties/MSISDN/{AMINA}", party(["MWK"]), source="green")
    asked = yard.take("POST", "fxQuotes")
    assert asked.headers["fspiop-destination"] == "lake"
    made = asked.body["conversionTerms"]
    assert made["sourceAmount"] == {"currency": "ZMW", "amount": "100"}
    assert made["targetAmount"] == {"currency": "MWK"}
    assert made["determiningTransferId"] == row["transferId"]
    yard.tell("PUT", f"/zed/fxQuotes/{row['conversionRequestId']}", conversion(row, "100", "7800"), source="lake")
    assert yard.take("POST", "quotes").body["amount"] == {"currency": "MWK", "amount": "7800"}
    yard.tell("PUT", f"/zed/quotes/{row['quoteId']}", terms("7800", "MWK"), source="green")
    prepare = yard.take("POST", "fxTransfers").body
    assert (prepare["commitRequestId"], prepare["determiningTransferId"]) == (row["conversionId"], row["transferId"])
    assert prepare["condition"] == SEALED.condition
    assert balance(yard) == ("800", "102", "5000")
    reserved = {"conversionState": "RESERVED", "fulfilment": SEALED.fulfilment}
    yard.tell("PUT", f"/zed/fxTransfers/{row['conversionId']}", reserved, source="lake")
    assert yard.take("POST", "transfers").body["amount"] == {"currency": "MWK", "amount": "7800"}
    outcome(yard, row["transferId"])
    assert balance(yard) == ("698", "0", "4900")


def test_receive_converts_after_it_has_a_quote(make: Make) -> None:
    yard = make()
    row = yard.control("dfsp.send", **TO_AMINA, amount="7800", currency="MWK", amount_type="RECEIVE")
    yard.got.clear()
    yard.tell("PUT", f"/zed/parties/MSISDN/{AMINA}", party(["MWK"]), source="green")
    assert yard.take("POST", "quotes").body["amount"] == {"currency": "MWK", "amount": "7800"}
    yard.tell("PUT", f"/zed/quotes/{row['quoteId']}", terms("7810", "MWK", "10"), source="green")
    made = yard.take("POST", "fxQuotes").body["conversionTerms"]
    assert made["sourceAmount"] == {"currency": "ZMW"}
    assert made["targetAmount"] == {"currency": "MWK", "amount": "7810"}
    body = conversion(row, "100.13", "7810", "RECEIVE")
    yard.tell("PUT", f"/zed/fxQuotes/{row['conversionRequestId']}", body, source="lake")
    assert yard.take("POST", "fxTransfers").body["sourceAmount"]["amount"] == "100.13"
    assert balance(yard) == ("800", "102.13", "5000")


def test_a_changed_fixed_side_ends_it(make: Make) -> None:
    yard = make()
    row = yard.control("dfsp.send", **TO_AMINA, amount="100")
    yard.tell("PUT", f"/zed/parties/MSISDN/{AMINA}", party(["MWK"]), source="green")
    yard.tell("PUT", f"/zed/fxQuotes/{row['conversionRequestId']}", conversion(row, "101", "7800"), source="lake")
    assert yard.control("dfsp.transfer", id=row["transferId"])["error"]["code"] == "4000"


def up_to_conversion(yard: Yard, **more: Any) -> Any:
    row = yard.control("dfsp.send", **TO_AMINA, amount="100", **more)
    yard.tell("PUT", f"/zed/parties/MSISDN/{AMINA}", party(["MWK"]), source="green")
    yard.tell("PUT", f"/zed/fxQuotes/{row['conversionRequestId']}", conversion(row, "100", "7800"), source="lake")
    yard.tell("PUT", f"/zed/quotes/{row['quoteId']}", terms("7800", "MWK"), source="green")
    yard.got.clear()
    return row


@pytest.mark.parametrize(
    "body",
    [
        {"conversionState": "ABORTED"},
        {"conversionState": "RESERVED", "fulfilment": "A" * 43},
    ],
)
def test_a_conversion_that_is_not_reserved_releases_and_prepares_nothing(make: Make, body: Any) -> None:
    yard = make()
    row = up_to_conversion(yard)
    assert yard.tell("PUT", f"/zed/fxTransfers/{row['conversionId']}", body, source="lake").status == 200
    yard.nothing()
    assert state_of(yard, row["transferId"]) == "ABORTED"
    assert balance(yard) == UNTOUCHED


def test_the_hubs_word_that_an_order_to_convert_still_waits_changes_nothing(make: Make) -> None:
    yard = make()
    row = up_to_conversion(yard)
    yard.tell("PUT", f"/zed/fxTransfers/{row['conversionId']}", {"conversionState": "RESERVED"}, source="hub")
    yard.nothing()
    assert state_of(yard, row["transferId"]) == "CONVERSION_PREPARED"


def test_refused_conversions_end_it(make: Make) -> None:
    yard = make()
    row = yard.control("dfsp.send", **TO_AMINA, amount="100")
    yard.tell("PUT", f"/zed/parties/MSISDN/{AMINA}", party(["MWK"]), source="green")
    failure(yard, f"/fxQuotes/{row['conversionRequestId']}", "5001")
    assert state_of(yard, row["transferId"]) == "ABORTED"
    row = up_to_conversion(yard)
    failure(yard, f"/fxTransfers/{row['conversionId']}", "5002")
    assert yard.control("dfsp.transfer", id=row["transferId"])["error"]["code"] == "5002"
    assert balance(yard) == UNTOUCHED


def test_it_stops_after_the_conversion_when_told(make: Make) -> None:
    yard = make()
    row = up_to_conversion(yard, until="conversion")
    reserved = {"conversionState": "RESERVED", "fulfilment": SEALED.fulfilment}
    yard.tell("PUT", f"/zed/fxTransfers/{row['conversionId']}", reserved, source="lake")
    yard.nothing()
    assert state_of(yard, row["transferId"]) == "STOPPED"


# -- controls -------------------------------------------------------------------------------------------------------------


def test_a_prepare_is_repeated_unchanged_or_altered(make: Make) -> None:
    yard = make()
    id_, first = up_to_prepare(yard)
    assert yard.control("dfsp.resend", fsp="zed", id=id_) == {"status": 202, "body": None}
    assert yard.take("POST", "transfers").body == first
    yard.control("dfsp.resend", fsp="zed", id=id_, set={"amount.amount": "999"}, headers={"fspiop-destination": "red"})
    got = yard.take("POST", "transfers")
    assert (got.body, got.headers["fspiop-destination"]) == (first | {"amount": {"currency": "ZMW", "amount": "999"}}, "red")
    yard.control("dfsp.resend", fsp="zed", id=id_, message="quote", remove=["note", "payer"])
    assert "payer" not in yard.take("POST", "quotes").body
    assert [row.deliberate for row in yard.traffic if row.operation == "dfsp.transfers.send"] == [False, False, True]


def test_what_was_never_sent_cannot_be_repeated(make: Make) -> None:
    yard = make()
    row = yard.control("dfsp.send", **TO_AMINA, amount="100")
    with pytest.raises(UsageError, match="has sent no 'prepare' yet"):
        yard.control("dfsp.resend", fsp="zed", id=row["transferId"])
    with pytest.raises(UsageError, match="has no transfer"):
        yard.control("dfsp.resend", fsp="zed", id="x")


def test_anything_can_be_sent_and_is_marked_deliberate(make: Make) -> None:
    yard = make()
    answer = yard.control(
        "dfsp.raw", fsp="zed", method="POST", path="/transfers?x=1", body={"transferId": 7}, headers={"date": None, "X-A": "b"}
    )
    assert answer["status"] == 202
    got = yard.take("POST", "transfers")
    assert (got.body, got.headers["x-a"], got.source) == ({"transferId": 7}, "b", "zed")
    assert "date" not in got.headers
    yard.control("dfsp.raw", fsp="zed", method="PUT", path="/quotes/{x}", body="{not json")
    assert yard.take("PUT", "quotes").raw == b"{not json"
    assert all(row.deliberate for row in yard.traffic)


@pytest.mark.parametrize(
    "change, problem",
    [
        ({"fsp": "nobody"}, "no peer"),
        ({"until": "later"}, "until"),
        ({"amount_type": "BOTH"}, "amount_type"),
        ({"currency": "MWK"}, "currency"),
        ({"payer": {"id_value": "0"}}, "has no customer"),
    ],
)
def test_an_impossible_order_is_refused_with_a_remedy(make: Make, change: Any, problem: str) -> None:
    with pytest.raises(Exception, match=problem):
        make().control("dfsp.send", **{**TO_AMINA, "amount": "100", **change})


@pytest.mark.parametrize("state, event", sorted((s, e) for s in OUTGOING.states for e in OUTGOING.events))
def test_an_outbound_transfer_takes_no_step_that_is_not_in_the_table(state: str, event: str) -> None:
    if (state, event) in OUTGOING.transitions:
        assert state not in OUTGOING.final
    else:
        with pytest.raises(IllegalTransition):
            OUTGOING.next(state, event)
