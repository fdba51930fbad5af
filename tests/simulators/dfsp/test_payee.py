"""A peer as a payee, over real sockets: who is it, at what terms, take this money, it is committed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from peers_yard import Got, Yard, dfsp, person

from loopyard.kernel.errors import IllegalTransition
from loopyard.protocols import ilp
from simulators.dfsp import SIMULATOR
from simulators.dfsp.state.payee import INCOMING

BOB, TRANSACTION, QUOTE = "265881000201", "01KJPR0000000000000000TRAN", "01KJPR0000000000000000QUOT"
Make = Callable[..., Yard]


@pytest.fixture
def make() -> Iterator[Make]:
    """Builds a yard with Blue Wallet; options of the bank by keyword."""
    yards: list[Yard] = []

    def build(**options: Any) -> Yard:
        people = (
            person("Bob Chisomo Kamanga", "blue", BOB, "1000"),
            person("Blocked Bert", "blue", "1", "5", status="blocked"),
            person("Closed Clara", "blue", "2", "0", status="closed"),
            person("Shop Till", "blue", "3", "0", sub_id="TILL-7"),
        )
        blue = dfsp("blue", {"MWK": "50000"}, **{"fee": "1", **options})
        yards.append(Yard({"dfsp": SIMULATOR}, (blue,), people))
        return yards[-1]

    yield build
    for each in yards:
        each.assert_sound()
        each.close()


def ask_quote(
    yard: Yard, amount: str = "100", amount_type: str = "SEND", payee: str = BOB, currency: str = "MWK", **changes: Any
) -> Got | None:
    """Ask for a quote as green would; the callback, or None when there is none."""
    body = {
        "quoteId": QUOTE, "transactionId": TRANSACTION, "amountType": amount_type,
        "payer": {"partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": "9", "fspId": "green"}},
        "payee": {"partyIdInfo": {"partyIdType": "MSISDN", "partyIdentifier": payee, "fspId": "blue"}},
        "amount": {"currency": currency, "amount": amount},
        "transactionType": {"scenario": "TRANSFER", "initiator": "PAYER", "initiatorType": "CONSUMER"}, **changes,
    }  # fmt: skip
    yard.got.clear()
    answer = yard.tell("POST", "/blue/quotes", body, source="green", destination="blue")
    assert (answer.status, answer.body) == (202, b"")
    return yard.got[-1] if yard.got else None


def prepare(yard: Yard, **changes: Any) -> Got | None:
    """Prepare a transfer on the terms of a fresh quote, or with changes; the callback, or None."""
    quoted = ask_quote(yard)
    assert quoted is not None
    return send_prepare(yard, quoted.body, **changes)


def send_prepare(yard: Yard, terms: Any, **changes: Any) -> Got | None:
    body = {
        "transferId": TRANSACTION, "payerFsp": "green", "payeeFsp": "blue", "amount": terms["transferAmount"],
        "ilpPacket": terms["ilpPacket"], "condition": terms["condition"], "expiration": yard.in_seconds(30), **changes,
    }  # fmt: skip
    yard.got.clear()
    answer = yard.tell("POST", "/blue/transfers", body, source="green", destination="blue")
    assert (answer.status, answer.body) == (202, b"")
    return yard.got[-1] if yard.got else None


def notice(yard: Yard, state: str = "COMMITTED") -> None:
    body = {"completedTimestamp": yard.in_seconds(0), "transferState": state}
    assert yard.tell("PATCH", f"/blue/transfers/{TRANSACTION}", body).status == 200


def error_body(code: str) -> Any:
    return {"errorInformation": {"errorCode": code, "errorDescription": "said the hub"}}


UNTOUCHED = {"scheme-clearing:MWK": "50000", "opening:MWK": "-48995", f"MSISDN:{BOB}": "1000", "MSISDN:1": "5"}


# -- lookup -------------------------------------------------------------------------------------------------------------


def test_a_lookup_tells_name_birth_date_and_currencies(make: Make) -> None:
    yard = make()
    answer = yard.tell("GET", f"/blue/parties/MSISDN/{BOB}", source="green")
    assert (answer.status, answer.body) == (202, b"")
    got = yard.take("PUT", "parties")
    assert got.path == f"/parties/MSISDN/{BOB}"
    party = got.body["party"]
    assert party["partyIdInfo"] == {"partyIdType": "MSISDN", "partyIdentifier": BOB, "fspId": "blue"}
    names = {"firstName": "Bob", "middleName": "Chisomo", "lastName": "Kamanga"}
    assert party["personalInfo"]["complexName"] == names
    assert party["supportedCurrencies"] == ["MWK"]
    assert (got.source, got.headers["fspiop-destination"]) == ("blue", "green")
    assert got.headers["content-type"] == "application/vnd.interoperability.parties+json;version=2.0"
    assert "accept" not in got.headers


def test_a_sub_id_is_part_of_the_identifier(make: Make) -> None:
    yard = make()
    yard.tell("GET", "/blue/parties/MSISDN/3/TILL-7", source="green")
    got = yard.take("PUT", "parties")
    assert got.path == "/parties/MSISDN/3/TILL-7"
    assert got.body["party"]["partyIdInfo"]["partySubIdOrType"] == "TILL-7"
    yard.tell("GET", "/blue/parties/MSISDN/3", source="green")
    assert yard.take("PUT", "parties").code == "3204"
    yard.tell("GET", "/blue/parties/MSISDN/3/TILL-8", source="green")
    got = yard.take("PUT", "parties")
    assert (got.path, got.code) == ("/parties/MSISDN/3/TILL-8/error", "3204")


def test_a_further_identifier_finds_the_same_account(make: Make) -> None:
    yard = make()
    own = {"id_value": BOB}
    yard.control("dfsp.know-as", fsp="blue", customer=own, id_type="ALIAS", id_value="bob.k")
    yard.tell("GET", "/blue/parties/ALIAS/bob.k", source="green")
    got = yard.take("PUT", "parties")
    assert got.body["party"]["partyIdInfo"] == {"partyIdType": "ALIAS", "partyIdentifier": "bob.k", "fspId": "blue"}
    assert got.body["party"]["personalInfo"]["complexName"]["firstName"] == "Bob"
    yard.tell("GET", f"/blue/parties/MSISDN/{BOB}", source="green")
    assert yard.take("PUT", "parties").body["party"]["partyIdInfo"]["partyIdentifier"] == BOB
    assert yard.balances("blue") == UNTOUCHED


def test_the_directory_may_confirm_an_identifier(make: Make) -> None:
    body = {"partyList": [{"partyIdType": "ALIAS", "partyIdentifier": "bob.k", "fspId": "blue"}]}
    assert make().tell("PUT", "/blue/participants/ALIAS/bob.k", body).status == 200


@pytest.mark.parametrize("number, code", [("404", "3204"), ("1", "5400"), ("2", "3204")])
def test_who_cannot_be_paid_is_an_error_callback(make: Make, number: str, code: str) -> None:
    yard = make()
    yard.tell("GET", f"/blue/parties/MSISDN/{number}", source="green")
    got = yard.take("PUT", "parties")
    assert (got.path, got.code) == (f"/parties/MSISDN/{number}/error", code)


def test_an_unknown_participant_and_path_are_answered_at_once(make: Make) -> None:
    yard = make()
    assert yard.tell("GET", "/red/parties/MSISDN/1").status == 400
    assert yard.tell("GET", "/blue/nonsense/1").status == 404
    assert yard.tell("DELETE", f"/blue/transfers/{TRANSACTION}").status == 405
    assert yard.tell("POST", "/blue/quotes", b"{").status == 400
    assert yard.tell("POST", "/blue/quotes", {"quoteId": QUOTE}).status == 400
    yard.nothing()


# -- quotes -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options, amount_type, transfer, receive, fee, commission",
    [
        ({"fee": "1"}, "SEND", "100", "99", "1", "0"),
        ({"fee": "1"}, "RECEIVE", "101", "100", "1", "0"),
        ({"fee": "1", "commission": "0.5"}, "SEND", "100.5", "99.5", "1", "0.5"),
        ({"fee": "1", "commission": "0.5"}, "RECEIVE", "101.5", "100", "1", "0.5"),
        ({"fee": "0.255%"}, "SEND", "100", "99.74", "0.26", "0"),
        ({"fee": "0.245%"}, "SEND", "100", "99.76", "0.24", "0"),
        ({"fee": "0"}, "SEND", "100", "100", "0", "0"),
    ],
)
def test_a_quote_charges_fee_and_commission(
    make: Make, options: Any, amount_type: str, transfer: str, receive: str, fee: str, commission: str
) -> None:
    got = ask_quote(make(**options), "100", amount_type)
    assert got is not None
    assert got.path == f"/quotes/{QUOTE}"
    amounts = [
        got.body[name]["amount"] for name in ("transferAmount", "payeeReceiveAmount", "payeeFspFee", "payeeFspCommission")
    ]
    assert amounts == [transfer, receive, fee, commission]


def test_a_quote_is_sealed_with_a_packet_of_the_transaction(make: Make) -> None:
    got = ask_quote(make())
    assert got is not None
    packet = ilp.decode(got.body["ilpPacket"])
    assert (packet.version, packet.amount_units, packet.data["transactionId"]) == ("v1", 10000, TRANSACTION)
    assert got.body["expiration"] == "2026-03-02T08:01:00.000Z"


@pytest.mark.parametrize(
    "changes, code",
    [
        ({"payee": "404"}, "3204"),
        ({"payee": "1"}, "5400"),
        ({"payee": "2"}, "3204"),
        ({"amount": "0.001"}, "3100"),
        ({"amount": "501"}, "5200"),
        ({"amount": "1"}, "3100"),
        ({"expiration": "2026-03-02T07:59:59.000Z"}, "3302"),
    ],
)
def test_a_quote_that_cannot_be_given_is_an_error_callback(make: Make, changes: Any, code: str) -> None:
    got = ask_quote(make(limit="500"), **changes)
    assert got is not None
    assert (got.path, got.code) == (f"/quotes/{QUOTE}/error", code)


def test_a_quote_in_another_currency_is_refused(make: Make) -> None:
    got = ask_quote(make(), "10", currency="ZMW")
    assert got is not None
    assert got.code == "5106"


def test_the_same_quote_request_gets_the_same_terms_and_another_is_refused(make: Make) -> None:
    yard = make()
    first = ask_quote(yard)
    yard.advance(5)
    second = ask_quote(yard)
    assert first is not None
    assert second is not None
    assert first.raw == second.raw
    other = ask_quote(yard, "101")
    assert other is not None
    assert other.code == "3106"
    yard.got.clear()
    yard.tell("GET", f"/blue/quotes/{QUOTE}", source="green")
    assert yard.take("PUT", "quotes").raw == first.raw
    yard.tell("GET", "/blue/quotes/01KJPR00000000000000000000", source="green")
    assert yard.take("PUT", "quotes").code == "3205"


# -- transfers ----------------------------------------------------------------------------------------------------------


def test_a_reserved_transfer_is_credited_when_the_hub_has_committed(make: Make) -> None:
    yard = make()
    got = prepare(yard)
    assert got is not None
    assert (got.path, got.body["transferState"]) == (f"/transfers/{TRANSACTION}", "RESERVED")
    assert ilp.fulfils(got.body["fulfilment"], yard.states["dfsp"].peer("blue").payee.known_quote(QUOTE).condition)
    assert yard.balances("blue") == UNTOUCHED
    assert str(yard.account("blue", "scheme-clearing:MWK").held) == "100"
    notice(yard)
    assert yard.balances("blue") == UNTOUCHED | {
        "scheme-clearing:MWK": "50100", f"MSISDN:{BOB}": "1099", "fee-income:MWK": "1",
    }  # fmt: skip
    assert str(yard.account("blue", "scheme-clearing:MWK").held) == "0"
    yard.got.clear()
    yard.advance(1000)
    yard.nothing()


def test_commission_and_fee_leave_the_books_even(make: Make) -> None:
    yard = make(fee="1", commission="0.5")
    quoted = ask_quote(yard, "100", "RECEIVE")
    assert quoted is not None
    send_prepare(yard, quoted.body)
    notice(yard)
    grown = {"scheme-clearing:MWK": "50101.5", f"MSISDN:{BOB}": "1100", "fee-income:MWK": "1.5"}
    assert yard.balances("blue") == UNTOUCHED | grown


def test_a_second_and_a_contrary_notice_change_nothing(make: Make) -> None:
    yard = make()
    prepare(yard)
    notice(yard)
    before = yard.balances("blue")
    notice(yard)
    notice(yard, "ABORTED")
    assert yard.balances("blue") == before
    seen = yard.control("dfsp.transfer", id=TRANSACTION)
    assert (seen["state"], seen["ignored"]) == ("COMMITTED", ["PATCH commit in COMMITTED", "PATCH abort in COMMITTED"])


def test_an_abort_releases_and_a_late_commit_changes_nothing(make: Make) -> None:
    yard = make()
    prepare(yard)
    notice(yard, "ABORTED")
    notice(yard)
    assert yard.balances("blue") == UNTOUCHED
    assert str(yard.account("blue", "scheme-clearing:MWK").held) == "0"
    assert yard.control("dfsp.transfer", id=TRANSACTION)["state"] == "ABORTED"


def test_an_error_of_the_hub_releases(make: Make) -> None:
    yard = make()
    prepare(yard)
    assert yard.tell("PUT", f"/blue/transfers/{TRANSACTION}/error", error_body("3303")).status == 200
    assert yard.control("dfsp.transfer", id=TRANSACTION)["state"] == "ABORTED"
    assert str(yard.account("blue", "scheme-clearing:MWK").held) == "0"


def test_notices_of_unknown_transfers_are_taken_silently(make: Make) -> None:
    yard = make()
    notice(yard)
    assert yard.tell("PUT", f"/blue/transfers/{TRANSACTION}/error", error_body("3303")).status == 200
    assert yard.tell("PUT", f"/blue/quotes/{QUOTE}/error", error_body("3201")).status == 200
    assert yard.balances("blue") == UNTOUCHED


def test_without_notice_the_hub_is_asked_three_times(make: Make) -> None:
    yard = make()
    prepare(yard)
    yard.got.clear()
    yard.advance(14.9)
    yard.nothing()
    yard.advance(1000)
    assert [(each.method, each.path, each.at) for each in yard.got] == [
        ("GET", f"/transfers/{TRANSACTION}", seconds) for seconds in (15.0, 30.0, 45.0)
    ]
    assert "accept" in yard.got[0].headers


@pytest.mark.parametrize("answer, state", [("COMMITTED", "COMMITTED"), ("ABORTED", "ABORTED"), ("RESERVED", "RESERVED")])
def test_the_answer_to_a_question_counts_as_notice(make: Make, answer: str, state: str) -> None:
    yard = make()
    prepare(yard)
    yard.advance(15)
    assert yard.tell("PUT", f"/blue/transfers/{TRANSACTION}", {"transferState": answer}).status == 200
    assert yard.control("dfsp.transfer", id=TRANSACTION)["state"] == state
    yard.got.clear()
    yard.advance(15)
    assert len(yard.got) == (1 if state == "RESERVED" else 0)


def test_a_hub_that_cannot_answer_a_question_does_not_abort(make: Make) -> None:
    yard = make()
    prepare(yard)
    yard.advance(15)
    yard.tell("PUT", f"/blue/transfers/{TRANSACTION}/error", error_body("2001"))
    assert yard.control("dfsp.transfer", id=TRANSACTION)["state"] == "RESERVED"
    yard.tell("PUT", f"/blue/transfers/{TRANSACTION}/error", error_body("3208"))
    assert yard.control("dfsp.transfer", id=TRANSACTION)["state"] == "ABORTED"


def test_the_same_prepare_again_gets_the_same_answer_and_no_second_hold(make: Make) -> None:
    yard = make()
    first = prepare(yard)
    quoted = ask_quote(yard)
    assert quoted is not None
    second = send_prepare(yard, quoted.body)
    assert first is not None
    assert second is not None
    assert first.raw == second.raw
    assert str(yard.account("blue", "scheme-clearing:MWK").held) == "100"
    notice(yard)
    third = send_prepare(yard, quoted.body, expiration="2026-03-02T08:00:30.000Z")
    assert third is not None
    assert third.body["transferState"] == "COMMITTED"
    assert str(yard.account("blue", f"MSISDN:{BOB}").balance) == "1099"
    changed = send_prepare(yard, quoted.body, expiration="2026-03-02T08:00:31.000Z")
    assert changed is not None
    assert changed.code == "3106"


@pytest.mark.parametrize(
    "changes, code",
    [
        ({"condition": "A" * 43}, "3100"),
        ({"amount": {"currency": "MWK", "amount": "101"}}, "3100"),
        ({"payerFsp": "red"}, "3100"),
        ({"payeeFsp": "red"}, "3100"),
        ({"ilpPacket": "AAAA"}, "3100"),
        ({"expiration": "2026-03-02T07:59:59.000Z"}, "3303"),
    ],
)
def test_a_prepare_that_is_not_its_quote_is_refused_and_holds_nothing(make: Make, changes: Any, code: str) -> None:
    yard = make()
    got = prepare(yard, **changes)
    assert got is not None
    assert (got.path, got.code) == (f"/transfers/{TRANSACTION}/error", code)
    assert str(yard.account("blue", "scheme-clearing:MWK").held) == "0"
    notice(yard)
    assert yard.balances("blue") == UNTOUCHED


def test_a_prepare_without_quote_is_2001(make: Make) -> None:
    yard, other = make(), make()
    quoted = ask_quote(other)
    assert quoted is not None
    got = send_prepare(yard, quoted.body)
    assert got is not None
    assert got.code == "2001"
    assert "Corresponding quote not found" in got.body["errorInformation"]["errorDescription"]


@pytest.mark.parametrize("strict, code", [(True, "3302"), (False, None)])
def test_an_expired_quote_is_refused_unless_the_bank_is_lenient(make: Make, strict: bool, code: str | None) -> None:
    yard = make(expiry_seconds=10, reject_on_expired_quote=strict)
    quoted = ask_quote(yard)
    yard.advance(10)
    assert quoted is not None
    got = send_prepare(yard, quoted.body)
    assert got is not None
    assert got.body.get("transferState") == (None if strict else "RESERVED")
    assert not strict or got.code == code


def test_a_question_of_the_hub_is_answered(make: Make) -> None:
    yard = make()
    first = prepare(yard)
    yard.got.clear()
    yard.tell("GET", f"/blue/transfers/{TRANSACTION}", source="green")
    assert first is not None
    assert yard.take("PUT", "transfers").raw == first.raw
    yard.tell("GET", f"/blue/transfers/{QUOTE}", source="green")
    assert yard.take("PUT", "transfers").code == "3208"


# -- crediting on its own word --------------------------------------------------------------------------------------------


def test_a_bank_that_answers_committed_credits_at_once_and_asks_nothing(make: Make) -> None:
    yard = make(answers="COMMITTED")
    got = prepare(yard)
    assert got is not None
    assert got.body["transferState"] == "COMMITTED"
    assert str(yard.account("blue", f"MSISDN:{BOB}").balance) == "1099"
    notice(yard)
    assert yard.control("dfsp.transfer", id=TRANSACTION)["state"] == "COMMITTED"
    assert str(yard.account("blue", f"MSISDN:{BOB}").balance) == "1099"


def test_a_bank_that_answers_committed_takes_the_credit_back_when_the_hub_aborts(make: Make) -> None:
    yard = make(answers="COMMITTED")
    prepare(yard)
    yard.tell("PUT", f"/blue/transfers/{TRANSACTION}/error", error_body("3303"))
    assert yard.control("dfsp.transfer", id=TRANSACTION)["state"] == "REVERSED"
    assert yard.balances("blue") == UNTOUCHED
    yard.tell("PUT", f"/blue/transfers/{TRANSACTION}/error", error_body("3303"))
    assert yard.balances("blue") == UNTOUCHED


@pytest.mark.parametrize("state, event", sorted((s, e) for s in INCOMING.states for e in INCOMING.events))
def test_an_inbound_transfer_takes_no_step_that_is_not_in_the_table(state: str, event: str) -> None:
    if (state, event) in INCOMING.transitions:
        assert state not in INCOMING.final
    else:
        with pytest.raises(IllegalTransition):
            INCOMING.next(state, event)
