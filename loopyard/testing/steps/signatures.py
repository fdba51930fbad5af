"""Steps of signatures: how the institutions of a world sign and verify, which keys they have, messages that are signed wrongly
or come twice, and what the log says of them. How the faults are named stands in `signature_faults`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pytest_bdd import given, then, when

from loopyard.engine.traffic import Interaction
from loopyard.kernel.money import Money
from loopyard.protocols import jws
from loopyard.testing.steps.messages import Answer, judged
from loopyard.testing.steps.peers import behave
from loopyard.testing.steps.phrases import phrase
from loopyard.testing.steps.signature_faults import recipe
from loopyard.testing.steps.traffic import latest
from loopyard.world.client import World
from loopyard.world.file import Cast

ANOTHER_ID: Final = "01KJMZZZZZZZZZZZZZZZZZZZZZ"
"""A transfer's id that no generator of a world makes."""
FORMS: Final = {"sorted": "sorted", "the order of insertion": "insertion", "either form": "either"}
SAID: Final = {"payment": "/transfers", "request for terms": "/quotes", "request for a rate": "/fxQuotes"}
REPLAYED: Final = ("accept", "content-type", "date")
"""What a replay repeats beside the scheme's own headers."""


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


# -- keys -------------------------------------------------------------------------------------------------------------


@given(phrase("{bank:Name} has published a new key, with the old one good for {seconds:d} seconds more"))
def has_published(world: World, cast: Cast, bank: str, seconds: int) -> None:
    world.control("jws.publish", participant=cast.banks[bank], overlap=seconds, signs_with_it=False)


@given(phrase("{bank:Name} signs with its new key"))
@when(phrase("{bank:Name} signs with its new key"))
def signs_with_new(world: World, cast: Cast, bank: str) -> None:
    world.control("jws.sign-with-latest", participant=cast.banks[bank])


@given(phrase("{bank:Name}'s payments are changed to {amount:Money} on their way to the hub"))
def changed_on_the_way(world: World, cast: Cast, bank: str, amount: Money) -> None:
    behave(world, cast, bank, "prepare", "forge", after={"set": {"amount.amount": str(amount)}})


# -- messages that are signed wrongly, and messages that come twice ---------------------------------------------------


@when(phrase("the hub passes {bank:Name} a {what} of {source:Name}, each time signed with one fault"))
def passes_forged(
    world: World, cast: Cast, answers: list[Answer], bank: str, what: str, source: str, datatable: list[list[str]]
) -> None:
    row = said(world, what)
    for (fault,) in datatable:
        answer = world.control(
            "hub.raw", to=cast.banks[bank], source=cast.banks[source], method=row["method"], path=row["path"],
            body=row["request"], forge=recipe(fault, cast),
        )  # fmt: skip
        answers.append(judged(fault, answer))
    world.settle()


@when(phrase("{bank:Name} sends the hub a {what}, each time signed with one fault"))
def sends_forged(world: World, cast: Cast, answers: list[Answer], bank: str, what: str, datatable: list[list[str]]) -> None:
    row = said(world, what)
    for (fault,) in datatable:
        answer = world.control(
            "dfsp.raw", fsp=cast.banks[bank], method=row["method"], path=row["path"], body=row["request"],
            destination=header_of(row, "fspiop-destination"), forge=recipe(fault, cast),
        )  # fmt: skip
        answers.append(judged(fault, answer))
    world.settle()


@when(phrase("the hub passes {bank:Name} a {what} of {source:Name} that is signed with the key it had before"))
def passes_old(world: World, cast: Cast, answers: list[Answer], bank: str, what: str, source: str) -> None:
    passes_forged(world, cast, answers, bank, what, source, [["with the key it had before"]])


@when(phrase("somebody repeats the payment to {bank:Name}, as it was signed"))
def repeats_to_bank(world: World, cast: Cast, bank: str) -> None:
    row = recorded(world, "hub.transfers.prepare-notice")
    answer = world.control("hub.raw", to=cast.banks[bank], source=row.sender, **as_it_was(row))
    assert answer["status"] == 202, f"the repetition was refused at once: {answer}"
    world.settle()


