from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from loopyard.kernel.errors import UsageError

AMINA, GRACE, BLESSINGS = "265991000101", "265991000103", "265991000104"


def order(amount: str, **more: str) -> bytes:
    extra = "".join(f',"{name}":{value}' for name, value in more.items())
    payee = f'{{"partyIdType":"MSISDN","partyIdentifier":"{GRACE}"}}'
    return f'{{"transferId":"T1","payee":{payee},"amount":{{"amount":{amount},"currency":"MWK"{extra}}}}}'.encode()


def test_an_account_is_found_by_every_identifier_it_has(bank: Any) -> None:
    by_phone = bank.get(f"/accounts/MSISDN/{AMINA}")
    assert by_phone[0] == 200
    assert (by_phone[1]["name"], by_phone[1]["currency"], by_phone[1]["isActive"]) == ("Amina Banda", "MWK", True)
    assert bank.get("/accounts/ACCOUNT_NUMBER/1000000001")[1]["name"] == "Amina Banda"
    assert bank.get("/accounts/WALLET_ID/256771000401")[1]["currency"] == "UGX"


def test_a_blocked_account_is_shown_as_inactive(bank: Any) -> None:
    answer = bank.get(f"/accounts/MSISDN/{BLESSINGS}")[1]
    assert (answer["isActive"], answer["status"]) == (False, "BLOCKED")


def test_unknown_accounts_and_types_have_their_own_errors(bank: Any) -> None:
    assert [bank.get("/accounts/MSISDN/1")[0], bank.get("/accounts/EMAIL/a")[0]] == [404, 400]
    assert bank.get("/accounts/MSISDN/1")[1]["errorCode"] == "ACCOUNT_NOT_FOUND"


def test_another_banks_customer_is_unknown_here(bank: Any) -> None:
    assert bank.get("/accounts/MSISDN/265881000201")[0] == 404


def test_a_quote_for_a_payee_takes_the_fee_off(bank: Any) -> None:
    wish = {"payee": {"partyIdType": "MSISDN", "partyIdentifier": GRACE}, "amount": {"amount": 100.5, "currency": "MWK"}}
    status, quote = bank.post("/quotes", wish)
    assert (status, quote["sendAmount"], quote["receiveAmount"], quote["fees"]) == (200, Decimal("100.5"), Decimal("99.5"), 1)
    assert quote["payee"]["name"] == "Grace Mwale"
    assert quote["expiry"] == "2026-03-02T08:01:00.000Z"


def test_a_quote_for_a_payer_puts_the_fee_on_top(bank: Any) -> None:
    wish = {"payer": {"partyIdType": "MSISDN", "partyIdentifier": AMINA}, "amount": {"amount": 100, "currency": "MWK"}}
    quote = bank.post("/quotes", wish)[1]
    assert (quote["sendAmountDecimal"], quote["receiveAmountDecimal"], quote["feesDecimal"]) == ("102", "100", "2")
    assert bank.checker.findings == []


@pytest.mark.parametrize(
    ("who", "amount", "status", "code"),
    [
        (BLESSINGS, 10, 403, "ACCOUNT_BLOCKED"),
        ("1", 10, 404, "ACCOUNT_NOT_FOUND"),
        (GRACE, 5000, 403, "LIMIT_EXCEEDED"),
        (GRACE, 1, 403, "LIMIT_EXCEEDED"),
    ],
)
def test_a_quote_is_refused_where_the_credit_would_be(bank: Any, who: str, amount: int, status: int, code: str) -> None:
    bank.control("set-limits", id_type="MSISDN", id_value=GRACE, greatest_balance="1000")
    wish = {"payee": {"partyIdType": "MSISDN", "partyIdentifier": who}, "amount": {"amount": amount, "currency": "MWK"}}
    found, answer = bank.post("/quotes", wish)
    assert (found, answer["errorCode"]) == (status, code)


