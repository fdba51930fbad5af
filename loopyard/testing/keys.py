"""What the hooks of the plugin, of its parts and of a team's conftest leave for each other beside a test."""

from __future__ import annotations

from typing import Final

import pytest

from loopyard.testing.observation import Observation

WATCHED = pytest.StashKey[Observation]()
"""The world under watch, once a step has asked for it."""
FAILED = pytest.StashKey[bool]()
"""Whether a step has failed."""
NOT_APPLICABLE: Final = "not applicable"
NOT_RUN: Final = "not run"
WAIVED: Final = "waived"
"""How the reason of a scenario begins that has neither passed nor failed."""
