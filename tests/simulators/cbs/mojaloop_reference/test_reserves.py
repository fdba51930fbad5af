from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from loopyard.kernel.errors import IllegalTransition
from loopyard.kernel.money import Money
from simulators.cbs.mojaloop_reference.state.reserves import RESERVE

AMINA, GRACE, BLESSINGS, CLOSED = "265991000101", "265991000103", "265991000104", "265991000199"


def mwk(amount: int | str) -> Money:
    return Money(amount, "MWK")


def test_every_edge_of_the_life_of_a_reserve_is_as_written() -> None:
    allowed = {("REQUESTED", "hold"), ("REQUESTED", "refuse"), ("RESERVED", "commit"), ("RESERVED", "release")}
    allowed |= {("RESERVED", "lapse")}
    for state, event in product(RESERVE.states, RESERVE.events):
        if (state, event) in allowed:
            RESERVE.next(state, event)
        else:
            with pytest.raises(IllegalTransition):
                RESERVE.next(state, event)


def test_a_payers_reserve_holds_amount_and_fee(bank: Any) -> None:
    status, answer = bank.reserve("T1", 100)
    assert (status, answer["status"], answer["transferId"]) == (200, "RESERVED", "T1")
    assert bank.account() == ("500", "102", "398")
    assert [(hold["reference"], hold["amount"]) for hold in bank.control("holds")] == [("T1", "102")]


def test_a_payers_commit_pays_the_scheme_and_the_fee_once(bank: Any) -> None:
    clearing = bank.role("scheme-clearing")
    reserve = bank.reserve("T1", 100)[1]["reserveId"]
    assert bank.commit(reserve)[1]["status"] == "COMMITTED"
    assert bank.account() == ("398", "0", "398")
    assert bank.role("scheme-clearing") == clearing - mwk(100)
    assert bank.role("fee-income") == mwk(2)
    assert bank.control("holds") == []


def test_a_payees_commit_takes_from_the_scheme_and_credits_less_the_fee(bank: Any) -> None:
    clearing = bank.role("scheme-clearing")
    reserve = bank.reserve("T1", 100, GRACE, "payee")[1]["reserveId"]
    assert bank.account(GRACE) == ("0", "0", "0")
    assert [hold["role"] for hold in bank.control("holds")] == ["scheme-clearing"]
    assert bank.commit(reserve)[1]["status"] == "COMMITTED"
    assert bank.account(GRACE) == ("99", "0", "99")
    assert bank.role("scheme-clearing") == clearing + mwk(100)
    assert bank.role("fee-income") == mwk(1)


def test_a_commission_is_paid_by_the_bank_not_by_the_customer(bank: Any) -> None:
    clearing = bank.role("scheme-clearing")
    commission = {"amount": 3, "currency": "MWK"}
    bank.commit(bank.reserve("T1", 100, commission=commission)[1]["reserveId"])
    assert bank.account()[0] == "398"
    assert bank.role("commission-paid") == mwk(3)
    assert bank.role("scheme-clearing") == clearing - mwk(103)


def test_a_released_reserve_leaves_the_balance_as_it_was(bank: Any) -> None:
    reserve = bank.reserve("T1", 100)[1]["reserveId"]
    assert bank.unreserve(reserve)[1]["status"] == "RELEASED"
    assert bank.account() == ("500", "0", "500")
    assert len(bank.control("statement", id_type="MSISDN", id_value=AMINA)) == 1


@pytest.mark.parametrize(
    ("who", "amount", "more", "reason"),
    [
        (AMINA, "498.01", {}, "INSUFFICIENT_FUNDS"),
        ("265000000000", 1, {}, "ACCOUNT_NOT_FOUND"),
        (BLESSINGS, 1, {}, "ACCOUNT_BLOCKED"),
        (CLOSED, 1, {}, "ACCOUNT_INACTIVE"),
        (AMINA, 1, {"currency": "ZMW"}, "CURRENCY_MISMATCH"),
    ],
)
def test_a_refusal_is_a_failed_reserve_with_http_200(bank: Any, who: str, amount: Any, more: Any, reason: str) -> None:
    status, answer = bank.reserve("T1", amount, who, **more)
    assert (status, answer["status"], answer["reason"]) == (200, "FAILED", reason)
    assert bank.control("holds") == []
    assert bank.commit(answer["reserveId"])[1]["status"] == "FAILED"


def test_exactly_what_is_available_can_be_reserved(bank: Any) -> None:
    assert bank.reserve("T1", 498)[1]["status"] == "RESERVED"
    assert bank.account()[2] == "0"


def test_held_money_cannot_be_reserved_twice(bank: Any) -> None:
    bank.reserve("T1", 400)
    assert bank.reserve("T2", 400)[1]["reason"] == "INSUFFICIENT_FUNDS"


