"""Steps of signatures: how the institutions of a world sign and verify, which keys they have, and what the log says of what was
refused. Messages that are signed wrongly on purpose stand in `forgeries`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pytest_bdd import given, then, when

from loopyard.engine.traffic import Interaction
from loopyard.protocols import jws
from loopyard.testing.steps.phrases import phrase
from loopyard.world.client import World
from loopyard.world.file import Cast

FORMS: Final = {"sorted": "sorted", "the order of insertion": "insertion", "either form": "either"}


# -- how the world signs ----------------------------------------------------------------------------------------------


@given("every institution signs what it says")
def everybody_signs(world: World) -> None:
    if not world.control("jws.profile")["on"]:
        world.control("jws.switch", on=True)


@given("the hub verifies signatures, too")
def hub_verifies(world: World) -> None:
    world.control("jws.hub-validates", validates=True)


@given(phrase("{bank:Name} has a key for {algorithm}"))
def has_key_for(world: World, cast: Cast, bank: str, algorithm: str) -> None:
    world.control("jws.use", parties={cast.banks[bank]: {"alg": algorithm}})


@given(phrase("signatures count when they are over {form}"))
def are_over(world: World, form: str) -> None:
    world.control("jws.use", accept=FORMS[form])


@given(phrase("{bank:Name} signs over {form}, and does not sort what it sends"))
def signs_over(world: World, cast: Cast, bank: str, form: str) -> None:
    world.control("jws.use", parties={cast.banks[bank]: {"form": FORMS[form], "sends": "insertion"}})


@given(phrase("answers to lookups have to be signed"))
def lookups_validated(world: World) -> None:
    world.control("jws.use", validate_put_parties=True)


@given(phrase("answers to lookups are signed"))
def lookups_signed(world: World) -> None:
    world.control("jws.use", sign_put_parties=True)


@given("the hub signs for the sender what it puts into another form")
def hub_signs_for_sender(world: World) -> None:
    world.control("jws.hub-translates", signature="sender")


@given("the hub signs nothing that it puts into another form")
def hub_signs_nothing(world: World) -> None:
    world.control("jws.hub-translates", signature="none")


# -- keys -------------------------------------------------------------------------------------------------------------


@given(phrase("{bank:Name} has published a new key, with the old one good for {seconds:d} seconds more"))
def has_published(world: World, cast: Cast, bank: str, seconds: int) -> None:
    world.control("jws.publish", participant=cast.banks[bank], overlap=seconds, signs_with_it=False)


@given(phrase("{bank:Name} signs with its new key"))
@when(phrase("{bank:Name} signs with its new key"))
def signs_with_new(world: World, cast: Cast, bank: str) -> None:
    world.control("jws.sign-with-latest", participant=cast.banks[bank])


# -- what is seen -----------------------------------------------------------------------------------------------------


@then(phrase("every message of {bank:Name} that has a body is signed, but for its answers to lookups"))
def is_signed(world: World, cast: Cast, bank: str) -> None:
    expect_signed(world, cast.banks[bank], put_parties=False)


@then(phrase("every message of {bank:Name} that has a body is signed, its answers to lookups with them"))
def is_signed_throughout(world: World, cast: Cast, bank: str) -> None:
    expect_signed(world, cast.banks[bank], put_parties=True)


@then("everything that the hub says in its own name is signed")
def hub_is_signed(world: World) -> None:
    expect_signed(world, "Hub", put_parties=True)


def expect_signed(world: World, source: str, *, put_parties: bool) -> None:
    """What bears this source, to whomever it goes, is signed with one of its keys; what need not be signed is not."""
    keys = {owner: [each["pem"] for each in held] for owner, held in world.control("jws.keys").items()}
    rows = list(of_source(world, source))
    assert rows, f"{source} has said nothing that has a body"
    for row, headers in rows:
        covered = jws.is_covered(row.method, row.path.strip("/").split("/")[0], put_parties=put_parties)
        assert covered == ("fspiop-signature" in headers), f"{row.method} {row.path} of {source}: signed is {not covered}"
        if covered:
            jws.Verifier(keys).verify(headers, row.request_body)


def of_source(world: World, source: str) -> Iterator[tuple[Interaction, dict[str, str]]]:
    for row in world.interactions():
        headers = {name.lower(): value for name, value in row.request_headers}
        if headers.get("fspiop-source") == source and row.request_body:
            yield row, headers


@then(phrase("the log says of the signature: {words}"))
def log_says(world: World, words: str) -> None:
    notes = [row["note"] for row in world.traffic() if row["note"]]
    assert notes, "it says nothing"
    assert notes[-1] == f"signature: {words}", f"it says {notes[-1]!r}"


@then(phrase("the log says why {who} has refused: {words}"))
def log_says_why(world: World, cast: Cast, who: str, words: str) -> None:
    refuser = "hub" if who == "the hub" else cast.banks[who]
    notes = [row["note"] for row in world.traffic() if row["note"] and row["receiver"] == refuser]
    assert notes, f"{who} has refused nothing"
    assert notes[-1].startswith(f"signature: {words}"), f"it says {notes[-1]!r}"


@then(phrase("{bank:Name} has answered no payment"))
def answered_no_payment(world: World, cast: Cast, bank: str) -> None:
    rows = [row for row in world.traffic() if row["sender"] == cast.banks[bank] and row["path"].startswith("/transfers/")]
    assert not rows, f"it has answered {rows[-1]['request']}"


@then(phrase("{bank:Name} has refused no signature"))
def refused_none(world: World, cast: Cast, bank: str) -> None:
    rows = [row for row in world.traffic() if row["receiver"] == cast.banks[bank] and row["status"] == 400]
    assert not rows, f"it has refused {rows[-1]['path']}: {rows[-1]['response']} {rows[-1]['note']}"
