"""Random histories of payments, closes and settlements: whatever is done, and wherever it stops, the sums must come out."""

from __future__ import annotations

import asyncio
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from loopyard.kernel.money import Money
from simulators.hub.state.errors import SettlementRefused
from simulators.hub.state.participants import Account
from simulators.hub.state.settlement_records import COMMITTED, NEXT, RESERVED, Wish
from tests.simulators.hub.yard import MWK, ZMW, Yard, conversion_id, transfer_id

ROUTES = (
    ("green-bank", "blue-wallet", MWK), ("blue-wallet", "green-bank", MWK), ("quick-fx", "blue-wallet", ZMW),
    ("blue-wallet", "quick-fx", ZMW),
)  # fmt: skip
MOVES = st.one_of(
    st.tuples(st.just("pay"), st.integers(0, 3), st.integers(1, 400_0000)),
    st.tuples(st.just("prepare"), st.integers(0, 3), st.integers(1, 400_0000)),
    st.tuples(st.sampled_from(["convert", "commit", "close", "settle", "pay settlement"]), st.just(0), st.integers(1, 9)),
    st.tuples(st.sampled_from(["step", "step one", "abort"]), st.integers(1, 3), st.integers(0, 9)),
)


class History:
    """Payments in order, so that every one has an id of its own."""

    def __init__(self, yard: Yard) -> None:
        self.yard = yard
        self.count = 0
        self.waiting: list[tuple[str, str, str]] = []

    async def move(self, what: str, which: int, size: int) -> None:
        hub = self.yard.hub
        match what:
            case "pay" | "prepare":
                await self.prepare(*ROUTES[which], str(Money.of_units(size, MWK)))
                if what == "pay":
                    await self.commit()
            case "convert":
                await self.convert(size)
            case "commit":
                await self.commit()
            case "close":
                self.ask("close-window")
            case "settle":
                self.ask("settle")
            case "pay settlement":
                self.ask("pay-settlement", settlement=size % 3 + 1)
            case "step" | "step one":
                self.step(which, None if what == "step" else size)
            case _:
                self.create()
                try:
                    hub.settlements.abort(which, "no")
                except SettlementRefused:
                    return

    def ask(self, name: str, **arguments: Any) -> None:
        try:
            self.yard.control(name, **arguments)
        except SettlementRefused:
            return

    async def prepare(self, payer: str, payee: str, code: str, amount: str) -> None:
        self.count += 1
        id_, money = transfer_id(self.count), {"currency": code, "amount": amount}
        await self.yard.prepare(transferId=id_, amount=money, payerFsp=payer, payeeFsp=payee, source=payer)
        self.waiting.append((id_, payee, payer))

    async def convert(self, size: int) -> None:
        id_ = transfer_id(self.count + 1)
        await self.yard.convert(
            commitRequestId=conversion_id(self.count), determiningTransferId=id_, source_amount=f"{size * 30}.5",
            target_amount=f"{size * 3}",
        )  # fmt: skip
        await self.yard.promise(id_=conversion_id(self.count))
        await self.prepare("green-bank", "blue-wallet", ZMW, f"{size * 3}")

    async def commit(self) -> None:
        for id_, payee, payer in self.waiting:
            await self.yard.fulfil(id_=id_, source=payee, to=payer)
        self.waiting.clear()

    def create(self) -> None:
        hub = self.yard.hub
        (model,) = hub.models
        found = [each.id for each in hub.windows if hub.settlements.contents_for(model, each)]
        if found:
            hub.settlements.create(model.name, "r", found)

    def step(self, which: int, only: int | None) -> None:
        self.create()
        settlement = self.yard.hub.settlements.find(which)
        if settlement is None or settlement.state not in NEXT:
            return
        chosen = settlement.accounts if only is None else settlement.accounts[only : only + 1]
        target = NEXT[settlement.state][0]
        wishes = [Wish(each.participant_id, each.account.id, target, "r", None) for each in chosen]
        self.yard.hub.settlements.advance(which, wishes)


def settled_of(yard: Yard, account: Account) -> Money:
    """What settlements have taken off a position so far."""
    total = Money.zero(account.currency)
    for settlement in yard.hub.settlements:
        for each in settlement.accounts:
            since = (RESERVED, COMMITTED, "SETTLED") if each.net.is_negative else (COMMITTED, "SETTLED")
            if each.account is account and each.state in since:
                total += each.net
    return total


def reserved_for(yard: Yard, account: Account) -> Money:
    total = Money.zero(account.currency)
    for record in yard.hub.records():
        if record.reserved is not None and record.reserved_for == account.book.holder:
            total = total + record.reserved if record.reserved.currency == account.currency else total
    return total


def check(yard: Yard) -> None:
    hub = yard.hub
    accounts = [account for who in hub.participants for account in who.accounts]
    for account in accounts:
        if account.type == "POSITION":
            moved = sum((window.nets.get(account, Money.zero(account.currency)) for window in hub.windows),
                        start=Money.zero(account.currency))  # fmt: skip
            assert account.value == moved + reserved_for(yard, account) - settled_of(yard, account), account.book.name
    for settlement in hub.settlements:
        for code in (MWK, ZMW):
            nets = [each.net.units for each in settlement.accounts if each.net.currency.code == code]
            assert sum(nets) == 0, f"settlement {settlement.id} does not sum to zero in {code}"
    for code in (MWK, ZMW):
        conserved = sum(
            each.balance.units for each in hub.book.accounts if each.currency.code == code and each.normal == "debit"
        )
        hidden = sum(each.balance.units for each in hub.book.accounts if each.currency.code == code and each.normal == "credit")
        assert conserved == hidden, "positions, settlement accounts and the hub's own are what is in flight"


@settings(max_examples=40, deadline=None)
@given(st.lists(MOVES, min_size=3, max_size=14))
def test_whatever_is_settled_sums_to_zero_and_comes_off_the_positions(moves: list[tuple[str, int, int]]) -> None:
    async def scene() -> None:
        async with Yard() as yard:
            history = History(yard)
            for move in moves:
                await history.move(*move)
                check(yard)
            await history.commit()
            history.ask("close-window")
            history.ask("settle")
            for number in range(1, len(list(yard.hub.settlements)) + 1):
                while yard.hub.settlements.get(number).state in NEXT:
                    history.step(number, None)
                history.ask("pay-settlement", settlement=number)
            check(yard)

    asyncio.run(scene())
