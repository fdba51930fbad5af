"""Exit codes, as a CI sees them: 0 green, 1 findings, 2 usage, 3 infrastructure."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def scenarios(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "features/test_outbound.py", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


def test_green_is_0() -> None:
    done = scenarios("-k", "O01")
    assert done.returncode == 0, done.stdout


def test_findings_are_1() -> None:
    done = scenarios("-k", "O17", "--parts", "tests.mutants.reference:ignores_duplicate_payments")
    assert done.returncode == 1, done.stdout
    assert "again     pytest test_outbound.py -k O17 --seed loopyard" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--world", "nowhere.toml"), "nowhere.toml: (file): does not exist"),
        (("--sut", "url", "--sut-place", "no_connector"), "choose among mojaloop_connector, core_connector"),
        (("--sut", "url", "--sut-face", "core_connector.dfsp"), "write NAME.FACE=http://host:port"),
        (("--sut", "url", "--parts", "a:b"), "leave one of them out"),
        (("--sut", "url", "-n", "2"), "leave -n out"),
        (("--parts", "no.such:thing"), "write MODULE:NAME of a mapping"),
        (("-k", "NOTHING_LIKE_IT"), "deselected"),
        (("--no-such-option",), "unrecognized arguments"),
    ],
)
def test_the_users_mistakes_are_2_and_told_once(arguments: tuple[str, ...], says: str) -> None:
    done = scenarios(*arguments)
    assert done.returncode == 2 or (done.returncode == 4 and "unrecognized" in done.stderr), done.stdout
    assert (done.stdout + done.stderr).count(says) == 1, done.stdout


def test_a_world_that_is_not_there_is_3_and_told_once() -> None:
    done = scenarios("--world", "http://127.0.0.1:9")
    assert done.returncode == 3, done.stdout
    assert done.stdout.count("no world answers at http://127.0.0.1:9") == 1


def test_a_system_under_test_that_does_not_answer_stops_the_run_once() -> None:
    world = ROOT / "fixtures" / "worlds" / "default.toml"
    faces = ("--sut-face", "core_connector.dfsp=http://127.0.0.1:9", "--sut-face", "core_connector.sdk=http://127.0.0.1:9")
    done = scenarios("--world", str(world), "--sut", "url", *faces)
    assert done.returncode == 3, done.stdout
    assert done.stdout.count("the system under test does not answer") == 1
