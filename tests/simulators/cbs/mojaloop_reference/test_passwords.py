"""One-time passwords: sent to a customer, checked as often as the bank allows, opened by none but the right one."""

from __future__ import annotations

from typing import Any

import pytest

AMINA, GRACE, BLESSINGS = "265991000101", "265991000103", "265991000104"


def send(bank: Any, number: str = AMINA, id_: str = "R1") -> tuple[int, Any]:
    party = {"partyIdType": "MSISDN", "partyIdentifier": number}
    return bank.post("/authentications", {"authenticationId": id_, "payer": party})  # type: ignore[no-any-return]


def give(bank: Any, value: str, id_: str = "R1") -> tuple[int, Any]:
    return bank.post(f"/authentications/{id_}/verify", {"otpValue": value})  # type: ignore[no-any-return]


def read(bank: Any, number: str = AMINA) -> list[Any]:
    return bank.control("passwords", id_type="MSISDN", id_value=number)  # type: ignore[no-any-return]


def test_a_password_reaches_the_customer_and_nobody_else(bank: Any) -> None:
    assert send(bank) == send(bank) == (200, {"authenticationId": "R1", "status": "SENT", "attemptsLeft": 3})
    (sent,) = read(bank)
    assert (len(sent["value"]), sent["value"].isdecimal(), sent["authenticationId"]) == (6, True, "R1")
    assert read(bank, GRACE) == []


def test_the_right_password_opens_and_opens_again(bank: Any) -> None:
    send(bank)
    value = read(bank)[0]["value"]
    assert give(bank, "wrong")[1] == {"authenticationId": "R1", "status": "WRONG", "attemptsLeft": 2}
    assert give(bank, value)[1] == {"authenticationId": "R1", "status": "VERIFIED", "attemptsLeft": 1}
    assert give(bank, value)[1]["status"] == "VERIFIED"
    assert give(bank, "wrong")[1]["status"] == "WRONG"


def test_the_third_wrong_password_locks_even_for_the_right_one(bank: Any) -> None:
    send(bank)
    assert [give(bank, "wrong")[1]["status"] for _ in range(3)] == ["WRONG", "WRONG", "LOCKED"]
    assert give(bank, read(bank)[0]["value"])[1] == {"authenticationId": "R1", "status": "LOCKED", "attemptsLeft": 0}


@pytest.mark.parametrize(("number", "status", "code"), [(BLESSINGS, 403, "ACCOUNT_BLOCKED"), ("1", 404, "ACCOUNT_NOT_FOUND")])
def test_who_may_not_pay_is_sent_nothing(bank: Any, number: str, status: int, code: str) -> None:
    answer = send(bank, number)
    assert (answer[0], answer[1]["errorCode"]) == (status, code)


def test_a_reference_is_one_customer_s_and_must_be_known(bank: Any) -> None:
    send(bank)
    assert send(bank, GRACE)[1]["errorCode"] == "DUPLICATE_AUTHENTICATION"
    assert give(bank, "1", "R9")[1]["errorCode"] == "AUTHENTICATION_NOT_FOUND"


def test_the_published_document_has_none(published: Any) -> None:
    assert send(published)[0] == give(published, "1")[0] == 404
