"""Steps of the forms of bodies: who speaks ISO 20022, and what stands where in a message that does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pytest_bdd import given, then

from loopyard.engine.traffic import dig
from loopyard.testing.steps.phrases import phrase
from loopyard.testing.steps.traffic import latest
from loopyard.world.client import World
from loopyard.world.file import Cast

ISO, FSPIOP = "iso20022", "fspiop"
MESSAGES: Final[Mapping[str, str]] = {
    "the lookup's answer": "hub.parties.respond-notice",
    "the lookup's refusal": "hub.parties.error-notice",
    "the request for terms": "hub.quotes.request-notice",
    "the terms": "hub.quotes.respond-notice",
    "the payment": "hub.transfers.prepare-notice",
    "the payment's end": "hub.transfers.fulfil-notice",
    "the payment's refusal": "hub.transfers.error-notice",
    "the request for a rate": "hub.fx-quotes.request-notice",
    "the rate": "hub.fx-quotes.respond-notice",
    "the conversion": "hub.fx-transfers.prepare-notice",
    "the conversion's end": "hub.fx-transfers.patch-notice",
}
"""What the hub passes on or says, in the words of the features."""
ABSENT: Final = "nothing"


@given(phrase("{bank:Name} speaks ISO 20022"))
def speaks_iso(world: World, cast: Cast, bank: str) -> None:
    speak(world, cast.banks[bank], ISO)


@given(phrase("{bank:Name} speaks FSPIOP"))
def speaks_fspiop(world: World, cast: Cast, bank: str) -> None:
    speak(world, cast.banks[bank], FSPIOP)


def speak(world: World, id_: str, api: str) -> None:
    """Let an institution speak a form from now on, and the hub know of it."""
    who = next(each for each in world.describe()["participants"] if each["id"] == id_)
    world.control("hub.speak", participant=id_, api=api)
    if who["play"] == "home":
        world.configure("mojaloop_connector", api_type=api, ilp_version="4")
        world.configure("core_connector", api_type=api)
    else:
        world.control(f"{who['kind']}.speak", fsp=id_, api=api)


@then(phrase("{bank:Name} has heard {message} in ISO 20022, and there"))
def heard_in_iso(world: World, cast: Cast, bank: str, message: str, datatable: list[list[str]]) -> None:
    written = heard(world, cast, bank, message).get("written")
    assert isinstance(written, dict), f"{bank} has heard {message} in another form"
    expect(written, datatable)


@then(phrase("{bank:Name} has heard {message} in FSPIOP, and there"))
def heard_in_fspiop(world: World, cast: Cast, bank: str, message: str, datatable: list[list[str]]) -> None:
    row = heard(world, cast, bank, message)
    assert "written" not in row, f"{bank} has heard {message} in another form"
    expect(row["request"], datatable)


@then(phrase("{bank:Name} has heard {message} in ISO 20022, with {length:d} letters"))
def heard_words_of_length(world: World, cast: Cast, bank: str, message: str, length: int) -> None:
    words = dig(heard(world, cast, bank, message).get("written"), "TxInfAndSts.StsRsnInf.AddtlInf")
    assert len(words or "") == length, f"it has heard {words!r}"


@then(phrase("{bank:Name} has heard {message} once"))
def heard_once(world: World, cast: Cast, bank: str, message: str) -> None:
    expect_times(world, cast, bank, message, 1)


@then(phrase("{bank:Name} has heard no {message}"))
def heard_none(world: World, cast: Cast, bank: str, message: str) -> None:
    expect_times(world, cast, bank, f"the {message}", 0)


def expect_times(world: World, cast: Cast, bank: str, message: str, times: int) -> None:
    rows = [row for row in world.traffic(operation=MESSAGES[message]) if row["receiver"] == cast.banks[bank]]
    assert len(rows) == times, f"{bank} has heard {message} {len(rows)} times"


def heard(world: World, cast: Cast, bank: str, message: str) -> dict[str, Any]:
    """The latest message of a kind that an institution got."""
    return latest(world, MESSAGES[message], receiver=cast.banks[bank])


def expect(body: Mapping[str, Any], datatable: list[list[str]]) -> None:
    wrong = [
        f"{path} is {seen!r}, not {wanted!r}"
        for path, wanted in datatable
        if (seen := dig(body, path)) != (None if wanted == ABSENT else wanted)
    ]
    assert not wrong, "\n".join(wrong)
