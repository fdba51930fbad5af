"""`loopyard up` and `loopyard demo`, run as a user runs them."""

from __future__ import annotations

import subprocess
import sys

import pytest


def loopyard(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from loopyard.cli.main import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_up_prints_where_everything_listens_and_stops_by_itself() -> None:
    done = loopyard("up", "--seconds", "0.2")
    assert done.returncode == 0, done.stderr
    for face in ("hub.fspiop", "hub.admin", "green-bank.core", "mojaloop_connector.outbound", "core_connector.dfsp"):
        assert f"{face} " in done.stdout


@pytest.mark.parametrize(
    ("connector", "listens", "calls"),
    [
        ("mojaloop_connector", "inbound    http://127.0.0.1:4000", "PEER_ENDPOINT=127.0.0.1:"),
        ("core_connector", "sdk        http://127.0.0.1:3003", "SDK_BASE_URL=http://127.0.0.1:"),
    ],
)
def test_a_place_left_free_is_described_to_who_will_fill_it(connector: str, listens: str, calls: str) -> None:
    done = loopyard("up", "--without", connector, "--seconds", "0.2")
    assert done.returncode == 0, done.stderr
    assert f"the place of {connector} is free" in done.stdout
    assert listens in done.stdout
    assert calls in done.stdout


def test_an_unknown_connector_or_world_is_the_users_mistake() -> None:
    unknown, nowhere = loopyard("up", "--without", "nothing"), loopyard("demo", "--world", "nowhere.toml")
    assert (unknown.returncode, nowhere.returncode) == (2, 2)
    assert "its connectors are mojaloop_connector, core_connector" in unknown.stderr
    assert "nowhere.toml: (file): does not exist" in nowhere.stderr


def test_the_demo_moves_money_three_ways_and_the_audit_is_clean() -> None:
    done = loopyard("demo")
    assert done.returncode == 0, done.stderr
    for title in ("outbound: ", "inbound: ", "FXP: "):
        assert title in done.stdout
    assert done.stdout.rstrip().endswith("audit: clean, every ledger agrees to the minor unit")
