"""Simulators and connectors are found by entry point, without looking through all packages for each."""

from __future__ import annotations

from importlib.metadata import EntryPoints, entry_points

import pytest

from loopyard.kernel.errors import UsageError
from loopyard.world import registry


def test_installed_packages_are_looked_through_once_for_all_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []

    def counted(group: str) -> EntryPoints:
        looked.append(group)
        return entry_points(group=group)

    registry._installed.cache_clear()
    monkeypatch.setattr(registry, "entry_points", counted)
    kinds = [registry.simulator(kind, "a world").kind for kind in ("hub", "dfsp", "fxp")]
    assert kinds == ["hub", "dfsp", "fxp"]
    assert looked == [registry.SIMULATORS]


def test_a_kind_that_is_not_installed_is_named_with_those_that_are() -> None:
    with pytest.raises(UsageError, match=r"installed are .*\bhub\b"):
        registry.simulator("atlantis", "a world")