def test_limits_refuse_before_money_is_held(bank: Any) -> None:
    bank.control("set-limits", id_type="MSISDN", id_value=AMINA, per_transaction="100", daily="150")
    assert bank.reserve("T1", "100.01")[1]["reason"] == "LIMIT_EXCEEDED"
    bank.commit(bank.reserve("T2", 100)[1]["reserveId"])
    assert bank.reserve("T3", 60)[1]["reason"] == "LIMIT_EXCEEDED"
    bank.advance(86_400)
    assert bank.reserve("T4", 60)[1]["status"] == "RESERVED"


def test_the_cap_of_a_tier_refuses_a_credit(bank: Any) -> None:
    bank.control("set-limits", id_type="MSISDN", id_value=GRACE, greatest_balance="50")
    assert bank.reserve("T1", 52, GRACE, "payee")[1]["reason"] == "LIMIT_EXCEEDED"
    assert bank.reserve("T2", 51, GRACE, "payee")[1]["status"] == "RESERVED"


def test_the_cap_of_a_tier_counts_what_is_promised_already_and_never_fails_the_commit(bank: Any) -> None:
    bank.control("set-limits", id_type="MSISDN", id_value=GRACE, greatest_balance="100")
    first = bank.reserve("T1", 61, GRACE, "payee")[1]["reserveId"]
    assert bank.reserve("T2", 61, GRACE, "payee")[1]["reason"] == "LIMIT_EXCEEDED"
    bank.unreserve(first)
    second = bank.reserve("T3", 61, GRACE, "payee")[1]["reserveId"]
    bank.control("deposit", id_type="MSISDN", id_value=GRACE, amount="90")
    assert bank.commit(second)[1]["status"] == "COMMITTED"
    assert bank.account(GRACE)[0] == "150"


def test_an_overdraft_counts_as_available(open_bank: Any) -> None:
    bank = open_bank(overdraft={"MWK": "50"})
    bank.commit(bank.reserve("T1", 550)[1]["reserveId"])
    assert bank.account() == ("-50", "0", "0")


def test_a_repeated_reserve_is_replayed_byte_by_byte_even_after_the_commit(bank: Any) -> None:
    party = b'{"partyIdType":"MSISDN","partyIdentifier":"265991000101"}'
    body = b'{"transferId":"T1","payer":' + party + b',"amount":{"amount":100,"currency":"MWK"}}'
    first = bank.raw("POST", "/funds/reserve", body)
    bank.commit(bank.control("reserves", transferId="T1")[0]["reserveId"])
    bank.advance(3600)
    assert bank.raw("POST", "/funds/reserve", body).body == first.body
    assert bank.account() == ("398", "0", "398")


def test_the_same_transfer_with_other_terms_is_refused(bank: Any) -> None:
    bank.reserve("T1", 100)
    status, answer = bank.reserve("T1", 101)
    assert (status, answer["errorCode"]) == (500, "DUPLICATE_TRANSFER")


def test_the_two_sides_of_a_transfer_are_two_reserves(bank: Any) -> None:
    bank.reserve("T1", 100)
    assert bank.reserve("T1", 100, GRACE, "payee")[1]["status"] == "RESERVED"
    assert {row["side"] for row in bank.get("/funds/T1")[1]["reserves"]} == {"payer", "payee"}


def test_a_rejecting_bank_refuses_the_repeat(open_bank: Any) -> None:
    bank = open_bank(duplicate_reserve="reject")
    bank.reserve("T1", 100)
    status, answer = bank.reserve("T1", 100)
    assert (status, answer["errorCode"]) == (500, "DUPLICATE_TRANSFER")
    assert bank.account()[1] == "100"


def test_the_dangerous_bank_holds_a_second_time(open_bank: Any) -> None:
    bank = open_bank(duplicate_reserve="second-hold")
    first, second = bank.reserve("T1", 100)[1], bank.reserve("T1", 100)[1]
    assert first["reserveId"] != second["reserveId"]
    assert bank.account() == ("500", "200", "300")
    assert [row["status"] for row in bank.get("/funds/T1")[1]["reserves"]] == ["RESERVED", "RESERVED"]


def test_commit_and_release_repeat_their_answer_and_exclude_each_other(bank: Any) -> None:
    one, two = (bank.reserve(each, 100)[1]["reserveId"] for each in ("T1", "T2"))
    committed, released = bank.commit(one), bank.unreserve(two)
    assert (bank.commit(one), bank.unreserve(two)) == (committed, released)
    assert bank.unreserve(one)[1]["status"] == "FAILED"
    assert bank.commit(two)[1]["status"] == "FAILED"
    assert bank.account() == ("398", "0", "398")


