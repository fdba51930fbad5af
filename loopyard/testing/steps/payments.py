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
@given(phrase("{payer:Name} has asked to pay {payee:Name} exactly {amount:Money}"))
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


@when(phrase("{payer:Name} accepts both terms at once"))
def accepts_both(channel: Channel, payer: str) -> None:
    channel.accept_together(channel.orders[-2:])


@when(phrase("{payer:Name} taps accept twice at once"))
def accepts_twice(channel: Channel, payer: str) -> None:
    channel.accept_together([channel.order, channel.order])


@given("the app has asked again under the same reference")
@when("the app asks again under the same reference")
def asks_again(channel: Channel) -> None:
    channel.repeat(channel.order)


@when(phrase("{payer:Name} accepts the terms if she is shown any"))
def accepts_if_shown(channel: Channel, payer: str) -> None:
    if channel.order.last.told == "terms":
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


@then("both times she is told that the transfer is completed")
def both_completed(channel: Channel) -> None:
    told = [each.told for each in channel.order.told[-2:]]
    assert told == ["completed", "completed"], f"the customer was told {' and '.join(told)}"


@then(phrase("the fulfilment that she can read is the one that {bank:Name} gave"))
def same_fulfilment(channel: Channel, world: World, cast: Cast, bank: str) -> None:
    given = [row["request"]["fulfilment"] for row in world.traffic(operation="dfsp.transfers.fulfil")
             if row["sender"] == cast.banks[bank]]  # fmt: skip
    told = channel.order.last.body.get("fulfil", {}).get("body", {}).get("fulfilment")
    assert [told] == given, f"she reads {told}; {bank} gave {given}"


@then("one of them is completed and the other refused")
def one_of_two(channel: Channel) -> None:
    told = sorted(order.last.told for order in channel.orders[-2:])
    assert told == ["completed", "failed"], f"the customer was told {' and '.join(told)}"


@then("both times the app was told of the same transfer")
def same_transfer(channel: Channel) -> None:
    first, again = (order.transfer_id for order in channel.orders[-2:])
    assert first == again, f"first {first}, then {again}"


@then(phrase("{payer:Name} is shown fees of {here:Money} here and {there:Money} there"))
def is_shown_fees(channel: Channel, payer: str, here: Money, there: Money) -> None:
    terms = channel.order.terms
    shown = terms.money("sourceFees", "sendCurrency"), terms.money("targetFees", "receiveCurrency")
    assert shown == (here, there), f"the terms show {shown[0]} here and {shown[1]} there"


@then(phrase("she is shown no {lei} as an identifier of {bank:Name}"))
def is_shown_no_lei(channel: Channel, lei: str, bank: str) -> None:
    shown = channel.order.terms.body["payeeDetails"].get("fspLEI")
    assert shown != lei, f"{bank} is shown with the identifier {shown}"


@then(phrase("{payer:Name} is shown the name {name}"))
def is_shown_name(channel: Channel, payer: str, name: str) -> None:
    shown = channel.order.terms.body["payeeDetails"]["name"]
    assert shown == name, f"the terms show {shown!r}"


@then("no transfer has reached the hub")
def no_transfer(world: World) -> None:
    known = world.control("hub.transfers")
    assert not known, f"the hub has {', '.join(row['id'] for row in known)}"


@then(phrase("the transfer that reached the hub is of {amount}"))
def transfer_is_of(world: World, amount: str) -> None:
    prepares = world.traffic(operation="hub.transfers.prepare")
    sent = [row["request"]["amount"]["amount"] for row in prepares]
    assert sent == [amount], f"the hub was sent {sent}"


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
