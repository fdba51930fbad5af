"""A connection manager over real sockets on the virtual clock, and a hand that calls it as a payment manager does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from loopyard.protocols.x509 import issuing, reading
from loopyard.protocols.x509.keys import pooled
from loopyard.testing.lab import Lab
from loopyard.world import file as world_file
from loopyard.world.client import World

WORLD = Path(__file__).with_name("world.toml")
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


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
        return Told(
            told["status"], json.loads(answered) if answered else None, {name.lower(): value for name, value in told["headers"]}
        )

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
    ours = [each for each in lab.world.control("audit.run", pending=[])["findings"] if each["party"] == "mcm"]
    assert not ours, ours


@pytest.fixture(scope="session")
def pems() -> dict[str, str]:
    """What a DFSP brings, made with the keys of the pool: its CA, a server certificate, a request, a JWS key, and the
    certificate of somebody whom the hub does not know."""
    term = issuing.Term(1, START - timedelta(hours=1), START + timedelta(days=365))
    ca = issuing.authority({"CN": "Green Bank CA", "O": "Green Bank"}, pooled("dfsp", 4096, 0), term)
    name = "green-bank.example.com"
    server = issuing.issue(ca, pooled("dfsp", 4096, 1).public_key(), {"CN": name}, replace(term, serial=2), "server", [name])
    client = issuing.issue(ca, pooled("dfsp", 4096, 2).public_key(), {"CN": name}, replace(term, serial=3), "client", [name])
    return {
        "CA": ca.pem,
        "KEY": reading.pem_of(ca.key),
        "SERVER": reading.pem_of(server),
        "CERTIFICATE": reading.pem_of(client),
        "CSR": reading.pem_of(issuing.request({"CN": "green-bank"}, pooled("dfsp", 4096, 3), ["green-bank"])),
        "JWS": reading.pem_of(pooled("dfsp", 2048, 0).public_key()),
    }


@pytest.fixture
def ca(pems: dict[str, str]) -> issuing.Authority:
    """Green Bank's CA, to sign with."""
    return issuing.Authority(reading.certificate(pems["CA"]), reading.private_key(pems["KEY"]))
