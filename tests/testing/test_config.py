"""Settings of connectors on the command line."""

from __future__ import annotations

import pytest

from loopyard.kernel.errors import UsageError
from loopyard.testing.config import connector_settings
from loopyard.world import file as world_file
from loopyard.world.defaults import default_world


def test_settings_are_read_by_connector_into_their_tables() -> None:
    given = ["core.like.a=true", "core.like.b=7", "core.pattern=single", 'mojaloop.list=["x", "y"]']
    assert connector_settings(given) == {
        "core": {"like": {"a": True, "b": 7}, "pattern": "single"},
        "mojaloop": {"list": ["x", "y"]},
    }


@pytest.mark.parametrize("wrong", ["core", "core.pattern", "pattern=single"])
def test_what_is_no_setting_is_refused(wrong: str) -> None:
    with pytest.raises(UsageError, match="is no setting"):
        connector_settings([wrong])


def test_a_world_takes_them_beside_its_own() -> None:
    world = world_file.load(default_world())
    changed = world.with_connectors({"core_connector": {"like_template": {"believes_200": True}}})
    assert changed.connectors["core_connector"][1] == {"fsp_id": "green-bank", "like_template": {"believes_200": True}}
    again = changed.with_connectors({"core_connector": {"like_template": {"unread_errors": True}}})
    assert again.connectors["core_connector"][1]["like_template"] == {"believes_200": True, "unread_errors": True}
    assert again.connectors["mojaloop_connector"] == world.connectors["mojaloop_connector"]


def test_a_connector_that_the_world_has_not_is_named() -> None:
    with pytest.raises(UsageError, match="is no connector of this world"):
        world_file.load(default_world()).with_connectors({"other": {}})
