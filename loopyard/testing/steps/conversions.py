"""Steps of currency conversion: how FX providers behave, what they have given and taken, and what messages name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from pytest_bdd import given, then, when

from loopyard.kernel.money import Money
from loopyard.protocols import ilp
from loopyard.protocols.fspiop.dates import to_iso
from loopyard.testing.channel import Channel
from loopyard.testing.observation import Observation
from loopyard.testing.steps.ledgers import shown
from loopyard.testing.steps.peers import Incoming, behave
from loopyard.testing.steps.phrases import phrase
from loopyard.testing.steps.traffic import latest
from loopyard.world.client import World
from loopyard.world.file import Cast

SOME_CONDITION: Final = "GRzLaTP7DJ9t4P-a_BA0WA9wzzlsugf00-Tn6kESAfM"
PAYEE_CONVERSION: Final = "01KJPRZB00PAYEESC0NVERS10N"
STEPS: Final = {
    "a lookup": "hub.parties.get",
    "a rate": "hub.fx-quotes.request",
    "terms": "hub.quotes.request",
    "the conversion": "hub.fx-transfers.prepare",
    "the transfer": "hub.transfers.prepare",
}
"""What a payer's institution asks for on the way of a payment, in the words of the features."""


def misbehave(world: World, cast: Cast, provider: str, on: str, do: str, **options: Any) -> None:
    world.control("fxp.behave", fsp=cast.banks[provider], on=on, do=do, **{"with": options})


@given(phrase("{provider:Name} does not answer when asked for a rate"))
def no_rate(world: World, cast: Cast, provider: str) -> None:
    misbehave(world, cast, provider, "fxQuotes", "no-callback")


@given(phrase("{provider:Name} refuses to give a rate ({code:d})"))
def refuses_rate(world: World, cast: Cast, provider: str, code: int) -> None:
    misbehave(world, cast, provider, "fxQuotes", "error", code=str(code))


@given(phrase("{provider:Name} gives terms for {amount:Money} instead of what was asked"))
def alters_source(world: World, cast: Cast, provider: str, amount: Money) -> None:
    misbehave(world, cast, provider, "fxQuotes", "alter", set={"conversionTerms.sourceAmount.amount": str(amount)})


@given(phrase("{provider:Name} charges {amount:Money} for converting"))
def charges(world: World, cast: Cast, provider: str, amount: Money) -> None:
    world.control("fxp.set-options", fsp=cast.banks[provider], charges=str(amount))


@given(phrase("{provider:Name} states charges of {amount:Money}, whatever it converts"))
def states_charges(world: World, cast: Cast, provider: str, amount: Money) -> None:
    charge = {"chargeType": "Conversion", "sourceAmount": {"amount": str(amount), "currency": amount.currency.code}}
    misbehave(world, cast, provider, "fxQuotes", "alter", set={"conversionTerms.charges": [charge]})


@given(phrase("{provider:Name} gives {rate} {target} for one {source}"))
def gives_rate(world: World, cast: Cast, provider: str, rate: str, target: str, source: str) -> None:
    pair = f"{cast.currencies[source]}/{cast.currencies[target]}"
    world.control("fxp.set-rate", fsp=cast.banks[provider], pair=pair, rate=rate)


@given(phrase("{bank:Name} asks {provider:Name} for rates"))
def knows_provider(world: World, cast: Cast, bank: str, provider: str) -> None:
    """It is the first of the providers that the Mojaloop connector knows; the others follow."""
    known = [cast.banks[provider], *(each["id"] for each in world.control("hub.participants") if each["providesConversion"])]
    world.configure("mojaloop_connector", get_services_fxp_response=list(dict.fromkeys(known)))


@given(phrase("orders to convert reach {provider:Name} {seconds:d} seconds late"))
def orders_late(world: World, cast: Cast, provider: str, seconds: int) -> None:
    world.fault("latency", "hub.fx-transfers.prepare-notice", seconds=seconds, where={"to": cast.banks[provider]})


@given(phrase("the hub's last word on the conversion never reaches {provider:Name}"))
def last_word_lost(world: World, cast: Cast, provider: str) -> None:
    world.fault("lost", "hub.fx-transfers.patch-notice", where={"to": cast.banks[provider]})


@given("the hub's answer to an order to convert is lost once")
def order_unanswered(world: World) -> None:
    world.fault("applied-no-reply", "hub.fx-transfers.prepare", times=1)


@given(phrase("{provider:Name} does not answer when asked to convert"))
def no_conversion(world: World, cast: Cast, provider: str) -> None:
    misbehave(world, cast, provider, "fxTransfers", "no-callback")