def test_amounts_never_pass_through_a_float(bank: Any) -> None:
    bank.raw("POST", "/funds/reserve", order("90071992547409.93"))
    assert b'"amount":90071992547409.93,' in bank.raw("GET", "/funds/T1").body


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("0", "INVALID_AMOUNT"), ("-1", "INVALID_AMOUNT"), ("1.001", "INVALID_AMOUNT"), ("1e30", "INVALID_AMOUNT"),
        ('"10"', "INVALID_AMOUNT"), ("true", "INVALID_AMOUNT"), ("null", "INVALID_AMOUNT"), ("NaN", "MALFORMED_JSON"),
        ("1e-999999", "INVALID_AMOUNT"), ("[", "MALFORMED_JSON"),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused(bank: Any, published: Any, amount: str, code: str) -> None:
    assert bank.raw("POST", "/funds/reserve", order(amount)).status == 400
    answer = published.raw("POST", "/funds/reserve", order(amount))
    assert (answer.status, code.encode() in answer.body) == (500, True)


def test_an_exact_text_wins_over_the_number_and_must_not_contradict_it(bank: Any) -> None:
    assert bank.raw("POST", "/funds/reserve", order("10.50", amountDecimal='"10.5"')).status == 200
    refused = bank.raw("POST", "/funds/reserve", order("10.51", amountDecimal='"10.5"'))
    assert refused.status == 400
    assert bank.control("reserves")[0]["amount"] == "10.5"


def test_a_currency_without_decimals_takes_none(bank: Any) -> None:
    status, answer = bank.reserve("T1", "10.5", "256771000401", id_type="WALLET_ID", currency="UGX")
    assert (status, answer["errorCode"]) == (400, "INVALID_AMOUNT")


@pytest.mark.parametrize("missing", ["transferId", "payee", "amount"])
def test_a_reserve_needs_all_its_members(bank: Any, missing: str) -> None:
    body = {
        "transferId": "T1", "payee": {"partyIdType": "MSISDN", "partyIdentifier": GRACE},
        "amount": {"amount": 1, "currency": "MWK"},
    }  # fmt: skip
    del body[missing]
    status, answer = bank.post("/funds/reserve", body)
    assert status == 400
    assert missing in answer["message"]


def test_unknown_paths_and_methods_are_answered_in_the_banks_words(bank: Any) -> None:
    assert bank.get("/nowhere")[1]["errorCode"] == "NOT_FOUND"
    assert bank.raw("DELETE", "/funds/commit", None).status == 405


def test_due_diligence_lets_pass_and_refuses_by_its_rules(open_bank: Any) -> None:
    bank = open_bank(due_diligence={"sanctioned": ["666"], "thresholds": {"MWK": "1000"}, "restricted_purposes": ["ARMS"]})

    def screen(payee: str = GRACE, amount: int = 10, purpose: str = "GIFT") -> Any:
        party = {"partyIdType": "MSISDN", "dfspId": "green-bank", "dfspLei": "A" * 20}
        body = {
            "payer": {**party, "partyIdentifier": AMINA}, "payee": {**party, "partyIdentifier": payee},
            "transferAmount": {"amount": amount, "currency": "MWK"}, "purposeCode": purpose,
        }  # fmt: skip
        return bank.post("/agreements/due-diligence", body)[1]

    assert (screen()["canTransferProceed"], screen()["riskLevel"]) == (True, "LOW")
    assert (screen("666")["canTransferProceed"], screen("666")["reason"]) == (False, "PAYEE_SANCTIONS_MATCH")
    assert screen(amount=1001)["reason"] == "AMOUNT_THRESHOLD_EXCEEDED"
    assert screen(purpose="ARMS")["reason"] == "PURPOSE_RESTRICTED"
    assert bank.checker.findings == []


