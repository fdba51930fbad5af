"""A scheme in miniature on the virtual clock: a stub hub that relays, a stub backend behind each connector, and a
synchronous hand on all of it. The stubs know nothing of the connector's own modules."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from connectors.mojaloop_connector import CONNECTOR
from loopyard.kernel.clock import VirtualClock
from loopyard.kernel.ids import Ids
from loopyard.transport.client import Client, NoAnswer
from loopyard.transport.endings import Hangup, close
from loopyard.transport.messages import Reply, Request
from loopyard.transport.server import Listener
from loopyard.world.host import ConnectorHost

START = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
SWITCH = "switch"
NOW = "2026-11-21T01:00:00.181Z"
LATER = "2026-11-21T02:00:00.000Z"
PAYEE_ID = "27713803912"
AUTOMATIC = ("user-agent", "accept-encoding", "host", "connection", "traceparent")


@dataclass(frozen=True)
class Call:
    """A request as a stub got it. `key` is method and resource, such as "POST /quotes"."""

    at: float
    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: Any

    @property
    def key(self) -> str:
        parts = self.path.strip("/").split("/")
        return f"{self.method} /{parts[0]}" + ("/error" if parts[-1] == "error" else "")

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name), None)


@dataclass(frozen=True)
class Say:
    """What a stub hub says on its own, `after` seconds."""

    method: str
    path: str
    body: Any
    after: float = 0
    source: str = "payee"
    to: str = "payer"
    headers: Mapping[str, str] = field(default_factory=dict)


Script = Callable[[Call], Iterable[Say]]
Answer = Callable[[Call], tuple[int, Any]]


class Stub:
    """Records what it is asked and answers with `status` overrides first: a number, or "close"."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.calls: list[Call] = []
        self.trouble: dict[str, list[Any]] = {}
        self.listener = Listener(clock, self._serve)

    async def _serve(self, request: Request) -> Reply:
        body = json.loads(request.body) if request.body else None
        call = Call(self.clock.monotonic(), request.method, request.path, request.headers, body)
        self.calls.append(call)
        if self.trouble.get(call.key):
            trouble = self.trouble[call.key].pop(0)
            if trouble == "close":
                raise Hangup(close)
            if trouble == "hang":
                await self.clock.sleep(10_000)
            if trouble is not None:
                status, answer = trouble if isinstance(trouble, tuple) else (trouble, None)
                return Reply(status, b"" if answer is None else json.dumps(answer).encode())
        return await self.answer(call)

    async def answer(self, call: Call) -> Reply:
        raise NotImplementedError

    def heard(self) -> list[str]:
        return [call.key for call in self.calls]

    def last(self, key: str) -> Call:
        return [call for call in self.calls if call.key == key][-1]

    def all(self, key: str) -> list[Call]:
        return [call for call in self.calls if call.key == key]


class StubHub(Stub):
    """Relays between the connectors of a yard, with the rule of RESERVED, unless `script` plays the other side."""

    def __init__(self, clock: VirtualClock, client: Client) -> None:
        super().__init__(clock)
        self.client = client
        self.inbound: dict[str, str] = {}
        self.script: dict[str, Script] = {}
        self.words: dict[str, Any] = {}
        """What stands in the acknowledgement of a call, by its key; it should be empty."""
        self.refusals: list[tuple[str, int, bytes]] = []
        self.parties = {PAYEE_ID: "payee", "27713404": "payee"}
        self.conversions: list[str] = []

    async def answer(self, call: Call) -> Reply:
        script = self.script.get(call.key)
        for say in script(call) if script is not None else self.relay(call):
            self.clock.spawn(self.say(say), f"hub says {say.method} {say.path}")
        word = self.words.get(call.key)
        return Reply(200 if call.method in ("PUT", "PATCH") else 202, b"" if word is None else json.dumps(word).encode())

    async def say(self, say: Say) -> None:
        if say.after:
            await self.clock.sleep(say.after)
        base = {
            "content-type": media_type(say.path),
            "date": "Sat, 21 Nov 2026 01:00:00 GMT",
            "fspiop-source": say.source,
            "fspiop-destination": say.to,
        }
        if say.method in ("GET", "POST"):
            base["accept"] = media_type(say.path).replace("=2.0", "=2")
        headers = dict(say.headers) or base
        body = None if say.body is None else json.dumps(say.body, separators=(",", ":"), ensure_ascii=False).encode()
        try:
            answer = await self.client.call(say.method, self.inbound[say.to] + say.path, headers=headers, body=body)
        except NoAnswer:
            return
        if answer.status >= 300:
            self.refusals.append((f"{say.method} {say.path}", answer.status, answer.body))

    def relay(self, call: Call) -> Iterable[Say]:
        kept = {name.lower(): value for name, value in call.headers if name.lower() not in (*AUTOMATIC, "content-length")}
        source, to = kept["fspiop-source"], kept.get("fspiop-destination", "")
        if call.key == "GET /parties" and not to:
            to = self.parties.get(call.path.split("/")[3], "")
            if not to:
                error = {"errorInformation": {"errorCode": "3204", "errorDescription": "Party not found"}}
                yield Say("PUT", f"{call.path}/error", error, source=SWITCH, to=source)
                return
            kept["fspiop-destination"] = to
        if to not in self.inbound:
            return
        if call.key == "POST /fxTransfers":
            self.conversions.append(call.body["commitRequestId"])
        if call.key == "PUT /transfers" and call.body["transferState"] == "RESERVED":
            yield from self.commit(call, source, to)
        else:
            yield Say(call.method, call.path, call.body, source=source, to=to, headers=kept)

    def commit(self, call: Call, source: str, to: str) -> Iterable[Say]:
        yield Say("PUT", call.path, call.body | {"transferState": "COMMITTED"}, source=SWITCH, to=to)
        notice = {"completedTimestamp": NOW}
        yield Say("PATCH", call.path, notice | {"transferState": "COMMITTED"}, source=SWITCH, to=source)
        for conversion in self.conversions:
            yield Say("PATCH", f"/fxTransfers/{conversion}", notice | {"conversionState": "COMMITTED"}, source=SWITCH, to="fxp")


