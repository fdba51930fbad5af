"""A connection manager over real sockets on the virtual clock, and a hand that calls it as a payment manager does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from loopyard.testing.lab import Lab
from loopyard.world import file as world_file
from loopyard.world.client import World

WORLD = Path(__file__).with_name("world.toml")


@dataclass(frozen=True)
class Told:
    """An answer of the connection manager."""

    status: int
    body: Any
    headers: Mapping[str, str]


class Hand:
    """Calls the API of a world's connection manager."""

    def __init__(self, world: World) -> None:
        self.world = world

    def __call__(self, method: str, path: str, body: Any = None, base: str = "pm4mlapi", **headers: str) -> Told:
        content = body if isinstance(body, str) else "" if body is None else json.dumps(body)
        sent = {"Content-Type": "application/json", **headers}
        told = self.world.control(
            "channel.call", face="mcm.api", method=method, path=f"/{base}{path}", body=content, headers=sent
        )
        answered = told["body"]
        return Told(told["status"], json.loads(answered) if answered else None, {name.lower(): value for name, value in told["headers"]})

    def control(self, name: str, **arguments: Any) -> Any:
        return self.world.control(f"mcm.{name}", **arguments)


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab(world_file.load(WORLD)) as lab:
        yield lab


@pytest.fixture
def mcm(lab: Lab) -> Iterator[Hand]:
    """A connection manager as at its start. What it said breaks no contract, whatever it was asked."""
    lab.world.reset()
    yield Hand(lab.world)
    lab.world.settle()
    ours = [each for each in lab.world.control("audit.run", pending=[])["findings"] if "mcm" in str(each)]
    assert not ours, ours
