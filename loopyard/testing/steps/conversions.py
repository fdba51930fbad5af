"""Steps of currency conversion: how FX providers behave, what they have given and taken, and what messages name."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from pytest_bdd import given, then, when

from loopyard.kernel.money import Money
from loopyard.protocols.fspiop.dates import to_iso
from loopyard.testing.observation import Observation
from loopyard.testing.steps.ledgers import shown
from loopyard.testing.steps.peers import Incoming, behave
from loopyard.testing.steps.phrases import phrase
from loopyard.world.client import World
from loopyard.world.file import Cast

SOME_CONDITION: Final = "GRzLaTP7DJ9t4P-a_BA0WA9wzzlsugf00-Tn6kESAfM"
SOME_PACKET: Final = "AQAAAAAAAADIEHByaXZhdGUucGF5ZWVmc3CCAiB7InRyYW5zYWN0aW9uSWQiOiI"


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


@when(phrase("{bank:Name} sends the payment before the provider has promised"))
def pays_too_early(world: World, cast: Cast, incoming: Incoming, bank: str) -> None:
    row = incoming.row
    body = {
        "transferId": row["transferId"], "payerFsp": cast.banks[bank], "payeeFsp": row["payeeFsp"],
        "amount": row["transferAmount"], "ilpPacket": SOME_PACKET, "condition": SOME_CONDITION, "expiration": _soon(world),
    }  # fmt: skip
    answer = world.control(
        "dfsp.raw", fsp=cast.banks[bank], method="POST", path="/transfers", body=body, destination=row["payeeFsp"]
    )
    assert answer["status"] == 202, f"the hub answered {answer}"
    world.settle()


def _soon(world: World) -> str:
    return to_iso(datetime.fromisoformat(world.control("clock.now")["now"]) + timedelta(seconds=60))


@then(phrase("{provider:Name} has taken in {source:Money} and given out {target:Money}, once"))
def has_converted(watch: Observation, cast: Cast, provider: str, source: Money, target: Money) -> None:
    for amount, sign in ((source, 1), (target, -1)):
        code = amount.currency.code
        treasury = watch.lab.world.account(owner=cast.banks[provider], role="treasury", currency=code)
        gain, due = watch.gain(treasury), amount if sign > 0 else -amount
        assert gain == due, f"the treasury in {code} has changed by {shown(gain)}, not {shown(due)}"


@then(phrase("{provider:Name} has converted nothing"))
def has_converted_nothing(watch: Observation, cast: Cast, provider: str) -> None:
    changed = [
        f"{each.name}: {shown(watch.gain(each))}, held {each.held}"
        for each in watch.lab.world.accounts(owner=cast.banks[provider])
        if watch.gain(each) or each.held
    ]
    assert not changed, f"{provider}'s books have changed: {', '.join(changed)}"


@then(phrase("{provider:Name} is told that the conversion is {state}"))
def is_told_of_end(world: World, cast: Cast, provider: str, state: str) -> None:
    notices = world.traffic(operation="hub.fx-transfers.patch-notice")
    told = [row["request"]["conversionState"] for row in notices if row["receiver"] == cast.banks[provider]]
    assert set(told) == {state.upper()}, f"it was told {told or 'nothing'}"


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
