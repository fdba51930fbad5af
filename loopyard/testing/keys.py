"""What the hooks of the plugin, of its parts and of a team's conftest leave for each other beside a test."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from typing import Final

import pytest

from loopyard.testing.config import Config
from loopyard.testing.evidence.model import Seen
from loopyard.testing.evidence.redaction import Redactor
from loopyard.testing.observation import Observation
from loopyard.testing.stage import Stage

WATCHED = pytest.StashKey[Observation]()
"""The world under watch, once a step has asked for it."""
DONE = pytest.StashKey[bool]()
"""Whether the last step is done: a scenario that a step has failed, skipped or left undefined has not come so far."""
KEEP = pytest.StashKey[Callable[[Seen, Redactor], None]]()
"""Who takes the evidence of the scenario at its end."""
CONFIG = pytest.StashKey[Config]()
"""Of the session: what loopyard.toml says, and what the options say otherwise."""
STAGE = pytest.StashKey[Stage]()
"""Of the session: its world with the system under test in it, once a scenario has asked for it."""
NOT_APPLICABLE: Final = "not applicable"
NOT_RUN: Final = "not run"
WAIVED: Final = "waived"
"""How the reason of a scenario begins that has neither passed nor failed."""


def run_seed(config: pytest.Config) -> str:
    """The seed of this run: as given, else one and the same, so that runs repeat unless asked otherwise."""
    return str(config.getoption("--seed") or "loopyard")


def draw_seed(config: pytest.Config) -> None:
    """Give the run a seed of its own."""
    config.option.seed = secrets.token_hex(4)


def seed_of(item: pytest.Item) -> str:
    """The seed of a scenario: from the run's seed and the scenario's name alone, so that it replays without the others."""
    name = item.nodeid.rpartition("::")[2]
    return hashlib.sha256(f"{run_seed(item.config)}/{name}".encode()).hexdigest()[:16]
