"""What pytest does with waivers: an expected failure where they cover all that failed, a failure of their own otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import NoReturn

import pytest
from pytest_bdd.parser import ScenarioTemplate

from loopyard.kernel.errors import InfrastructureError, UsageError
from loopyard.testing.acceptance import ids_of, scenario_of
from loopyard.testing.exits import ending_the_run
from loopyard.testing.keys import WAIVED, WATCHED
from loopyard.testing.observation import AuditFailed
from loopyard.testing.waivers import Waiver, expired, file_of, idle, load_waivers, today, uncovered

WAIVERS = pytest.StashKey[tuple[Waiver, ...]]()


class Waived(AssertionError):
    """A waiver that has expired, or that waives what is no longer there."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Read the waivers of all scenarios before any of them is deselected: a slip in them stops the run."""
    files: dict[Path, tuple[Waiver, ...]] = {}
    with ending_the_run():
        carrying = [(item, scenario) for item in items if (scenario := scenario_of(item))]
        for item, scenario in carrying:
            if file := file_of(item.path):
                known = files[file] if file in files else files.setdefault(file, load_waivers(file))
                item.stash[WAIVERS] = tuple(
                    each for each in known if each.id in ids_of(item) and each.scenario in ("", scenario.name)
                )
        for file, known in files.items():
            _check_scenarios(file, known, carrying)


def _check_scenarios(file: Path, known: Sequence[Waiver], carrying: Sequence[tuple[pytest.Item, ScenarioTemplate]]) -> None:
    """A waiver for one scenario names one that is there, where any of its id are. Raises UsageError."""
    for number, each in enumerate(known):
        names = {scenario.name for item, scenario in carrying if each.id in ids_of(item)}
        if each.scenario and names and each.scenario not in names:
            raise UsageError(
                str(file), f"waiver[{number}].scenario", f"no scenario of {each.id} is called {each.scenario!r}",
                f"write one of {', '.join(map(repr, sorted(names)))}",
            )  # fmt: skip


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Turn a failure that is waived in full into an expected one, and anything else with a waiver into a failure."""
    waivers = item.stash.get(WAIVERS, ())
    if not waivers or item.config.option.runxfail:
        return (yield)
    try:
        yield
    except (pytest.skip.Exception, pytest.xfail.Exception, pytest.exit.Exception, InfrastructureError):
        raise
    except (Exception, pytest.fail.Exception) as error:
        _judge(item, waivers, error)
    raise Waived("\n".join(expired(waivers, today()) + idle(waivers, ())))


def _judge(item: pytest.Item, waivers: Sequence[Waiver], error: BaseException) -> NoReturn:
    complaints = _complaints(item, error)
    if late := expired(waivers, today()):
        raise Waived("\n".join([*late, str(error)])) from error
    if others := uncovered(waivers, complaints):
        error.add_note("\n".join(f"not waived: {text}" for text in others))
        raise error
    if unmet := idle(waivers, complaints):
        raise Waived("\n".join(unmet)) from error
    raise pytest.xfail.Exception(f"{WAIVED}: {'; '.join(map(str, waivers))}") from error


def _complaints(item: pytest.Item, error: BaseException) -> list[str]:
    """All that failed: what the audit found, and what a step said unless that was the audit's own word."""
    watch = item.stash.get(WATCHED, None)
    found = list(watch.complaints) if watch else []
    return found if isinstance(error, AuditFailed) else [f"{error}", *found]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Who waived what until when, each once."""
    reasons = Counter(str(report.wasxfail).removeprefix("reason: ") for report in terminalreporter.getreports("xfailed"))
    for reason, count in sorted(reasons.items()):
        if reason.startswith(f"{WAIVED}: "):
            terminalreporter.write_line(f"{count} {reason}")
