"""A bank behind a real socket, on the virtual clock, with a synchronous hand on it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from loopyard.engine.callbacks import Outbox
from loopyard.engine.checker import Checker
from loopyard.engine.faults.schedule import FaultSchedule
from loopyard.engine.plan import Participant, Person, Plan
from loopyard.engine.server import FaceServer
from loopyard.engine.site import Site
from loopyard.engine.traffic import Traffic
from loopyard.kernel.clock import Crew, VirtualClock
from loopyard.kernel.ids import Ids
from loopyard.kernel.money import Money
from loopyard.transport.client import Answer, Client
from loopyard.transport.server import Listener
from simulators.cbs.mojaloop_reference import SIMULATOR

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
AMINA, GRACE, BLESSINGS, OKELLO = "265991000101", "265991000103", "265991000104", "256771000401"


def plan() -> Plan:
    cap = {"MWK": Money(1_000_000, "MWK"), "UGX": Money(1_000_000, "UGX")}
    people = (
        Person("Amina Banda", "green-bank", "MSISDN", AMINA, Money(500, "MWK")),
        Person("Grace Mwale", "green-bank", "MSISDN", GRACE, Money(0, "MWK")),
        Person("Blessings Nyirenda", "green-bank", "MSISDN", BLESSINGS, Money(250, "MWK"), status="blocked"),
        Person("Okello Mukasa", "green-bank", "WALLET_ID", OKELLO, Money(300_000, "UGX")),
        Person("Closed Account", "green-bank", "MSISDN", "265991000199", Money(0, "MWK"), status="closed"),
        Person("Bob Kamanga", "blue-wallet", "MSISDN", "265881000201", Money(1000, "MWK")),
    )
    banks = (
        Participant("green-bank", "dfsp", "home", "Green Bank", cap, cap),
        Participant("lake-fx", "fxp", "home", "Lake FX", cap, cap),
    )
    return Plan("test", "seed", START, banks, people)


class Branch:
    """One bank and a caller. Bodies go out as JSON, come back parsed with exact numbers."""

    def __init__(self, name: str, settings: Mapping[str, Any]) -> None:
        self.clock = VirtualClock(START)
        self.runner = asyncio.Runner()
        self.crew = Crew(self.clock)
        self.client = Client(self.clock, Ids("caller"))
        self.traffic = Traffic(self.clock.now)
        self.checker = Checker()
        self.faults = FaultSchedule(self.clock, Random(1))
        outbox = Outbox(name, self.clock, self.crew, self.client, self.traffic, self.faults, self.checker.bind(None))
        site = Site(name, plan(), self.clock, self.crew, Ids("bank"), outbox, lambda party, face: "", settings)
        self.state = SIMULATOR.build(site)
        (face,) = SIMULATOR.faces
        bound = self.checker.bind(face.contract())
        server = FaceServer(name, face, lambda: self.state, self.crew, self.traffic, self.faults, bound)
        self.listener = Listener(self.clock, server)
        self.runner.run(self.listener.start())

    def raw(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        call = self.client.call(method, self.listener.url + path, headers=names, body=body)
        return self.runner.run(self.clock.drive(call))

    def get(self, path: str, **headers: str) -> tuple[int, Any]:
        return self._read(self.raw("GET", path, **headers))

    def post(self, path: str, body: Any) -> tuple[int, Any]:
        return self._read(self.raw("POST", path, json.dumps(body).encode()))

    def _read(self, answer: Answer) -> tuple[int, Any]:
        return answer.status, json.loads(answer.body, parse_float=Decimal, parse_int=Decimal)

    def reserve(self, transfer: str, amount: str | int, who: str = AMINA, side: str = "payer", **more: Any) -> tuple[int, Any]:
        money = {"amount": float(amount), "currency": more.pop("currency", "MWK"), "amountDecimal": str(amount)}
        party = {"partyIdType": more.pop("id_type", "MSISDN"), "partyIdentifier": who}
        return self.post("/funds/reserve", {"transferId": transfer, side: party, "amount": money, **more})

    def commit(self, reserve: str) -> tuple[int, Any]:
        return self.post("/funds/commit", {"reserveId": reserve})

    def unreserve(self, reserve: str) -> tuple[int, Any]:
        return self.post("/funds/unreserve", {"reserveId": reserve, "reason": "aborted"})

    def control(self, name: str, **arguments: Any) -> Any:
        (control,) = [each for each in SIMULATOR.controls if each.name == name]
        return control.handle(self.state, arguments)

    def account(self, who: str = AMINA, id_type: str = "MSISDN") -> tuple[str, str, str]:
        """Balance, held, available."""
        found = self.control("balance", id_type=id_type, id_value=who)
        return found["balance"], found["held"], found["available"]

    def role(self, role: str, currency: str = "MWK") -> Money:
        return self.state.book.internal(role, currency).balance

    def advance(self, seconds: float) -> None:
        self.runner.run(self.clock.advance(seconds))

    def imbalance(self) -> dict[str, int]:
        sums: dict[str, int] = {}
        for each in self.state.book.ledger.accounts:
            sign = 1 if each.normal == "credit" else -1
            sums[each.currency.code] = sums.get(each.currency.code, 0) + sign * each.balance.units
        return sums

    def close(self) -> None:
        async def stop() -> None:
            await self.client.close()
            await self.listener.stop()

        self.runner.run(stop())
        self.runner.close()


Open = Callable[..., Branch]


@pytest.fixture
def open_bank() -> Iterator[Open]:
    with ExitStack() as stack:

        def make(name: str = "green-bank", **settings: Any) -> Branch:
            branch = Branch(name, settings)
            stack.callback(branch.close)
            return branch

        yield make


@pytest.fixture
def bank(open_bank: Open) -> Branch:
    """The extended profile with a fee of 2 for sending and 1 for receiving."""
    return open_bank(fees={"MWK": {"sending": {"flat": "2"}, "receiving": {"flat": "1"}}})


@pytest.fixture
def published(open_bank: Open) -> Branch:
    return open_bank(profile="published", fees={"MWK": {"sending": {"flat": "2"}, "receiving": {"flat": "1"}}})
