"""A pytest plugin that carries pytest-bdd's scenarios into allure-pytest: steps, labels from tags, parameters of
outlines. It works, and costs nothing, without `--alluredir`. Evidence is attached by `attach`."""

from __future__ import annotations

import platform
import re
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from uuid import uuid4

import allure
import pytest
from allure_commons import plugin_manager
from allure_commons.types import ParameterMode
from pytest_bdd.parser import Feature, Scenario, Step

from loopyard.testing.evidence.attach import attach_evidence
from loopyard.testing.evidence.categories import write_categories, write_environment

__all__ = ["ACCEPTANCE", "attach_evidence", "environment"]

ACCEPTANCE = re.compile(r"[A-Z]\d{2}")
SEVERITIES = ("blocker", "critical", "normal", "minor", "trivial")
EXAMPLE = "_pytest_bdd_example"  # pytest-bdd's own name for the row of an outline

_ENVIRONMENT = pytest.StashKey[dict[str, str]]()
_OPEN_STEPS = pytest.StashKey[list[str]]()

untyped: Any = allure  # allure-python ships only part of its annotations
Mark = Callable[[Callable[..., object]], object]


def _severity(value: str) -> Mark:
    if value not in SEVERITIES:
        raise pytest.UsageError(f"tag @severity:{value}: unknown severity; write one of {', '.join(SEVERITIES)}")
    return _label("severity")(value)


def _label(name: str) -> Callable[[str], Mark]:
    def marked(value: str) -> Mark:
        mark: Mark = untyped.label(name, value)
        return mark

    return marked


def _issue(value: str) -> Mark:
    mark: Mark = untyped.issue(value, name=value)
    return mark


def _in_words(name: str) -> Callable[[str], Mark]:
    return lambda value: _label(name)(value.replace("_", " "))


LABELS: dict[str, Callable[[str], Mark]] = {
    "epic": _in_words("epic"),
    "feature": _in_words("feature"),
    "story": _in_words("story"),
    "owner": _in_words("owner"),
    "severity": _severity,
    "issue": _issue,
}


def environment(config: pytest.Config) -> dict[str, str]:
    """What stands under the report's metadata; add seed, world and system under test to it."""
    return config.stash.setdefault(_ENVIRONMENT, {})


def pytest_configure(config: pytest.Config) -> None:
    """Register the one tag that stays a marker."""
    config.addinivalue_line("markers", "slow: waits long in real time; runs on request only")
    config.addinivalue_line("markers", "load: puts a world under load for some seconds; runs on request only")


# First, or pytest-bdd's own implementation makes a marker of the tag before it is read here.
@pytest.hookimpl(tryfirst=True)
def pytest_bdd_apply_tag(tag: str, function: Callable[..., object]) -> bool | None:
    """Turn a tag into a label, an acceptance id or a need; any other tag stays a marker, which strictness checks.

    Acceptance ids are kept in `loopyard_acceptance` and needs in `loopyard_needs`, lists on the scenario's function.
    """
    key, colon, value = tag.partition(":")
    if ACCEPTANCE.fullmatch(tag):
        _label("acceptance")(tag)(function)
        return _keep(function, "loopyard_acceptance", tag)
    if not colon:
        return None
    if key == "needs" and value:
        return _keep(function, "loopyard_needs", value)
    if key not in LABELS or not value:
        raise pytest.UsageError(f"tag @{tag}: unknown; write one of @{':…, @'.join([*LABELS, 'needs'])}:…")
    LABELS[key](value)(function)
    return True


def _keep(function: Callable[..., object], name: str, value: str) -> bool:
    setattr(function, name, sorted({*getattr(function, name, ()), value}))
    return True


