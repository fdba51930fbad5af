"""Steps of bulks: many payments in one order, made by customers of the home DFSP, and of peers to them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from pytest_bdd import given, then, when

from loopyard.kernel.ids import Ids
from loopyard.kernel.money import Money
from loopyard.testing.bulk import Bulks, Payee
from loopyard.testing.observation import Observation
from loopyard.testing.steps.peers import OTHER_TERMS
from loopyard.testing.steps.phrases import phrase
from loopyard.world.client import World
from loopyard.world.file import Cast

ORDER = "{payer:Name} orders {payments}"
_PAYMENT = re.compile(r"([0-9.]+ [A-Z]{3}) to (the number [0-9]+|\w+)")
_LISTED = re.compile(r"the number [0-9]+|\b(?!and\b)\w+")


@pytest.fixture
def bulks(watch: Observation, world: World, scenario_seed: str) -> Bulks:
    """Bulks that customers of the home DFSP order in its app."""
    return Bulks(world, watch.channel.driver, Ids(scenario_seed).fork("bulks"))


def payments_of(cast: Cast, text: str) -> list[tuple[str, Payee, Money]]:
    """The payments of "100 MWK to Bob, 20 MWK to the number 265881000999 and 5 MWK to José"."""
    found: list[tuple[str, Payee, Money]] = []
    for amount, name in _PAYMENT.findall(text):
        number, _, code = amount.partition(" ")
        found.append((name, payee_of(cast, name), Money(number, code)))
    assert found, f"no payment stands in {text!r}"
    return found


def payee_of(cast: Cast, name: str) -> Payee:
    return ("MSISDN", name.removeprefix("the number ")) if name.startswith("the number ") else cast.people[name]


def order(bulks: Bulks, cast: Cast, payer: str, text: str, **options: Any) -> None:
    told = bulks.start(cast.people[payer], payments_of(cast, text), **options)
    assert told.http_status < 300, f"the bulk was refused: {told.code} {told.message}"


# -- the customer's orders --------------------------------------------------------------------------------------------


@given(phrase(ORDER + " at once"))
@when(phrase(ORDER + " at once"))
def orders(bulks: Bulks, cast: Cast, payer: str, payments: str) -> None:
    order(bulks, cast, payer, payments)


@when(phrase("{payer:Name} tries to order {payments} at once"))
def tries(bulks: Bulks, cast: Cast, payer: str, payments: str) -> None:
    bulks.start(cast.people[payer], payments_of(cast, payments))


@given(phrase(ORDER + " at once, to see the terms first"))
@when(phrase(ORDER + " at once, to see the terms first"))
def orders_to_see(bulks: Bulks, cast: Cast, payer: str, payments: str) -> None:
    order(bulks, cast, payer, payments, accepts_terms=False)


@when(phrase(ORDER + " at once, to see the payees first"))
def orders_to_see_payees(bulks: Bulks, cast: Cast, payer: str, payments: str) -> None:
    order(bulks, cast, payer, payments, accepts_payees=False)


@given(phrase(ORDER + " at once, with fees of up to {limit:Money} each"))
@when(phrase(ORDER + " at once, with fees of up to {limit:Money} each"))
def orders_within(bulks: Bulks, cast: Cast, payer: str, payments: str, limit: Money) -> None:
    order(bulks, cast, payer, payments, fee_limit=limit)


@given(phrase(ORDER + " at once, within {seconds:d} seconds"))
@when(phrase(ORDER + " at once, within {seconds:d} seconds"))
def orders_in_time(bulks: Bulks, world: World, cast: Cast, payer: str, payments: str, seconds: int) -> None:
    order(bulks, cast, payer, payments, expires_at=until(world, seconds))


@given(phrase(ORDER + " at once, within {seconds:d} seconds, to see the terms first"))
@when(phrase(ORDER + " at once, within {seconds:d} seconds, to see the terms first"))
def orders_to_see_in_time(bulks: Bulks, world: World, cast: Cast, payer: str, payments: str, seconds: int) -> None:
    order(bulks, cast, payer, payments, expires_at=until(world, seconds), accepts_terms=False)


def until(world: World, seconds: int) -> str:
    return f"{world.now + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S}.000Z"


@when(phrase("{payer:Name} asks whether {payees} can be paid {amount:Money} each"))
def asks_whether(bulks: Bulks, cast: Cast, payer: str, payees: str, amount: Money) -> None:
    names = _LISTED.findall(payees)
    told = bulks.start(cast.people[payer], [(name, payee_of(cast, name), amount) for name in names], only_validate=True)
    assert told.http_status < 300, f"the bulk was refused: {told.code} {told.message}"


@given(phrase("{payer:Name} orders {count:d} payments of {amount:Money} to {payee:Name}, to see the terms first"))
@when(phrase("{payer:Name} orders {count:d} payments of {amount:Money} to {payee:Name}, to see the terms first"))
def orders_many(bulks: Bulks, cast: Cast, payer: str, count: int, amount: Money, payee: str) -> None:
    many = [(f"{payee} {number}", cast.people[payee], amount) for number in range(1, count + 1)]
    told = bulks.start(cast.people[payer], many, accepts_terms=False, skips_lookup=True)
    assert told.http_status < 300, f"the bulk was refused: {told.code} {told.message}"


@when("the app orders the bulk again")
def orders_again(bulks: Bulks) -> None:
    bulks.again()


@when(phrase("{payer:Name} accepts the terms of the payment to {payee:Name}"))
def accepts_one(bulks: Bulks, payer: str, payee: str) -> None:
    bulks.decide("acceptQuote", {payee: True})


@when(phrase("{payer:Name} refuses the terms of the payment to {payee:Name}"))
def refuses_one(bulks: Bulks, payer: str, payee: str) -> None:
    bulks.decide("acceptQuote", {payee: False})


@when(phrase("{payer:Name} accepts the terms of all payments"))
def accepts_all(bulks: Bulks, payer: str) -> None:
    bulks.decide("acceptQuote", dict.fromkeys(bulks.names, True))


@when(phrase("{payer:Name} accepts the terms of the first and the last payment alone"))
def accepts_ends(bulks: Bulks, payer: str) -> None:
    bulks.decide("acceptQuote", {name: name in (bulks.names[0], bulks.names[-1]) for name in bulks.names})


@when(phrase("{payer:Name} takes {payee:Name} for right and {other:Name} for wrong"))
def tells_payees(bulks: Bulks, payer: str, payee: str, other: str) -> None:
    bulks.decide("acceptParty", {payee: True, other: False})


# -- how peers behave, and what they order -------------------------------------------------------------------------------


def behave(world: World, cast: Cast, bank: str, on: str, do: str, **more: Any) -> None:
    world.control("dfsp.behave", fsp=cast.banks[bank], on=on, do=do, **more)


@given(phrase("{bank:Name} turns the payment of {amount:Money} down with code {code:d}"))
def refuses_one_of(world: World, cast: Cast, bank: str, amount: Money, code: int) -> None:
    behave(world, cast, bank, "transfers", "error", where={"amount.amount": str(amount)}, **{"with": {"code": str(code)}})


@given(phrase("{bank:Name} leaves the payment of {amount:Money} unanswered"))
def leaves_one(world: World, cast: Cast, bank: str, amount: Money) -> None:
    behave(world, cast, bank, "transfers", "ignore", where={"amount.amount": str(amount)})


@given(phrase("{bank:Name} answers no bulk"))
def answers_none(world: World, cast: Cast, bank: str) -> None:
    behave(world, cast, bank, "bulk-transfers", "no-callback")


@given(phrase("{bank:Name} turns bulks down with code {code:d}"))
def refuses_bulks(world: World, cast: Cast, bank: str, code: int) -> None:
    behave(world, cast, bank, "bulk-transfers", "error", **{"with": {"code": str(code)}})


@given(phrase("{bank:Name} seals the payment of {amount:Money} with a wrong condition"))
def seals_wrongly(world: World, cast: Cast, bank: str, amount: Money) -> None:
    behave(world, cast, bank, "transfers", "wrong-fulfilment", where={"amount.amount": str(amount)})


@given(phrase("the first payment of {bank:Name}'s bulks bears a condition that was never agreed"))
def wrong_condition(world: World, cast: Cast, bank: str) -> None:
    change = {"set": {"individualTransfers.0.condition": OTHER_TERMS["condition"]["condition"]}}
    behave(world, cast, bank, "prepare-bulk", "alter", **{"with": change})


@when(phrase("{payer:Name}, who banks elsewhere, orders {payments} at once"))
def peers_customer_orders(world: World, cast: Cast, payer: str, payments: str) -> None:
    who, listed = cast.people[payer], payments_of(cast, payments)
    fsp = next(payee.dfsp for _, payee, _ in listed if not isinstance(payee, tuple))
    made = [
        {"payee": {"id_type": payee[0], "id_value": payee[1]}, "amount": str(amount)}
        if isinstance(payee, tuple)
        else {"payee": {"id_type": payee.id_type, "id_value": payee.id_value}, "amount": str(amount)}
        for _, payee, amount in listed
    ]
    by = {"id_type": who.id_type, "id_value": who.id_value}
    world.control("dfsp.send-bulk", fsp=who.dfsp, payer=by, payee_fsp=fsp, payments=made)
    world.settle()


# -- how they stand ---------------------------------------------------------------------------------------------------


def expect(bulks: Bulks, payee: str, state: str) -> Any:
    result = bulks.result(payee)
    assert result["currentState"] == state, f"the payment to {payee} is {result['currentState']}: {dict(result)}"
    return result


@then(phrase("the payment to {payee} is made"))
def is_made(bulks: Bulks, payee: str) -> None:
    result = expect(bulks, payee, "COMPLETED")
    assert result["settled"], f"the bank has not followed: {dict(result)}"


@then(phrase("the payment to {payee} waits for consent"))
def waits(bulks: Bulks, payee: str) -> None:
    expect(bulks, payee, "WAITING_FOR_QUOTE_ACCEPTANCE")


@then(phrase("the payment to {payee} is under way"))
def under_way(bulks: Bulks, payee: str) -> None:
    expect(bulks, payee, "PENDING")


@then(phrase("the payment to {payee} has failed with code {code:d}"))
def has_failed(bulks: Bulks, payee: str, code: int) -> None:
    result = bulks.result(payee)
    told = result["currentState"], str(result.get("statusCode"))
    assert told[0] in ("ABORTED", "ERROR_OCCURRED"), f"the payment to {payee} is {told[0]}"
    assert told[1] == str(code), f"the payment to {payee} has failed with {told[1]}: {result.get('message')}"
    assert result["settled"], f"the bank has not followed: {dict(result)}"


@then(phrase("{payee} can be paid at {bank:Name}"))
def can_be_paid(bulks: Bulks, cast: Cast, payee: str, bank: str) -> None:
    details = expect(bulks, payee, "COMPLETED").get("payeeDetails", {})
    assert details.get("fspId") == cast.banks[bank], f"{payee} is at {details.get('fspId')}"


@then("the bulk is over")
def is_over(bulks: Bulks) -> None:
    state = bulks.stands().state
    assert state == "COMPLETED", f"the bulk is {state}"


@then(phrase("the bulk is refused with code {code:d}"))
def bulk_refused(bulks: Bulks, code: int) -> None:
    told = bulks.told[-1]
    assert told.code == str(code), f"the app was told {told.http_status} {told.code}: {told.message}"


@then("both times the app was told of the same bulk")
def same_bulk(bulks: Bulks) -> None:
    ids = {each.bulk_id for each in bulks.told if each.bulk_id}
    assert len(ids) == 1, f"the app was told of {ids}"


@then(phrase("the hub has made {bulks_:d} bulk of {payments:d} payments"))
@then(phrase("the hub has made {bulks_:d} bulks of {payments:d} payments together"))
def hub_has_made(world: World, bulks_: int, payments: int) -> None:
    rows = [row for row in world.control("hub.bulk-transfers") if row["bulkTransferState"] == "COMPLETED"]
    made = sum("fulfilment" in each for row in rows for each in row.get("individualTransferResults", ()))
    assert (len(rows), made) == (bulks_, payments), f"the hub has made {len(rows)} bulks with {made} payments"


@then("no bulk has reached the hub")
def none_reached(world: World) -> None:
    rows = world.control("hub.bulk-transfers")
    assert not rows, f"the hub has {[row['id'] for row in rows]}"


@then(phrase("the terms were asked for in bulks of {first:d} and {second:d}"))
def asked_in(world: World, first: int, second: int) -> None:
    rows = world.traffic(operation="hub.bulk-quotes.request")
    sizes = [len(row["request"]["individualQuotes"]) for row in rows]
    assert sizes == [first, second], f"the terms were asked for in bulks of {sizes}"
