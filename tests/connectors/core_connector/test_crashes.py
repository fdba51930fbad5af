"""A crash at every operation boundary, and a restart over the same store: money moves once or not at all, and with the hub."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from core_connector_yard import START, Yard, fx_prepare, fx_wish

from loopyard.transport.client import NoAnswer

pytestmark = pytest.mark.asyncio

README = Path(__file__).parents[3] / "connectors" / "core_connector" / "README.md"
DOCUMENTED = sorted(
    set(re.findall(r"^\| `((?:payments|receipts|conversions)\.\w+\.\w+)` ", README.read_text(encoding="utf-8"), re.M))
)
PAYMENTS = [name for name in DOCUMENTED if name.startswith("payments.")]
RECEIPTS = [name for name in DOCUMENTED if name.startswith("receipts.")]
CONVERSIONS = [name for name in DOCUMENTED if name.startswith("conversions.")]
FXP = {"mode": "fxp", "rates": {"MWK/ZMW": "0.0125"}}


async def attempt(work: Any) -> Any:
    """The result, or None for a connection that the crash broke."""
    try:
        return await work
    except NoAnswer:
        return None


async def pay(yard: Yard, end: str) -> None:
    yard.mojaloop.ends = [end]
    found = await attempt(yard.send())
    if found is not None and found[0] == 200:
        await attempt(yard.accept(found[1]["transactionId"]))
        yard.mojaloop.hub |= {each: "COMMITTED" for each, state in yard.mojaloop.hub.items() if state == "RESERVED"}


@pytest.mark.parametrize("end", ["COMMITTED", "5104", "slow"])
@pytest.mark.parametrize("boundary", PAYMENTS)
async def test_a_payment_follows_the_hub_whenever_the_connector_crashes(store: Path, boundary: str, end: str) -> None:
    async with Yard(store) as yard:
        yard.host.crash_at(boundary)
        await pay(yard, end)
        if end == "slow" and yard.host.running:
            await yard.clock.advance(60)
        await restart(yard)
        await yard.clock.advance(600)
        committed = "COMMITTED" in yard.mojaloop.hub.values()
        assert str(yard.amina.balance) == ("400" if committed else "500")
        assert str(yard.amina.held) == "0"
        assert len(yard.bank.reserves) <= 1
        assert await yard.unresolved() == []


@pytest.mark.parametrize("profile", ["extended", "second-hold", "published"])
@pytest.mark.parametrize("boundary", PAYMENTS)
async def test_whatever_the_bank_can_do(store: Path, boundary: str, profile: str) -> None:
    settings: dict[str, Any] = {"profile": "published"} if profile == "published" else {"repeat_is_safe": profile == "extended"}
    async with Yard(store, settings, duplicates="second-hold" if profile == "second-hold" else "replay") as yard:
        yard.host.crash_at(boundary)
        found = await attempt(yard.send())
        if found is not None and found[0] == 200:
            yard.bank.debit_for_transfer("home-1", "265991000101", "100") if profile == "published" else None
            await attempt(yard.accept(found[1]["transactionId"]))
        await restart(yard)
        await yard.clock.advance(600)
        debited = "COMMITTED" in yard.mojaloop.hub.values() or (profile == "published" and accepted_is_open(yard))
        assert str(yard.amina.balance) == ("400" if debited else "500")
        assert len(yard.bank.reserves) <= 1


def accepted_is_open(yard: Yard) -> bool:
    """The channel has debited, and its acceptance reached nobody: it still has to accept or to undo its own debit."""
    return bool(yard.bank.debits) and not yard.bank.count("POST /funds/refund")


@pytest.mark.parametrize("pattern", ["reserve-then-commit", "single-on-patch"])
@pytest.mark.parametrize("end", ["COMPLETED", "ABORTED"])
@pytest.mark.parametrize("boundary", RECEIPTS)
async def test_a_receipt_follows_the_hub_whenever_the_connector_crashes(
    store: Path, boundary: str, end: str, pattern: str
) -> None:
    async with Yard(store, {"receipts": pattern}) as yard:
        quote = await yard.quoted()
        yard.host.crash_at(boundary)
        answered = await attempt(yard.prepared(quote))
        await restart(yard)
        if answered is None:  # the Mojaloop connector sends the same again
            answered = await yard.prepared(quote)
        if answered[0] == 200 and await attempt(yard.notice("T1", end)) is None:
            await restart(yard)
            await attempt(yard.notice("T1", end))
        await restart(yard)
        await yard.clock.advance(600)
        credited = answered[0] == 200 and end == "COMPLETED"
        assert str(yard.bob.balance) == ("60" if credited else "10")
        assert "payee RESERVED" not in yard.bank.states()
        assert len(yard.bank.reserves) <= 1
        assert await yard.unresolved() == []


@pytest.mark.parametrize("end", ["COMMITTED", "ABORTED"])
@pytest.mark.parametrize("boundary", CONVERSIONS)
async def test_a_conversion_moves_both_currencies_or_none(store: Path, boundary: str, end: str) -> None:
    async with Yard(store, FXP) as yard:
        mwk, zmw = yard.treasuries()
        terms = (await yard.call("sdk", "POST", "/fxQuotes", fx_wish("C1", "400")))[1]["conversionTerms"]
        yard.host.crash_at(boundary)
        answered = await attempt(yard.call("sdk", "POST", "/fxTransfers", fx_prepare(terms)))
        await restart(yard)
        if answered is None:
            answered = await yard.call("sdk", "POST", "/fxTransfers", fx_prepare(terms))
        if answered[0] == 200 and await attempt(yard.fx_notice("C1", end)) is None:
            await restart(yard)
            await yard.fx_notice("C1", end)
        await restart(yard)
        await yard.clock.advance(600)
        moved = answered[0] == 200 and end == "COMMITTED"
        assert (str(mwk.balance), str(zmw.balance)) == (("1400", "995") if moved else ("1000", "1000"))
        assert str(zmw.held) == "0"
        assert await yard.unresolved() == []


async def test_every_documented_boundary_exists(store: Path) -> None:
    passed: set[str] = set()

    async def see(yard: Yard) -> None:
        passed.update(yard.host.boundaries)

    async with Yard(store) as yard:
        await yard.accept(await yard.offered())
        for end in ("5104", "slow"):
            yard.mojaloop.ends = [end]
            await yard.accept(await yard.offered(home=end), home=end)
        await yard.clock.advance(30)
        for transfer, end in (("T1", "COMPLETED"), ("T2", "ABORTED")):
            await yard.prepared(await yard.quoted(transfer))
            await yard.notice(transfer, end)
        await see(yard)
    async with Yard(store, FXP) as yard:
        yard.treasuries()
        for key, end in (("C1", "COMMITTED"), ("C2", "ABORTED")):
            terms = (await yard.call("sdk", "POST", "/fxQuotes", fx_wish(key, "400")))[1]["conversionTerms"]
            await yard.call("sdk", "POST", "/fxTransfers", fx_prepare(terms))
            await yard.fx_notice(key, end)
        await see(yard)
    assert passed == set(DOCUMENTED)


async def restart(yard: Yard) -> None:
    """Whether it runs or has crashed: tasks end, the store stays, a new life begins."""
    if yard.host.running:
        await yard.host.crash()
    await yard.clock.settle()
    await yard.host.restart()
    await yard.clock.settle()
    assert yard.clock.now() >= START