@when("somebody repeats the payment to the hub, as it was signed")
def repeats_to_hub(world: World) -> None:
    row = recorded(world, "dfsp.transfers.send")
    answer = world.control("dfsp.raw", fsp=row.sender, **as_it_was(row))
    assert answer["status"] == 202, f"the repetition was refused at once: {answer}"
    world.settle()


@when(phrase("{bank:Name} orders the payment once more under a new id, as if it were {victim:Name}'s"))
def orders_as_another(world: World, cast: Cast, bank: str, victim: str) -> None:
    body = latest(world, "dfsp.transfers.send", sender=cast.banks[victim])["request"] | {"transferId": ANOTHER_ID}
    answer = world.control(
        "dfsp.raw", fsp=cast.banks[bank], method="POST", path="/transfers", body=body, destination=body["payeeFsp"]
    )
    assert answer["status"] == 202, f"the order was refused at once: {answer}"
    world.settle()


def said(world: World, what: str) -> dict[str, Any]:
    """The latest message of a kind that anybody has sent."""
    rows = [row for row in world.traffic() if row["method"] == "POST" and row["path"] == SAID[what]]
    assert rows, f"there was no {what}"
    return rows[-1]


def header_of(row: dict[str, Any], name: str) -> str | None:
    return next((value for known, value in row["headers"] if known.lower() == name), None)


def recorded(world: World, operation: str) -> Interaction:
    """The latest message of an operation, to the byte."""
    rows = [row for row in world.interactions() if row.operation == operation]
    assert rows, f"there was no {operation}"
    return rows[-1]


def as_it_was(row: Interaction) -> dict[str, Any]:
    """The same message to the byte, signature and date with it."""
    headers = {name.lower(): value for name, value in row.request_headers}
    kept = {name: value for name, value in headers.items() if name.startswith("fspiop-") or name in REPLAYED}
    return {"method": row.method, "path": row.path, "headers": kept, "body": row.request_body.decode()}


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


@then("the log gives these reasons")
def log_gives_reasons(world: World, answers: list[Answer], datatable: list[list[str]]) -> None:
    notes = [row["note"] for row in world.traffic() if ".raw.send" in row["operation"]][-len(answers) :]
    assert notes == [words for (words,) in datatable], f"it says {notes}"


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


@then("each is refused for its signature, in words that begin like these")
def refused_for_signature(answers: list[Answer], datatable: list[list[str]]) -> None:
    """A description is cut at 128 characters."""
    assert len(answers) == len(datatable) > 0, f"{len(answers)} answers, {len(datatable)} expected"
    for seen, (words,) in zip(answers, datatable, strict=True):
        wanted = f"Invalid signature - {words}"[: len(seen.text)]
        assert (seen.status, seen.code) == (400, "3105"), f"{seen.fault}: answered {seen.status} {seen.code} {seen.text!r}"
        assert len(wanted) > 20, f"{seen.fault}: answered {seen.text!r}"
        assert seen.text.startswith(wanted), f"{seen.fault}: answered {seen.text!r}, not {wanted!r}"


@then(phrase("{bank:Name} has answered no payment"))
def answered_no_payment(world: World, cast: Cast, bank: str) -> None:
    rows = [row for row in world.traffic() if row["sender"] == cast.banks[bank] and row["path"].startswith("/transfers/")]
    assert not rows, f"it has answered {rows[-1]['request']}"


@then(phrase("{bank:Name} has refused no signature"))
def refused_none(world: World, cast: Cast, bank: str) -> None:
    rows = [row for row in world.traffic() if row["receiver"] == cast.banks[bank] and row["status"] == 400]
    assert not rows, f"it has refused {rows[-1]['path']}: {rows[-1]['response']} {rows[-1]['note']}"