def test_a_payee_blocked_meanwhile_fails_the_commit_until_unblocked(bank: Any) -> None:
    reserve = bank.reserve("T1", 100, GRACE, "payee")[1]["reserveId"]
    bank.control("block", id_type="MSISDN", id_value=GRACE)
    assert bank.commit(reserve)[1] == {
        "transferId": "T1",
        "status": "FAILED",
        "reserveId": reserve,
        "reason": "ACCOUNT_BLOCKED",
    }
    bank.control("unblock", id_type="MSISDN", id_value=GRACE)
    assert bank.commit(reserve)[1]["status"] == "COMMITTED"
    assert bank.account(GRACE)[0] == "99"


def test_a_payers_held_money_is_taken_though_the_account_was_blocked_unless_the_bank_rechecks(open_bank: Any) -> None:
    for recheck, status in (("payee", "COMMITTED"), ("both", "FAILED")):
        bank = open_bank(recheck_at_commit=recheck)
        reserve = bank.reserve("T1", 100)[1]["reserveId"]
        bank.control("block", id_type="MSISDN", id_value=AMINA)
        assert bank.commit(reserve)[1]["status"] == status


def test_a_reserve_lapses_where_holds_expire(open_bank: Any) -> None:
    bank = open_bank(hold_seconds=60)
    late, timely = (bank.reserve(each, 100)[1]["reserveId"] for each in ("T1", "T2"))
    bank.advance(59)
    assert bank.commit(timely)[1]["status"] == "COMMITTED"
    bank.advance(1)
    assert bank.account() == ("400", "0", "400")
    assert bank.commit(late)[1]["status"] == "FAILED"
    assert bank.get("/funds/T1")[1]["reserves"][0]["status"] == "RELEASED"


def test_a_query_tells_where_a_transfer_stands(bank: Any) -> None:
    reserve = bank.reserve("T1", "100.5", homeTransactionId="H1")[1]["reserveId"]
    bank.commit(reserve)
    status, answer = bank.get("/funds/T1")
    assert (status, answer["transferId"], answer["homeTransactionId"]) == (200, "T1", "H1")
    (row,) = answer["reserves"]
    assert (row["reserveId"], row["side"], row["status"]) == (reserve, "payer", "COMMITTED")
    assert (row["amountDecimal"], row["feesDecimal"], row["currency"]) == ("100.5", "2", "MWK")


def test_an_unknown_transfer_or_reserve_is_a_404(bank: Any) -> None:
    assert bank.get("/funds/T9")[0] == 404
    assert bank.commit("R9") == (404, {"errorCode": "RESERVE_NOT_FOUND", "message": bank.commit("R9")[1]["message"]})
    assert bank.unreserve("R9")[0] == 404


def test_a_reserve_under_a_quote_is_charged_what_was_quoted(bank: Any) -> None:
    bank.control("set-fee", currency="MWK", direction="receiving", percent="10")
    payee = {"partyIdType": "MSISDN", "partyIdentifier": GRACE}
    wish = {"payee": payee, "amount": {"amount": 100, "currency": "MWK"}, "amountType": "RECEIVE"}
    quote = bank.post("/quotes", wish)[1]
    assert (quote["sendAmountDecimal"], quote["receiveAmountDecimal"], quote["feesDecimal"]) == ("110", "100", "10")
    bank.control("set-fee", currency="MWK", direction="receiving", percent="50")
    assert bank.reserve("T2", 111, GRACE, "payee", quoteId=quote["quoteId"])[1]["errorCode"] == "QUOTE_MISMATCH"
    bank.commit(bank.reserve("T1", 110, GRACE, "payee", quoteId=quote["quoteId"])[1]["reserveId"])
    assert bank.account(GRACE)[0] == "100"


def test_an_fx_providers_treasury_is_an_account_like_any_other_and_free_of_fees(open_bank: Any) -> None:
    bank = open_bank("lake-fx", fees={"UGX": {"sending": {"flat": "5"}}})
    out = bank.reserve("C1", 2000, "treasury-UGX", id_type="ACCOUNT_NUMBER", currency="UGX")[1]
    into = bank.reserve("C1", 1000, "treasury-MWK", "payee", id_type="ACCOUNT_NUMBER")[1]
    bank.commit(out["reserveId"])
    bank.commit(into["reserveId"])
    assert bank.account("treasury-UGX", "ACCOUNT_NUMBER")[0] == "998000"
    assert bank.account("treasury-MWK", "ACCOUNT_NUMBER")[0] == "1001000"
    assert bank.imbalance() == {"MWK": 0, "UGX": 0}
