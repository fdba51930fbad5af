"""Payments with a currency conversion: the payer consents to everything at once, whichever halt comes last."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from core_connector_yard import Yard

pytestmark = pytest.mark.asyncio


async def converting(yard: Yard, charge: int = 0) -> None:
    yard.mojaloop.payee_currency = "ZMW"
    yard.mojaloop.charge = charge  # type: ignore[assignment]


async def test_send_passes_the_conversion_and_halts_at_the_quote(store: Path) -> None:
    async with Yard(store) as yard:
        await converting(yard, charge=20)
        yard.mojaloop.fee, yard.bank.sending_fee = 1, 3  # type: ignore[assignment]
        status, terms = await yard.send("400", receive="ZMW")
        assert status == 200
        assert (terms["sendAmount"], terms["sourceFees"], terms["totalAmount"]) == ("400", "3", "403")
        assert (terms["receiveAmount"], terms["receiveCurrency"], terms["targetFees"]) == ("3.75", "ZMW", "1")
        assert terms["conversion"]["targetAmount"] == {"amount": "4.75", "currency": "ZMW"}
        assert terms["conversion"]["charges"] == [
            {"chargeType": "Conversion", "sourceAmount": {"amount": "20", "currency": "MWK"}}
        ]
        assert terms["conversion"]["rate"] == "0.011875"
        assert yard.bank.reserves == []
        assert (await yard.accept(terms["transactionId"]))[0] == 200
        assert yard.mojaloop.puts() == [{"acceptConversion": True}, {"acceptQuote": True}]
        assert str(yard.amina.balance) == "97"


async def test_receive_passes_the_quote_and_halts_at_the_conversion(store: Path) -> None:
    async with Yard(store) as yard:
        await converting(yard)
        status, terms = await yard.pay_merchant("2", receive="ZMW")
        assert status == 200
        assert (terms["sendAmount"], terms["sendCurrency"], terms["receiveAmount"]) == ("160", "MWK", "2")
        assert yard.mojaloop.puts() == [{"acceptQuote": True}]
        assert (await yard.accept(terms["transactionId"]))[0] == 200
        assert yard.mojaloop.puts()[1:] == [{"acceptConversion": True}]
        assert str(yard.amina.balance) == "340"


async def test_refused_terms_are_refused_at_the_halt_they_wait_in(store: Path) -> None:
    async with Yard(store) as yard:
        await converting(yard)
        transfer = (await yard.pay_merchant("2", receive="ZMW"))[1]["transactionId"]
        assert (await yard.state(transfer))["currentState"] == "WAITING_FOR_CONVERSION_ACCEPTANCE"
        await yard.accept(transfer, yes=False)
        assert yard.mojaloop.puts()[1:] == [{"acceptConversion": False}]


async def test_a_mojaloop_connector_that_does_not_say_whether_it_converts_is_judged_by_the_currencies(store: Path) -> None:
    async with Yard(store) as yard:
        await converting(yard)
        yard.mojaloop.says_need_fx = False
        assert (await yard.pay_merchant("2", receive="ZMW"))[0] == 200


def altered(terms: str, key: str, value: Any) -> Any:
    def alter(state: dict[str, Any]) -> None:
        where = state.get(terms, {}).get("body", {})
        where = where.get("conversionTerms", where)
        if where:
            where[key] = value

    return alter


@pytest.mark.parametrize(
    ("terms", "key", "value"),
    [
        ("fxQuoteResponse", "sourceAmount", {"currency": "MWK", "amount": "401"}),
        ("fxQuoteResponse", "sourceAmount", {"currency": "UGX", "amount": "400"}),
        ("fxQuoteResponse", "targetAmount", {"currency": "UGX", "amount": "5"}),
        ("fxQuoteResponse", "targetAmount", {"currency": "ZMW", "amount": "0"}),
        ("fxQuoteResponse", "targetAmount", {"currency": "ZMW"}),
        ("fxQuoteResponse", "charges", [{"chargeType": "x", "sourceAmount": {"currency": "MWK", "amount": "401"}}]),
        ("fxQuoteResponse", "charges", [{"chargeType": "x", "sourceAmount": {"currency": "ZMW", "amount": "1"}}]),
    ],
)
async def test_conversion_terms_that_were_changed_are_refused_before_the_quote(
    store: Path, terms: str, key: str, value: Any
) -> None:
    async with Yard(store) as yard:
        await converting(yard)
        yard.mojaloop.alter = altered(terms, key, value)
        status, content = await yard.send("400", receive="ZMW")
        assert (status, content["statusCode"]) == (400, "4000"), content
        assert yard.mojaloop.puts() == [{"acceptConversion": False}]


async def test_a_quote_for_another_amount_than_was_bought_is_refused(store: Path) -> None:
    async with Yard(store) as yard:
        await converting(yard)
        yard.mojaloop.commission = 1  # type: ignore[assignment]
        status, content = await yard.send("400", receive="ZMW")
        assert (status, content["statusCode"]) == (400, "4000")


async def test_a_payee_who_takes_another_currency_than_was_asked_for(store: Path) -> None:
    async with Yard(store) as yard:
        await converting(yard)
        status, content = await yard.send("400", receive="MWK")
        assert (status, content["statusCode"]) == (400, "5106")
        yard.mojaloop.payee_currency = "MWK"
        assert (await yard.send("400", receive="ZMW"))[1]["statusCode"] == "5106"


async def test_both_spellings_of_the_conversion_answer_are_read(store: Path) -> None:
    def respell(state: dict[str, Any]) -> None:
        if "fxQuoteResponse" in state:
            state["fxQuotesResponse"] = state.pop("fxQuoteResponse")

    async with Yard(store) as yard:
        await converting(yard)
        yard.mojaloop.alter = respell
        assert (await yard.send("400", receive="ZMW"))[0] == 200


async def test_the_earlier_of_the_two_expiries_counts(store: Path) -> None:
    def short(state: dict[str, Any]) -> None:
        if "fxQuoteResponse" in state:
            state["fxQuoteResponse"]["body"]["conversionTerms"]["expiration"] = "2026-03-02T08:00:10.000Z"

    async with Yard(store) as yard:
        await converting(yard)
        yard.mojaloop.alter = short
        transfer = (await yard.send("400", receive="ZMW"))[1]["transactionId"]
        await yard.clock.advance(10)
        assert (await yard.accept(transfer))[1]["statusCode"] == "3302"
        assert yard.bank.reserves == []
