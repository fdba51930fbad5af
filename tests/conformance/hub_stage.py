"""The simulated hub before recorded participants: they say what was recorded, at the moment it was recorded, and what the hub
says to them is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Any

from loopyard.engine.contract import ContractFinding
from loopyard.kernel.clock import VirtualClock
from loopyard.kernel.ids import Ids
from loopyard.transport.messages import Reply, Request
from loopyard.transport.server import Listener
from loopyard.world.composition import Composition
from loopyard.world.file import parse
from tests.conformance.captures import TO_HUB, Exchange, read
from tests.conformance.raw_http import Answer, send

PARTIES = ("payer", "payee", "fxp")
SWITCH = "switch"


@dataclass(frozen=True)
class Got:
    """A message of the hub to a participant."""

    to: str
    method: str
    path: str
    headers: Mapping[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw) if self.raw else None

    @property
    def line(self) -> str:
        """Who says what to whom; ids are in the recording."""
        resource, *_, last = self.path.strip("/").split("/")
        error = "/error" if last == "error" else ""
        return f"{self.headers['fspiop-source']}: {self.method} {resource}{error} to {self.to}"


class HubStage:
    """A world with nothing in it but the hub, at the date of a recording. Settings are the hub's."""

    def __init__(self, recording: str, **settings: Any) -> None:
        self.exchanges = read(recording, TO_HUB)
        self.world = Composition(parse(_world(recording, self.exchanges[0], settings), recording))
        assert isinstance(self.world.clock, VirtualClock)
        self.clock = self.world.clock
        self.got: list[Got] = []
        self._ids = Ids("recording")
        self._participants = Listener(self.clock, self._receive)

    async def __aenter__(self) -> HubStage:
        await self._participants.start()
        for name in PARTIES:
            self.world.places[name, "fspiop"] = f"{self._participants.url}/{name}"
        await self.world.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        await self.world.stop()
        await self._participants.stop()

    async def _receive(self, request: Request) -> Reply:
        _, to, path = request.path.split("/", 2)
        headers = {name.lower(): value for name, value in request.headers}
        self.got.append(Got(to, request.method, f"/{path}", headers, request.body))
        return Reply(202 if request.method in ("GET", "POST") else 200)

    async def say(self, each: Exchange) -> tuple[Answer, list[Got]]:
        """Say one recorded request; the hub's answer, and what it told whom because of it."""
        await self.clock.advance(max(0.0, (each.at - self.clock.now()).total_seconds()))
        before = len(self.got)
        hub = self.world.url("hub", "fspiop")
        answer = await self.clock.drive(send(self.clock, self._ids, hub, each.method, each.path, each.headers, each.raw))
        return answer, self.got[before:]

    async def say_all(self) -> list[tuple[Exchange, Answer, list[Got]]]:
        """The whole recording, in order."""
        return [(each, *await self.say(each)) for each in self.exchanges]

    @property
    def breaches(self) -> list[ContractFinding]:
        return [each for each in self.world.checker.findings if each.level != "note"]

    def positions(self) -> dict[tuple[str, str], str]:
        """What each participant owes, without zeros."""
        accounts = [each for ledger in self.world.ledgers() for each in ledger.accounts if each.role == "position"]
        return {(each.holder, each.currency.code): str(each.balance) for each in accounts if each.balance}


def _world(recording: str, first: Exchange, settings: Mapping[str, Any]) -> dict[str, Any]:
    target = "XTS" if "-fx" in recording else "XXX"
    held = {"cap": "100000", "funds": "100000"}

    def participant(name: str, *codes: str) -> dict[str, Any]:
        place = "http://is.told.at.the.start"
        return {"id": name, "play": "external", "callback_url": place, "currencies": dict.fromkeys(codes, held)}

    people = [{"name": value, "dfsp": "payee", "id_value": value} for value in ("27713803912", "27713404")]
    return {
        "world": {"name": recording, "starts": first.at - timedelta(seconds=1)},
        "dfsp": [participant("payer", "XXX"), participant("payee", target)],
        "fxp": [participant("fxp", "XXX", "XTS")],
        "person": people,
        "simulators": {"hub": {"hub_name": SWITCH, **settings}},
    }
