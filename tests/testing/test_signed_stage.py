"""`pytest --jws`: the world of a run signs, whatever its file says; a world elsewhere has to be started so."""

from __future__ import annotations

import pytest

from loopyard.kernel.errors import UsageError
from loopyard.testing.config import Sut
from loopyard.testing.stage import opened
from loopyard.world.defaults import default_world


@pytest.mark.parametrize("signed", [False, True])
def test_the_world_signs_when_it_is_asked_to_and_after_each_reset(signed: bool) -> None:
    with opened(str(default_world()), Sut(), signed=signed) as stage:
        stage.world.reset("x")
        assert stage.world.control("jws.profile")["on"] is signed
        assert stage.world.describe()["signs"] is signed
        assert stage.complete


def test_a_world_elsewhere_is_not_changed_behind_its_back() -> None:
    with pytest.raises(UsageError, match="started elsewhere"), opened("http://127.0.0.1:1", Sut(), signed=True):
        pass
