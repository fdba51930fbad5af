"""`--help` answers at once, for every command, and shows how it is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

OTHERS = ("", "demo", "up", "connector", "init", "doctor", "report")
COMMANDS = (
    "scenarios", "reset", "clock", "clock advance", "clock settle", "fault", "fault kinds", "fault operations", "fault add",
    "fault list", "fault clear", "traffic", "sequence", "ledger", "audit", "keys",
)  # fmt: skip
HEAVY = ("aiohttp", "jsonschema", "faker", "pytest", "loopyard.world", "loopyard.engine", "loopyard.testing", "loopyard.audit")
ASK = f"""
import sys
from loopyard.cli.main import main
loaded = set()
for command in {OTHERS + COMMANDS!r}:
    sys.argv = ["loopyard", *command.split(), "--help"]
    try:
        main()
    except SystemExit as end:
        assert not end.code, command
    print("=== end of", command)
print("loaded:", *(name for name in {HEAVY!r} if name in sys.modules))
"""


@pytest.fixture(scope="module")
def told() -> str:
    done = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_help_loads_nothing_that_takes_time(told: str) -> None:
    assert told.splitlines()[-1] == "loaded:"


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example(told: str, command: str) -> None:
    text = told.partition(f"=== end of {command}\n")[0].rpartition("=== end of")[2]
    examples = [line for line in text.splitlines() if line.strip().startswith(f"loopyard {command}")]
    assert examples, text
