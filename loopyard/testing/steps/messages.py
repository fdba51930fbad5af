"""Steps of messages with a fault: a sound message is sent again and again, each time with one fault, and each is refused."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pytest
from pytest_bdd import then, when

from loopyard.testing.steps.phrases import phrase
from loopyard.testing.steps.traffic import latest
from loopyard.world.client import World
from loopyard.world.file import Cast


@dataclass(frozen=True, slots=True)
class Message:
    """A sound message, to be varied."""

    method: str
    path: str
    body: Any = None
    headers: Mapping[str, str | None] = field(default_factory=dict)
    destination: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered at once to a message with a fault."""

    fault: str
    status: int | None
    code: str | None
    text: str
    versions: tuple[str, ...]


@pytest.fixture
def answers() -> list[Answer]:
    """What was answered at once, in order."""
    return []


SENT: Final = {"payment": "dfsp.transfers.send", "request for terms": "dfsp.quotes.ask"}
FAULTS: Final = (
    ("header", re.compile(r"without header (\S+)")),
    ("header", re.compile(r"header (\S+): (.+)")),
    ("absent", re.compile(r"without (\S+)")),
    ("extensions", re.compile(r"with (\d+) extensions")),
    ("length", re.compile(r"with (\d+) octets in (\S+)")),
    ("value", re.compile(r"(\S+): (.*)")),
)
"""How features name one fault of a message, tried in this order."""


def with_fault(sound: Message, fault: str) -> Message:
    """A sound message with the one fault that a feature names. AssertionError for one that cannot be read."""
    kind, found = next(((kind, match) for kind, form in FAULTS if (match := form.fullmatch(fault))), ("", None))
    assert found is not None, f"the fault {fault!r} cannot be read; write: without header X, header X: value, without x.y, ..."
    first, second = (*found.groups(), None)[:2]
    if kind == "header":
        return replace(sound, headers={**sound.headers, str(first): second})
    body = copy.deepcopy(sound.body)
    match kind:
        case "absent":
            inner, name = place(body, str(first))
            del inner[name]
        case "extensions":
            extensions = [{"key": f"key {number}", "value": "value"} for number in range(int(str(first)))]
            body["extensionList"] = {"extension": extensions}
        case "length":
            inner, name = place(body, str(second))
            inner[name] = "x" * int(str(first))
        case _:
            inner, name = place(body, str(first))
            inner[name] = second
    return replace(sound, body=body)


def place(body: dict[str, Any], path: str) -> tuple[dict[str, Any], str]:
    """The object that a dotted path ends in, and the name of the member there."""
    *parents, name = path.split(".")
    for step in parents:
        body = body[step]
    return body, name


def sound_message(world: World, cast: Cast, what: str) -> Message:
    """A message as it was sent before, in whatever form, or a lookup of a person."""
    if what in SENT:
        row = latest(world, SENT[what])
        to = next((value for name, value in row["headers"] if name.lower() == "fspiop-destination"), None)
        return Message(row["method"], row["path"], row.get("written", row["request"]), destination=to)
    who = cast.people[what.removeprefix("lookup of ")]
    return Message("GET", f"/parties/{who.id_type}/{who.id_value}")


def judged(fault: str, answer: Mapping[str, Any]) -> Answer:
    told = (answer["body"] or {}).get("errorInformation", {}) if isinstance(answer["body"], dict) else {}
    listed = told.get("extensionList", [])
    pairs = listed.get("extension", []) if isinstance(listed, dict) else listed
    versions = tuple(f"{each['key']}.{each['value']}" for each in pairs)
    return Answer(fault, answer["status"], told.get("errorCode"), told.get("errorDescription", ""), versions)


@when(phrase("{bank:Name} sends the hub a {what}, each time with one fault"))
@when(phrase("{bank:Name} sends the hub the {what} again, each time with one fault"))
def sends_hub(world: World, cast: Cast, answers: list[Answer], bank: str, what: str, datatable: list[list[str]]) -> None:
    sound = sound_message(world, cast, what)
    for (fault,) in datatable:
        bad = with_fault(sound, fault)
        answer = world.control(
            "dfsp.raw", fsp=cast.banks[bank], method=bad.method, path=bad.path, headers=dict(bad.headers), body=bad.body,
            destination=bad.destination,
        )  # fmt: skip
        answers.append(judged(fault, answer))
    world.settle()