@given(phrase("{provider:Name} answers {seconds:d} seconds late when asked to convert"))
def late_conversion(world: World, cast: Cast, provider: str, seconds: int) -> None:
    misbehave(world, cast, provider, "fxTransfers", "delay", seconds=seconds)


@given(phrase("{provider:Name} refuses to convert ({code:d})"))
def refuses_conversion(world: World, cast: Cast, provider: str, code: int) -> None:
    misbehave(world, cast, provider, "fxTransfers", "error", code=str(code))


@given(phrase("{provider:Name} promises with a fulfilment that does not fit"))
def wrong_promise(world: World, cast: Cast, provider: str) -> None:
    misbehave(world, cast, provider, "fxTransfers", "wrong-fulfilment")


@given(phrase("{provider:Name} says that it has converted before it may"))
def converted_early(world: World, cast: Cast, provider: str) -> None:
    misbehave(world, cast, provider, "fxTransfers", "alter", set={"conversionState": "COMMITTED"})


@given(phrase("{bank:Name} rejects the transfer ({code:d})"))
def rejects_transfer(world: World, cast: Cast, bank: str, code: int) -> None:
    behave(world, cast, bank, "transfers", "error", code=str(code))


@given(phrase("{bank:Name} never answers the transfer"))
def ignores_transfer(world: World, cast: Cast, bank: str) -> None:
    behave(world, cast, bank, "transfers", "no-callback")


@given(phrase("the hub tells {provider:Name} of the conversion's end {times:d} times"))
def told_often(world: World, cast: Cast, provider: str, times: int) -> None:
    world.fault("duplicated", "hub.fx-transfers.patch-notice", copies=times, where={"to": cast.banks[provider]})


@when(phrase("{bank:Name} sends its order to convert again"))
def converts_again(world: World, incoming: Incoming, bank: str) -> None:
    world.control("dfsp.resend", fsp=incoming.fsp, id=incoming.id, message="convert")
    world.settle()


@when(phrase("{bank:Name} orders {provider:Name} to convert {source:Money} to {target:Money} for the transfer that it got"))
def payee_converts(world: World, channel: Channel, cast: Cast, bank: str, provider: str, source: Money, target: Money) -> None:
    """Conversion on the payee's side: the transfer that determines it exists already."""
    amounts = {
        name: {"amount": str(money), "currency": money.currency.code}
        for name, money in (("sourceAmount", source), ("targetAmount", target))
    }
    body = {
        "commitRequestId": PAYEE_CONVERSION, "determiningTransferId": channel.order.transfer_id, "amountType": "SEND",
        "initiatingFsp": cast.banks[bank], "counterPartyFsp": cast.banks[provider], "condition": SOME_CONDITION,
        "expiration": _soon(world), **amounts,
    }  # fmt: skip
    answer = world.control(
        "dfsp.raw", fsp=cast.banks[bank], method="POST", path="/fxTransfers", says=body, destination=cast.banks[provider]
    )
    assert answer["status"] == 202, f"the hub answered {answer}"
    world.settle()


@when(phrase("{bank:Name} sends the payment before the provider has promised"))
def pays_too_early(world: World, cast: Cast, incoming: Incoming, bank: str) -> None:
    row = incoming.row
    body = {
        "transferId": row["transferId"], "payerFsp": cast.banks[bank], "payeeFsp": row["payeeFsp"],
        "amount": row["transferAmount"], "ilpPacket": _packet(world), "condition": SOME_CONDITION, "expiration": _soon(world),
    }  # fmt: skip
    answer = world.control(
        "dfsp.raw", fsp=cast.banks[bank], method="POST", path="/transfers", says=body, destination=row["payeeFsp"]
    )
    assert answer["status"] == 202, f"the hub answered {answer}"
    world.settle()


def _packet(world: World) -> str:
    """One that says its condition and nothing else: nobody looks further before the provider has promised."""
    return ilp.encode(ilp.Packet("v4", 1, "g.mojaloop", {}, world.now + timedelta(seconds=60), SOME_CONDITION))


def _soon(world: World) -> str:
    return to_iso(world.now + timedelta(seconds=60))


@then(phrase("{provider:Name} has taken in {source:Money} and given out {target:Money}, once"))
def has_converted(watch: Observation, cast: Cast, provider: str, source: Money, target: Money) -> None:
    for amount, sign in ((source, 1), (target, -1)):
        code = amount.currency.code
        treasury = watch.world.account(owner=cast.banks[provider], role="treasury", currency=code)
        gain, due = treasury.gained, amount if sign > 0 else -amount
        assert gain == due, f"the treasury in {code} has changed by {shown(gain)}, not {shown(due)}"


