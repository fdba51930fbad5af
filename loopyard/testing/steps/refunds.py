"""Steps of refunds: money given back by a new transfer in the other direction, linked to the one that it gives back."""

from __future__ import annotations

from pytest_bdd import then, when

from loopyard.kernel.money import Money
from loopyard.testing.channel import Channel
from loopyard.testing.steps.payments import expect_told
from loopyard.testing.steps.peers import Incoming
from loopyard.testing.steps.phrases import phrase
from loopyard.world.client import World
from loopyard.world.file import Cast

REASON = "goods returned"


@when(phrase("{payee:Name} asks to give back {amount:Money} of it"))
def asks_back(channel: Channel, cast: Cast, incoming: Incoming, payee: str, amount: Money) -> None:
    channel.refund(cast.people[payee], incoming.id, amount, REASON)


@when(phrase("{payee:Name} gives back {amount:Money} of it"))
def gives_back(channel: Channel, cast: Cast, incoming: Incoming, payee: str, amount: Money) -> None:
    order = channel.refund(cast.people[payee], incoming.id, amount, REASON)
    expect_told(order.last, "terms")
    channel.accept(order)


@when(phrase("{bank:Name} gives {payer:Name} back {amount:Money} of it"))
def peer_gives_back(
    world: World, channel: Channel, incoming: Incoming, cast: Cast, bank: str, payer: str, amount: Money
) -> None:
    paid = channel.order
    payee = next(person for person in cast.people.values() if person.id_value == paid.payment.payee_id)
    name = next(name for name, person in cast.people.items() if person is payee)
    incoming.start(
        name, cast.people[payer], amount, amount_type="RECEIVE", scenario="REFUND", refund_of=paid.transfer_id,
        refund_reason=REASON,
    )  # fmt: skip


@then("the refund names the payment that it gives back")
def names_payment(world: World) -> None:
    first = world.control("hub.transfers")[0]["id"]
    kind = world.traffic(operation="hub.quotes.request-notice")[-1]["request"]["transactionType"]
    wanted = {"originalTransactionId": first, "refundReason": REASON}
    assert (kind["scenario"], kind.get("refundInfo")) == ("REFUND", wanted), f"the quote says {kind}"


@then(phrase("the hub has moved {amount:Money} there and {back:Money} back"))
def netted(world: World, amount: Money, back: Money) -> None:
    first, second = world.control("hub.transfers")
    moved = [(row["payer"], row["payee"], row["transferState"]) for row in (first, second)]
    assert moved[0][:2] == moved[1][:2][::-1], f"the transfers go {moved}"
    assert {row[2] for row in moved} == {"COMMITTED"}, f"the transfers are {moved}"
    sums = [Money(row["amounts"][0]["amount"], row["amounts"][0]["currency"]) for row in (first, second)]
    assert sums == [amount, back], f"the hub has moved {sums[0]} and {sums[1]}"
