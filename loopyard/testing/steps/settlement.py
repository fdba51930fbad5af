"""Steps of settlement: the hub closes windows and settles them, the settlement bank pays, institutions pay in and take out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pytest_bdd import given, then, when

from loopyard.kernel.money import Money
from loopyard.testing.observation import Observation
from loopyard.testing.steps.ledgers import shown
from loopyard.testing.steps.phrases import phrase
from loopyard.world.client import World
from loopyard.world.file import Cast

PEERS = "dfsp"


class Settling:
    """What the scheme has settled in this scenario, and what came of the latest withdrawal."""

    def __init__(self) -> None:
        self.settlements: list[int] = []
        self.withdrawal: dict[str, Any] = {}


@pytest.fixture
def settling() -> Settling:
    """The settlements of this scenario."""
    return Settling()


# -- what the scheme does ---------------------------------------------------------------------------------------------


@given(phrase("the scheme settles each payment in {currency} by itself"))
def settles_gross(world: World, cast: Cast, currency: str) -> None:
    world.control("hub.settle-gross", currency=cast.currencies[currency])


@when("the hub closes the settlement window")
def closes(world: World) -> None:
    world.control("hub.close-window", reason="end of day")


@when("the hub closes the settlement window and settles it")
def closes_and_settles(world: World, settling: Settling) -> None:
    closes(world)
    settling.settlements += [report["settlement"] for report in world.control("hub.settle")]


@when("the settlement bank pays what the report says")
def bank_pays(world: World, settling: Settling) -> None:
    for number in settling.settlements:
        world.control("hub.pay-settlement", settlement=number)


# -- what an institution does -----------------------------------------------------------------------------------------


@when(phrase("{bank:Name} pays {amount:Money} into its liquidity account"))
def pays_in(world: World, cast: Cast, bank: str, amount: Money) -> None:
    move_funds(world, cast.banks[bank], "funds-in", amount)


@when(phrase("{bank:Name} takes {amount:Money} out of its liquidity account"))
def takes_out(world: World, settling: Settling, cast: Cast, bank: str, amount: Money) -> None:
    settling.withdrawal = move_funds(world, cast.banks[bank], "funds-out", amount)


def move_funds(world: World, participant: str, way: str, amount: Money) -> dict[str, Any]:
    """Be the settlement bank: the hub records the movement, and the institution books it, unless the hub has undone it."""
    money = {"amount": str(amount), "currency": amount.currency.code}
    at_hub: dict[str, Any] = world.control(f"hub.{way}", participant=participant, **money)
    if at_hub["state"] == "COMMITTED":
        own = {} if participant in world.homes else {"fsp": participant}
        party = participant if participant in world.homes else PEERS
        world.control(f"{party}.{way}", reference=at_hub["transferId"], **own, **money)
    return at_hub


# -- how it stands ----------------------------------------------------------------------------------------------------


@then(phrase("the closed window holds {amount:Money} that {debtor:Name} owes {creditor:Name}"))
def closed_holds(world: World, cast: Cast, amount: Money, debtor: str, creditor: str) -> None:
    expect_owed(world, cast, "CLOSED", amount, debtor, creditor)


@then(phrase("the open window holds {amount:Money} that {debtor:Name} owes {creditor:Name}"))
def open_holds(world: World, cast: Cast, amount: Money, debtor: str, creditor: str) -> None:
    expect_owed(world, cast, "OPEN", amount, debtor, creditor)


def expect_owed(world: World, cast: Cast, state: str, amount: Money, debtor: str, creditor: str) -> None:
    """The latest window of a state, which must hold nothing else."""
    window = [each for each in world.control("hub.windows") if each["state"] == state][-1]
    nets = {row["participant"]: row["net"] for row in window["nets"]}
    assert nets == {cast.banks[debtor]: str(amount), cast.banks[creditor]: str(-amount)}, f"window {window['id']} holds {nets}"


@then(phrase("by the settlement report {debtor:Name} owes {amount:Money} and {creditor:Name} is owed {due:Money}"))
def report_says(
    world: World, settling: Settling, cast: Cast, debtor: str, amount: Money, creditor: str, due: Money
) -> None:  # fmt: skip
    rows = reported(world, settling)
    nets = {(row["participant"], row["currency"]): row["net"] for row in rows}
    for who, net in ((debtor, amount), (creditor, -due)):
        found = nets.get((cast.banks[who], net.currency.code))
        assert found == str(net), f"the report says {found} of {who}, not {net}"


@then("the settlement report sums to zero in every currency")
def report_sums(world: World, settling: Settling) -> None:
    sums: dict[str, Decimal] = {}
    for row in reported(world, settling):
        sums[row["currency"]] = sums.get(row["currency"], Decimal(0)) + Decimal(row["net"])
    assert sums, "nothing was settled"
    assert not any(sums.values()), f"the report sums to {sums}"


@then("the settlement report and the liquidity accounts differ by nothing")
def report_holds(watch: Observation, settling: Settling) -> None:
    rows = reported(watch.world, settling)
    assert rows, "nothing was settled"
    for row in rows:
        account = watch.world.account(owner="hub", role="settlement", holder=row["participant"], currency=row["currency"])
        difference = account.gained - Money(row["net"], row["currency"])  # debit-normal: what is paid out raises it
        assert not difference, f"report and liquidity account of {row['participant']} differ by {shown(difference)}"


def reported(world: World, settling: Settling) -> list[dict[str, Any]]:
    """All lines of this scenario's settlements."""
    reports = [
        report for number in settling.settlements for report in world.control("hub.settlement-report", settlement=number)
    ]
    return [row for report in reports for row in report["participants"]]


@then(phrase("{bank:Name} has no open position in {currency}"))
def no_position(world: World, cast: Cast, bank: str, currency: str) -> None:
    code = cast.currencies[currency]
    account = world.account(owner="hub", role="position", holder=cast.banks[bank], currency=code)
    assert not account.balance, f"the position of {bank} is {shown(account.balance)}"


@then(phrase("{bank:Name}'s liquidity account has fallen by {amount:Money}"))
def liquidity_fell(watch: Observation, cast: Cast, bank: str, amount: Money) -> None:
    expect_liquidity(watch, cast.banks[bank], -amount)


@then(phrase("{bank:Name}'s liquidity account has risen by {amount:Money}"))
def liquidity_rose(watch: Observation, cast: Cast, bank: str, amount: Money) -> None:
    expect_liquidity(watch, cast.banks[bank], amount)


def expect_liquidity(watch: Observation, participant: str, change: Money) -> None:
    account = watch.world.account(owner="hub", role="settlement", holder=participant, currency=change.currency.code)
    gain = -account.gained  # debit-normal
    assert gain == change, f"the liquidity account of {participant} has changed by {shown(gain)}, not {shown(change)}"


@then("the hub has undone the withdrawal")
def withdrawal_undone(settling: Settling) -> None:
    assert settling.withdrawal["state"] == "ABORTED", f"the withdrawal is {settling.withdrawal['state']}"


@then("the hub has allowed the withdrawal")
def withdrawal_done(settling: Settling) -> None:
    assert settling.withdrawal["state"] == "COMMITTED", f"the withdrawal is {settling.withdrawal['state']}"


@then("no funds are on their way between the hub and an institution")
def nothing_in_transit(watch: Observation) -> None:
    open_ = [each.text for each in watch.verdict().open_items]
    assert not open_, f"open items: {open_}"
