"""What becomes of a scenario: it is left out where it cannot be judged, and judged by the audit and its own tags at its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytest_bdd.parser import Feature, Scenario, Step

from loopyard.kernel.errors import InfrastructureError
from loopyard.testing import exits, loading, needs
from loopyard.testing.exits import ending_the_run
from loopyard.testing.keys import DONE, NOT_APPLICABLE, NOT_RUN, WATCHED
from loopyard.testing.observation import Observation
from loopyard.testing.stage import Stage


class Misdeclared(AssertionError):
    """The tags of a scenario say something else than its run shows."""


@pytest.hookimpl(trylast=True)
def pytest_bdd_before_scenario(request: pytest.FixtureRequest, feature: Feature, scenario: Scenario) -> None:
    """Leave a scenario out that cannot be judged here: its needs are not met, or it waits too long in real time."""
    stage: Stage = request.getfixturevalue("stage")
    for need in getattr(request.function, "loopyard_needs", ()):
        if need == needs.FSPIOP and need in stage.lacks and request.config.getoption("--prove-needs"):
            one_of_many = hasattr(request.node, "callspec")  # rows of an outline share their tags
            request.node.add_marker(pytest.mark.xfail(reason=stage.lacks[need], strict=not one_of_many))
        elif need in stage.lacks:
            pytest.skip(f"{NOT_APPLICABLE}: {stage.lacks[need]}")
    if request.node.get_closest_marker("load") is not None:
        _leave_out_load(request, stage)
    if not stage.virtual and _slow(request) and not request.config.getoption("--slow"):
        pytest.skip(f"{NOT_RUN}: it waits more than {needs.PATIENCE:g} seconds in real time; run it with --slow")


def _leave_out_load(request: pytest.FixtureRequest, stage: Stage) -> None:
    if stage.foreign:
        pytest.skip(f"{NOT_APPLICABLE}: it loads the reference; load yours with locust -f loadtests/ --host URL --control URL")
    if not request.config.getoption("--load"):
        pytest.skip(f"{NOT_RUN}: it puts a world under load for some seconds; run it with --load")
    if why := loading.lacks(request.config.rootpath):
        pytest.skip(f"{NOT_RUN}: {why}")


def _slow(request: pytest.FixtureRequest) -> bool:
    return request.node.get_closest_marker("slow") is not None


def pytest_bdd_step_error(
    request: pytest.FixtureRequest,
    feature: Feature,
    scenario: Scenario,
    step: Step,
    step_func: Callable[..., object],
    step_func_args: dict[str, Any],
    exception: BaseException,
) -> None:
    """Put refused callbacks and the line that repeats the scenario beside a failure; a broken lab ends the run."""
    watch = request.node.stash.get(WATCHED, None)
    if isinstance(exception, InfrastructureError):
        pytest.exit(str(exception), returncode=exits.INFRASTRUCTURE)
    if watch is not None:
        for line in (*watch.refused(), f"again     {watch.repeat}"):
            exception.add_note(line)


def pytest_bdd_after_step(request: pytest.FixtureRequest, scenario: Scenario, step: Step) -> None:
    """Note when the last step is done."""
    request.node.stash[DONE] = step is scenario.steps[-1]


def pytest_bdd_after_scenario(request: pytest.FixtureRequest, feature: Feature, scenario: Scenario) -> None:
    """Nobody writes "and the books balance": this does it. What ended a scenario early is not drowned by its judgement."""
    watch, done = request.node.stash.get(WATCHED, None), request.node.stash.get(DONE, False)
    if watch is None:
        return
    stage: Stage = request.getfixturevalue("stage")
    with ending_the_run():
        watch.conclude(scenario.name, failed=not done)
        stage.note_strays()
    if stage.complete and done:
        _check_declaration(request, stage, watch)


def _check_declaration(request: pytest.FixtureRequest, stage: Stage, watch: Observation) -> None:
    rows, homes = watch.world.interactions(), watch.world.homes
    used = needs.used(stage.notes.seen, rows, homes, watch.channel.asked_worklist)
    declared = set(getattr(request.function, "loopyard_needs", ())) - {needs.FSPIOP}  # --prove-needs shows whether it is idle
    shown = declared, _slow(request), used, watch.world.seconds
    one_of_many = hasattr(request.node, "callspec")
    if wrong := needs.missing(*shown) + ([] if one_of_many else needs.idle(*shown)):
        raise Misdeclared("\n".join(wrong))