class StubBackend(Stub):
    """A backend that agrees to everything, unless `plan` says otherwise."""

    def __init__(self, clock: VirtualClock, currency: str = "XXX") -> None:
        super().__init__(clock)
        self.currency = currency
        self.plan: dict[str, Answer] = {}
        self.delay: dict[str, float] = {}

    async def answer(self, call: Call) -> Reply:
        if call.key in self.delay:
            await self.clock.sleep(self.delay[call.key])
        make = self.plan.get(call.key) or getattr(self, "_" + call.key.replace(" /", "_").lower())
        status, body = make(call)
        if body is None:
            return Reply(status)
        return Reply(status, json.dumps(body).encode(), (("content-type", "application/json"),))

    def _get_parties(self, call: Call) -> tuple[int, Any]:
        names = {"displayName": "Payee Test", "firstName": "Test", "middleName": "Middle", "lastName": "Payee"}
        party = {"idType": "MSISDN", "idValue": call.path.split("/")[3], "type": "CONSUMER", **names}
        return 200, party | {"dateOfBirth": "1980-01-01", "fspId": "payee", "supportedCurrencies": [self.currency]}

    def _post_quoterequests(self, call: Call) -> tuple[int, Any]:
        quote = {"quoteId": call.body["quoteId"], "transactionId": call.body["transactionId"]}
        amounts = {
            "transferAmount": call.body["amount"],
            "payeeReceiveAmount": call.body["amount"],
            "payeeFspFeeAmount": "0",
            "payeeFspCommissionAmount": "0",
        }
        for name, amount in amounts.items():
            quote |= {name: amount, f"{name}Currency": call.body["currency"]}
        return 200, quote | {"expiration": LATER}

    def _post_transfers(self, call: Call) -> tuple[int, Any]:
        home = f"home-{call.body['transferId']}"
        return 200, {"homeTransactionId": home, "transferState": "RESERVED", "completedTimestamp": NOW}

    def _put_transfers(self, call: Call) -> tuple[int, Any]:
        return 200, {}

    def _post_fxquotes(self, call: Call) -> tuple[int, Any]:
        terms = dict(call.body["conversionTerms"])
        terms["sourceAmount"] = {"currency": terms["sourceAmount"]["currency"], "amount": "100"}
        terms["targetAmount"] = {"currency": terms["targetAmount"]["currency"], "amount": "1250"}
        charge = {"sourceAmount": {"currency": "XXX", "amount": "1"}, "targetAmount": {"currency": "XTS", "amount": "1"}}
        terms["charges"] = [{"chargeType": "Conversion", **charge}]
        return 200, {"homeTransactionId": "fxhome", "conversionTerms": terms}

    def _post_fxtransfers(self, call: Call) -> tuple[int, Any]:
        home = f"fxhome-{call.body['commitRequestId']}"
        return 200, {"homeTransactionId": home, "conversionState": "RESERVED", "completedTimestamp": NOW}

    def _put_fxtransfers(self, call: Call) -> tuple[int, Any]:
        return 200, {}


@dataclass(frozen=True)
class Told:
    """An answer of the outbound API."""

    status: int
    body: Any


