"""The pytest plugin that a conftest names: it lists its parts, checks what was collected, and says at the end what was left
out. The parts are plugins of their own and are not imported here, or pytest could not rewrite their assertions."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from loopyard.testing import acceptance, exits
from loopyard.testing.exits import ending_the_run
from loopyard.testing.keys import NOT_APPLICABLE, NOT_RUN, STAGE, run_seed

pytest.register_assert_rewrite("loopyard.testing.steps")  # step modules share helpers: whoever comes first is rewritten too
pytest_plugins = (
    # First, for pytest calls the hooks of whoever comes later before theirs.
    "loopyard.testing.options",
    "loopyard.testing.fixtures",
    "loopyard.testing.judgement",
    "loopyard.testing.evidence.allure",
    "loopyard.testing.record",
    "loopyard.testing.steps.access",
    "loopyard.testing.steps.accounts",
    "loopyard.testing.steps.bulk",
    "loopyard.testing.steps.cache",
    "loopyard.testing.steps.certificates",
    "loopyard.testing.steps.connectors",
    "loopyard.testing.steps.conversions",
    "loopyard.testing.steps.core",
    "loopyard.testing.steps.faults",
    "loopyard.testing.steps.forgeries",
    "loopyard.testing.steps.forms",
    "loopyard.testing.steps.hostile",
    "loopyard.testing.steps.hub",
    "loopyard.testing.steps.identities",
    "loopyard.testing.steps.ledgers",
    "loopyard.testing.steps.load",
    "loopyard.testing.steps.messages",
    "loopyard.testing.steps.onboarding",
    "loopyard.testing.steps.outbound",
    "loopyard.testing.steps.payments",
    "loopyard.testing.steps.peers",
    "loopyard.testing.steps.pressure",
    "loopyard.testing.steps.refunds",
    "loopyard.testing.steps.repetitions",
    "loopyard.testing.steps.requests",
    "loopyard.testing.steps.schemes",
    "loopyard.testing.steps.settings",
    "loopyard.testing.steps.settlement",
    "loopyard.testing.steps.signatures",
    "loopyard.testing.steps.sums",
    "loopyard.testing.steps.time",
    "loopyard.testing.steps.traffic",
    "loopyard.testing.waiving",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    with ending_the_run():
        acceptance.check_items(items)
        acceptance.check_steps()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    exits.of_session(session, exitstatus)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """What was left out and why, and what came from no scenario, each once."""
    reasons = Counter(_reason(report) for report in terminalreporter.getreports("skipped"))
    for reason, count in sorted(reasons.items()):
        if reason.startswith((NOT_APPLICABLE, NOT_RUN)):
            terminalreporter.write_line(f"{count} {reason}")
    stage = config.stash.get(STAGE, None)
    for stray in stage.strays if stage else ():
        terminalreporter.write_line(f"stray, of an earlier scenario: {stray}")
    if stage and not stage.complete:
        terminalreporter.write_line(f"seed {run_seed(config)}")


def _reason(report: Any) -> str:
    return str(report.longrepr[2]).removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else ""
