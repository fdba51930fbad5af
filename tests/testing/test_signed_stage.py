"""`--jws`: the world of a run signs, whatever its file says; a world elsewhere has to be started so."""

from __future__ import annotations

from pathlib import Path

import pytest

from loopyard.kernel.errors import UsageError
from loopyard.testing.config import Sut, load
from loopyard.testing.stage import opened
from loopyard.world.defaults import default_world
from tests.cli.test_up import running
from tests.foreign.yard import addresses_in


@pytest.mark.parametrize("signed", [False, True])
def test_the_world_signs_when_it_is_asked_to_and_after_each_reset(signed: bool) -> None:
    with opened(str(default_world()), Sut(), signed=signed) as stage:
        stage.world.reset("x")
        assert stage.world.control("jws.profile")["on"] is signed
        assert stage.world.describe()["signs"] is signed
        assert stage.complete


@pytest.mark.parametrize(("options", "signs"), [(("--jws",), True), ((), False)])
def test_a_world_elsewhere_is_not_changed_behind_its_back(tmp_path: Path, options: tuple[str, ...], signs: bool) -> None:
    file = tmp_path / "urls.json"
    with running("up", "--ports", "random", "--clock", "virtual", "--urls", str(file), *options):
        control = addresses_in(file)["control"]
        if signs:
            with opened(control, Sut(), signed=True) as stage:
                assert stage.world.describe()["signs"]
        else:
            with (
                pytest.raises(UsageError, match=r"jws: nobody signs there.*start it with --jws"),
                opened(control, Sut(), signed=True),
            ):
                pass


def test_loopyard_toml_says_it_for_good(tmp_path: Path) -> None:
    (tmp_path / "loopyard.toml").write_text("jws = true\n")
    assert load(tmp_path).jws
    assert not load(tmp_path.parent).jws
