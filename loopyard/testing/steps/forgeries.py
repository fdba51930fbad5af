"""Steps of messages that are not what their sender signed: forged, changed on their way, sent in another's name, or sent again.
How features name the faults stands in `signature_faults`."""

from __future__ import annotations

from typing import Any, Final

from pytest_bdd import given, then, when

from loopyard.engine.traffic import Interaction
from loopyard.kernel.money import Money
from loopyard.testing.steps.messages import Answer, judged
from loopyard.testing.steps.peers import behave
from loopyard.testing.steps.phrases import phrase
from loopyard.testing.steps.signature_faults import recipe
from loopyard.testing.steps.traffic import latest
from loopyard.world.client import World
from loopyard.world.file import Cast

ANOTHER_ID: Final = "01KJMZZZZZZZZZZZZZZZZZZZZZ"
"""A transfer's id that no generator of a world makes."""
SAID: Final = {"payment": "/transfers", "request for terms": "/quotes", "request for a rate": "/fxQuotes"}
REPLAYED: Final = ("accept", "content-type", "date")
"""What a replay repeats beside the scheme's own headers."""


@given(phrase("{bank:Name}'s payments are changed to {amount:Money} on their way to the hub"))
def changed_on_the_way(world: World, cast: Cast, bank: str, amount: Money) -> None:
    behave(world, cast, bank, "prepare", "forge", after={"set": {"amount.amount": str(amount)}})


@when(phrase("the hub passes {bank:Name} a {what} of {source:Name}, each time signed with one fault"))
def passes_forged(
    world: World, cast: Cast, answers: list[Answer], bank: str, what: str, source: str, datatable: list[list[str]]
) -> None:
    row = said(world, what)
    for (fault,) in datatable:
        answer = world.control(
            "hub.raw", to=cast.banks[bank], source=cast.banks[source], method=row["method"], path=row["path"],
            says=row["request"], forge=recipe(fault, cast),
        )  # fmt: skip
        answers.append(judged(fault, answer))
    world.settle()


@when(phrase("{bank:Name} sends the hub a {what}, each time signed with one fault"))
def sends_forged(world: World, cast: Cast, answers: list[Answer], bank: str, what: str, datatable: list[list[str]]) -> None:
    row = said(world, what)
    for (fault,) in datatable:
        answer = world.control(
            "dfsp.raw", fsp=cast.banks[bank], method=row["method"], path=row["path"], says=row["request"],
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
        "dfsp.raw", fsp=cast.banks[bank], method="POST", path="/transfers", says=body, destination=body["payeeFsp"]
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


# -- how they are answered ------------------------------------------------------------------------------------------


@then("the log gives these reasons")
def log_gives_reasons(world: World, answers: list[Answer], datatable: list[list[str]]) -> None:
    notes = [row["note"] for row in world.traffic() if ".raw.send" in row["operation"]][-len(answers) :]
    assert notes == [words for (words,) in datatable], f"it says {notes}"


@then("each is refused for its signature, in words that begin like these")
def refused_for_signature(answers: list[Answer], datatable: list[list[str]]) -> None:
    """A description is cut at 128 characters."""
    assert len(answers) == len(datatable) > 0, f"{len(answers)} answers, {len(datatable)} expected"
    for seen, (words,) in zip(answers, datatable, strict=True):
        wanted = f"Invalid signature - {words}"[: len(seen.text)]
        assert (seen.status, seen.code) == (400, "3105"), f"{seen.fault}: answered {seen.status} {seen.code} {seen.text!r}"
        assert len(wanted) > 20, f"{seen.fault}: answered {seen.text!r}"
        assert seen.text.startswith(wanted), f"{seen.fault}: answered {seen.text!r}, not {wanted!r}"