@then(phrase("{provider:Name} has converted nothing"))
def has_converted_nothing(watch: Observation, cast: Cast, provider: str) -> None:
    changed = [
        f"{each.name}: {shown(each.gained)}, held {each.held}"
        for each in watch.world.accounts(owner=cast.banks[provider])
        if each.gained or each.held
    ]
    assert not changed, f"{provider}'s books have changed: {', '.join(changed)}"


@then(phrase("{provider:Name} is told that the conversion is {state}"))
def is_told_of_end(world: World, cast: Cast, provider: str, state: str) -> None:
    notices = world.traffic(operation="hub.fx-transfers.patch-notice")
    told = [row["request"]["conversionState"] for row in notices if row["receiver"] == cast.banks[provider]]
    assert set(told) == {state.upper()}, f"it was told {told or 'nothing'}"


@then(phrase("{provider:Name} has asked the hub how the conversion stands"))
def has_asked_for_conversion(world: World, cast: Cast, provider: str) -> None:
    latest(world, "fxp.fx-transfers.ask", sender=cast.banks[provider])


@then(phrase("{bank:Name} has sent the hub {times:d} orders to convert, all one and the same"))
def orders_alike(world: World, cast: Cast, bank: str, times: int) -> None:
    rows = [row for row in world.traffic(operation="hub.fx-transfers.prepare") if row["sender"] == cast.banks[bank]]
    assert len(rows) == times, f"it has sent {len(rows)}"
    assert all(row["request"] == rows[0]["request"] for row in rows), "the orders differ"


@then(phrase("{payer:Name} is shown charges of {source:Money}, worth {target:Money}"))
def is_shown_charges(channel: Channel, payer: str, source: Money, target: Money) -> None:
    charges = channel.order.terms.body["conversion"]["charges"]
    seen = [
        tuple(Money(charge[side]["amount"], charge[side]["currency"]) for side in ("sourceAmount", "targetAmount"))
        for charge in charges
    ]
    assert seen == [(source, target)], f"the terms show the charges {charges}"


@then(phrase("{payer:Name} is shown no charges"))
def is_shown_no_charges(channel: Channel, payer: str) -> None:
    charges = channel.order.terms.body["conversion"]["charges"]
    assert charges == [], f"the terms show the charges {charges}"


@then(phrase("{bank:Name} has asked the hub for {steps}, in this order"))
def asked_in_order(world: World, cast: Cast, bank: str, steps: str) -> None:
    names = {operation: step for step, operation in STEPS.items()}
    rows = [row for row in world.traffic() if row["sender"] == cast.banks[bank] and row["operation"] in names]
    seen = [names[row["operation"]] for row in rows]
    assert seen == steps.split(", "), f"the order was {', '.join(seen)}"


@then("no transfer has followed the conversion")
def nothing_followed(world: World) -> None:
    sent = world.traffic(operation="hub.transfers.prepare")
    assert not sent, f"{len(sent)} transfers were sent"


@then(phrase("only {provider:Name} was asked for a rate"))
def only_one_asked(world: World, cast: Cast, provider: str) -> None:
    asked = {row["receiver"] for row in world.traffic(operation="hub.fx-quotes.request-notice")}
    assert asked == {cast.banks[provider]}, f"asked were {', '.join(sorted(asked)) or 'none'}"


@then("nobody was asked to convert")
def nobody_asked(world: World) -> None:
    asked = world.traffic(operation="hub.fx-transfers.prepare")
    assert not asked, f"{len(asked)} orders to convert were sent"


@then(phrase("no message names a fraction of {currency}"))
def no_fraction(world: World, cast: Cast, currency: str) -> None:
    amounts = [each for row in world.traffic() for each in _amounts(row["request"], cast.currencies[currency])]
    assert amounts, f"no message names an amount of {currency}"
    fractions = [each for each in amounts if "." in each]
    assert not fractions, f"messages name {', '.join(fractions)} {currency}"


def _amounts(value: Any, code: str) -> list[str]:
    """Every amount of a currency anywhere in a message."""
    if isinstance(value, list):
        return [each for item in value for each in _amounts(item, code)]
    if not isinstance(value, dict):
        return []
    own = [str(value["amount"])] if value.get("currency") == code and "amount" in value else []
    return own + [each for item in value.values() for each in _amounts(item, code)]


@then("no payment has reached the payee's institution")
def no_payment_forwarded(world: World) -> None:
    forwarded = world.traffic(operation="hub.transfers.prepare-notice")
    assert not forwarded, f"{len(forwarded)} transfers were passed on"
