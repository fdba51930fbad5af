"""Messages that are written in another notation than their interface's own: whoever asks what they say gets the interface's
own, and their form is judged by their notation's contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from loopyard.engine.bodies import MalformedBody
from loopyard.engine.call import Call
from loopyard.engine.checker import Checker
from loopyard.engine.delivery import Delivery
from loopyard.engine.operations import Message, operation
from loopyard.engine.traffic import Interaction, fact
from loopyard.kernel.errors import LoopyardError
from loopyard.transport.messages import Reply, Request

AT = datetime(2026, 3, 2, tzinfo=UTC)


class Unreadable(LoopyardError):
    """Not in capitals."""


@dataclass
class Form:
    """A contract that finds fault with every body."""

    name: str

    def request_errors(self, key: str, body: Any) -> Sequence[str]:
        return [f"{self.name} of {key}: {body}"]

    def response_errors(self, key: str, status: int, body: Any) -> Sequence[str]:
        return [f"{self.name} answer"]


@dataclass
class Capitals:
    """{"TRANSFER": "X"} for {"transfer": "x"}."""

    contract: Form = field(default_factory=lambda: Form("capitals"))
    read: int = 0

    def meaning(self, content: Any) -> Any:
        self.read += 1
        if not all(key.isupper() for key in content):
            raise Unreadable("write it in capitals")
        return {key.lower(): value.lower() for key, value in content.items()}


def row(body: bytes, notation: Any = None) -> Interaction:
    return Interaction(1, AT, "a", "b", "b.x", "POST", "/x", (), body, None, ("transfer",), notation=notation)


def call(body: bytes, notation: Any = None) -> Call:
    async def gone() -> None: ...

    request = Request("POST", "/x", "", (), body, None, {}, SimpleNamespace(transport=None), gone)
    return Call(request, "/x", {}, row(body, notation))


def test_what_a_message_says_is_told_in_the_interface_s_own_notation() -> None:
    said = row(b'{"TRANSFER": "T1"}', Capitals())
    assert said.request() == {"transfer": "t1"}
    assert said.written() == {"TRANSFER": "T1"}
    assert said.refs == ("t1",)
    assert fact(said, "transfer") == "t1"


def test_it_is_read_once_while_it_is_under_way() -> None:
    form = Capitals()
    said = row(b'{"TRANSFER": "T1"}', form)
    assert [said.request(), said.request(), said.refs] == [{"transfer": "t1"}, {"transfer": "t1"}, ("t1",)]
    assert form.read == 1


@pytest.mark.parametrize("body", [b'{"transfer": "T1"}', b"no json", b""])
def test_what_cannot_be_read_says_nothing(body: bytes) -> None:
    assert row(body, Capitals()).request() is None
    assert row(body, Capitals()).refs == ()


def test_a_handler_hears_why_it_cannot_be_read() -> None:
    assert call(b'{"TRANSFER": "T1"}', Capitals()).body == {"transfer": "t1"}
    with pytest.raises(Unreadable):
        _ = call(b'{"transfer": "T1"}', Capitals()).body
    with pytest.raises(MalformedBody):
        _ = call(b"no json", Capitals()).body


def test_a_message_on_its_way_is_matched_by_what_it_says() -> None:
    message = Message("a.x", "POST", "/x", refs=("transfer",))
    delivery = Delivery(message, "a.x", "a", "b", "", "/x", {}, (), b'{"TRANSFER": "T1"}', notation=Capitals())
    assert (delivery.refs, delivery.content) == (("t1",), {"transfer": "t1"})


def test_its_form_is_judged_as_it_is_written_and_answers_by_the_interface_s_own_contract() -> None:
    @operation("b.x", "POST", "/x")
    async def handle(state: Any, call: Call) -> Reply:
        return Reply(202)

    checker = Checker()
    bound = checker.bind(Form("own"))
    for each in (row(b'{"TRANSFER": "T1"}', Capitals()), row(b'{"transfer": "t1"}')):
        bound.received(handle, each)
        each.status = 202
        bound.replied(handle, each)
    assert [each.text for each in checker.findings] == [
        "capitals of POST /x: {'TRANSFER': 'T1'}",
        "own answer",
        "own of POST /x: {'transfer': 't1'}",
        "own answer",
    ]


def test_a_copy_that_cannot_read_it_is_told_its_references() -> None:
    copy = row(b'{"TRANSFER": "T1"}')
    copy.told_refs = ("t1",)
    assert copy.refs == ("t1",)
