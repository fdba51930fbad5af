"""The pytest plugin: a world for each session, a fresh state and an audit for each scenario. Steps live in steps/."""

from __future__ import annotations

import hashlib
import importlib
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_bdd.parser import Feature, Scenario, Step

from loopyard.testing import acceptance
from loopyard.testing.channel import Channel
from loopyard.testing.lab import Lab
from loopyard.testing.observation import Observation, watch_world
from loopyard.world.client import World
from loopyard.world.defaults import default_world
from loopyard.world.file import Cast, load

pytest.register_assert_rewrite("loopyard.testing.steps")  # step modules share helpers: whoever comes first is rewritten too
pytest_plugins = (
    "loopyard.testing.evidence.allure",
    "loopyard.testing.steps.connectors",
    "loopyard.testing.steps.conversions",
    "loopyard.testing.steps.core",
    "loopyard.testing.steps.faults",
    "loopyard.testing.steps.hub",
    "loopyard.testing.steps.identities",
    "loopyard.testing.steps.ledgers",
    "loopyard.testing.steps.messages",
    "loopyard.testing.steps.payments",
    "loopyard.testing.steps.peers",
    "loopyard.testing.steps.repetitions",
    "loopyard.testing.steps.settings",
    "loopyard.testing.steps.sums",
    "loopyard.testing.steps.time",
    "loopyard.testing.steps.traffic",
)

WATCHED = pytest.StashKey[Observation]()
FAILED = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("loopyard")
    group.addoption(
        "--world", default=str(default_world()), help="the world file to run the scenarios in (default: the default world)"
    )
    group.addoption(
        "--parts", default=None, help="MODULE:NAME of a mapping connector -> part -> replacement, for mutants and own parts"
    )
    group.addoption("--seed", default=None, help="the run seed; printed with every failure, so that a scenario repeats alone")


def pytest_configure(config: pytest.Config) -> None:
    # Imported here: a plugin that is imported before pytest loads it cannot have its assertions rewritten.
    from loopyard.testing.evidence.allure import environment

    environment(config).update(world=Path(config.getoption("--world")).name, sut="reference", seed=run_seed(config))


def run_seed(config: pytest.Config) -> str:
    """The seed of this run: as given, else the world's own, so that runs repeat unless asked otherwise."""
    given = config.getoption("--seed")
    if given == "random":
        config.option.seed = given = secrets.token_hex(4)
    return str(given or "loopyard")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    acceptance.check_items(items)
    acceptance.check_steps()


@pytest.fixture(scope="session")
def lab(request: pytest.FixtureRequest) -> Iterator[Lab]:
    """The world of this session (of this worker, under xdist) with the reference connectors in it."""
    parts = _replacements(request.config.getoption("--parts"))
    with Lab(load(Path(request.config.getoption("--world"))), parts=parts) as lab:
        yield lab


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
def scenario_seed(request: pytest.FixtureRequest) -> str:
    """The seed of this scenario: from the run's seed and the scenario's name alone, so that it replays without the others."""
    name = request.node.nodeid.rpartition("::")[2]
    return hashlib.sha256(f"{run_seed(request.config)}/{name}".encode()).hexdigest()[:16]


@pytest.fixture
def watch(request: pytest.FixtureRequest, lab: Lab, scenario_seed: str) -> Observation:
    """A fresh state of the world under watch. Every step that touches the world asks for it, directly or through `world`."""
    ids = getattr(request.function, "loopyard_acceptance", [""])
    repeat = f"pytest {request.node.path.name} -k {ids[0]} --seed {run_seed(request.config)}"
    watch = watch_world(lab.world, scenario_seed, repeat=repeat)
    request.node.stash[WATCHED] = watch
    return watch


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


def pytest_bdd_step_error(
    request: pytest.FixtureRequest,
    feature: Feature,
    scenario: Scenario,
    step: Step,
    step_func: Callable[..., object],
    step_func_args: dict[str, Any],
    exception: BaseException,
) -> None:
    """Put refused callbacks and the line that repeats the scenario beside a failure."""
    request.node.stash[FAILED] = True
    watch = request.node.stash.get(WATCHED, None)
    if watch is not None:
        for line in (*watch.refused(), f"again     {watch.repeat}"):
            exception.add_note(line)


def pytest_bdd_after_scenario(request: pytest.FixtureRequest, feature: Feature, scenario: Scenario) -> None:
    """Nobody writes "and the books balance": this does it."""
    watch = request.node.stash.get(WATCHED, None)
    if watch is not None:
        watch.conclude(scenario.name, request.node.stash.get(FAILED, False))
