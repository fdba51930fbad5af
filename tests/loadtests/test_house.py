"""The load tests speak HTTP only: they must be able to run against anything, from a machine without simulators."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "loadtests"
FILES = sorted(FOLDER.glob("*.py"))
JOURNEYS = [file for file in FILES if not file.name.startswith("_")]


def imported(file: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_nothing_of_the_house_is_imported(file: Path) -> None:
    tops = {name.split(".")[0] for name in imported(file)}
    assert not tops & {"loopyard", "simulators", "connectors", "aiohttp", "uvloop"}


@pytest.mark.parametrize("file", JOURNEYS, ids=lambda file: file.name)
def test_every_locustfile_has_the_one_shape_and_takes_part_in_the_run(file: Path) -> None:
    assert {"_shapes", "_run"} <= imported(file)


def test_pure_modules_do_without_locust() -> None:
    for name in ("_curves", "_slo"):
        assert not {each.split(".")[0] for each in imported(FOLDER / f"{name}.py")} & {"locust", "gevent"}