class Yard:
    """Connectors named payer, payee, fxp (those that are given settings) around one hub. Closed by leaving the block."""

    def __init__(self, stores: Path, **connectors: Mapping[str, Any]) -> None:
        self.runner = asyncio.Runner()
        self.clock = VirtualClock(START)
        self.client = Client(self.clock, Ids("channel"))
        self.hub = StubHub(self.clock, Client(self.clock, Ids("hub")))
        self.parts: dict[str, Mapping[str, Any]] = {}
        self.backends: dict[str, StubBackend] = {}
        self.hosts: dict[str, ConnectorHost] = {}
        for name, given in connectors.items():
            settings = {"dfsp_id": name, "expiry_seconds": 60, "request_processing_timeout_seconds": 15, **given}
            self.parts[name] = settings.pop("parts", {})
            self.backends[name] = StubBackend(self.clock)
            url = self._urls(name)
            self.hosts[name] = ConnectorHost(name, CONNECTOR, settings, self.clock, url, stores / f"{name}.sqlite")

    def _urls(self, name: str) -> Callable[[str, str], str]:
        def url(party: str, face: str) -> str:
            assert (party, face) in {("hub", "fspiop"), ("core_connector", "sdk")}, (party, face)
            return self.hub.listener.url if party == "hub" else self.backends[name].listener.url

        return url

    def __enter__(self) -> Yard:
        self.runner.run(self._open())
        return self

    async def _open(self) -> None:
        await self.hub.listener.start()
        for name, host in self.hosts.items():
            await self.backends[name].listener.start()
            await host.listen()
            self.hub.inbound[name] = host.listeners["inbound"].url
            await host.begin(Ids(name), self.parts[name])

    def __exit__(self, *_: object) -> None:
        self.runner.run(self._close())
        self.runner.close()

    async def _close(self) -> None:
        for host in self.hosts.values():
            await host.close()
        await self.clock.settle()
        for each in (self.hub, *self.backends.values()):
            await each.listener.stop()
        await self.client.close()
        await self.hub.client.close()

    # -- the hand on it ---------------------------------------------------------------------------------------------

    @property
    def backend(self) -> StubBackend:
        return self.backends.get("payee") or next(iter(self.backends.values()))

    def outbound(self, method: str, path: str, body: Any = None) -> Told:
        """A call of the core connector; time passes as far as the answer needs."""
        status, told = self.outbound_bytes(method, path, body)
        return Told(status, json.loads(told) if told else None)

    def outbound_bytes(self, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        """The same, with the answer's body as it came."""

        async def call() -> tuple[int, bytes]:
            content = None if body is None else json.dumps(body).encode()
            url = self.hosts["payer"].listeners["outbound"].url + path
            answer = await self.client.call(method, url, body=content)
            return answer.status, answer.body

        return self.runner.run(self.clock.drive(call()))

    def raw(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None, to: str = "payee") -> Told:
        """A call on the inbound face, as it is."""

        async def call() -> Told:
            answer = await self.client.call(method, self.hub.inbound[to] + path, headers=headers, body=body)
            return Told(answer.status, json.loads(answer.body) if answer.body else None)

        return self.runner.run(self.clock.drive(call()))

    def say(self, *sayings: Say) -> None:
        """The hub speaks, and what it sets off at this moment happens."""
        for say in sayings:
            self.runner.run(self.clock.drive(self.hub.say(say)))

    def settle(self) -> None:
        self.runner.run(self.clock.settle())

    def advance(self, seconds: float) -> None:
        self.runner.run(self.clock.advance(seconds))

    def crash(self, name: str) -> None:
        self.runner.run(self.clock.drive(self.hosts[name].crash()))

    def restart(self, name: str) -> None:
        self.runner.run(self.clock.drive(self.hosts[name].restart()))
        self.settle()

    def transfer(self, **changes: Any) -> Told:
        return self.outbound("POST", "/transfers", order(**changes))

    def accept(self, transfer_id: str, **consent: Any) -> Told:
        return self.outbound("PUT", f"/transfers/{transfer_id}", consent)


def order(**changes: Any) -> dict[str, Any]:
    """The body of POST /transfers of the recordings."""
    payer = {"type": "CONSUMER", "idType": "MSISDN", "idValue": "17039811907", "fspId": "payer"}
    names = {"firstName": "Pay", "lastName": "Er", "dateOfBirth": "1984-01-01", "displayName": "Pay Er"}
    return {
        "homeTransactionId": "7d3ff3b2-cb06-4484-b528-fedaa7b74326",
        "from": payer | names,
        "to": {"idType": "MSISDN", "idValue": PAYEE_ID},
        "amountType": "SEND",
        "currency": "XXX",
        "amount": "100",
        "transactionType": "TRANSFER",
        "note": "test payment",
    } | changes


def media_type(path: str, version: str = "2.0") -> str:
    resource = path.strip("/").split("/")[0]
    return f"application/vnd.interoperability.{resource}+json;version={version}"


def error(code: str, text: str = "as told") -> dict[str, Any]:
    return {"errorInformation": {"errorCode": code, "errorDescription": text}}
