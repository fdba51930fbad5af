"""Steps of other schemes: proxies and their links, what is forwarded, and payees who move or are known in several schemes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
import pytest
from pytest_bdd import given, then, when

from loopyard.kernel.money import Money
from loopyard.testing.channel import Channel
from loopyard.testing.steps.ledgers import shown
from loopyard.testing.steps.phrases import phrase
from loopyard.world.client import World
from loopyard.world.file import Cast

OUTBOUND: Final = "mojaloop_connector.outbound"
LOOKUPS: Final = ("proxy.parties.get", "proxy.parties.get-sub")


@dataclass(slots=True)
class Choice:
    """What an app that speaks to the Mojaloop connector was last told."""

    told: dict[str, Any] = field(default_factory=dict)


@pytest.fixture
def choice() -> Choice:
    """The transfer that an app steers through the outbound API."""
    return Choice()


# -- the links between the schemes ------------------------------------------------------------------------------------


@given(phrase("the proxies lose the first answer to a payment"))
def loses_answer(world: World) -> None:
    for message in ("fulfil", "error"):
        world.fault("lost", f"proxy.transfers.{message}-relay", times=1)


@given(phrase("the proxies lose the first payment"))
def loses_payment(world: World) -> None:
    world.fault("lost", "proxy.transfers.prepare-relay", times=1)


@given(phrase("the link of {proxy:Name} is cut"))
def is_cut(world: World, proxy: str) -> None:
    world.control("proxy.cut", id=id_of(proxy))


@given(phrase("the link of {proxy:Name} will be cut once the payment has crossed"))
def will_be_cut(world: World, proxy: str) -> None:
    """Whatever comes back for the transfer, and every question, finds the link cut until it is mended."""
    for message in ("fulfil", "error", "get"):
        world.fault("lost", f"proxy.transfers.{message}-relay")


@when(phrase("the link of {proxy:Name} is mended"))
def is_mended(world: World, proxy: str) -> None:
    world.control("faults.clear")


@given(phrase("{bank:Name} does not answer lookups"))
def silent_at_lookups(world: World, cast: Cast, bank: str) -> None:
    world.control("dfsp.behave", fsp=cast.banks[bank], on="parties", do="no-callback")


def id_of(proxy: str) -> str:
    """The participant of a proxy that a feature names."""
    return proxy.lower().replace(" ", "-")


# -- payees -----------------------------------------------------------------------------------------------------------


@given(phrase("{person:Name}'s number belongs to {other:Name} from now on"))
def moves(world: World, cast: Cast, person: str, other: str) -> None:
    """Both are in one scheme, whose directory and institutions know of it; other schemes do not."""
    who, now = cast.people[person], cast.people[other]
    own = {"id_type": now.id_type, "id_value": now.id_value}
    world.control("dfsp.know-as", fsp=now.dfsp, customer=own, id_type=who.id_type, id_value=who.id_value)
    path, body = f"/participants/{who.id_type}/{who.id_value}", {"fspId": now.dfsp, "currency": now.currency}
    answer = world.control("dfsp.raw", fsp=now.dfsp, method="PUT", path=path, body=body)
    assert answer["status"] == 200, f"the hub refused the change: {answer}"
    world.settle()


@then("both other schemes have been asked")
def both_asked(world: World) -> None:
    asked = sorted(row["receiver"] for row in world.traffic(operation="hub.parties.get-notice"))
    assert asked == ["coast-proxy", "hill-proxy"], f"asked were {asked}"


@then("both other schemes have answered")
def both_answered(world: World) -> None:
    answers = sorted(row["sender"] for row in world.traffic(operation="proxy.parties.respond-relay"))
    assert answers == ["coast-proxy", "hill-proxy"], f"answers have come by {answers}"


@then(phrase("one of {one:Name} and {other:Name} has received the money, once"))
def one_received(world: World, cast: Cast, one: str, other: str) -> None:
    gains = [
        world.account(owner=who.dfsp, role="customer", holder=f"{who.id_type}:{who.id_value}").gained
        for who in (cast.people[one], cast.people[other])
    ]
    got = [gain for gain in gains if gain]
    assert len(got) == 1, f"they have received {', '.join(map(shown, gains))}"
    assert got[0] > Money.zero(got[0].currency), f"one of them has received {shown(got[0])}"


@when(phrase("{payer:Name}'s app asks the Mojaloop connector to send {amount:Money} to the {id_type} {id_value}"))
def app_asks(
    world: World, channel: Channel, cast: Cast, choice: Choice, payer: str, amount: Money, id_type: str, id_value: str
) -> None:
    who = cast.people[payer]
    body = {
        "homeTransactionId": channel.new_identifiers(1)[0].id_value, "amountType": "SEND", "transactionType": "TRANSFER",
        "currency": amount.currency.code, "amount": str(amount),
        "from": {"idType": who.id_type, "idValue": who.id_value}, "to": {"idType": id_type, "idValue": id_value},
    }  # fmt: skip
    choice.told = called(world, "POST", "/transfers", body)


@when(phrase("{payer:Name}'s app chooses {bank:Name}"))
def app_chooses(world: World, cast: Cast, choice: Choice, payer: str, bank: str) -> None:
    to = next(each for each in choice.told["to"] if each["fspId"] == cast.banks[bank])
    choice.told = called(world, "PUT", f"/transfers/{choice.told['transferId']}", {"acceptParty": True, "to": to})


@then(phrase("the Mojaloop connector shows {one:Name} and {other:Name}"))
def shows_both(cast: Cast, choice: Choice, one: str, other: str) -> None:
    assert choice.told.get("currentState") == "WAITING_FOR_PARTY_ACCEPTANCE", f"it says {choice.told}"
    seen = sorted(each["fspId"] for each in choice.told["to"])
    assert seen == sorted((cast.banks[one], cast.banks[other])), f"it shows {seen}"


@then(phrase("{bank:Name} alone has been asked for terms"))
def alone_asked(world: World, cast: Cast, choice: Choice, bank: str) -> None:
    assert choice.told.get("currentState") == "WAITING_FOR_QUOTE_ACCEPTANCE", f"it says {choice.told}"
    asked = [row["receiver"] for row in world.traffic() if row["operation"].endswith(".quotes.request-notice")]
    assert [each for each in asked if not each.endswith("-proxy")] == [cast.banks[bank]], f"asked were {asked}"


@then("no institution has been asked for terms")
def nobody_asked(world: World) -> None:
    assert not world.traffic(operation="hub.quotes.request")


def called(world: World, method: str, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"}
    answer = world.control(
        "channel.call", face=OUTBOUND, method=method, path=path, headers=headers, body=orjson.dumps(body).decode()
    )
    told: dict[str, Any] = orjson.loads(answer["body"])
    return told


# -- what stands in two schemes ---------------------------------------------------------------------------------------


@then(phrase("the transfer is forwarded at {bank:Name}'s hub"))
def is_forwarded(world: World, channel: Channel, bank: str) -> None:
    state = world.control("hub.transfer", id=channel.order.transfer_id)["internalState"]
    assert state == "RESERVED_FORWARDED", f"it is {state}"


@then(phrase("{proxy:Name} is owed {amount:Money} in {here:Name}'s scheme and owes as much in {there:Name}'s"))
def is_owed(world: World, proxy: str, amount: Money, here: str, there: str) -> None:
    expect_positions(world, proxy, -amount, amount)


@then(phrase("{proxy:Name} owes {amount:Money} in {here:Name}'s scheme and is owed as much in {there:Name}'s"))
def owes(world: World, proxy: str, amount: Money, here: str, there: str) -> None:
    expect_positions(world, proxy, amount, -amount)


def expect_positions(world: World, proxy: str, at_home: Money, abroad: Money) -> None:
    id_ = id_of(proxy)
    link = next(each for each in world.control("proxy.links") if each["id"] == id_)
    seen = [
        world.account(owner=hub, role="position", holder=id_, currency=at_home.currency.code).gained for hub in link["between"]
    ]
    assert seen == [at_home, abroad], f"its positions have risen by {shown(seen[0])} and {shown(seen[1])}"
