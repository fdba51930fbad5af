"""Scenarios that need a Redis, where there is none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOBODY = "redis://127.0.0.1:1"


def without_redis(ci: str) -> subprocess.CompletedProcess[str]:
    """One scenario whose tags say what its steps would have shown, had they come to it."""
    selection = ("features/test_resilience.py", "-k", "connector_answers_while_redis")
    command = [sys.executable, "-m", "pytest", "-q", "-rs", *selection]
    around = os.environ | {"CI": ci, "LOOPYARD_REDIS": NOBODY}
    return subprocess.run(command, cwd=ROOT, env=around, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize(("ci", "code", "counted"), [("", 0, "1 skipped"), ("true", 1, "1 failed")])
def test_a_scenario_that_finds_no_redis_is_left_out_with_the_reason_but_fails_in_ci(ci: str, code: int, counted: str) -> None:
    done = without_redis(ci)
    assert done.returncode == code, done.stdout
    assert counted in done.stdout
    assert "no Redis at 127.0.0.1:1 (ConnectionError): start one, or name one in LOOPYARD_REDIS" in done.stdout
    assert "drop the tag" not in done.stdout
