"""A world in miniature over real sockets: a bank that reserves and sends notices, a desk that hears them, one caller."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from loopyard.engine.bodies import MalformedBody
from loopyard.engine.call import Call
from loopyard.engine.callbacks import Outbox
from loopyard.engine.checker import BoundChecker, Checker
from loopyard.engine.contract import Contract
from loopyard.engine.faults.schedule import FaultSchedule
from loopyard.engine.operations import Message, operation
from loopyard.engine.server import FaceServer
from loopyard.engine.simulator import Face
from loopyard.engine.site import cause_number
from loopyard.engine.traffic import Traffic
from loopyard.kernel.clock import Clock, Crew, VirtualClock
from loopyard.kernel.errors import LoopyardError
from loopyard.kernel.ids import Ids
from loopyard.transport.client import Client, Headers, NoAnswer
from loopyard.transport.messages import Reply
from loopyard.transport.router import NoRoute
from loopyard.transport.server import Listener

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
JSON = (("Content-Type", "application/json"),)


class Refused(LoopyardError):
    """The bank says no."""


@dataclass
class State:
    """What happened at the bank and the desk, in order."""

    reserved: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    causes: list[str | None] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)  # what the desk answers next, 200 when empty


@operation("bank.funds.reserve", "POST", "/funds/{id}", refs=("{id}", "order.number"))
async def reserve(state: State, call: Call) -> Reply:
    if call.body and call.body.get("refuse"):
        raise Refused("not from this account")
    if call.body and call.body.get("crash"):
        raise ZeroDivisionError
    state.reserved.append(call.params["id"])
    state.causes.append(cause_number())
    return Reply(200, b'{"state": "RESERVED", "filler": "' + b"." * 200 + b'"}', JSON)


@operation("desk.notices.hear", "PUT", "/notices/{id}", refs=("{id}",))
async def hear(state: State, call: Call) -> Reply:
    state.heard.append(call.params["id"])
    return Reply(state.answers.pop(0) if state.answers else 200)


NOTICE = Message("bank.notices.notice", "PUT", "/notices/{id}", refs=("{id}",), retries=())
URGENT = Message("bank.notices.urgent", "PUT", "/notices/{id}", refs=("{id}",), retries=(10.0, 60.0))


def reject(state: State, call: Call, error: Exception) -> Reply:
    match error:
        case MalformedBody():
            return Reply(400, b'{"errorCode": "3101", "message": "malformed"}', JSON)
        case NoRoute():
            return Reply(405 if error.allowed else 404, b'{"errorCode": "3002", "message": "unknown"}', JSON)
        case Refused():
            return Reply(422, b'{"errorCode": "4000", "message": "not from this account"}', JSON)
    raise error


def admit(state: State, call: Call) -> None:
    if call.header("authorization") == "forged":
        raise Refused("not you")


def sender(call: Call) -> str:
    return call.header("x-sender") or "somebody"


class Yard:
    """The world; `seed` is that of its faults. Everything is reached through `caller`, a client that is under test."""

    def __init__(self, *, seed: str = "yard", clock: Clock | None = None, contract: Contract | None = None) -> None:
        self.clock = clock or VirtualClock(START)
        self.state = State()
        self.traffic = Traffic(self.clock.now)
        self.checker = Checker()
        self.faults = FaultSchedule(self.clock, Ids(seed).fork("faults").random)
        self.crew = Crew(self.clock)
        self.caller = Client(self.clock, Ids("caller"))
        self._client = Client(self.clock, Ids("bank"))
        bound = BoundChecker(self.checker, contract)
        self.outbox = Outbox("bank", self.clock, self.crew, self._client, self.traffic, self.faults, bound)
        faces = {
            "bank": Face("core", (reserve,), reject, sender, admit),
            "desk": Face("desk", (hear,), reject, sender),
        }
        self.listeners = {
            name: Listener(self.clock, FaceServer(name, face, lambda: self.state, self.crew, self.traffic, self.faults, bound))
            for name, face in faces.items()
        }

    async def __aenter__(self) -> Yard:
        for listener in self.listeners.values():
            await listener.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.caller.close()
        await self._client.close()
        for listener in self.listeners.values():
            await listener.stop()

    def url(self, name: str) -> str:
        return self.listeners[name].url

    async def ask(self, id_: str = "a", *, body: bytes = b"", timeout: float | None = 5.0, **headers: str) -> tuple[Any, ...]:
        """Reserve as the caller; what he gets to see: (status, body), or (kind,) of his NoAnswer."""
        try:
            answer = await self.caller.call(
                "POST", f"{self.url('bank')}/funds/{id_}", headers=headers, body=body or None, timeout=timeout
            )
        except NoAnswer as problem:
            return (problem.kind,)
        return answer.status, answer.body

    def notify(self, *ids: str, message: Message = NOTICE, body: bytes = b"", **options: Any) -> None:
        """The bank sends the desk a notice of each id."""
        for id_ in ids:
            self.outbox.send(
                message,
                self.url("desk"),
                receiver="desk",
                headers={"x-sender": "bank"},
                params={"id": id_},
                body=body,
                **options,
            )

    def hash(self) -> str:
        """A digest of all that was said and when, but for the port that the machine gave."""
        rows = [
            (
                row.seq, row.at, row.ended, row.sender, row.receiver, row.operation, row.path, _portless(row.request_headers),
                row.request_body, row.status, row.response_headers, row.response_body, row.outcome, row.fault,
            )
            for row in self.traffic
        ]  # fmt: skip
        return hashlib.sha256(repr((rows, self.state)).encode()).hexdigest()


def _portless(headers: Headers) -> Headers:
    return tuple(pair for pair in headers if pair[0].lower() != "host")


class Known(Contract):
    """A contract made by hand: which bodies are right, by key and by status."""

    def __init__(
        self, requests: Mapping[str, Any] | None = None, responses: Mapping[tuple[str, int], Any] | None = None
    ) -> None:
        self.requests = dict(requests or {})
        self.responses = dict(responses or {})

    def request_errors(self, key: str, body: Any) -> list[str]:
        return [] if key not in self.requests or body == self.requests[key] else [f"{key}: not {self.requests[key]}"]

    def response_errors(self, key: str, status: int, body: Any) -> list[str]:
        right = self.responses.get((key, status), body)
        return [] if body == right else [f"{key} {status}: not {right}"]
