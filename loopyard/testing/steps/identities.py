"""Steps of who is who: sub-identifiers, further identifiers of a person, and what institutions are told about a payer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote

from pytest_bdd import given, then, when

from loopyard.engine.plan import Person
from loopyard.kernel.money import Money
from loopyard.protocols import ilp
from loopyard.testing.channel import Channel
from loopyard.testing.drivers.base import Birth
from loopyard.testing.observation import Observation
from loopyard.testing.steps.ledgers import shown
from loopyard.testing.steps.phrases import phrase
from loopyard.testing.steps.traffic import latest
from loopyard.world.client import World
from loopyard.world.file import Cast

AT_PAYEE: Final[Mapping[str, str]] = {"lookup": "hub.parties.get-sub-notice", "terms": "hub.quotes.request-notice"}


# -- sub-identifiers --------------------------------------------------------------------------------------------------


def sub_account(watch: Observation, sub_id: str, name: str) -> Person:
    """A person of the world whom only a number and a sub-identifier find."""
    return next(each for each in watch.world.people(name=name) if each.sub_id == sub_id)


@given(phrase("{payer:Name} has asked to send {amount:Money} to {sub_id} of {name:Name}"))
def asks_to_send_to_sub(
    watch: Observation, channel: Channel, cast: Cast, payer: str, amount: Money, sub_id: str, name: str
) -> None:
    channel.initiate(cast.people[payer], sub_account(watch, sub_id, name), amount)


@then(phrase("{bank:Name} has been asked for {sub_id} of {name:Name}, in the lookup and in the request for terms"))
def sub_arrives(watch: Observation, cast: Cast, bank: str, sub_id: str, name: str) -> None:
    who, world, to = sub_account(watch, sub_id, name), watch.world, cast.banks[bank]
    path = latest(world, AT_PAYEE["lookup"], receiver=to)["path"]
    assert path.endswith(f"/parties/{who.id_type}/{who.id_value}/{sub_id}"), f"the lookup was {path}"
    asked = latest(world, AT_PAYEE["terms"], receiver=to)["request"]["payee"]["partyIdInfo"]
    seen = asked["partyIdType"], asked["partyIdentifier"], asked.get("partySubIdOrType")
    assert seen == (who.id_type, who.id_value, sub_id), f"terms were asked for {seen}"


@then(phrase("{sub_id} of {name:Name} has received {amount:Money}, once"))
def sub_has_received(watch: Observation, sub_id: str, name: str, amount: Money) -> None:
    who = sub_account(watch, sub_id, name)
    gain = watch.world.account(owner=who.dfsp, name=f"{who.id_type}:{who.id_value}:{sub_id}").gained
    assert gain == amount, f"{sub_id} has received {shown(gain)}"


# -- kinds of identifiers ---------------------------------------------------------------------------------------------


@given(phrase("{person:Name} can be found under the {id_type} {id_value}"))
def known_as(watch: Observation, cast: Cast, person: str, id_type: str, id_value: str) -> None:
    """Her institution knows her by it, and has told the scheme."""
    who, world = cast.people[person], watch.world
    own = {"id_type": who.id_type, "id_value": who.id_value}
    world.control("dfsp.know-as", fsp=who.dfsp, customer=own, id_type=id_type, id_value=id_value)
    body = {"fspId": who.dfsp, "currency": who.currency}
    answer = world.control("dfsp.raw", fsp=who.dfsp, method="POST", path=f"/participants/{id_type}/{id_value}", body=body)
    assert answer["status"] == 202, f"the hub refused to register her: {answer}"
    world.settle()


@given(phrase("{payer:Name} has asked to send {amount:Money} to the {id_type} {id_value}"))
@when(phrase("{payer:Name} asks to send {amount:Money} to the {id_type} {id_value}"))
def asks_to_send_to_identifier(channel: Channel, cast: Cast, payer: str, amount: Money, id_type: str, id_value: str) -> None:
    channel.initiate(cast.people[payer], (id_type, id_value), amount)


@then(phrase("{bank:Name} has been asked who {id_type} {id_value} is"))
def asked_who(world: World, cast: Cast, bank: str, id_type: str, id_value: str) -> None:
    path = latest(world, "hub.parties.get-notice", receiver=cast.banks[bank])["path"]
    asked = tuple(unquote(each) for each in path.split("/")[-2:])
    assert asked == (id_type, id_value), f"it was asked for {path}"


@then("nobody has been asked who that is")
def nobody_asked_who(world: World) -> None:
    asked = [row["path"] for row in world.traffic(operation="hub.parties.get")]
    assert not asked, f"asked was {asked}"


# -- what is told about the payer -------------------------------------------------------------------------------------


@given(phrase("{payer:Name}, born on {date} in {city} ({country}), has asked to send {amount:Money} to {payee:Name}"))
def born_asks_to_send(
    channel: Channel, cast: Cast, payer: str, date: str, city: str, country: str, amount: Money, payee: str
) -> None:
    channel.initiate(cast.people[payer], cast.people[payee], amount, birth=Birth(date, city, country))


@given(phrase("{payer:Name}, who writes her name {name}, has asked to send {amount:Money} to {payee:Name}"))
def named_asks_to_send(channel: Channel, cast: Cast, payer: str, name: str, amount: Money, payee: str) -> None:
    channel.initiate(cast.people[payer], cast.people[payee], amount, payer_name=name)


@then(phrase("{bank:Name} is told with the request for terms that the payer is {name}, born on {date}"))
def told_with_terms(world: World, cast: Cast, bank: str, name: str, date: str) -> None:
    expect_payer(latest(world, AT_PAYEE["terms"], receiver=cast.banks[bank])["request"]["payer"], name, date)


@then(phrase("{bank:Name} is told with the payment that the payer is {name}, born on {date}"))
def told_with_payment(world: World, cast: Cast, bank: str, name: str, date: str) -> None:
    """A prepare names no persons itself; its packet does."""
    prepare = latest(world, "hub.transfers.prepare-notice", receiver=cast.banks[bank])["request"]
    expect_payer(ilp.decode(prepare["ilpPacket"]).data["payer"], name, date)


@then(phrase("{bank:Name} is told that the payer is called {name}"))
def told_name(world: World, cast: Cast, bank: str, name: str) -> None:
    payer = latest(world, AT_PAYEE["terms"], receiver=cast.banks[bank])["request"]["payer"]
    assert full_name(payer) == name, f"it was told {full_name(payer)!r}"


def expect_payer(payer: Mapping[str, Any], name: str, date: str) -> None:
    seen = full_name(payer), payer["personalInfo"].get("dateOfBirth")
    assert seen == (name, date), f"the payer is said to be {seen[0]!r}, born on {seen[1]}"


def full_name(party: Mapping[str, Any]) -> str:
    names = party["personalInfo"]["complexName"]
    return " ".join(names[each] for each in ("firstName", "middleName", "lastName") if each in names)
