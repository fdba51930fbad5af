"""The options of a run, and what they make of `loopyard.toml`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from loopyard.testing import needs
from loopyard.testing.config import Config, load
from loopyard.testing.exits import ending_the_run
from loopyard.testing.keys import CONFIG, draw_seed, run_seed
from loopyard.world import remote
from loopyard.world.defaults import default_world
from loopyard.world.population import APIS


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
    group.addoption(
        "--jws",
        action="store_true",
        help="everybody signs and verifies, whatever the world's file says (else loopyard.toml's)",
    )
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
        draw_seed(config)
    where = chosen.world if remote.is_url(str(chosen.world)) else Path(str(chosen.world)).name
    environment(config).update(world=str(where), sut=chosen.sut.runs, seed=run_seed(config))
    if chosen.api:
        environment(config).update(api=chosen.api)


def _chosen(config: pytest.Config) -> Config:
    """What loopyard.toml says, and what the options say otherwise."""
    option = config.getoption
    chosen = load(config.rootpath)
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
    if sut.runs == "url" and getattr(config.option, "numprocesses", None):
        raise pytest.UsageError("-n: a system under test at a URL is one, and cannot serve several worlds; leave -n out")
    return replace(
        chosen,
        api=option("--api") or chosen.api,
        jws=option("--jws") or chosen.jws,
        world=option("--world") or chosen.world or str(default_world()),
        sut=replace(sut, faces=faces, capabilities=capabilities),
    )
