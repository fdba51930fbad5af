"""What the hub makes of ISO 20022 messages with one thing wrong in them: an answer of the scheme, never an internal error."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from loopyard.protocols.fspiop import dates
from tests.protocols.iso20022 import material
from tests.simulators.hub.test_forms import BLUE, GREEN, speaking
from tests.simulators.hub.yard import Yard, run

ANYTHING = (None, "", 7, -1.5, [], {"x": "y"}, "x" * 5000, "\u0000", "🙂;;;;")
BROKEN_ONCE = {each.operation: each for each in material.vectors()}


def places(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield (*path, key)
            yield from places(value, (*path, key))


def mutated(iso: Any) -> Iterator[Any]:
    for path in places(iso):
        for value in ("absent", *ANYTHING):
            body = copy.deepcopy(iso)
            inner = body
            for step in path[:-1]:
                inner = inner[step]
            if value == "absent":
                del inner[path[-1]]
            else:
                inner[path[-1]] = value
            yield body


@pytest.mark.parametrize("operation", sorted(BROKEN_ONCE))
def test_one_thing_wrong_anywhere_is_answered_in_the_scheme_s_words(operation: str) -> None:
    async def work(yard: Yard) -> None:
        method, template = operation.split(" ")
        path = template.replace("{Type}", "MSISDN").replace("{ID}", "01KJPRZB00TRANSFER00000001")
        media = f"application/vnd.interoperability.iso20022.{path.split('/')[1]}+json;version=2.0"
        headers = {"content-type": media, "date": dates.to_http(yard.clock.now()), "fspiop-source": BLUE}
        headers |= {"fspiop-destination": GREEN} | ({"accept": media} if method == "POST" else {})
        odd = []
        for number, body in enumerate(mutated(BROKEN_ONCE[operation].iso)):
            answer = await yard.call(method, path, headers=headers, body=body)
            if answer.status in (200, 202):
                continue
            code = json.loads(answer.body)["errorInformation"]["errorCode"]
            if answer.status >= 500 and not (method == "PATCH" and code == "2002"):
                odd.append((number, answer.status, answer.body))
        assert odd == []

    run(work, **speaking("iso20022", "iso20022"))


@pytest.mark.parametrize("form", ["fspiop", "iso20022"])
def test_nothing_that_was_wrong_moves_a_position(form: str) -> None:
    async def work(yard: Yard) -> None:
        media = "application/vnd.interoperability.iso20022.transfers+json;version=2.0"
        headers = {"content-type": media, "accept": media, "date": dates.to_http(yard.clock.now()), "fspiop-source": BLUE}
        for body in mutated(BROKEN_ONCE["POST /transfers"].iso):
            await yard.call("POST", "/transfers", headers=headers | {"fspiop-destination": GREEN}, body=body)
        assert yard.positions() == {}, "the vector's participants are not those of this hub"

    run(work, **speaking(form, "iso20022"))
