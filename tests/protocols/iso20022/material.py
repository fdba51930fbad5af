"""What the ISO 20022 tests are made of: the vectors of the scheme's own transformer, and recordings of the real connector in
ISO mode with what it held in FSPIOP at the same time. What they prove is said by the tests."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from loopyard.protocols import schemas
from loopyard.protocols.iso20022 import tree
from loopyard.protocols.iso20022.choices import CHOICES
from loopyard.protocols.iso20022.errors import MalformedMessage
from loopyard.protocols.iso20022.message import Message
from loopyard.protocols.iso20022.messages import MESSAGES
from loopyard.protocols.iso20022.profile import Envelope
from loopyard.protocols.iso20022.rows import Given

VECTORS = Path(__file__).parents[2] / "vectors"
CONTRACT = schemas.load("iso20022_2.0")
RUNS = ("transfer-send", "errors", "fx")
"""Scripts that were recorded in both notations."""
ALL_RUNS = (*RUNS, "fx-jws", "refcc-send-money")

ENVELOPE = Envelope(
    "01M7XT3MDE8J8JK2EQ9XPSZ210",
    "2026-11-21T01:04:08.622Z",
    source="payerfsp",
    destination="payeefsp",
    resource_id="01M7XTCDJEXH3R9EFPGSC7953N",
    original_id="01M7XT3MD5H8E1DRZJNDFEJKW5",
)


@dataclass(frozen=True)
class Vector:
    """A pair made by the transformer: `back` is what it made of its own ISO body."""

    name: str
    operation: str
    message: str
    fspiop: Any
    iso: Any
    back: Any
    answers: Mapping[str, Any] | None

    @property
    def envelope(self) -> Envelope:
        return envelope_of(MESSAGES[self.operation], self.iso, self.answers)


@cache
def vectors() -> tuple[Vector, ...]:
    return tuple(_vector(json.loads(path.read_text(encoding="utf-8"))) for path in sorted((VECTORS / "iso").glob("*.json")))


def vector(name: str) -> Vector:
    return next(each for each in vectors() if each.name == name)


def _vector(raw: dict[str, Any]) -> Vector:
    context = raw["fspiop"].get("$context", {})
    answers = next(iter(context.values()), None)
    operation = raw["http"].replace("[/{SubId}]", "")
    back = raw["roundTripFspiop"]["body"]
    return Vector(raw["name"], operation, raw["isoMessage"], raw["fspiop"]["body"], raw["iso"], back, answers)


@dataclass(frozen=True, eq=False)
class Recorded:
    """A message with a body between a participant and the hub. `answers` is the earlier ISO body that it builds on."""

    run: str
    seq: int
    leg: str
    operation: str
    path: str
    body: Any
    status: int
    answers: Mapping[str, Any] | None = None

    @property
    def is_refused(self) -> bool:
        return self.status >= 400

    def __str__(self) -> str:
        return f"{self.run}-{self.seq}-{self.leg}-{self.operation}"


@cache
def recorded(run: str, notation: str = "iso20022") -> tuple[Recorded, ...]:
    """The messages of a recording, in order."""
    found: list[Recorded] = []
    for line in _lines(run, notation):
        if line["requestBody"] is None or "hub" not in line["leg"]:
            continue
        path = re.sub(r"^http://[^/]+", "", line["url"])
        match = CONTRACT.match(line["method"], path)
        assert match is not None, path
        body = line["requestBody"]
        answers = _answered(match[0], body, found) if notation == "iso20022" else None
        found.append(Recorded(run, line["seq"], line["leg"], match[0], path, body, line["status"], answers))
    return tuple(found)


def all_recorded() -> list[Recorded]:
    return [each for run in ALL_RUNS for each in recorded(run)]


def _answered(operation: str, body: Any, earlier: list[Recorded]) -> Any:
    """The quote request that a quote answers, and the quote that a prepare builds on: they share id, or packet."""
    if operation == "PUT /quotes/{ID}":
        quote_id = body["CdtTrfTxInf"]["PmtId"]["TxId"]
        requests = (each for each in earlier if each.operation == "POST /quotes")
        return next(each.body for each in requests if each.body["CdtTrfTxInf"]["PmtId"]["TxId"] == quote_id)
    if operation == "POST /transfers":
        terms = body["CdtTrfTxInf"]["VrfctnOfTerms"]
        quotes = (each for each in earlier if each.operation == "PUT /quotes/{ID}")
        return next(each.body for each in quotes if each.body["CdtTrfTxInf"]["VrfctnOfTerms"] == terms)
    return None


def backend_calls(run: str) -> Iterator[tuple[str, Any, Any]]:
    """What connectors asked of their back ends, and were answered: the call without ids, body, answer."""
    for line in _lines(run, "iso20022"):
        if "backend" in line["leg"]:
            resource = line["url"].split("/")[1]
            yield f"{line['method']} {resource}", line["requestBody"], line["responseBody"]


def media_types(run: str) -> Iterator[str]:
    """The Content-Type of every message between participants and hub, those without a body included."""
    for line in _lines(run, "iso20022"):
        if "hub" in line["leg"]:
            headers = dict(line.get("requestHeadersRaw") or line["requestHeaders"].items())
            yield {key.lower(): value for key, value in headers.items()}["content-type"]


def transfer_states() -> Iterator[tuple[str, dict[str, Any]]]:
    """What the payer's connector told of a transfer at the end of a call: run and state."""
    for path in sorted((VECTORS / "captures").glob("iso20022-*.txt")):
        text = path.read_text(encoding="utf-8")
        told = json.loads(text[: text.rindex("}") + 1])
        run = "errors" if "error" in path.name else "fx" if "-fx." in path.name else "transfer-send"
        yield run, told.get("transferState", told)


@cache
def _lines(run: str, notation: str) -> tuple[dict[str, Any], ...]:
    text = (VECTORS / "captures" / f"{notation}-{run}.jsonl").read_text(encoding="utf-8")
    return tuple(json.loads(line) for line in text.splitlines())


def envelope_of(message: Message, body: Any, answers: Mapping[str, Any] | None = None) -> Envelope:
    """What an ISO 20022 body says besides its FSPIOP body: ids, time and participants."""
    texts = {row.name: tree.need(body, row.iso, MalformedMessage) for row in message.rows if isinstance(row, Given)}
    return Envelope(**texts, answers=answers)


def doubled(message: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """The elements of a message under which both arms of a choice stand, as today's connectors write organisations."""
    for key, value in message.items():
        if isinstance(value, Mapping):
            path = f"{prefix}{key}"
            if any(choice <= value.keys() for choice in CHOICES):
                yield path
            yield from doubled(value, f"{path}.")


def without(body: Any, paths: tuple[str, ...]) -> Any:
    """A copy of a body without some elements, and without the objects that thereby became empty."""
    copy = json.loads(json.dumps(body))
    for path in paths:
        _remove(copy, path.split("."))
    return copy


def _remove(node: Any, steps: list[str]) -> None:
    if len(steps) == 1:
        node.pop(steps[0], None)
    elif isinstance(node.get(steps[0]), dict):
        _remove(node[steps[0]], steps[1:])
        if not node[steps[0]]:
            del node[steps[0]]
