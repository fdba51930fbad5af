"""Steps that look at the books: what customers have and have paid, what is held, what the hub's positions say."""

from __future__ import annotations

from pytest_bdd import given, then

from loopyard.engine.plan import Person
from loopyard.kernel.money import Money
from loopyard.testing.channel import Channel
from loopyard.testing.observation import Observation
from loopyard.testing.steps.phrases import phrase
from loopyard.world.client import AccountState, World
from loopyard.world.file import Cast


def customer_account(world: World, person: Person) -> AccountState:
    return world.account(owner=person.dfsp, role="customer", holder=f"{person.id_type}:{person.id_value}")


def moved(watch: Observation, person: Person) -> Money:
    """What the person's account has gained since the scenario began; negative for a loss."""
    return customer_account(watch.world, person).gained


def shown(money: Money) -> str:
    return f"{money} {money.currency.code}"


@given(phrase("{person:Name} has {amount:Money} at {bank:Name}"))
def has(watch: Observation, cast: Cast, person: str, amount: Money, bank: str) -> None:
    who = cast.people[person]
    watch.world.control(f"{who.dfsp}.set-balance", id_type=who.id_type, id_value=who.id_value, amount=str(amount))
    watch.begin()


@then(phrase("{person:Name} has {amount:Money} left"))
def has_left(world: World, cast: Cast, person: str, amount: Money) -> None:
    account = customer_account(world, cast.people[person])
    assert account.balance == amount, f"{person} has {shown(account.balance)}"


@then(phrase("{person:Name} has paid {amount:Money}, once"))
def has_paid(watch: Observation, cast: Cast, person: str, amount: Money) -> None:
    gain = moved(watch, cast.people[person])
    assert gain == -amount, f"{person} has paid {shown(-gain)}"


@then(phrase("{person:Name} has paid {amount:Money} and the fees she accepted, once"))
def has_paid_with_fees(watch: Observation, channel: Channel, cast: Cast, person: str, amount: Money) -> None:
    gain, due = moved(watch, cast.people[person]), amount + channel.order.terms.money("sourceFees", "sendCurrency")
    assert gain == -due, f"{person} has paid {shown(-gain)}; the amount and the fees she accepted are {shown(due)}"


@then(phrase("{person:Name} has received {amount:Money}, once"))
def has_received(watch: Observation, cast: Cast, person: str, amount: Money) -> None:
    gain = moved(watch, cast.people[person])
    assert gain == amount, f"{person} has received {shown(gain)}"


@then(phrase("{person:Name} has paid nothing"))
@then(phrase("{person:Name} has received nothing"))
def has_kept(watch: Observation, cast: Cast, person: str) -> None:
    gain = moved(watch, cast.people[person])
    assert not gain, f"{person}'s account has changed by {shown(gain)}"


@then(phrase("nothing is held for {person:Name}"))
def nothing_held(world: World, cast: Cast, person: str) -> None:
    account = customer_account(world, cast.people[person])
    assert not account.held, f"{shown(account.held)} are held"


@then(phrase("{amount:Money} and the fees are held for {person:Name}"))
def held(world: World, channel: Channel, cast: Cast, person: str, amount: Money) -> None:
    account = customer_account(world, cast.people[person])
    due = amount + channel.order.terms.money("sourceFees", "sendCurrency")
    assert account.held == due, f"{shown(account.held)} are held, not {shown(due)}"


@then("no money has moved")
def nothing_moved(watch: Observation) -> None:
    changed = [
        f"{each.owner}/{each.name}: {each.before} -> {each.balance}, held {each.held}"
        for each in watch.world.accounts()
        if each.gained or each.held
    ]
    assert not changed, f"these accounts moved: {', '.join(changed)}"


@then(phrase("the hub's position of {bank:Name} has risen by {amount:Money}"))
def position_rose(watch: Observation, cast: Cast, bank: str, amount: Money) -> None:
    expect_position(watch, cast.banks[bank], amount)


@then(phrase("the hub's position of {bank:Name} has fallen by {amount:Money}"))
def position_fell(watch: Observation, cast: Cast, bank: str, amount: Money) -> None:
    expect_position(watch, cast.banks[bank], -amount)


def expect_position(watch: Observation, participant: str, change: Money) -> None:
    account = watch.world.account(owner="hub", role="position", holder=participant, currency=change.currency.code)
    gain = account.gained
    assert gain == change, f"the position of {participant} has changed by {shown(gain)}, not {shown(change)}"
