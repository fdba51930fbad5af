"""Steps of the home bank's core: its accounts, charges and limits, how it answers, and what it has reserved for payers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pytest_bdd import given, then

from loopyard.kernel.money import Money
from loopyard.testing.steps.ledgers import shown
from loopyard.testing.steps.phrases import phrase
from loopyard.world.client import World
from loopyard.world.file import Cast

DOING: Final = {
    "lookups": "accounts.get",
    "requests for terms": "quotes.create",
    "reservations": "funds.reserve",
    "credits": "funds.commit",
    "releases": "funds.unreserve",
}
"""What a core does for incoming payments, in the words of the features."""
TROUBLE: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = {
    "an error": ("status", {"status": 500, "body": {"errorCode": "CORE_UNAVAILABLE", "message": "try again later"}}),
    "an error without a word": ("status", {"status": 500}),
    "an empty success": ("empty-body", {"status": 200, "applied": True}),
    "silence": ("applied-no-reply", {}),
}


# -- accounts, charges, limits ----------------------------------------------------------------------------------------


@given(phrase("{person:Name}'s account is {status}"))
def account_is(world: World, cast: Cast, person: str, status: str) -> None:
    who = cast.people[person]
    world.control(f"{who.dfsp}.set-status", id_type=who.id_type, id_value=who.id_value, status=status)


@given(phrase("{person:Name} may receive no more than {amount:Money} {period}"))
def may_receive(world: World, cast: Cast, person: str, amount: Money, period: str) -> None:
    who, limit = cast.people[person], {"a day": "daily_received", "in all": "greatest_balance"}[period]
    world.control(f"{who.dfsp}.set-limits", id_type=who.id_type, id_value=who.id_value, **{limit: str(amount)})


@given(phrase("{person:Name} may send no more than {amount:Money} a day"))
def may_send(world: World, cast: Cast, person: str, amount: Money) -> None:
    who = cast.people[person]
    world.control(f"{who.dfsp}.set-limits", id_type=who.id_type, id_value=who.id_value, daily=str(amount))


@given(phrase("{bank:Name} charges {amount:Money} for receiving"))
def charges_flat(world: World, cast: Cast, bank: str, amount: Money) -> None:
    world.control(f"{cast.banks[bank]}.set-fee", currency=amount.currency.code, direction="receiving", flat=str(amount))


@given(phrase("{bank:Name} charges {amount:Money} for sending"))
def charges_senders(world: World, cast: Cast, bank: str, amount: Money) -> None:
    world.control(f"{cast.banks[bank]}.set-fee", currency=amount.currency.code, direction="sending", flat=str(amount))


@given(phrase("{bank:Name} charges {percent} % for receiving {currency}"))
def charges_share(world: World, cast: Cast, bank: str, percent: str, currency: str) -> None:
    code = cast.currencies[currency]
    world.control(f"{cast.banks[bank]}.set-fee", currency=code, direction="receiving", percent=percent)


# -- how the core answers ---------------------------------------------------------------------------------------------


@given(phrase("{bank:Name}'s core takes {seconds:d} seconds for {what}"))
def core_is_slow(world: World, cast: Cast, bank: str, seconds: int, what: str) -> None:
    world.fault("latency", f"{cast.banks[bank]}.{DOING[what]}", seconds=seconds)


@given(phrase("{bank:Name}'s core answers {what} with {trouble}"))
def core_in_trouble(world: World, cast: Cast, bank: str, what: str, trouble: str) -> None:
    kind, options = TROUBLE[trouble]
    world.fault(kind, f"{cast.banks[bank]}.{DOING[what]}", **options)


@given(phrase("{bank:Name}'s core at first answers {times:d} {what} with {trouble}"))
def core_in_trouble_at_first(world: World, cast: Cast, bank: str, times: int, what: str, trouble: str) -> None:
    kind, options = TROUBLE[trouble]
    world.fault(kind, f"{cast.banks[bank]}.{DOING[what]}", times=times, **options)


# -- what it has done -------------------------------------------------------------------------------------------------


@then(phrase("{bank:Name} holds {amount:Money} for incoming payments"))
def holds(world: World, cast: Cast, bank: str, amount: Money) -> None:
    account = world.account(owner=cast.banks[bank], role="scheme-clearing", currency=amount.currency.code)
    assert account.held == amount, f"it holds {shown(account.held)}"


@then(phrase("{bank:Name} holds nothing for incoming payments"))
def holds_nothing(world: World, cast: Cast, bank: str) -> None:
    held = [each.held for each in world.accounts(owner=cast.banks[bank], role="scheme-clearing") if each.held]
    assert not held, f"it holds {', '.join(shown(each) for each in held)}"


@then(phrase("{bank:Name} has reserved nothing"))
def reserved_nothing(world: World, cast: Cast, bank: str) -> None:
    expect_reserves(world, cast, bank, [])


@then(phrase("{bank:Name} has credited its one reservation"))
def credited_one(world: World, cast: Cast, bank: str) -> None:
    expect_reserves(world, cast, bank, ["COMMITTED"])


@then(phrase("{bank:Name} has released its one reservation"))
def released_one(world: World, cast: Cast, bank: str) -> None:
    expect_reserves(world, cast, bank, ["RELEASED"])


def expect_reserves(world: World, cast: Cast, bank: str, states: list[str]) -> None:
    found = [row["status"] for row in world.control(f"{cast.banks[bank]}.reserves")]
    assert found == states, f"its reservations are {found}, not {states}"


@then(phrase("{bank:Name} has been told once to {what}"))
def told_once(world: World, cast: Cast, bank: str, what: str) -> None:
    operation = {"reserve": "funds.reserve", "credit": "funds.commit", "release": "funds.unreserve"}[what]
    calls = world.traffic(operation=f"{cast.banks[bank]}.{operation}")
    assert len(calls) == 1, f"it was told {len(calls)} times"
