"""An institution that is an FX provider: what its money costs, and both legs of a conversion."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from core_connector_yard import Yard, fx_prepare, fx_wish
from hypothesis import given
from hypothesis import strategies as st

from connectors.core_connector.conversions.rates import Rates
from connectors.core_connector.errors import Refusal
from connectors.core_connector.settings import read
from loopyard.kernel.money import Money

FXP: dict[str, Any] = {"mode": "fxp", "rates": {"MWK/ZMW": "0.0125"}}


async def quoted(yard: Yard, key: str = "C1", amount: str = "400", **more: Any) -> Any:
    status, content = await yard.call("sdk", "POST", "/fxQuotes", fx_wish(key, amount, **more))
    assert status == 200, content
    return content["conversionTerms"]


@pytest.mark.asyncio
async def test_terms_keep_every_id_and_the_fixed_side(store: Path) -> None:
    settings = FXP | {"spread": "0.02", "charges": {"MWK": "40"}}
    async with Yard(store, settings) as yard:
        wish = fx_wish("C1", "440")
        terms = await quoted(yard, amount="440")
        given_ = wish["conversionTerms"]
        assert {
            key: terms[key]
            for key in ("conversionId", "determiningTransferId", "initiatingFsp", "counterPartyFsp", "amountType")
        } == {
            key: given_[key]
            for key in ("conversionId", "determiningTransferId", "initiatingFsp", "counterPartyFsp", "amountType")
        }
        assert terms["sourceAmount"] == {"currency": "MWK", "amount": "440"}
        assert terms["targetAmount"] == {"currency": "ZMW", "amount": "4.9"}
        assert terms["charges"] == [{"chargeType": "Conversion", "sourceAmount": {"currency": "MWK", "amount": "40"}}]
        back = await quoted(yard, "C2", "4.9", kind="RECEIVE")
        assert (back["sourceAmount"]["amount"], back["targetAmount"]["amount"]) == ("440", "4.9")
        zero = await quoted(yard, "C3", "400", unknown="0")
        assert zero["targetAmount"]["amount"] == "4.41"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("wish", "code"),
    [({"target": "UGX"}, "5106"), ({"amount": "0.0001"}, "5103"), ({"amount": ""}, "3102"), ({"kind": "BOTH"}, "3101")],
)
async def test_what_is_not_offered(store: Path, wish: dict[str, str], code: str) -> None:
    async with Yard(store, FXP) as yard:
        status, content = await yard.call("sdk", "POST", "/fxQuotes", fx_wish("C1", **{"amount": "400", **wish}))
        assert (status, content["statusCode"]) == (400, code)


@pytest.mark.asyncio
async def test_a_dfsp_offers_no_conversion(store: Path) -> None:
    async with Yard(store) as yard:
        status, content = await yard.call("sdk", "POST", "/fxQuotes", fx_wish("C1", "400"))
        assert (status, content["statusCode"]) == (501, "2002")


@pytest.mark.asyncio
async def test_the_target_is_held_first_and_both_move_on_commit_once(store: Path) -> None:
    async with Yard(store, FXP) as yard:
        mwk, zmw = yard.treasuries()
        terms = await quoted(yard)
        first = await yard.call("sdk", "POST", "/fxTransfers", fx_prepare(terms))
        assert (first[0], first[1]["conversionState"]) == (200, "RESERVED")
        assert (str(mwk.balance), str(zmw.available), str(zmw.balance)) == ("1000", "995", "1000")
        assert await yard.call("sdk", "POST", "/fxTransfers", fx_prepare(terms)) == first
        for _ in range(2):
            assert await yard.fx_notice("C1", "COMMITTED") == (200, None)
        assert (str(mwk.balance), str(zmw.balance), str(zmw.held)) == ("1400", "995", "0")
        assert (await yard.fx_notice("C1", "ABORTED"))[0] == 500


@pytest.mark.asyncio
async def test_an_abort_releases_and_moves_nothing(store: Path) -> None:
    async with Yard(store, FXP) as yard:
        mwk, zmw = yard.treasuries()
        terms = await quoted(yard)
        await yard.call("sdk", "POST", "/fxTransfers", fx_prepare(terms))
        for _ in range(2):
            assert await yard.fx_notice("C1", "ABORTED") == (200, None)
        assert (str(mwk.balance), str(zmw.available)) == ("1000", "1000")
        assert (await yard.fx_notice("C1", "COMMITTED"))[0] == 500
        assert (await yard.fx_notice("C9", "COMMITTED"))[1]["statusCode"] == "3208"


@pytest.mark.asyncio
async def test_expired_altered_and_unknown_terms_are_refused(store: Path) -> None:
    async with Yard(store, FXP) as yard:
        yard.treasuries()
        terms = await quoted(yard)
        altered = terms | {"targetAmount": {"currency": "ZMW", "amount": "5.01"}}
        assert (await yard.call("sdk", "POST", "/fxTransfers", fx_prepare(altered)))[1]["statusCode"] == "5104"
        assert (await yard.call("sdk", "POST", "/fxTransfers", fx_prepare(terms, "C9")))[1]["statusCode"] == "3205"
        await yard.clock.advance(60)
        assert (await yard.call("sdk", "POST", "/fxTransfers", fx_prepare(terms)))[1]["statusCode"] == "3302"
        assert yard.bank.reserves == []


@pytest.mark.asyncio
async def test_without_the_money_nothing_is_promised(store: Path) -> None:
    async with Yard(store, FXP) as yard:
        _, zmw = yard.treasuries()
        zmw.balance = Money("1", "ZMW")
        terms = await quoted(yard)
        for _ in range(2):
            assert (await yard.call("sdk", "POST", "/fxTransfers", fx_prepare(terms)))[1]["statusCode"] == "5001"


@pytest.mark.asyncio
@pytest.mark.parametrize("fault", ["applied-no-reply", "not-applied-no-reply", "empty", "decline", "late"])
@pytest.mark.parametrize("step", ["commit", "reserve"])
async def test_a_leg_that_fails_is_made_good(store: Path, step: str, fault: str) -> None:
    async with Yard(store, FXP) as yard:
        mwk, zmw = yard.treasuries()
        await yard.call("sdk", "POST", "/fxTransfers", fx_prepare(await quoted(yard)))
        yard.bank.fail(f"POST /funds/{step}", fault, fault)
        assert await yard.fx_notice("C1", "COMMITTED") == (200, None)
        await yard.clock.advance(60)
        assert (str(mwk.balance), str(zmw.balance)) == ("1400", "995")
        assert await yard.unresolved() == []


@given(target=st.integers(min_value=1, max_value=10**9), rate=st.decimals("0.0001", "5000", places=6))
def test_what_is_asked_for_is_what_is_paid(target: int, rate: Decimal) -> None:
    rates = Rates(read({"fsp_id": "fx", "mode": "fxp", "rates": {"MWK/ZMW": str(rate)}}, "test"))
    wanted = Money.of_units(target * 100, "ZMW")
    try:
        source = rates.source_of(wanted, "MWK")
    except Refusal as no:
        if no.code != "5103":
            raise
        return
    exact = wanted.decimal / rate
    assert abs(source.decimal - exact) <= Decimal("0.005") + Decimal("1e-12")
    assert source.fits(2)