def pytest_itemcollected(item: pytest.Item) -> None:
    """Let `-k O12` choose the scenarios of an acceptance id."""
    item.extra_keyword_matches.update(getattr(getattr(item, "function", None), "loopyard_acceptance", ()))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Show an outline's row as parameters by name instead of pytest-bdd's dictionary."""
    if example := _example(item):
        for name, value in example.items():
            untyped.dynamic.parameter(name, value)
        untyped.dynamic.parameter(EXAMPLE, "", mode=ParameterMode.HIDDEN)


def pytest_bdd_before_scenario(request: pytest.FixtureRequest, feature: Feature, scenario: Scenario) -> None:
    """Name the test after its scenario, and sort it under its feature and rule."""
    given = {mark.kwargs.get("label_type") for mark in request.node.iter_markers("allure_label")}
    if "feature" not in given:
        untyped.dynamic.feature(feature.name or feature.rel_filename)
    if scenario.rule is not None and "story" not in given:
        untyped.dynamic.story(scenario.rule.name)
    # pytest-bdd's own text is the path of the feature file on the machine that ran it.
    untyped.dynamic.description(getattr(scenario, "description", "") or feature.description or feature.name or "")
    row = ", ".join(f"{name}={value}" for name, value in _example(request.node).items())
    untyped.dynamic.title(f"{scenario.name} [{row}]" if row else scenario.name)


def pytest_bdd_before_step(
    request: pytest.FixtureRequest, feature: Feature, scenario: Scenario, step: Step, step_func: Callable[..., object]
) -> None:
    """Open an Allure step for a Gherkin step, its text block or table attached."""
    _open(request, step)
    if step.docstring:
        allure.attach(step.docstring, "text", allure.attachment_type.TEXT)
    if step.datatable:
        rows = "\n".join(" | ".join(cell.value for cell in row.cells) for row in step.datatable.rows)
        allure.attach(rows, "table", allure.attachment_type.TEXT)


def pytest_bdd_after_step(
    request: pytest.FixtureRequest,
    feature: Feature,
    scenario: Scenario,
    step: Step,
    step_func: Callable[..., object],
    step_func_args: dict[str, object],
) -> None:
    """Close the Allure step as passed."""
    _close(request, None)


def pytest_bdd_step_error(
    request: pytest.FixtureRequest,
    feature: Feature,
    scenario: Scenario,
    step: Step,
    step_func: Callable[..., object],
    step_func_args: dict[str, object],
    exception: BaseException,
) -> None:
    """Close the Allure step with its error."""
    _close(request, exception)


def pytest_bdd_step_func_lookup_error(
    request: pytest.FixtureRequest, feature: Feature, scenario: Scenario, step: Step, exception: BaseException
) -> None:
    """Show the step that nobody defined."""
    _open(request, step)
    _close(request, exception)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write categories and environment beside the results; under xdist the controller alone does it."""
    folder: str | None = session.config.getoption("allure_report_dir", default=None)
    if not folder or hasattr(session.config, "workerinput") or session.config.option.collectonly:
        return
    results = Path(folder)
    results.mkdir(parents=True, exist_ok=True)
    write_categories(results)
    tools = {name: version(name) for name in ("loopyard", "pytest", "pytest-bdd", "allure-pytest") if _installed(name)}
    write_environment(results, {"python": platform.python_version(), **tools, **environment(session.config)})


def _installed(name: str) -> bool:
    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True


def _example(item: Any) -> dict[str, str]:
    callspec = getattr(item, "callspec", None)
    return dict(callspec.params.get(EXAMPLE) or {}) if callspec else {}


def _open(request: pytest.FixtureRequest, step: Step) -> None:
    uid = str(uuid4())
    request.node.stash.setdefault(_OPEN_STEPS, []).append(uid)
    plugin_manager.hook.start_step(uuid=uid, title=f"{step.keyword} {step.name}".strip(), params={})


def _close(request: pytest.FixtureRequest, error: BaseException | None) -> None:
    plugin_manager.hook.stop_step(
        uuid=request.node.stash[_OPEN_STEPS].pop(),
        exc_type=type(error) if error else None,
        exc_val=error,
        exc_tb=error.__traceback__ if error else None,
    )
