"""The suite in containers, from an engine to an exit code. Required in CI; elsewhere it runs when asked for."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import docker
import pytest

ROOT = Path(__file__).parents[2]
NOWHERE = "tcp://127.0.0.1:1"
REQUIRED = os.environ.get("CI", "").lower() in ("true", "1")
WANTED = REQUIRED or bool(os.environ.get("LOOPYARD_DOCKER_ENGINE"))


def compose(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scripts.compose", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=900, check=False
    )


@pytest.mark.skipif(not WANTED, reason="neither CI nor LOOPYARD_DOCKER_ENGINE is set; `make compose` runs it with Docker")
def test_the_suite_passes_over_the_network_and_leaves_its_results_on_the_host() -> None:
    done = compose()
    assert done.returncode == 0, f"{done.stdout[-5000:]}\n{done.stderr[-2000:]}"
    junit, report = ROOT / "build/junit.xml", ROOT / "build/report/index.html"
    suite = next(ElementTree.parse(junit).getroot().iter("testsuite"))
    assert int(suite.attrib["tests"]) > 100
    assert (suite.attrib["errors"], suite.attrib["failures"]) == ("0", "0")
    left_out = {each.get("message", "").partition(":")[2].strip() for each in suite.iter("skipped")}
    assert all(reason.startswith(("it puts a world under load", "hub.fspiop is at")) for reason in left_out), left_out
    assert "world = http://world:4800" in (ROOT / "build/allure-results/environment.properties").read_text(encoding="utf-8")
    assert report.stat().st_size > 1_000_000
    owner = (ROOT / "features").stat().st_uid
    assert {each.stat().st_uid for each in (junit, report)} == {owner}, "the results are not the user's own"
    assert _left_over() == []


def _left_over() -> list[str]:
    engine = docker.from_env()
    try:
        ours = {"label": [f"com.docker.compose.project.working_dir={ROOT}"]}
        return [each.name for each in engine.containers.list(all=True, filters=ours)]
    finally:
        engine.close()


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("", "no Docker engine answers; start one, or set LOOPYARD_DOCKER_ENGINE"),
        ("no-such-command", "LOOPYARD_DOCKER_ENGINE=no-such-command cannot be run"),
        ("false", "LOOPYARD_DOCKER_ENGINE=false ended with 1, and no engine answers"),
    ],
)
def test_without_an_engine_one_message_names_the_remedy_and_the_lab_is_to_blame(command: str, says: str) -> None:
    before = sorted(path.name for path in (ROOT / "build").glob("*"))
    done = compose(DOCKER_HOST=NOWHERE, LOOPYARD_DOCKER_ENGINE=command)
    assert done.returncode == 3
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert sorted(path.name for path in (ROOT / "build").glob("*")) == before, "the results of the last run are gone"


def test_an_unknown_profile_is_the_users_mistake() -> None:
    assert compose("everything").returncode == 2
