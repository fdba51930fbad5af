"""A running world that the commands are tried on, and the commands as a user types them."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from loopyard.cli.main import main
from loopyard.testing.channel import Order
from loopyard.world.client import World
from loopyard.world.remote import connect
from tests.cli.commands.yard import Done, Run, pay, up


@pytest.fixture(scope="session")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One world for all: it takes longer to start one than to put it back to its start."""
    with up(tmp_path_factory.mktemp("up") / "urls.json") as url:
        yield url


@pytest.fixture
def world(url: str) -> Iterator[World]:
    """That world, at its start."""
    with connect(url) as world:
        world.reset("commands")
        yield world


@pytest.fixture
def loopyard(url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command on that world: the entry point itself, in this process."""
    monkeypatch.setenv("LOOPYARD_WORLD", url)
    monkeypatch.setenv("COLUMNS", "160")

    def run(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["loopyard", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Done(int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture
def paid(world: World) -> Order:
    """Amina has sent 100 MWK to Bob, of which his bank kept one."""
    return pay(world)
