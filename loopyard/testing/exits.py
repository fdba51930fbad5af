"""What the exit code of a run says: CI must tell a broken bank from a broken lab, and both from a mistyped option."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest

from loopyard.kernel.errors import InfrastructureError, UsageError

GREEN, FINDINGS, USAGE, INFRASTRUCTURE = 0, 1, 2, 3
OF_PYTEST: Final = {pytest.ExitCode.USAGE_ERROR: USAGE, pytest.ExitCode.NO_TESTS_COLLECTED: USAGE}
"""Codes of pytest that say something else here."""


@contextmanager
def ending_the_run() -> Iterator[None]:
    """What is wrong with options, files or the lab ends the whole run, once, with its message and its exit code."""
    try:
        yield
    except (UsageError, pytest.UsageError) as error:
        pytest.exit(str(error), returncode=USAGE)
    except InfrastructureError as error:
        pytest.exit(str(error), returncode=INFRASTRUCTURE)


def of_session(session: pytest.Session, exitstatus: int) -> None:
    """Give a session the exit code that this house promises."""
    session.exitstatus = OF_PYTEST.get(exitstatus, exitstatus)  # type: ignore[call-overload]
