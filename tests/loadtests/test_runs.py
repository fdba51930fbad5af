"""Runs as a user makes them, each in a process of its own: whoever imports locust has its sockets replaced."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pytest_locust", reason="the extra `load` is not installed")  # which does not import locust itself
ROOT = Path(__file__).parents[2]
LENIENT = ("--slo", str(ROOT / "loadtests" / "slo-short.toml"))
"""A machine that runs tests has other work to do."""


def locust(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "locust", "--headless", "--only-summary", "--loglevel", "WARNING", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_a_run_in_a_world_of_its_own_measures_journeys_audits_and_passes(tmp_path: Path) -> None:
    done = locust("-f", "loadtests/outbound.py", "-u", "2", "-t", "3s", "--json-file", str(tmp_path / "run"), *LENIENT)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = {(row["method"], row["name"]): row for row in json.loads((tmp_path / "run.json").read_text())}
    journey = rows["journey", "send money, to final state"]
    assert 0 < journey["num_requests"] <= rows["PUT", "PUT /send-money/{id}"]["num_requests"]
    assert journey["num_failures"] == 0
    assert "audit: clean" in done.stdout
    assert "passed, after" in done.stdout


def test_two_processes_share_all_journeys_of_the_folder_and_leave_all_reports(tmp_path: Path) -> None:
    prefix = str(tmp_path / "run")
    reports = ("--csv", prefix, "--html", f"{prefix}.html", "--json-file", prefix)
    done = locust("-f", "loadtests/", "-u", "10", "-t", "4s", "--processes", "2", *reports, *LENIENT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "not observed: load-1, load-2" in done.stdout
    for report in ("run_stats.csv", "run.html", "run.json"):
        text = (tmp_path / report).read_text(encoding="utf-8")
        assert "transfer over the hub, to final state" in text, report
        assert "send money, to final state" in text, report


def test_an_objective_that_nobody_can_keep_ends_with_1(tmp_path: Path) -> None:
    (tmp_path / "slo.toml").write_text('["receive money, to final state"]\np50_ms = 0\n', encoding="utf-8")
    done = locust("-f", "loadtests/inbound.py", "-u", "1", "-t", "1s", "--slo", str(tmp_path / "slo.toml"))
    assert done.returncode == 1, done.stdout + done.stderr
    assert "ms > 0" in done.stdout
    assert "NOT passed" in done.stdout


@pytest.mark.parametrize("more", [(), ("--processes", "2")], ids=["one process", "two processes"])
def test_a_system_that_nobody_reaches_ends_with_3_at_once(more: tuple[str, ...]) -> None:
    done = locust("-f", "loadtests/outbound.py", "-t", "60s", "--host", "http://127.0.0.1:9", *more)
    assert done.returncode == 3, done.stdout + done.stderr
    assert "nothing answers at http://127.0.0.1:9" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--shape", "wave"), "invalid choice: 'wave'"),
        (("--slo", "nowhere.toml"), "nowhere.toml: cannot be read"),
        (("--world", "nowhere.toml"), "nowhere.toml: (file): does not exist"),
        (("--people", "nowhere.json"), "nowhere.json: cannot be used"),
    ],
)
def test_a_users_mistake_ends_with_2(arguments: tuple[str, ...], says: str) -> None:
    done = locust("-f", "loadtests/outbound.py", "-t", "60s", *arguments)
    assert done.returncode == 2, done.stdout + done.stderr
    assert says in done.stderr
