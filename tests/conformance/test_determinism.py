"""The same seed gives the same traffic: over runs, over event loops, over processes, with a CPU hog beside."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Literal

import pytest

from loopyard.kernel.money import Money
from loopyard.testing.lab import Lab
from loopyard.testing.observation import watch_world
from loopyard.world.defaults import default_world
from loopyard.world.file import load
from loopyard.world.signing import Profile

RUNS = 25  # on each event loop


def hog(stop: Any) -> None:
    while not stop.is_set():
        sum(range(50_000))


@pytest.fixture
def neighbour() -> Iterator[None]:
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    process = context.Process(target=hog, args=(stop,), daemon=True)
    process.start()
    yield
    stop.set()
    process.join()


def history(lab: Lab) -> str:
    """One world's story from its reset: an outbound, an inbound and an FXP transfer under faults; the traffic's hash."""
    world, people = lab.world, lab.file.cast.people
    channel = watch_world(world, "determinism").channel
    world.fault("latency", "*.transfers.*", seconds=0.2, sigma=0.5, probability=0.5)
    world.fault("lost", "hub.transfers.fulfil-notice", times=1)
    for payee in ("Bob", "Mutale"):
        order = channel.initiate(people["Chikondi"], people[payee], Money("1000", "MWK"))
        channel.accept(order)
    bob, amina = people["Bob"], people["Amina"]
    payer, payee_ = ({"id_type": each.id_type, "id_value": each.id_value} for each in (bob, amina))
    world.control("dfsp.send", fsp=bob.dfsp, payer=payer, payee=payee_, amount="50", currency="MWK")
    world.advance(600)
    digest: str = world.control("traffic.digest")
    return digest


def histories(uvloop: bool, runs: int) -> set[str]:
    with Lab(load(default_world()), uvloop=uvloop) as lab:
        return {history(lab) for _ in range(runs)}


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
def test_signatures_leave_nothing_to_chance(alg: Literal["RS256", "ES256"]) -> None:
    jws = Profile(on=True, alg=alg, hub_validates=True)
    with Lab(replace(load(default_world()), jws=jws)) as lab:
        assert len({history(lab) for _ in range(3)}) == 1
        assert any(name == "fspiop-signature" for row in lab.world.interactions() for name, _ in row.request_headers)


def test_one_seed_gives_one_history_on_both_loops_beside_a_cpu_hog(neighbour: None) -> None:
    seen = histories(uvloop=True, runs=RUNS) | histories(uvloop=False, runs=RUNS)
    assert len(seen) == 1


def test_another_process_tells_the_same_history() -> None:
    code = "from tests.conformance.test_determinism import histories; print(*histories(uvloop=False, runs=1))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {done.stdout.strip()} == histories(uvloop=True, runs=1)
