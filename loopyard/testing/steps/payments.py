"""Steps of payments that the home DFSP's customers make, as they see them in its app."""

from __future__ import annotations

from pytest_bdd import given, then, when

from loopyard.kernel.money import Money
from loopyard.testing.channel import Channel
from loopyard.testing.drivers.base import Outcome
from loopyard.testing.steps.phrases import phrase
from loopyard.world.client import World
from loopyard.world.file import Cast


def expect_told(outcome: Outcome, told: str) -> None:
    """AssertionError that says what the customer was told instead."""
    assert outcome.told == told, (
        f"the customer should be told {told!r} but was told {outcome.told!r}: {outcome.code} {outcome.message}"
    )


@when(phrase("{payer:Name} asks to send {amount:Money} to {payee:Name}"))
@given(phrase("{payer:Name} has asked to send {amount:Money} to {payee:Name}"))
def asks_to_send(channel: Channel, cast: Cast, payer: str, amount: Money, payee: str) -> None:
    channel.initiate(cast.people[payer], cast.people[payee], amount)


@when(phrase("{payer:Name} asks to send {amount:Money} to the unknown number {number}"))
def asks_to_send_to_unknown(channel: Channel, cast: Cast, payer: str, amount: Money, number: str) -> None:
    channel.initiate(cast.people[payer], ("MSISDN", number), amount)


@when(phrase("{payer:Name} asks to pay {payee:Name} exactly {amount:Money}"))
def asks_to_pay(channel: Channel, cast: Cast, payer: str, payee: str, amount: Money) -> None:
    channel.initiate(cast.people[payer], cast.people[payee], amount, "RECEIVE")


@when(phrase("{payer:Name} sends {amount:Money} to {payee:Name} and accepts the terms"))
@given(phrase("{payer:Name} has sent {amount:Money} to {payee:Name} and accepted the terms"))
def sends(channel: Channel, cast: Cast, payer: str, amount: Money, payee: str) -> None:
    order = channel.initiate(cast.people[payer], cast.people[payee], amount)
    expect_told(order.last, "terms")
    channel.accept(order)


@when(phrase("{payer:Name} accepts the terms"))
@when(phrase("{payer:Name} accepts the terms again"))
def accepts(channel: Channel, payer: str) -> None:
    channel.accept(channel.order)


@when(phrase("{payer:Name} refuses the terms"))
def refuses(channel: Channel, payer: str) -> None:
    channel.refuse(channel.order)


@when(phrase("{payer:Name} asks how the transfer stands"))
def asks(channel: Channel, payer: str) -> None:
    channel.ask(channel.order)


@then(phrase("{bank:Name} tells {payer:Name} that the transfer is {told}"))
def is_told(channel: Channel, bank: str, payer: str, told: str) -> None:
    expect_told(channel.order.last, told)


@then(phrase("{bank:Name} refuses with code {code:d}"))
def is_refused(channel: Channel, bank: str, code: int) -> None:
    last = channel.order.last
    expect_told(last, "failed")
    assert last.code == str(code), f"the customer should be told {code} but was told {last.code}: {last.message}"


@then(phrase("{payer:Name} is shown that {payee:Name} will receive {amount:Money}"))
def is_shown(channel: Channel, payer: str, payee: str, amount: Money) -> None:
    shown = channel.order.terms.money("receiveAmount", "receiveCurrency")
    assert shown == amount, f"the terms show {shown} {shown.currency.code}"


@then("the transfer is committed")
def committed(channel: Channel, world: World) -> None:
    expect_state(world, channel, "COMMITTED")


@then("the transfer is aborted")
def aborted(channel: Channel, world: World) -> None:
    expect_state(world, channel, "ABORTED")


def expect_state(world: World, channel: Channel, state: str) -> None:
    """What the hub itself says of the latest payment's transfer."""
    record = world.control("hub.transfer", id=channel.order.transfer_id)
    assert record["transferState"] == state, f"at the hub the transfer is {record['transferState']}, not {state}"
