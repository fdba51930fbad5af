"""The customer's app as a caller: it calls the system under test, and its calls stand in the world's log like everybody's.
What it asks for, and what it makes of the answer, is the business of drivers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from loopyard.engine.traffic import Interaction, Traffic
from loopyard.kernel.clock import Clock
from loopyard.kernel.ids import Ids
from loopyard.transport.client import Answer, Client, NoAnswer
from loopyard.transport.headers import legible
from loopyard.transport.packing import Packing, prepared
from loopyard.transport.trace import HEADER, Trace

CHANNEL: Final = "channel"
CALL: Final = "channel.call"
REFERENCES: Final = ("{id}", "homeTransactionId")


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the app to a face, "party.face". `timeout` is in seconds of the world's clock. The body gets `padding` octets
    of white space, and goes in its `packing`."""

    face: str
    method: str
    path: str
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 120.0
    padding: int = 0
    packing: Packing = ""


class Channel:
    """Calls the faces of the system under test; `url` finds an address at the time of the call."""

    def __init__(self, clock: Clock, traffic: Traffic, url: Callable[[str, str], str]) -> None:
        self.client = Client(clock, Ids(CHANNEL))
        self._clock = clock
        self._traffic = traffic
        self._url = url

    async def make(self, *calls: Call) -> list[dict[str, Any]]:
        """Make the calls side by side and wait for the last answer; time passes only as far as they need."""
        return await self._clock.drive(self._together(calls))

    async def _together(self, calls: tuple[Call, ...]) -> list[dict[str, Any]]:
        results: dict[int, dict[str, Any]] = {}
        done = self._clock.signal()

        async def one(number: int, call: Call) -> None:
            results[number] = await self._one(call)
            if len(results) == len(calls):
                done.fire()

        if len(calls) == 1:
            return [await self._one(calls[0])]
        for number, call in enumerate(calls):
            self._clock.spawn(one(number, call), f"call {number}")
        await self._clock.wait(done)
        return [results[number] for number in range(len(calls))]

    async def _one(self, call: Call) -> dict[str, Any]:
        span = self.client.next_trace()
        party, _, face = call.face.rpartition(".")
        address = self._url(party, face) + call.path
        body, packed = prepared(call.body.encode(), call.padding, call.packing)
        headers = {name: legible(value) for name, value in call.headers.items()}
        row = self._logged(call, headers, party, span, body)
        try:
            answer = await self.client.call(
                call.method, address, headers={**headers, **packed}, body=body or None, timeout=call.timeout, span=span
            )
        except NoAnswer as problem:
            self._traffic.close(row, problem.kind)
            return {"no_answer": problem.kind, "detail": str(problem)}
        self._traffic.close(row, "answered", answer.status, answer.headers, answer.body)
        return _told(answer)

    def _logged(self, call: Call, headers: Mapping[str, str], receiver: str, span: Trace, body: bytes) -> Interaction:
        path = urlsplit(call.path).path
        ids = {"id": path.rpartition("/")[2]} if path.count("/") > 1 else {}
        operation = CHANNEL + path.partition(ids.get("id", "?"))[0].rstrip("/").replace("/", ".")
        wire = (*headers.items(), (HEADER, str(span)))
        return self._traffic.open(CHANNEL, receiver, operation, call.method, path, wire, body, None, REFERENCES, ids)


def _told(answer: Answer) -> dict[str, Any]:
    return {
        "status": answer.status,
        "headers": [list(pair) for pair in answer.headers],
        "body": answer.body.decode("utf-8", "replace"),
    }
