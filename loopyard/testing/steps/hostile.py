"""Steps of messages that are made to hurt, of identifiers that mean another path, and of what logs tell."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final
from urllib.parse import quote, unquote

import pytest
from pytest_bdd import given, then, when

from loopyard.kernel.money import Money
from loopyard.protocols import oauth
from loopyard.testing.channel import Channel
from loopyard.testing.drivers.base import Payment
from loopyard.testing.observation import Observation
from loopyard.testing.steps.access import guard
from loopyard.testing.steps.messages import sound_message
from loopyard.testing.steps.phrases import phrase
from loopyard.world.client import World
from loopyard.world.file import Cast

QUICKLY: Final = 5.0
"""Real seconds in which a message that is made to hurt must be answered."""
SHORTEST: Final = 4
"""Shorter values identify nobody, and stand in every text."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered to a message that is made to hurt: the status, the scheme's code if there was one, real seconds."""

    how: str
    status: int | None
    code: str | None
    took: float


@pytest.fixture
def answered() -> list[Answered]:
    """What was answered, in order."""
    return []


# -- messages that are made to hurt -----------------------------------------------------------------------------------


def hurting(sound: str, how: str) -> dict[str, Any]:
    """A JSON text made to hurt, as the arguments of a control."""
    nested = [word for word in how.split() if word.isdecimal()]
    if how.startswith("nested"):
        levels = int(nested[0])
        return {"body": sound[:-1] + ',"deep":' + "[" * levels + "]" * levels + "}"}
    packing = "damaged" if "cannot be unpacked" in how else "gzip" if how.startswith("packed") else ""
    return {"body": sound, "padding": int(nested[0]) if nested else 0, "packing": packing}


def try_all(
    answered: list[Answered], sound: str, datatable: list[list[str]], send: Callable[[Mapping[str, Any]], Mapping[str, Any]]
) -> None:
    for (how,) in datatable:
        began = perf_counter()
        answer = send(hurting(sound, how))
        told = answer.get("body") or {}
        if isinstance(told, str):
            told = json.loads(told) if told.startswith("{") else {}
        code = told.get("errorInformation", {}).get("errorCode") or told.get("statusCode")
        answered.append(Answered(how, answer.get("status"), code, perf_counter() - began))


@when(phrase("{bank:Name} sends the hub the {what} again, each time made to hurt"))
def hurts_hub(world: World, cast: Cast, answered: list[Answered], bank: str, what: str, datatable: list[list[str]]) -> None:
    sound = sound_message(world, cast, what)
    fixed = {"fsp": cast.banks[bank], "method": sound.method, "path": sound.path}
    try_all(answered, json.dumps(sound.body), datatable, lambda made: world.control("dfsp.raw", **fixed, **made))
    world.settle()


@when(phrase("the hub passes {bank:Name} the {what} from {source:Name} again, each time made to hurt"))
def hurts_home(
    world: World, cast: Cast, answered: list[Answered], bank: str, what: str, source: str, datatable: list[list[str]]
) -> None:
    sound = sound_message(world, cast, what)
    fixed = {"to": cast.banks[bank], "source": cast.banks[source], "method": sound.method, "path": sound.path}
    try_all(answered, json.dumps(sound.body), datatable, lambda made: world.control("hub.raw", **fixed, **made))
    world.settle()


@when(phrase("an app sends {bank:Name} a payment of {payer:Name}'s that is made to hurt"))
def hurts_door(
    world: World, cast: Cast, channel: Channel, answered: list[Answered], bank: str, payer: str, datatable: list[list[str]]
) -> None:
    who, amount = cast.people[payer], Money("100", cast.people[payer].currency)
    payment = Payment(
        who.id_type, who.id_value, who.name, "MSISDN", "265", amount, "SEND", who.currency, who.currency, "reference"
    )
    call = channel.driver.initiate(payment).call
    fixed = {name: call[name] for name in ("method", "path", "headers")} | {"face": channel.driver.calls}
    try_all(answered, call["body"], datatable, lambda made: world.control("channel.call", **fixed, **made))


@then("it is answered quickly, each time in this way")
def answered_quickly(answered: list[Answered], datatable: list[list[str]]) -> None:
    wanted = [(int(status), code or None) for status, code in datatable]
    assert [(each.status, each.code) for each in answered] == wanted, f"answered was {answered}"
    slow = [each for each in answered if each.took > QUICKLY]
    assert not slow, f"it took {slow[0].took:.1f} s to answer a message {slow[0].how}"


# -- identifiers that mean another path -------------------------------------------------------------------------------


@pytest.fixture
def typed() -> list[str]:
    """Numbers that somebody asked for."""
    return []


@when(phrase("{payer:Name} asks to send {amount:Money} to each of these numbers"))
def asks_each(channel: Channel, cast: Cast, typed: list[str], payer: str, amount: Money, datatable: list[list[str]]) -> None:
    for (number,) in datatable:
        typed.append(number)
        channel.initiate(cast.people[payer], ("MSISDN", number), amount)


