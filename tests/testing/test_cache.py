"""Scenarios that need a Redis, where there is none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from loopyard.testing import cache

ROOT = Path(__file__).parents[2]
NOBODY = "redis://127.0.0.1:1"


def scenario(ci: str, redis: str) -> subprocess.CompletedProcess[str]:
    """One scenario whose tags say what its steps would have shown, had they come to it."""
    selection = ("features/test_resilience.py", "-k", "connector_answers_while_redis")
    command = [sys.executable, "-m", "pytest", "-q", "-rs", *selection]
    around = os.environ | {"CI": ci, "LOOPYARD_REDIS": redis}
    return subprocess.run(command, cwd=ROOT, env=around, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("ci", ["", "true"])
def test_an_address_that_is_none_ends_the_run_as_what_somebody_wrote(ci: str) -> None:
    done = scenario(ci, "127.0.0.1:1")
    assert done.returncode == 2, done.stdout
    assert done.stdout.count("environment: LOOPYARD_REDIS: is no address of a Redis: it does not begin with redis://") == 1


def test_a_redis_that_refuses_the_login_is_not_told_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    redis = pytest.importorskip("redis")

    def refuse(client: object) -> None:
        raise redis.exceptions.AuthenticationError("WRONGPASS")

    monkeypatch.setattr(redis.Redis, "ping", refuse)
    monkeypatch.setenv("LOOPYARD_REDIS", "redis://me:s3cret@127.0.0.1:1")
    told = cache.missing()
    assert "the Redis at 127.0.0.1:1 refuses the login (AuthenticationError)" in told
    assert "s3cret" not in told


@pytest.mark.parametrize(("ci", "code", "counted"), [("", 0, "1 skipped"), ("true", 1, "1 failed")])
def test_a_scenario_that_finds_no_redis_is_left_out_with_the_reason_but_fails_in_ci(ci: str, code: int, counted: str) -> None:
    done = scenario(ci, NOBODY)
    assert done.returncode == code, done.stdout
    assert counted in done.stdout
    assert "no Redis at 127.0.0.1:1 (ConnectionError): start one, or name one in LOOPYARD_REDIS" in done.stdout
    assert "drop the tag" not in done.stdout