def test_a_closed_core_says_so_and_moves_nothing(bank: Any) -> None:
    bank.control("set-condition", status="MAINTENANCE")
    assert bank.get("/health") == (200, {**bank.get("/health")[1], "status": "MAINTENANCE"})
    assert bank.get(f"/accounts/MSISDN/{AMINA}")[0] == 504
    assert bank.reserve("T1", 100) == (500, {"errorCode": "CORE_UNAVAILABLE", "message": bank.reserve("T1", 100)[1]["message"]})
    bank.control("set-condition", status="DOWN")
    assert bank.get("/health")[0] == 503
    assert bank.account() == ("500", "0", "500")


def test_a_token_is_asked_for_where_one_is_set(open_bank: Any) -> None:
    bank = open_bank(token="secret")
    assert bank.get(f"/accounts/MSISDN/{AMINA}")[0] == 401
    assert bank.get(f"/accounts/MSISDN/{AMINA}", Authorization="Bearer secret")[0] == 200
    assert bank.get("/health")[0] == 200


def test_the_published_profile_says_no_more_than_the_document(published: Any) -> None:
    assert set(published.get(f"/accounts/MSISDN/{AMINA}")[1]) == {
        "partyIdType", "partyIdentifier", "name", "currency", "isActive",
    }  # fmt: skip
    answer = published.reserve("T1", 10, GRACE, "payee")[1]
    assert set(answer) == {"reserveId", "transferId", "status"}
    assert set(published.commit(answer["reserveId"])[1]) == {"transferId", "status"}
    assert set(published.unreserve(answer["reserveId"])[1]) == {"reserveId", "status"}
    assert published.get("/funds/T1")[0] == 404


def test_the_published_profile_knows_no_payer_and_no_reason(published: Any) -> None:
    assert published.reserve("T1", 10)[0] == 500
    assert published.reserve("T2", 10, BLESSINGS, "payee")[1].keys() == {"reserveId", "transferId", "status"}


def test_the_published_profile_refuses_with_the_documents_statuses_only(published: Any) -> None:
    wish = {"payee": {"partyIdType": "MSISDN", "partyIdentifier": "1"}, "amount": {"amount": 1, "currency": "MWK"}}
    assert published.post("/quotes", wish)[0] == 400
    assert published.commit("R9")[0] == 500


@pytest.mark.parametrize("profile", ["extended", "published"])
def test_what_the_bank_says_keeps_the_public_contract(open_bank: Any, profile: str) -> None:
    bank = open_bank(profile=profile)
    bank.get("/health")
    bank.get(f"/accounts/MSISDN/{AMINA}")
    bank.get("/accounts/MSISDN/1")
    bank.post(
        "/quotes", {"payee": {"partyIdType": "MSISDN", "partyIdentifier": GRACE}, "amount": {"amount": 1, "currency": "MWK"}}
    )
    reserve = bank.reserve("T1", 10, GRACE, "payee")[1]["reserveId"]
    bank.commit(reserve)
    bank.unreserve(reserve)
    bank.control("debit-for-transfer", id_type="MSISDN", id_value=AMINA, homeTransactionId="H1", amount="10")
    bank.post("/funds/refund", {"homeTransactionId": "H1", "reason": "ERROR"})
    assert len(bank.traffic) == 8
    assert bank.checker.findings == []


def test_a_broken_request_counts_against_the_caller(bank: Any) -> None:
    bank.post("/funds/commit", {})
    assert [(each.party, each.operation) for each in bank.checker.findings] == [("core_connector", "green-bank.funds.commit")]


def test_settings_that_nobody_knows_are_refused(open_bank: Any) -> None:
    with pytest.raises(UsageError, match=r"simulators.green-bank.profil: is not known here"):
        open_bank(profil="published")
    with pytest.raises(UsageError, match="there is no participant"):
        open_bank("red-bank")
    with pytest.raises(UsageError, match=r"fees.UGX: a fee in UGX has at most 0 decimals"):
        open_bank(fees={"UGX": {"sending": {"flat": "0.5"}}})
