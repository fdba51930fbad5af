"""A yard for peers: the real simulators over real sockets, and a hub that only notes what it gets, or relays it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from loopyard.engine.callbacks import Outbox
from loopyard.engine.checker import BoundChecker, Checker
from loopyard.engine.faults.schedule import FaultSchedule
from loopyard.engine.plan import Participant, Person, Plan
from loopyard.engine.server import FaceServer
from loopyard.engine.simulator import Simulator
from loopyard.engine.site import Site
from loopyard.engine.traffic import Traffic
from loopyard.kernel.clock import Crew, VirtualClock
from loopyard.kernel.ids import Ids
from loopyard.kernel.money import Money
from loopyard.protocols.fspiop import dates, headers
from loopyard.transport.client import Answer, Client
from loopyard.transport.messages import Reply, Request
from loopyard.transport.server import Listener

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Got:
    """A message that the hub got."""

    at: float
    method: str
    path: str
    headers: Mapping[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return orjson.loads(self.raw) if self.raw else None

    @property
    def source(self) -> str:
        return self.headers.get("fspiop-source", "")

    @property
    def resource(self) -> str:
        return self.path.split("/")[1]

    @property
    def code(self) -> Any:
        return self.body["errorInformation"]["errorCode"]


def dfsp(id_: str, currencies: Mapping[str, str], **options: Any) -> Participant:
    funds = {code: Money(amount, code) for code, amount in currencies.items()}
    return Participant(id_, "dfsp", "peer", id_.title(), funds, funds, options=options)


def fxp(id_: str, currencies: Mapping[str, str], **options: Any) -> Participant:
    funds = {code: Money(amount, code) for code, amount in currencies.items()}
    return Participant(id_, "fxp", "peer", id_.title(), funds, funds, options=options)


def person(name: str, dfsp_: str, number: str, balance: str, currency: str = "MWK", **more: Any) -> Person:
    return Person(name, dfsp_, "MSISDN", number, Money(balance, currency), **more)


class Yard:
    """Simulators by instance name, a hub, and the hands of a test. Everything is synchronous for the test."""

    def __init__(
        self, simulators: Mapping[str, Simulator], participants: tuple[Participant, ...], people: tuple[Person, ...] = (),
        relays: bool = False, settings: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:  # fmt: skip
        self._runner = asyncio.Runner()
        self.clock = VirtualClock(START)
        self.traffic = Traffic(self.clock.now)
        self.checker = Checker()
        self.faults = FaultSchedule(self.clock, Ids("faults").random)
        self.client = Client(self.clock, Ids("hub"))
        self.plan = Plan("yard", "seed", START, participants, people, settings or {})
        self.got: list[Got] = []
        self.relays = relays
        self.hub = Listener(self.clock, self._hub)
        self.listeners = {"hub": self.hub}
        self.states: dict[str, Any] = {}
        self.simulators = simulators
        self._clients = [self.client]
        self._crews: list[Crew] = []
        self._fulfilled: dict[str, dict[str, Any]] = {}
        self._conversions: dict[str, tuple[str, str]] = {}
        try:
            self._runner.run(self._start())
        except BaseException:
            self.close()
            raise

    async def _start(self) -> None:
        await self.hub.start()
        for name, simulator in self.simulators.items():
            client, crew = Client(self.clock, Ids(f"calls of {name}")), Crew(self.clock)
            contract = simulator.contract() if simulator.contract else None
            outbox = Outbox(name, self.clock, crew, client, self.traffic, self.faults, BoundChecker(self.checker, contract))
            server = FaceServer(
                name, simulator.faces[0], lambda name=name: self.states[name], crew, self.traffic, self.faults,  # type: ignore[misc]
                BoundChecker(self.checker, None),
            )  # fmt: skip
            self.listeners[name] = Listener(self.clock, server)
            await self.listeners[name].start()
            settings = self.plan.settings.get(name, {})
            site = Site(name, self.plan, self.clock, crew, Ids(f"seed of {name}"), outbox, self._url, settings)
            self.states[name] = simulator.build(site)
            self._clients.append(client)
            self._crews.append(crew)

    def _url(self, party: str, face: str) -> str:
        assert face == "fspiop"
        return self.listeners[party].url

    def close(self) -> None:
        self._runner.run(self._stop())
        self._runner.close()

    async def _stop(self) -> None:
        for crew in self._crews:
            crew.dismiss()
        for client in self._clients:
            await client.close()
        for listener in self.listeners.values():
            await listener.stop()

    # -- the hands of a test ----------------------------------------------------------------------------------------

    def drive(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self._runner.run(self.clock.drive(work))

    def settle(self) -> None:
        self._runner.run(self.clock.settle())

    def advance(self, seconds: float) -> None:
        self._runner.run(self.clock.advance(seconds))

    def control(self, name: str, /, **arguments: Any) -> Any:
        """Call a control as a world does, then let all happen that is due."""
        instance, _, ability = name.partition(".")
        handle = next(each.handle for each in self.simulators[instance].controls if each.name == ability)
        result = handle(self.states[instance], arguments)
        result = self.drive(result) if asyncio.iscoroutine(result) else result
        self.settle()
        return result

    def tell(self, method: str, path: str, body: Any = None, *, source: str = "hub", destination: str | None = None) -> Answer:
        """Send a message to a peer as the hub would: path begins with the participant's id."""
        instance = self._player(path.split("/")[1])
        answer: Answer = self.drive(self._call(instance, method, path, body, source, destination))
        return answer

    async def _call(
        self, instance: str, method: str, path: str, body: Any, source: str, destination: str | None = None
    ) -> Answer:
        resource, now = path.split("/")[2], self.clock.now()
        make = headers.callback_headers if method in ("PUT", "PATCH") else headers.request_headers
        sent = make(resource, source=source, destination=destination, date=now)
        content = body if isinstance(body, bytes) else orjson.dumps(body) if body is not None else None
        return await self.client.call(method, self.listeners[instance].url + path, headers=sent, body=content)

    def _player(self, participant: str) -> str:
        kinds = {each.id: each.kind for each in self.plan.participants}
        return kinds.get(participant, next(iter(self.simulators)))

    def take(self, method: str, resource: str) -> Got:
        """The one message of this method and resource since the last look; all others are forgotten with it."""
        found = [each for each in self.got if each.method == method and each.resource == resource]
        seen = [f"{each.method} {each.path}" for each in self.got]
        assert len(found) == 1, f"expected one {method} /{resource}, got {seen}"
        self.got.clear()
        return found[0]

    def nothing(self) -> None:
        """Nothing has come to the hub since the last look."""
        assert not self.got, [f"{each.method} {each.path} {each.raw!r}" for each in self.got]

    def account(self, owner: str, name: str) -> Any:
        for instance, simulator in self.simulators.items():
            for ledger in simulator.ledgers(self.states[instance]):
                if ledger.owner == owner:
                    return ledger.account(name)
        raise KeyError(owner)

    def balances(self, owner: str) -> dict[str, str]:
        """Every account that is not at zero."""
        for instance, simulator in self.simulators.items():
            for ledger in simulator.ledgers(self.states[instance]):
                if ledger.owner == owner:
                    return {each.name: str(each.balance) for each in ledger.accounts if each.balance}
        raise KeyError(owner)

    def assert_sound(self) -> None:
        """Every book sums to zero in each currency, and nobody has broken the contract unbidden."""
        for instance, simulator in self.simulators.items():
            for ledger in simulator.ledgers(self.states[instance]):
                sums: dict[str, int] = {}
                for each in ledger.accounts:
                    units = each.balance.units if each.normal == "credit" else -each.balance.units
                    sums[each.currency.code] = sums.get(each.currency.code, 0) + units
                assert not any(sums.values()), f"{ledger.owner}: {sums}"
        assert not [each for each in self.checker.findings if not each.injected], self.checker.findings

    def in_seconds(self, seconds: float) -> str:
        """A date in bodies, so many seconds from now."""
        return dates.to_iso(self.clock.now() + timedelta(seconds=seconds))

    # -- the hub ----------------------------------------------------------------------------------------------------

    async def _hub(self, request: Request) -> Reply:
        lowered = {name.lower(): value for name, value in request.headers}
        got = Got(self.clock.monotonic(), request.method, request.path, lowered, request.body)
        self.got.append(got)
        question = got.method == "GET" and got.resource in ("transfers", "fxTransfers")  # never relayed, and not answered here
        if self.relays and not question:
            self.clock.spawn(self._relay(got), "relay")
        return Reply(202 if request.method in ("GET", "POST") else 200)

    async def _relay(self, got: Got) -> None:
        """Just enough of a hub for peers to pay each other: relay, commit, tell all."""
        to = got.headers.get("fspiop-destination")
        if got.method == "GET" and got.resource == "parties":
            to = next((each.dfsp for each in self.plan.people if each.id_value == got.path.split("/")[3]), None)
        if to is None:
            await self._pass(got.source, "PUT", f"{got.path}/error", {"errorInformation": {
                "errorCode": "3204", "errorDescription": "Party not found"}}, "hub")  # fmt: skip
            return
        body = got.body
        if (got.method, got.resource) == ("POST", "fxTransfers"):
            self._conversions[body["determiningTransferId"]] = (to, body["commitRequestId"])
        ends = got.method == "PUT" and got.resource == "transfers"
        if ends and not got.path.endswith("/error"):
            body = body | {"transferState": "COMMITTED" if body["transferState"] == "RESERVED" else body["transferState"]}
        await self._pass(to, got.method, got.path, body, "hub" if ends else got.source)
        if ends:
            await self._conclude(got, "COMMITTED" if body.get("transferState") == "COMMITTED" else "ABORTED")

    async def _conclude(self, got: Got, state: str) -> None:
        id_, done = got.path.split("/")[2], {"completedTimestamp": dates.to_iso(self.clock.now())}
        if state == "COMMITTED":
            await self._pass(got.source, "PATCH", f"/transfers/{id_}", done | {"transferState": state}, "hub")
        if id_ in self._conversions:
            provider, conversion = self._conversions[id_]
            await self._pass(provider, "PATCH", f"/fxTransfers/{conversion}", done | {"conversionState": state}, "hub")

    async def _pass(self, to: str, method: str, path: str, body: Any, source: str) -> None:
        await self._call(self._player(to), method, f"/{to}{path}", body, source, to)
