"""Steps of who registers whom: identifiers that institutions tell the scheme, and what the directory then knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pytest
from pytest_bdd import given, then, when

from loopyard.testing.channel import Channel
from loopyard.testing.drivers.base import Identifier, Registration
from loopyard.testing.observation import Observation
from loopyard.testing.steps.phrases import phrase
from loopyard.testing.steps.traffic import latest
from loopyard.world.client import World
from loopyard.world.file import Cast

BATCHES: Final = "hub.participants.register-batch"
HOME: Final = "Green Bank"


class Registered:
    """The identifiers of a scenario, in the order of registration."""

    def __init__(self) -> None:
        self.identifiers: list[Identifier] = []


@pytest.fixture
def registered() -> Registered:
    """What was registered in the scenario."""
    return Registered()


def number_of(cast: Cast, person: str) -> Identifier:
    who = cast.people[person]
    return Identifier(who.id_type, who.id_value)


# -- what institutions do ---------------------------------------------------------------------------------------------


@given(phrase("{bank:Name} has registered {count:d} identifiers"))
@when(phrase("{bank:Name} registers {count:d} identifiers"))
def registers(channel: Channel, registered: Registered, bank: str, count: int) -> None:
    registered.identifiers = channel.new_identifiers(count)
    channel.register(registered.identifiers)


@when(phrase("{bank:Name} registers {one:d} identifiers in {first} and {other:d} in {second}"))
def registers_in(
    channel: Channel, cast: Cast, registered: Registered, bank: str, one: int, first: str, other: int, second: str
) -> None:
    registered.identifiers = [
        *channel.new_identifiers(one, currency=cast.currencies[first]),
        *channel.new_identifiers(other, currency=cast.currencies[second]),
    ]
    channel.register(registered.identifiers)


@when(phrase("{bank:Name} registers the same identifiers again, and one more"))
def registers_again(channel: Channel, registered: Registered, bank: str) -> None:
    registered.identifiers += channel.new_identifiers(1)
    channel.register(registered.identifiers)


@when(phrase("{bank:Name} registers an identifier of each kind: {kinds}"))
def registers_kinds(channel: Channel, registered: Registered, bank: str, kinds: str) -> None:
    (made,) = channel.new_identifiers(1)
    stem = made.id_value.replace("-", "")
    forms = {"EMAIL": f"{stem}@bank.example", "IBAN": f"MW12{stem}"}
    registered.identifiers = [Identifier(kind, forms.get(kind, f"{stem}-{kind}")) for kind in kinds.split(", ")]
    channel.register(registered.identifiers)


@when(phrase("{bank:Name} registers an identifier for two tills, {first} in {one} and {second} in {other}"))
def registers_tills(
    channel: Channel, cast: Cast, registered: Registered, bank: str, first: str, one: str, second: str, other: str
) -> None:
    (made,) = channel.new_identifiers(1)
    registered.identifiers = [
        Identifier("BUSINESS", made.id_value, till, cast.currencies[currency])
        for till, currency in ((first, one), (second, other))
    ]
    channel.register(registered.identifiers)


@when(phrase("{bank:Name} removes the identifier of {till}"))
def removes_till(channel: Channel, registered: Registered, bank: str, till: str) -> None:
    channel.remove(next(each for each in registered.identifiers if each.sub_id == till))


@given(phrase("{bank:Name} has removed {person:Name}'s number"))
@when(phrase("{bank:Name} removes {person:Name}'s number"))
def removes(channel: Channel, cast: Cast, bank: str, person: str) -> None:
    channel.remove(number_of(cast, person))


@when(phrase("{bank:Name} registers {person:Name}'s number"))
def registers_number(channel: Channel, cast: Cast, bank: str, person: str) -> None:
    channel.register([number_of(cast, person)])


@when(phrase("{bank:Name} asks the hub to register a number of its own and {person:Name}'s, as {owner:Name}'s"))
def peer_registers(world: World, cast: Cast, bank: str, person: str, owner: str) -> None:
    """Straight to the hub: a connector names nobody but itself."""
    who, own = cast.people[person], next(each for each in world.people(dfsp=cast.banks[bank]))
    parties = [
        {"partyIdType": "ALIAS", "partyIdentifier": f"{own.id_value}-alias", "fspId": cast.banks[bank]},
        {"partyIdType": "ALIAS", "partyIdentifier": f"{who.id_value}-alias", "fspId": cast.banks[owner]},
    ]
    body = {"requestId": "b51ec534-ee48-4575-b6a9-ead2955b8069", "partyList": parties}
    answer = world.control("dfsp.raw", fsp=cast.banks[bank], method="POST", path="/participants", body=body)
    assert answer["status"] == 202, f"the hub refused the list at once: {answer}"
    world.settle()


@given("only the owner of an identifier may remove it")
def owner_check(watch: Observation) -> None:
    watch.world.configure_simulator("hub", delete_participant_validation=True)
    watch.begin()


@given(phrase("the hub has no oracle for {kind}"))
def no_oracle(watch: Observation, kind: str) -> None:
    kinds = ("MSISDN", "EMAIL", "PERSONAL_ID", "BUSINESS", "DEVICE", "ACCOUNT_ID", "IBAN", "ALIAS")
    watch.world.configure_simulator("hub", oracle_types=[each for each in kinds if each != kind])
    watch.begin()


# -- what comes of it -------------------------------------------------------------------------------------------------


def answer_of(channel: Channel) -> Registration:
    assert channel.registrations, "nothing was registered or removed"
    return channel.registrations[-1]


@then(phrase("{bank:Name} says that all of them are registered"))
def all_registered(channel: Channel, registered: Registered, bank: str) -> None:
    answer = answer_of(channel)
    assert answer.failure is None, f"it says {answer.failure}: {answer.message}"
    assert answer.codes == (None,) * len(registered.identifiers), f"refused are {_refused(answer)} of {len(answer.codes)}"


@then(phrase("{bank:Name} says that {count:d} of them are refused with {code:d}"))
def some_refused(channel: Channel, registered: Registered, bank: str, count: int, code: int) -> None:
    answer = answer_of(channel)
    assert len(answer.codes) == len(registered.identifiers), f"it says {answer}"
    assert _refused(answer) == [str(code)] * count, f"refused are {_refused(answer)}"


@then(phrase("{bank:Name} says that it is gone"))
def is_gone(channel: Channel, bank: str) -> None:
    assert answer_of(channel).codes == (None,), f"it says {answer_of(channel)}"


@then(phrase("{bank:Name} says that it is refused with {code:d}"))
def is_refused(channel: Channel, bank: str, code: int) -> None:
    answer = answer_of(channel)
    assert answer.failure == str(code), f"it says {answer.failure}: {answer.message}"


@then(phrase("the hub has been sent lists of {lengths}"))
def sent_lists(world: World, lengths: str) -> None:
    seen = [len(row["request"]["partyList"]) for row in world.traffic(operation=BATCHES)]
    assert seen == [int(each) for each in lengths.split(" and ")], f"lists were of {seen}"


@then(phrase("the hub finds them all at {bank:Name}"))
def finds_all(world: World, cast: Cast, registered: Registered, bank: str) -> None:
    first, last = registered.identifiers[0], registered.identifiers[-1]
    for each in dict.fromkeys((first, *registered.identifiers[1:4], last)):
        assert _holders(world, each) == [(cast.banks[bank], each.currency, each.sub_id)], f"{each} is {_holders(world, each)}"


@then(phrase("the hub finds {tills} at {bank:Name}, each with its currency"))
def finds_tills(world: World, cast: Cast, registered: Registered, tills: str, bank: str) -> None:
    names = tills.split(" and ")
    wanted = [(cast.banks[bank], each.currency, each.sub_id) for each in registered.identifiers if each.sub_id in names]
    assert _holders(world, registered.identifiers[0]) == wanted, f"it finds {_holders(world, registered.identifiers[0])}"


@then(phrase("{bank:Name} is told that one is registered and the other refused with {code:d}"))
def peer_told(world: World, cast: Cast, bank: str, code: int) -> None:
    listed = latest(world, "hub.participants.batch-notice", receiver=cast.banks[bank])["request"]["partyList"]
    codes = sorted(str(each.get("errorInformation", {}).get("errorCode")) for each in listed)
    assert codes == sorted((str(code), "None")), f"it is told {codes}"


@then(phrase("no institution has been found for {person:Name}"))
def not_found(world: World, cast: Cast, person: str) -> None:
    who = cast.people[person]
    assert world.control("hub.parties", type=who.id_type, id=who.id_value) == []


def _refused(answer: Registration) -> Sequence[str]:
    return [code for code in answer.codes if code is not None]


def _holders(world: World, identifier: Identifier) -> list[tuple[Any, ...]]:
    rows = world.control("hub.parties", type=identifier.id_type, id=identifier.id_value)
    return [(row["fspId"], row["currency"], row["subId"]) for row in rows]
