"""A proxy between two stub hubs: what it passes on untouched, what it changes, and what it says when it cannot."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from loopyard.engine.callbacks import Outbox
from loopyard.engine.checker import BoundChecker, Checker
from loopyard.engine.faults.schedule import FaultSchedule
from loopyard.engine.plan import Participant, Plan
from loopyard.engine.server import FaceServer
from loopyard.engine.site import Site
from loopyard.engine.traffic import Traffic
from loopyard.kernel.clock import Crew, VirtualClock
from loopyard.kernel.errors import IllegalTransition
from loopyard.kernel.ids import Ids
from loopyard.transport.client import Answer, Client
from loopyard.transport.messages import Reply, Request
from loopyard.transport.server import Listener
from simulators.proxy import SIMULATOR
from simulators.proxy.state import LINK, NoSuchProxy, Proxies

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PROXY = Participant("coast-proxy", "proxy", "peer", "Coast Proxy", {}, {}, schemes=("hub", "coast-hub"))
HEADERS = {"fspiop-source": "green-bank", "fspiop-destination": "coast-bank", "fspiop-signature": '{"signature":"s"}'}


class Yard:
    """The proxy, and one stub that plays both hubs: the first segment of a path is the hub."""

    def __init__(self, **settings: Any) -> None:
        self.clock = VirtualClock(START)
        self.client, self.own = Client(self.clock, Ids("test")), Client(self.clock, Ids("proxy"))
        self.got: list[Request] = []
        self.answer = Reply(202)
        self.traffic, crew = Traffic(self.clock.now), Crew(self.clock)
        faults, checker = FaultSchedule(self.clock, Ids("faults").random), BoundChecker(Checker(), None)
        outbox = Outbox("proxy", self.clock, crew, self.own, self.traffic, faults, checker)
        self.stub = Listener(self.clock, self._record)
        plan = Plan("test", "seed", START, (PROXY,), ())
        site = Site("proxy", plan, self.clock, crew, Ids("proxy"), outbox, self._url, settings)
        self.proxies: Proxies = SIMULATOR.build(site)
        (face,) = SIMULATOR.faces
        self.face = Listener(
            self.clock, FaceServer("proxy", face, lambda: self.proxies, crew, self.traffic, faults, checker)
        )  # fmt: skip
        self.absent = False

    def _url(self, party: str, face: str) -> str:
        return "http://127.0.0.1:9" if self.absent else f"{self.stub.url}/{party}"

    async def _record(self, request: Request) -> Reply:
        self.got.append(request)
        return self.answer

    async def call(self, method: str, path: str, body: bytes | None = None, **more: str) -> Answer:
        headers = HEADERS | {name.replace("_", "-"): value for name, value in more.items()}
        return await self.clock.drive(self.client.call(method, self.face.url + path, headers=headers, body=body))

    def control(self, name: str, **arguments: Any) -> Any:
        (found,) = [each for each in SIMULATOR.controls if each.name == name]
        return found.handle(self.proxies, arguments)


def run(work: Callable[[Yard], Coroutine[Any, Any, None]], **settings: Any) -> None:
    async def scene() -> None:
        yard = Yard(**settings)
        await yard.face.start()
        await yard.stub.start()
        try:
            await work(yard)
        finally:
            for each in (yard.client, yard.own):
                await each.close()
            for listener in (yard.face, yard.stub):
                await listener.stop()

    asyncio.run(scene())


def found(request: Request) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers}


@pytest.mark.parametrize(("side", "other"), [("hub", "coast-hub"), ("coast-hub", "hub")])
def test_what_one_hub_sends_reaches_the_other_byte_for_byte(side: str, other: str) -> None:
    async def work(yard: Yard) -> None:
        body = b'{ "transferId" : "t1",\n "x": 1.50 }'
        answer = await yard.call("POST", f"/coast-proxy/{side}/transfers?a=b", body, authorization="Bearer 1", x_more="kept")
        assert answer.status == 202
        (got,) = yard.got
        assert (got.method, got.path, got.query, got.body) == ("POST", f"/{other}/transfers", "a=b", body)
        seen = found(got)
        assert {name: seen.get(name) for name in HEADERS} == HEADERS
        assert (seen["fspiop-proxy"], seen["x-more"], "authorization" in seen) == ("coast-proxy", "kept", False)
        assert yard.control("links")[0]["passed"] == {other: 1}

    run(work)


def test_an_earlier_proxys_name_gives_way_and_chosen_headers_go() -> None:
    async def work(yard: Yard) -> None:
        await yard.call("GET", "/coast-proxy/hub/parties/MSISDN/1/till%207", fspiop_proxy="hill-proxy", x_secret="1")
        seen = found(yard.got[0])
        assert (yard.got[0].path, seen["fspiop-proxy"], "x-secret" in seen) == (
            "/coast-hub/parties/MSISDN/1/till%207", "coast-proxy", False,
        )  # fmt: skip

    run(work, removes=["X-Secret"])


def test_the_other_hubs_answer_goes_back_as_it_came() -> None:
    async def work(yard: Yard) -> None:
        yard.answer = Reply(400, b'{"errorInformation":{"errorCode":"3101"}}')
        answer = await yard.call("PUT", "/coast-proxy/hub/transfers/t1", b"{}")
        assert (answer.status, answer.body) == (400, yard.answer.body)

    run(work)


def code(answer: Answer) -> tuple[int, str]:
    return answer.status, orjson.loads(answer.body)["errorInformation"]["errorCode"]


def test_a_link_is_cut_and_mended() -> None:
    async def work(yard: Yard) -> None:
        assert yard.control("cut", id="coast-proxy")["link"] == "CUT"
        assert code(await yard.call("GET", "/coast-proxy/hub/transfers/t1")) == (503, "1001")
        assert code(await yard.call("GET", "/coast-proxy/coast-hub/transfers/t1")) == (503, "1001")
        assert yard.got == []
        with pytest.raises(IllegalTransition):
            yard.control("cut", id="coast-proxy")
        yard.control("mend", id="coast-proxy")
        assert (await yard.call("GET", "/coast-proxy/hub/transfers/t1")).status == 202

    run(work)


def test_a_hub_that_is_not_there_is_told_apart_from_one_that_refuses() -> None:
    async def work(yard: Yard) -> None:
        yard.absent = True
        assert code(await yard.call("GET", "/coast-proxy/hub/transfers/t1")) == (503, "1001")

    run(work)


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [
        ("GET", "/nobody/hub/transfers/t1", (400, "3201")),
        ("GET", "/coast-proxy/hill-hub/transfers/t1", (400, "3201")),
        ("GET", "/coast-proxy/hub/nothing", (404, "3002")),
        ("DELETE", "/coast-proxy/hub/transfers/t1", (405, "3000")),
    ],
)
def test_what_it_does_not_pass_on_is_refused(method: str, path: str, said: tuple[int, str]) -> None:
    async def work(yard: Yard) -> None:
        assert code(await yard.call(method, path)) == said
        assert yard.got == []

    run(work)


def test_a_link_may_be_cut_from_the_start_and_must_exist() -> None:
    async def work(yard: Yard) -> None:
        assert yard.control("links")[0]["link"] == "CUT"

    run(work, cut=["coast-proxy"])
    with pytest.raises(NoSuchProxy, match="known are coast-proxy"):
        Yard(cut=["other"])


def test_every_edge_of_the_links_life() -> None:
    assert {(state, event): LINK.next(state, event) for state, event in LINK.transitions} == {
        ("STANDING", "cut"): "CUT", ("CUT", "mend"): "STANDING",
    }  # fmt: skip