@when(phrase("the hub passes {bank:Name} a {what} from {source:Name}, each time with one fault"))
@when(phrase("the hub passes {bank:Name} the {what} from {source:Name} again, each time with one fault"))
def passes_on(
    world: World, cast: Cast, answers: list[Answer], bank: str, what: str, source: str, datatable: list[list[str]]
) -> None:
    sound = sound_message(world, cast, what)
    for (fault,) in datatable:
        bad = with_fault(sound, fault)
        answer = world.control(
            "hub.raw", to=cast.banks[bank], source=cast.banks[source], method=bad.method, path=bad.path,
            headers=dict(bad.headers), body=bad.body,
        )  # fmt: skip
        answers.append(judged(fault, answer))
    world.settle()


@when(phrase("the hub passes {bank:Name} the {what} from {source:Name} again, now with {fault}"))
def passes_on_one(world: World, cast: Cast, bank: str, what: str, source: str, fault: str) -> None:
    row = latest(world, SENT[what])
    bad = with_fault(Message(row["method"], row["path"], row["request"]), fault)
    answer = world.control(
        "hub.raw", to=cast.banks[bank], source=cast.banks[source], method=bad.method, path=bad.path, says=bad.body
    )
    assert answer["status"] == 202, f"the message was refused at once: {answer}"
    world.settle()


@when(phrase("{bank:Name} calls the hub for what it does not serve"))
def calls_hub(world: World, cast: Cast, answers: list[Answer], bank: str, datatable: list[list[str]]) -> None:
    for (call,) in datatable:
        method, path = call.split(" ")
        answers.append(judged(call, world.control("dfsp.raw", fsp=cast.banks[bank], method=method, path=path)))


@when(phrase("the hub calls {bank:Name} for what it does not serve"))
def hub_calls(world: World, cast: Cast, answers: list[Answer], bank: str, datatable: list[list[str]]) -> None:
    for (call,) in datatable:
        method, path = call.split(" ")
        body: Any = {} if method in ("POST", "PUT", "PATCH") else None  # where it is signed, there must be something to sign
        answers.append(judged(call, world.control("hub.raw", to=cast.banks[bank], method=method, path=path, body=body)))


@then(phrase("each is refused at once with HTTP {status:d} and {code:d}, in these words"))
def refused_in_words(answers: list[Answer], status: int, code: int, datatable: list[list[str]]) -> None:
    wanted = [(status, str(code), words) for (words,) in datatable]
    expect_answers(answers, wanted)


@then(phrase("each is refused at once with HTTP {status:d} and {code:d}: {words}"))
def refused_in_same_words(answers: list[Answer], status: int, code: int, words: str) -> None:
    expect_answers(answers, [(status, str(code), words)] * len(answers))


@then("each is refused at once")
def refused(answers: list[Answer], datatable: list[list[str]]) -> None:
    expect_answers(answers, [(int(status), code, words) for status, code, words in datatable])


@then(phrase("each refusal lists the versions {versions}"))
def lists_versions(answers: list[Answer], versions: str) -> None:
    wanted = tuple(versions.split(", "))
    assert answers, "nothing was answered"
    wrong = [f"{each.fault}: {each.versions}" for each in answers if each.versions != wanted]
    assert not wrong, "\n".join(wrong)


def expect_answers(answers: list[Answer], wanted: list[tuple[int, str, str]]) -> None:
    assert len(answers) == len(wanted) > 0, f"{len(answers)} answers, {len(wanted)} expected"
    wrong = [
        f"{seen.fault}: answered {seen.status} {seen.code} {seen.text!r}, not {status} {code} {words!r}"
        for seen, (status, code, words) in zip(answers, wanted, strict=True)
        if (seen.status, seen.code, seen.text) != (status, code, words)
    ]
    assert not wrong, "\n".join(wrong)
