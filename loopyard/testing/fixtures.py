"""What steps ask for: the stage of the session, and of each scenario a fresh world under watch."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from loopyard.testing.channel import Channel
from loopyard.testing.config import connector_settings
from loopyard.testing.exits import ending_the_run
from loopyard.testing.keys import CONFIG, KEEP, STAGE, WATCHED, draw_seed, run_seed, seed_of
from loopyard.testing.observation import Observation, watch_world
from loopyard.testing.stage import Stage, opened
from loopyard.world.client import World
from loopyard.world.file import Cast


@pytest.fixture(scope="session")
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    """The world of this session (of this worker, under xdist) with the system under test in it."""
    chosen = request.config.stash[CONFIG]
    with ExitStack() as until_the_end:
        with ending_the_run():
            parts = _replacements(request.config.getoption("--parts"))
            settings = connector_settings(request.config.getoption("--setting") or ())
            opening = opened(str(chosen.world), chosen.sut, parts, settings=settings, api=chosen.api, signed=chosen.jws)
            stage = until_the_end.enter_context(opening)
        request.config.stash[STAGE] = stage
        if stage.foreign and not request.config.getoption("--seed"):
            draw_seed(request.config)  # a system that is not reset remembers the ids of earlier runs
        if stage.foreign:
            _tell_report(request.config, stage)
        yield stage


def _tell_report(config: pytest.Config, stage: Stage) -> None:
    """Say in the report what was under test: only the world knows what runs elsewhere, and where."""
    from loopyard.testing.evidence.allure import environment

    faces = (f"{face} at {url}" for face, url in stage.faces.items() if face.partition(".")[0] in stage.foreign)
    environment(config).update(sut=", ".join(faces), seed=run_seed(config))


def _replacements(place: str | None) -> dict[str, dict[str, Any]]:
    if place is None:
        return {}
    module, _, name = place.partition(":")
    try:
        replacements: dict[str, dict[str, Any]] = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise pytest.UsageError(f"--parts {place}: {error}; write MODULE:NAME of a mapping") from error
    return replacements


@pytest.fixture
def scenario_seed(request: pytest.FixtureRequest, stage: Stage) -> str:
    """The seed of this scenario."""
    return seed_of(request.node)


@pytest.fixture
def watch(request: pytest.FixtureRequest, stage: Stage, scenario_seed: str) -> Observation:
    """A fresh state of the world under watch. Every step that touches the world asks for it, directly or through `world`."""
    stage.notes.seen.clear()
    with ending_the_run():
        watch = watch_world(stage.world, scenario_seed, stage.driver, _repeat(request))
    watch.keep = request.node.stash.get(KEEP, None)
    request.node.stash[WATCHED] = watch
    return watch


def _repeat(request: pytest.FixtureRequest) -> str:
    """The line that runs this scenario alone, as it ran now."""
    ids = getattr(request.function, "loopyard_acceptance", [""])
    options = [f"--{name} {value}" for name in ("world", "sut", "api") if (value := request.config.getoption(f"--{name}"))]
    options += ["--jws"] if request.config.getoption("--jws") else []
    options += [f"--setting {each}" for each in request.config.getoption("--setting") or ()]
    return " ".join(["pytest", request.node.path.name, "-k", ids[0], *options, "--seed", run_seed(request.config)])


@pytest.fixture
def world(watch: Observation) -> World:
    """The world, fresh."""
    return watch.world


@pytest.fixture
def channel(watch: Observation) -> Channel:
    """The customer's app."""
    return watch.channel


@pytest.fixture
def cast(watch: Observation) -> Cast:
    """Who plays the names of the features."""
    return watch.world.cast
