"""Steps of the hub: how its messages travel, what it asks, and what it lets an institution spend."""

from __future__ import annotations

from typing import Final

from pytest_bdd import given, when

from loopyard.kernel.money import Money
from loopyard.testing.observation import Observation
from loopyard.testing.steps.peers import NEVER_GIVEN, Incoming
from loopyard.testing.steps.phrases import phrase
from loopyard.world.client import World
from loopyard.world.file import Cast

PREPARE: Final = "hub.transfers.prepare-notice"
LAST_WORD: Final = ("hub.transfers.patch-notice", "hub.transfers.confirm-notice")
"""What tells a payee that the hub has committed: after RESERVED, and after COMMITTED."""

# -- how its messages travel ------------------------------------------------------------------------------------------


@given(phrase("the hub's last word reaches {bank:Name} {seconds:d} seconds late"))
def last_word_late(world: World, cast: Cast, bank: str, seconds: int) -> None:
    for message in LAST_WORD:
        world.fault("latency", message, seconds=seconds, where={"to": cast.banks[bank]})


@given(phrase("the hub's last word never reaches {bank:Name}"))
def last_word_lost(world: World, cast: Cast, bank: str) -> None:
    for message in (*LAST_WORD, "hub.transfers.error-notice"):
        world.fault("lost", message, where={"to": cast.banks[bank]})


@given(phrase("the hub tells {bank:Name} its last word {times:d} times"))
def last_word_repeated(world: World, cast: Cast, bank: str, times: int) -> None:
    for message in LAST_WORD:
        world.fault("duplicated", message, copies=times - 1, seconds=1, where={"to": cast.banks[bank]})


@given(phrase("the hub delivers each payment to {bank:Name} twice"))
def payments_twice(world: World, cast: Cast, bank: str) -> None:
    world.fault("duplicated", PREPARE, copies=1, seconds=1, where={"to": cast.banks[bank]})


@given(phrase("payments reach {bank:Name} {seconds:d} seconds late"))
def payments_late(world: World, cast: Cast, bank: str, seconds: int) -> None:
    world.fault("latency", PREPARE, seconds=seconds, where={"to": cast.banks[bank]})


@given(phrase("the hub takes {seconds:d} seconds to acknowledge {bank:Name}'s answers"))
def slow_acknowledgement(world: World, cast: Cast, seconds: int, bank: str) -> None:
    world.fault("latency", "hub.transfers.fulfil", seconds=seconds, where={"from": cast.banks[bank]})


@given(phrase("the hub acknowledges payments with a body that does not belong there"))
def acknowledges_with_body(world: World) -> None:
    body = {"transferState": "RECEIVED"}
    world.fault("soft-error", "hub.transfers.prepare", status=202, body=body, applied=True)


@when(phrase("the hub asks {bank:Name} how the payment stands"))
def hub_asks(world: World, incoming: Incoming, cast: Cast, bank: str) -> None:
    ask_bank(world, cast, bank, incoming.id, incoming.fsp)


@when(phrase("the hub asks {bank:Name} how a payment stands that was never made"))
def hub_asks_for_nothing(world: World, cast: Cast, bank: str) -> None:
    ask_bank(world, cast, bank, NEVER_GIVEN)


def ask_bank(world: World, cast: Cast, bank: str, transfer: str, source: str = "") -> None:
    named = {"source": source} if source else {}
    answer = world.control("hub.raw", to=cast.banks[bank], method="GET", path=f"/transfers/{transfer}", **named)
    assert answer["status"] == 202, f"the question was refused at once: {answer}"
    world.settle()


# -- what it lets an institution spend --------------------------------------------------------------------------------


@given(phrase("{bank:Name} has only {amount:Money} of liquidity"))
def has_liquidity(watch: Observation, cast: Cast, bank: str, amount: Money) -> None:
    who, code, world = cast.banks[bank], amount.currency.code, watch.world
    (row,) = world.control("hub.positions", participant=who, currency=code)
    surplus = -Money(row["settlement"], code) - amount
    world.control("hub.funds-out", participant=who, currency=code, amount=str(surplus))
    watch.begin()


@given(phrase("{bank:Name} may owe the scheme no more than {amount:Money}"))
def has_cap(world: World, cast: Cast, bank: str, amount: Money) -> None:
    world.control("hub.set-limit", participant=cast.banks[bank], currency=amount.currency.code, value=str(amount))