@then("each time she is told that it has failed")
def each_failed(channel: Channel) -> None:
    told = [order.last.told for order in channel.orders]
    assert set(told) == {"failed"}, f"she was told {told}"


@then("the hub was asked for these numbers as they were typed, and for nothing else")
def asked_as_typed(world: World, typed: list[str]) -> None:
    rows = [row for row in world.traffic() if row["receiver"] == "hub"]
    expect_paths([row["path"] for row in rows if row["method"] == "GET"], "parties", typed)


@when(phrase("the hub passes {bank:Name} lookups of these numbers from {source:Name}"))
def passes_lookups(world: World, cast: Cast, typed: list[str], bank: str, source: str, datatable: list[list[str]]) -> None:
    for (number,) in datatable:
        typed.append(unquote(number))
        path = f"/parties/MSISDN/{number}"
        answer = world.control("hub.raw", to=cast.banks[bank], source=cast.banks[source], method="GET", path=path)
        assert answer["status"] == 202, f"{bank} has answered {answer}"
        world.settle()


@then(phrase("{bank:Name}'s core was asked for accounts of these numbers, and for nothing else"))
def core_asked(world: World, cast: Cast, typed: list[str], bank: str) -> None:
    rows = [
        row for row in world.traffic() if row["receiver"] == cast.banks[bank] and row["operation"].startswith(cast.banks[bank])
    ]
    expect_paths([row["path"] for row in rows], "accounts", typed)


@then(phrase("{bank:Name} has answered each with the code {code:d}"))
def answered_each(world: World, cast: Cast, typed: list[str], bank: str, code: int) -> None:
    rows = [row for row in world.traffic() if row["sender"] == cast.banks[bank] and row["receiver"] == "hub"]
    codes = [row["request"]["errorInformation"]["errorCode"] for row in rows]
    assert codes == [str(code)] * len(typed), f"it has answered {codes}"


def expect_paths(paths: list[str], resource: str, ids: list[str]) -> None:
    """Each path names one id, escaped so that it is one segment to everybody."""
    wanted = [f"/{resource}/MSISDN/{quote(each, safe='')}" for each in ids]
    seen = [f"/{resource}/MSISDN/{quote(unquote(path.split('/')[-1]), safe='')}" for path in paths]
    assert seen == wanted, f"the paths are {paths}"
    assert all(path.count("/") == 3 and "?" not in path and "#" not in path for path in paths), f"the paths are {paths}"


# -- what gets out ----------------------------------------------------------------------------------------------------


@given(phrase("the hub asks for access tokens, and {bank:Name} refuses what {other:Name} has not signed"))
def refuses_unsigned(watch: Observation, cast: Cast, bank: str, other: str) -> None:
    guard(watch, cast.banks[bank], f"{cast.banks[bank]}-secret", 60)
    key = oauth.pem(oauth.public_half(oauth.throwaway_key(1)))
    keys = {cast.banks[other]: key, "Hub": key}
    watch.world.configure("mojaloop_connector", validate_inbound_jws=True, jws_verification_keys=keys)


@then(phrase("{bank:Name}'s log says that {what}"))
def log_says(world: World, bank: str, what: str) -> None:
    words = {
        "a callback was not delivered": "was not delivered",
        "there is no access token": "no access token",
        "a signature is refused": "signature",
    }[what]
    lines = [line["text"] for line in world.control("connectors.logs", name="mojaloop_connector")]
    assert any(words in line for line in lines), f"it says {lines}"


@then("no log tells a token, a secret, a name or a number of anybody")
def logs_tell_nothing(world: World) -> None:
    lines = world.control("connectors.logs", name="mojaloop_connector") + world.control("logs.list")
    text = "\n".join(line["text"] for line in lines)
    told = sorted({f"{what} {value!r}" for what, value in private(world) if value in text})
    assert not told, f"a log tells {told[0]}:\n{text}"


def private(world: World) -> Iterator[tuple[str, str]]:
    """What no log may tell: what people are called and found by, what was shown to get in, and what was given for it."""
    for who in world.people():
        yield from (("the number", who.id_value), ("the name", who.name))
    for row in world.traffic():
        for name, value in row["headers"]:
            if name.lower() == "authorization":
                yield "the credentials", value.partition(" ")[2]
        told = row["response"] if isinstance(row["response"], dict) else {}
        if len(str(told.get("access_token", ""))) > SHORTEST:
            yield "the token", told["access_token"]
    for client in world.control("iam.clients"):
        yield "the secret", f"{client['id']}-secret"
    yield "the secret", "another-secret"


@then("no message from the hub to an institution carries a token")
def hub_passes_no_token(world: World) -> None:
    rows = [row for row in world.traffic() if row["sender"] != "iam" and row["operation"].endswith("-notice")]
    carrying = [row["operation"] for row in rows if any(name.lower() == "authorization" for name, _ in row["headers"])]
    assert rows, "the hub has told nobody anything"
    assert not carrying, f"{carrying[0]} carries one"
