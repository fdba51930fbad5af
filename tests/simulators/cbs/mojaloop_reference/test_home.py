from __future__ import annotations

from typing import Any

import pytest

from loopyard.kernel.errors import IllegalTransition
from loopyard.kernel.money import Money
from simulators.cbs.engine.errors import InsufficientFunds
from simulators.cbs.mojaloop_reference.state.errors import HomeTransactionExists

AMINA = "265991000101"


def debit(bank: Any, id_: str = "H1", amount: str = "100") -> Any:
    return bank.control("debit-for-transfer", id_type="MSISDN", id_value=AMINA, homeTransactionId=id_, amount=amount)


def refund(bank: Any, id_: str = "H1") -> tuple[int, Any]:
    return bank.post("/funds/refund", {"homeTransactionId": id_, "reason": "ERROR"})


def mwk(amount: int | str) -> Money:
    return Money(amount, "MWK")


def test_the_channel_debits_amount_and_fee_once(published: Any) -> None:
    assert debit(published)["status"] == "DEBITED"
    assert debit(published)["status"] == "DEBITED"
    assert published.account()[0] == "398"
    assert published.role("holding") == mwk(102)


def test_a_debit_under_a_known_id_with_other_terms_is_refused(published: Any) -> None:
    debit(published)
    with pytest.raises(HomeTransactionExists):
        debit(published, amount="99")


def test_what_is_not_there_is_not_debited(published: Any) -> None:
    with pytest.raises(InsufficientFunds):
        debit(published, amount="499")
    assert published.account()[0] == "500"


def test_a_settled_debit_reaches_the_scheme_and_the_fee_income(published: Any) -> None:
    clearing = published.role("scheme-clearing")
    debit(published)
    for _ in range(2):
        published.control("settle-transfer", homeTransactionId="H1")
    assert published.role("holding") == mwk(0)
    assert published.role("scheme-clearing") == clearing - mwk(100)
    assert published.role("fee-income") == mwk(2)


def test_what_the_scheme_took_beyond_the_debit_is_commission(published: Any) -> None:
    clearing = published.role("scheme-clearing")
    debit(published)
    published.control("settle-transfer", homeTransactionId="H1", amount="103")
    assert published.role("scheme-clearing") == clearing - mwk(103)
    assert (published.role("commission-paid"), published.role("fee-income")) == (mwk(3), mwk(2))


def test_a_refund_gives_back_everything_once(published: Any) -> None:
    debit(published)
    assert refund(published) == refund(published) == (200, {"homeTransactionId": "H1", "refundCompleted": True})
    assert published.account()[0] == "500"
    assert published.role("holding") == mwk(0)
    with pytest.raises(IllegalTransition):
        published.control("settle-transfer", homeTransactionId="H1")


def test_a_settled_transaction_is_not_refunded(published: Any) -> None:
    debit(published)
    published.control("settle-transfer", homeTransactionId="H1")
    assert refund(published) == (200, {"homeTransactionId": "H1", "refundCompleted": False})
    assert published.account()[0] == "398"


def test_an_unknown_transaction_is_an_error(published: Any) -> None:
    status, answer = refund(published, "H9")
    assert (status, answer["errorCode"]) == (500, "HOME_TRANSACTION_NOT_FOUND")


def test_deposits_are_postings_and_not_overwrites(bank: Any) -> None:
    bank.control("set-balance", id_type="MSISDN", id_value=AMINA, amount="20")
    bank.control("deposit", id_type="MSISDN", id_value=AMINA, amount="5.5")
    lines = bank.control("statement", id_type="MSISDN", id_value=AMINA)
    assert [(line["side"], line["amount"], line["balance"]) for line in lines] == [
        ("credit", "500", "500"), ("debit", "480", "20"), ("credit", "5.5", "25.5"),
    ]  # fmt: skip
    assert {line["memo"] for line in lines} == {"provisioning"}
    assert bank.imbalance()["MWK"] == 0


def test_funds_move_between_the_scheme_and_the_settlement_bank(bank: Any) -> None:
    before = bank.role("scheme-clearing")
    told = bank.control("funds-in", amount="50", currency="MWK", reference="F1")
    assert bank.role("scheme-clearing") == before + mwk(50)
    assert told == {"currency": "MWK", "schemeClearing": str(before + mwk(50))}
    bank.control("funds-out", amount="20.5", currency="MWK", reference="F2")
    assert bank.role("scheme-clearing") == before + mwk("29.5")
    assert bank.role("settlement-bank") == mwk("-29.5")
    assert bank.imbalance()["MWK"] == 0
