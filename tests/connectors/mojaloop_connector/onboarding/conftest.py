"""The default world with a hand on the management API, and a connection manager whose answers a test can twist."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from connectors.mojaloop_connector.onboarding.manager import HttpManager
from connectors.mojaloop_connector.onboarding.office import Credentials
from loopyard.testing.lab import Lab
from loopyard.world import file as world_file
from loopyard.world.defaults import default_world

Twist = Callable[[Any], Any]


@dataclass
class Bench:
    """What a test sees and does. `twists` change answers by method and the end of the path; `used` are the credentials that
    the connector was given, in order."""

    lab: Lab | None = None
    twists: dict[tuple[str, str], Twist] = field(default_factory=dict)
    used: list[Credentials] = field(default_factory=list)

    @property
    def world(self) -> Any:
        assert self.lab is not None
        return self.lab.world

    def call(self, method: str, path: str, body: Any = None, face: str = "mojaloop_connector.management") -> tuple[int, Any]:
        content = body if isinstance(body, str) else "" if body is None else json.dumps(body)
        told = self.world.control("channel.call", face=face, method=method, path=path, body=content)
        return told["status"], json.loads(told["body"]) if told["body"] else None

    def connect(self) -> dict[str, Any]:
        assert self.call("POST", "/reonboard", {"reason": "test"}) == (200, {"status": "SUCCESS"})
        self.world.settle()
        return self.states()

    def states(self) -> dict[str, Any]:
        states: dict[str, Any] = self.call("GET", "/states")[1]
        return states

    def error(self, name: str) -> str:
        """The error that a state shows; the state must show one."""
        state = self.states()[name]
        assert state["status"] == "inError", state
        return str(state["errorDescription"])

    def kept(self) -> Mapping[str, Any]:
        kept: Mapping[str, Any] = self.world.control("mcm.certificates", dfsp="green-bank")
        return kept

    def asked(self, since: int = 0) -> list[str]:
        """What the connection manager was asked, in order."""
        rows = [row for row in self.world.traffic() if row["operation"].startswith("mcm.")][since:]
        return [f"{row['method']} {row['path'].removeprefix('/pm4mlapi').replace('/dfsps/green-bank', '')}" for row in rows]

    def configure(self, **settings: Any) -> None:
        self.world.configure("mojaloop_connector", **settings)

    def twisted(self, method: str, path: str, answer: Any) -> Any:
        for (wanted, end), twist in self.twists.items():
            if method == wanted and path.endswith(end):
                return twist(answer)
        return answer


@pytest.fixture(scope="package")
def _bench() -> Iterator[Bench]:
    bench = Bench()

    class Twisting(HttpManager):
        async def get(self, path: str) -> Any:
            return bench.twisted("GET", path, await super().get(path))

        async def post(self, path: str, body: Any) -> Any:
            return bench.twisted("POST", path, await super().post(path, body))

    parts = {"mojaloop_connector": {"connection_manager": Twisting, "credentials": bench.used.append}}
    with Lab(world_file.load(default_world()), parts=parts) as lab:
        bench.lab = lab
        yield bench


@pytest.fixture
def bench(_bench: Bench) -> Bench:
    """A DFSP that has not connected yet, and an honest connection manager."""
    _bench.twists.clear()
    _bench.world.reset()
    _bench.used.clear()
    return _bench
