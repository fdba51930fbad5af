"""One reference connector between recorded neighbours: hub and backend say what was recorded, at the moment it was recorded,
and what the connector says is kept beside what the real one said."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from connectors.mojaloop_connector import CONNECTOR
from loopyard.kernel.clock import VirtualClock
from loopyard.kernel.ids import Ids
from loopyard.transport.client import Client
from loopyard.transport.messages import Reply, Request
from loopyard.transport.server import Listener
from loopyard.world.host import ConnectorHost
from tests.conformance.captures import FROM_HUB, TO_BACKEND, TO_HUB, Exchange, Headers, Names, Told, compact, differences, read
from tests.conformance.raw_http import send

LIKE_RECORDED: Mapping[str, Any] = {
    "expiry_seconds": 60,
    "request_processing_timeout_seconds": 15,
    "reserve_notification": True,
    "supported_currencies": ["XXX"],
    "get_services_fxp_response": ["fxp"],
}
"""The environment of the recorded connectors."""
PATIENCE = 16.0
JSON = (("content-type", "application/json"),)
TRACE = frozenset({"traceparent"})


@dataclass(frozen=True)
class Emission:
    """A request that the connector made."""

    at: datetime
    leg: str
    method: str
    path: str
    headers: Headers
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw) if self.raw else None

    @property
    def line(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Order:
    """A new transfer, asked for at a moment."""

    at: datetime
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Accept:
    """A consent of the payer, given to the transfer that was answered last."""

    consent: Mapping[str, bool]


Step = Order | Accept


class Stage:
    """Plays one recording to one connector. `emitted` is what it said, `told` what the channel was answered."""

    def __init__(self, recording: str, party: str, store: Path, channel: Sequence[Step] = (), **settings: Any) -> None:
        exchanges = read(recording, party=party)
        self.inputs = [each for each in exchanges if each.leg == FROM_HUB]
        self.expected = [each for each in exchanges if each.leg != FROM_HUB]
        self.emitted: list[Emission] = []
        self.told: list[Told] = []
        self.refused: list[str] = []
        self.unrecorded: list[str] = []
        self.theirs, self.ours = Names(), Names()
        self._paired: list[tuple[Any, Any]] = []
        self._steps = channel
        self._party = party
        moments = [exchanges[0].at, *(step.at for step in channel if isinstance(step, Order))]
        self.clock = VirtualClock(min(moments))
        self._ids = Ids("recording")
        self._client = Client(self.clock, Ids("channel"))
        self._listeners = {leg: Listener(self.clock, self._serve(leg)) for leg in (TO_HUB, TO_BACKEND)}
        settings = {"dfsp_id": party, **LIKE_RECORDED, **settings}
        self._host = ConnectorHost(party, CONNECTOR, settings, self.clock, self._url, store / f"{party}.sqlite")

    def _url(self, party: str, face: str) -> str:
        return self._listeners[TO_HUB if party == "hub" else TO_BACKEND].url

    async def play(self) -> None:
        """From the first recorded message until everything has timed out."""
        for listener in self._listeners.values():
            await listener.start()
        await self._host.listen()
        await self._host.begin(Ids(self._party), {})
        try:
            self.clock.spawn(self._channel(), "channel")
            await self.clock.settle()
            for each in self.inputs:
                await self.clock.advance(max(0.0, (each.at - self.clock.now()).total_seconds()))
                await self.clock.drive(self._deliver(each))
            await self.clock.advance(PATIENCE)
        finally:
            await self._host.close()
            await self.clock.settle()
            await self._client.close()
            for listener in self._listeners.values():
                await listener.stop()

    # -- the channel ------------------------------------------------------------------------------------------------

    async def _channel(self) -> None:
        for step in self._steps:
            if isinstance(step, Accept):
                place, method, body = f"/transfers/{self.told[-1].body['transferId']}", "PUT", dict(step.consent)
            else:
                await self._until(step.at)
                place, method, body = "/transfers", "POST", dict(step.body)
            url = self._host.listeners["outbound"].url + place
            answer = await self._client.call(method, url, body=compact(body))
            self.told.append(Told(answer.status, json.loads(answer.body)))

    async def _until(self, at: datetime) -> None:
        await self.clock.sleep(max(0.0, (at - self.clock.now()).total_seconds()))

    # -- hub and backend --------------------------------------------------------------------------------------------

    async def _deliver(self, each: Exchange) -> None:
        """Say what the recorded hub said, in the ids of this run."""
        said = self._in_our_words(each)
        self.theirs.headers(each.headers, each.at)
        self.theirs.plain(each.body, each.at)
        self.ours.headers(said.headers, self.clock.now())
        self.ours.plain(said.body, self.clock.now())
        base = self._host.listeners["inbound"].url
        answer = await send(self.clock, self._ids, base, said.method, said.path, said.headers, said.raw)
        if (answer.status, answer.body) != (each.status, b""):
            self.refused.append(f"{each.line}: {answer.status} {answer.body.decode()}")

    def _in_our_words(self, each: Exchange) -> Exchange:
        headers = tuple((name, self._translated(value)) for name, value in each.headers)
        return replace(each, path=self._translated(each.path), headers=headers, body=self._body(each.body))

    def _translated(self, text: str) -> str:
        return self.theirs.translate(text, self.ours)

    def _body(self, body: Any) -> Any:
        return None if body is None else json.loads(self._translated(json.dumps(body)))

    def _serve(self, leg: str) -> Any:
        async def serve(request: Request) -> Reply:
            emission = Emission(self.clock.now(), leg, request.method, request.path, request.headers, request.body)
            number = len(self.emitted)
            if number >= len(self.expected):
                return await self._leave_unanswered(emission)
            self.emitted.append(emission)
            theirs = self.expected[number]
            self._paired.append((self._plain_recorded(theirs), self._plain_emitted(emission)))
            if leg == TO_HUB:
                return Reply(theirs.status)
            answer = self._body(theirs.answer)
            self.theirs.plain(theirs.answer, theirs.at)
            self.ours.plain(answer, self.clock.now())
            return Reply(theirs.status, compact(answer), JSON)

        return serve

    async def _leave_unanswered(self, emission: Emission) -> Reply:
        """Beyond its end the recording knows no answer: nobody gives one."""
        self.unrecorded.append(emission.line)
        await self.clock.sleep(10_000)
        return Reply(504)

    # -- the comparison ---------------------------------------------------------------------------------------------

    def _plain_recorded(self, each: Exchange) -> Any:
        return self._plain(self.theirs, each.at, each.leg, each.method, each.path, each.headers, each.body)

    def _plain_emitted(self, each: Emission) -> Any:
        return self._plain(self.ours, each.at, each.leg, each.method, each.path, each.headers, each.body)

    def _plain(
        self, names: Names, at: datetime, leg: str, method: str, path: str, headers: Headers, body: Any
    ) -> dict[str, Any]:
        # The real connector sends its backend no trace; in a virtual world every call is known by one.
        drop = TRACE if leg == TO_BACKEND else frozenset[str]()
        return {
            "leg": leg,
            "call": f"{method} {names.plain(path, at)}",
            "headers": names.headers(headers, at, drop),
            "body": names.plain(body, at),
        }

    def assert_said_as_recorded(self) -> None:
        """Every message equals the recorded one, in the recorded order, and there are as many."""
        for each, (theirs, ours) in zip(self.expected, self._paired, strict=False):
            found = differences(theirs, ours)
            assert not found, "\n".join([each.line, *found])
        assert [each.line for each in self.expected[len(self.emitted) :]] == [], "recorded, and not said here"
        assert self.refused == []

    def assert_told_as_recorded(self, recorded: Sequence[Told]) -> None:
        """Every answer to the channel equals the recorded one."""
        assert [each.status for each in self.told] == [each.status for each in recorded]
        for theirs, ours in zip(recorded, self.told, strict=True):
            found = differences(self.theirs.plain(theirs.body, theirs.began), self.ours.plain(ours.body, ours.began))
            assert not found, "\n".join(found)
