"""The pytest plugin: a world for each session, a fresh state and an audit for each scenario. Steps live in steps/."""

from __future__ import annotations

import importlib
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytest_bdd.parser import Feature, Scenario, Step

from loopyard.kernel.errors import InfrastructureError
from loopyard.testing import acceptance, config, exits, loading, needs
from loopyard.testing.channel import Channel
from loopyard.testing.exits import ending_the_run
from loopyard.testing.keys import CONFIG, FAILED, KEEP, NOT_APPLICABLE, NOT_RUN, WATCHED, run_seed, seed_of
from loopyard.testing.observation import Observation, watch_world
from loopyard.testing.stage import Stage, opened
from loopyard.world import remote
from loopyard.world.client import World
from loopyard.world.defaults import default_world
from loopyard.world.file import Cast
from loopyard.world.population import APIS

pytest.register_assert_rewrite("loopyard.testing.steps")  # step modules share helpers: whoever comes first is rewritten too
pytest_plugins = (
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

STAGE = pytest.StashKey[Stage]()


class Misdeclared(AssertionError):
    """The tags of a scenario say something else than its run shows."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("loopyard")
    group.addoption(
        "--world", metavar="FILE|URL",
        help="the world to run in: its file, or the address of a running one's control (else loopyard.toml's)",
    )  # fmt: skip
    group.addoption(
        "--sut", choices=("reference", "url"),
        help="the system under test: the reference in this process, or yours at a URL (else loopyard.toml's)",
    )  # fmt: skip
    group.addoption(
        "--sut-place", action="append", metavar="NAME",
        help="the connector in whose place yours stands: core_connector (default) or mojaloop_connector; repeatable",
    )  # fmt: skip
    group.addoption(
        "--sut-face", action="append", metavar="NAME.FACE=URL",
        help="where yours listens, if not at the conventional port of this machine; repeatable",
    )  # fmt: skip
    group.addoption(
        "--sut-lacks", action="append", metavar="NEED", choices=tuple(needs.NEEDS),
        help=f"what yours cannot do, so that scenarios that need it are not applicable: {', '.join(needs.NEEDS)}; repeatable",
    )  # fmt: skip
    group.addoption(
        "--api", choices=APIS,
        help="the form in which everybody in the world speaks, whatever its file says (else loopyard.toml's, else the file's)",
    )  # fmt: skip
    group.addoption(
        "--prove-needs", action="store_true",
        help="with --api iso20022: run what is tagged @needs:fspiop, and fail where it passes, for then it needs no such tag",
    )  # fmt: skip
    group.addoption("--jws", action="store_true", help="every message is signed and verified, as [world.jws] of the world says")
    group.addoption("--slow", action="store_true", help="on the wall clock, run scenarios that wait over half a minute")
    group.addoption("--load", action="store_true", help="run the scenarios too that put a world under load for some seconds")
    group.addoption(
        "--parts", metavar="MODULE:NAME",
        help="a mapping connector -> part -> replacement, for mutants and own parts of the reference",
    )  # fmt: skip
    group.addoption(
        "--setting", action="append", metavar="NAME.KEY=VALUE",
        help="a setting of a reference connector beside the world file's: core_connector.like_template.believes_200=true",
    )  # fmt: skip
    group.addoption("--seed", help="the run seed, or random; printed with every failure, so that a scenario repeats alone")


def pytest_configure(config: pytest.Config) -> None:
    # Imported here: a plugin that is imported before pytest loads it cannot have its assertions rewritten.
    from loopyard.testing.evidence.allure import environment

    with ending_the_run():
        chosen = config.stash[CONFIG] = _chosen(config)
    if config.getoption("--seed") == "random":
        _draw_seed(config)
    where = chosen.world if remote.is_url(str(chosen.world)) else Path(str(chosen.world)).name
    environment(config).update(world=str(where), sut=chosen.sut.runs, seed=run_seed(config))
    if chosen.api:
        environment(config).update(api=chosen.api)


def _chosen(pytest_config: pytest.Config) -> config.Config:
    """What loopyard.toml says, and what the options say otherwise."""
    option = pytest_config.getoption
    chosen = config.load(pytest_config.rootpath)
    sut = chosen.sut
    if runs := option("--sut"):
        sut = replace(sut, runs=runs)
    if places := option("--sut-place"):
        sut = replace(sut, places=tuple(places))
    faces = dict(sut.faces)
    for each in option("--sut-face") or ():
        face, equals, url = each.partition("=")
        if not equals or "://" not in url:
            raise pytest.UsageError(
                f"--sut-face {each}: write NAME.FACE=http://host:port, such as core_connector.dfsp=http://..."
            )
        faces[face] = url.rstrip("/")
    capabilities = {**sut.capabilities, **dict.fromkeys(option("--sut-lacks") or (), False)}
    if sut.runs == "url" and option("--parts"):
        raise pytest.UsageError("--parts: replaces parts of the reference, and --sut url runs none; leave one of them out")
    if sut.runs == "url" and getattr(pytest_config.option, "numprocesses", None):
        raise pytest.UsageError("-n: a system under test at a URL is one, and cannot serve several worlds; leave -n out")
    return replace(
        chosen,
        api=option("--api") or chosen.api,
        world=option("--world") or chosen.world or str(default_world()),
        sut=replace(sut, faces=faces, capabilities=capabilities),
    )


def _draw_seed(config: pytest.Config) -> None:
    config.option.seed = secrets.token_hex(4)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    with ending_the_run():
        acceptance.check_items(items)
        acceptance.check_steps()


@pytest.fixture(scope="session")
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    """The world of this session (of this worker, under xdist) with the system under test in it."""
    chosen = request.config.stash[CONFIG]
    with ending_the_run():
        parts = _replacements(request.config.getoption("--parts"))
        settings = config.connector_settings(request.config.getoption("--setting") or ())
        signed = request.config.getoption("--jws")
        opening = opened(str(chosen.world), chosen.sut, parts, settings=settings, api=chosen.api, signed=signed)
        stage = opening.__enter__()
    request.config.stash[STAGE] = stage
    if stage.foreign and not request.config.getoption("--seed"):
        _draw_seed(request.config)  # a system that is not reset remembers the ids of earlier runs
    if stage.foreign:
        _tell_report(request.config, stage)
    try:
        yield stage
    finally:
        opening.__exit__(None, None, None)


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
    request.node.stash[FAILED] = True
    watch = request.node.stash.get(WATCHED, None)
    if isinstance(exception, InfrastructureError):
        pytest.exit(str(exception), returncode=exits.INFRASTRUCTURE)
    if watch is not None:
        for line in (*watch.refused(), f"again     {watch.repeat}"):
            exception.add_note(line)


def pytest_bdd_after_scenario(request: pytest.FixtureRequest, feature: Feature, scenario: Scenario) -> None:
    """Nobody writes "and the books balance": this does it."""
    watch, failed = request.node.stash.get(WATCHED, None), request.node.stash.get(FAILED, False)
    if watch is None:
        return
    stage: Stage = request.getfixturevalue("stage")
    with ending_the_run():
        watch.conclude(scenario.name, failed)
        stage.note_strays()
    if stage.complete and not failed:
        _check_declaration(request, stage, watch)


def _check_declaration(request: pytest.FixtureRequest, stage: Stage, watch: Observation) -> None:
    rows, homes = watch.world.interactions(), watch.world.homes
    used = needs.used(stage.notes.seen, rows, homes, watch.channel.asked_worklist)
    declared = set(getattr(request.function, "loopyard_needs", ())) - {needs.FSPIOP}  # --prove-needs shows whether it is idle
    shown = declared, _slow(request), used, watch.world.seconds
    one_of_many = hasattr(request.node, "callspec")
    if wrong := needs.missing(*shown) + ([] if one_of_many else needs.idle(*shown)):
        raise Misdeclared("\n".join(wrong))


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
