"""A hub over real sockets on the virtual clock, with stub participants that record what they get and do as the test says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any

import orjson

from loopyard.engine.callbacks import Outbox
from loopyard.engine.checker import BoundChecker, Checker
from loopyard.engine.faults.schedule import FaultSchedule
from loopyard.engine.plan import Participant, Person, Plan
from loopyard.engine.server import FaceServer
from loopyard.engine.site import Site
from loopyard.engine.traffic import Traffic
from loopyard.kernel.clock import Crew, VirtualClock
from loopyard.kernel.ids import Ids
from loopyard.kernel.money import Money
from loopyard.protocols import ilp
from loopyard.protocols.fspiop import dates, headers
from loopyard.transport.client import Answer, Client
from loopyard.transport.messages import Reply, Request
from loopyard.transport.server import Listener
from simulators.hub import SIMULATOR
from simulators.hub.state import Hub

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
MWK, ZMW = "MWK", "ZMW"
FULFILMENT = "A" * 43
CONDITION = ilp.condition_of(FULFILMENT)
TRANSFER = "b51ec534-ee48-4575-b6a9-ead2955b8069"
CONVERSION = "77c9d78d-c26a-4474-8b3c-99b96a814bfc"
PACKET = "DIICtgAAAAAAD0JAMjAyNDEyMDUxNjA4MDM5MDcYjF3nFyiGSaedeiWlO_87HCnJof_86Krj0lO8KjynIAZQ"


def participant(id_: str, kind: Any = "dfsp", cap: str = "1000", funds: str = "2000", codes: str = MWK) -> Participant:
    currencies = codes.split()
    return Participant(
        id_,
        kind,
        "peer",
        id_,
        {code: Money(cap, code) for code in currencies},
        {code: Money(funds, code) for code in currencies},
    )


PARTICIPANTS = (
    participant("green-bank"),
    participant("blue-wallet", codes=f"{MWK} {ZMW}"),
    participant("quick-fx", "fxp", codes=f"{MWK} {ZMW}"),
)
PEOPLE = (
    Person("Amina", "green-bank", "MSISDN", "265991000001", Money("500", MWK)),
    Person("Bob", "blue-wallet", "MSISDN", "265991000002", Money("100", MWK)),
    Person("Shop", "blue-wallet", "BUSINESS", "SHOP1", Money("100", MWK), sub_id="TILL2"),
)


@dataclass(frozen=True)
class Got:
    """A message that a participant got from the hub, and when."""

    to: str
    at: float
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else None

    @property
    def source(self) -> str:
        return self.headers["fspiop-source"]

    @property
    def line(self) -> str:
        return f"{self.method} {self.path} to {self.to}"

    @property
    def error(self) -> tuple[str, str]:
        information = self.json["errorInformation"]
        return information["errorCode"], information["errorDescription"]


class Yard:
    """The hub and its participants. Everything that goes to a participant stands in `got`, in order."""

    def __init__(
        self,
        participants: tuple[Participant, ...] = PARTICIPANTS,
        people: tuple[Person, ...] = PEOPLE,
        **settings: Any,
    ) -> None:
        self.clock = VirtualClock(START)
        self.client = Client(self.clock, Ids("test"))
        self.got: list[Got] = []
        self.answers: dict[tuple[str, str], Reply] = {}
        self.absent: set[str] = set()
        self.traffic = Traffic(self.clock.now)
        self.checker = Checker()
        self.crew = Crew(self.clock)
        self._plan = Plan("test", "seed", START, participants, people)
        self._settings = settings
        self._stub = Listener(self.clock, self._record)
        self._faces: dict[str, Listener] = {}
        self.hub: Hub

    async def __aenter__(self) -> Yard:
        faults = FaultSchedule(self.clock, Ids("faults").random)
        self._hub_client = Client(self.clock, Ids("hub"))
        assert SIMULATOR.contract is not None
        checker = BoundChecker(self.checker, SIMULATOR.contract())
        outbox = Outbox(
            "hub", self.clock, self.crew, self._hub_client, self.traffic, faults, checker, notations=SIMULATOR.notations
        )
        self.site = Site("hub", self._plan, self.clock, self.crew, Ids("hub"), outbox, self._url, self._settings)
        self.hub = SIMULATOR.build(self.site)
        for face in SIMULATOR.faces:
            contract = face.contract() if face.contract else None
            server = FaceServer(
                "hub", face, lambda: self.hub, self.crew, self.traffic, faults, BoundChecker(self.checker, contract)
            )
            self._faces[face.name] = Listener(self.clock, server)
            await self._faces[face.name].start()
        await self._stub.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.crew.dismiss()
        await self.client.close()
        await self._hub_client.close()
        for listener in (*self._faces.values(), self._stub):
            await listener.stop()

    def _url(self, party: str, face: str) -> str:
        assert face == "fspiop"
        return "http://127.0.0.1:9" if party in self.absent else f"{self._stub.url}/{party}"

    async def _record(self, request: Request) -> Reply:
        _, to, path = request.path.split("/", 2)
        path = f"/{path}" + (f"?{request.query}" if request.query else "")
        found = {name.lower(): value for name, value in request.headers}
        self.got.append(Got(to, self.clock.monotonic(), request.method, path, found, request.body))
        return self.answers.get((to, request.method), Reply(202 if request.method in ("GET", "POST") else 200))

    # -- speaking to the hub ------------------------------------------------------------------------------------------

    async def call(
        self, method: str, path: str, *, face: str = "fspiop", headers: Mapping[str, str] | None = None, body: Any = None
    ) -> Answer:
        """One request from outside; everything that it sets off has happened when this returns."""
        raw = body if isinstance(body, bytes | None) else orjson.dumps(body)
        work = self.client.call(method, self._faces[face].url + path, headers=headers, body=raw)
        return await self.clock.drive(work)

    async def send(
        self, source: str, method: str, path: str, body: Any = None, *, to: str | None = None, version: str = "2.0",
        **more: str,
    ) -> Answer:  # fmt: skip
        """An FSPIOP request of a participant; `more` replaces headers, an empty value removes one."""
        made = self.made(source, method, path, to, version)
        made |= {name.replace("_", "-"): value for name, value in more.items()}
        return await self.call(method, path, headers={name: value for name, value in made.items() if value}, body=body)

    def made(self, source: str, method: str, path: str, to: str | None, version: str = "2.0") -> dict[str, str]:
        """The headers of such a request."""
        resource, now = path.split("/")[1], self.clock.now()
        make = headers.callback_headers if method in ("PUT", "PATCH") else headers.request_headers
        return make(resource, source=source, destination=to, date=now, version=version)

    async def admin(self, method: str, path: str, body: Any = None, **more: str) -> Answer:
        wire = {"content-type": "application/json"} if body is not None else {}
        return await self.call(method, path, face="admin", headers=wire | more, body=body)

    async def settlement(self, method: str, path: str, body: Any = None) -> Answer:
        wire = {"content-type": "application/json"} if body is not None else {}
        return await self.call(method, f"/v2{path}", face="settlement", headers=wire, body=body)

    async def pay(
        self, number: int = 1, amount: str = "100", payer: str = "green-bank", payee: str = "blue-wallet", code: str = MWK
    ) -> str:
        """A transfer from prepare to commit; returns its id."""
        id_ = transfer_id(number)
        money = {"currency": code, "amount": amount}
        await self.prepare(transferId=id_, amount=money, payerFsp=payer, payeeFsp=payee, source=payer)
        await self.fulfil(id_=id_, source=payee, to=payer)
        return id_

    async def prepare(self, body: Any = None, source: str = "green-bank", **changes: Any) -> Answer:
        """POST /transfers of green-bank to blue-wallet, unless changed."""
        return await self.send(source, "POST", "/transfers", body or self.transfer(**changes))

    async def convert(self, body: Any = None, source: str = "green-bank", **changes: Any) -> Answer:
        """POST /fxTransfers of green-bank with quick-fx, unless changed."""
        return await self.send(source, "POST", "/fxTransfers", body or self.conversion(**changes))

    async def fulfil(
        self, state: str = "COMMITTED", *, id_: str = TRANSFER, source: str = "blue-wallet", to: str = "green-bank",
        fulfilment: str | None = FULFILMENT, version: str = "2.0", **more: Any,
    ) -> Answer:  # fmt: skip
        body = {"completedTimestamp": dates.to_iso(self.clock.now()), "transferState": state} | more
        if fulfilment:
            body["fulfilment"] = fulfilment
        return await self.send(source, "PUT", f"/transfers/{id_}", body, to=to, version=version)

    async def promise(
        self, state: str = "RESERVED", *, id_: str = CONVERSION, source: str = "quick-fx", to: str = "green-bank",
        fulfilment: str | None = FULFILMENT,
    ) -> Answer:  # fmt: skip
        body = {"completedTimestamp": dates.to_iso(self.clock.now()), "conversionState": state}
        if fulfilment:
            body["fulfilment"] = fulfilment
        return await self.send(source, "PUT", f"/fxTransfers/{id_}", body, to=to)

    async def fail(
        self, code: Any = "5105", *, path: str = f"/transfers/{TRANSFER}/error", source: str = "blue-wallet",
        to: str = "green-bank",
    ) -> Answer:  # fmt: skip
        body = {"errorInformation": {"errorCode": code, "errorDescription": "not today"}}
        return await self.send(source, "PUT", path, body, to=to)

    def transfer(self, **changes: Any) -> dict[str, Any]:
        amount = changes.pop("amount", "100")
        money = amount if isinstance(amount, dict) else {"currency": MWK, "amount": amount}
        return {
            "transferId": TRANSFER, "payeeFsp": "blue-wallet", "payerFsp": "green-bank", "amount": money,
            "ilpPacket": PACKET, "condition": CONDITION, "expiration": self.after(60),
        } | changes  # fmt: skip

    def conversion(self, **changes: Any) -> dict[str, Any]:
        source, target = changes.pop("source_amount", "100"), changes.pop("target_amount", "20")
        return {
            "commitRequestId": CONVERSION, "determiningTransferId": TRANSFER, "initiatingFsp": "green-bank",
            "counterPartyFsp": "quick-fx", "sourceAmount": {"currency": MWK, "amount": source},
            "targetAmount": {"currency": ZMW, "amount": target}, "condition": CONDITION, "expiration": self.after(60),
        } | changes  # fmt: skip

    def after(self, seconds: float) -> str:
        return dates.to_iso(self.clock.now() + timedelta(seconds=seconds))

    # -- looking ------------------------------------------------------------------------------------------------------

    @property
    def stub(self) -> str:
        """The address of the stub; the first segment of a path is the participant."""
        return self._stub.url

    def taken(self) -> list[Got]:
        """What has come since the last look."""
        new, self.got = self.got, []
        return new

    def lines(self) -> list[str]:
        return [each.line for each in self.taken()]

    def control(self, name: str, **arguments: Any) -> Any:
        (found,) = [each for each in SIMULATOR.controls if each.name == name]
        return found.handle(self.hub, arguments)

    def position(self, who: str, code: str = MWK) -> str:
        (row,) = self.control("positions", participant=who, currency=code)
        return str(row["position"])

    def positions(self) -> dict[str, str]:
        rows = self.control("positions")
        return {f"{row['participant']} {row['currency']}": row["position"] for row in rows if row["position"] != "0"}

    def in_flight(self) -> dict[str, str]:
        accounts = [each for each in self.hub.book.accounts if each.role == "in-flight" and each.balance]
        return {each.currency.code: str(each.balance) for each in accounts}

    def state(self, id_: str = TRANSFER) -> str:
        return str(self.control("transfer", id=id_)["internalState"])


def transfer_id(number: int) -> str:
    return f"{number:08d}-ee48-4575-b6a9-ead2955b8069"


def conversion_id(number: int) -> str:
    return f"{number:08d}-c26a-4474-8b3c-99b96a814bfc"


def changed(participants: tuple[Participant, ...], id_: str, **what: Any) -> tuple[Participant, ...]:
    """The participants with one of them changed."""
    return tuple(replace(each, **what) if each.id == id_ else each for each in participants)


def run(work: Callable[[Yard], Coroutine[Any, Any, None]], *, breach: str = "", **settings: Any) -> None:
    """Run a test's work in a yard of its own, and demand that nothing the hub has formed breaks the contract, but for a breach
    that the real hub commits too, told by the beginning of its text."""

    async def scene() -> None:
        async with Yard(**settings) as yard:
            await work(yard)
            breaches = [each for each in yard.checker.findings if each.party == "hub"]
            assert [each for each in breaches if not breach or not each.text.startswith(breach)] == []

    asyncio.run(scene())
