"""The arrows of the house point down only. A module that imports upwards fails here, by name."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

ALLOWED: dict[str, set[str]] = {
    "loopyard.kernel": set(),
    "loopyard.transport": {"loopyard.kernel"},
    "loopyard.protocols": {"loopyard.kernel"},
    "loopyard.engine": {"loopyard.kernel", "loopyard.transport"},
    "loopyard.audit": {"loopyard.kernel", "loopyard.engine"},
    "loopyard.world": {"loopyard.kernel", "loopyard.transport", "loopyard.engine", "loopyard.audit"},
    "loopyard.testing": {
        "loopyard.kernel", "loopyard.transport", "loopyard.engine", "loopyard.world", "loopyard.audit", "loopyard.protocols",
    },
    "loopyard.cli": {
        "loopyard.kernel", "loopyard.transport", "loopyard.engine", "loopyard.world", "loopyard.audit", "loopyard.testing",
    },
    "simulators": {"loopyard.kernel", "loopyard.transport", "loopyard.protocols", "loopyard.engine"},
    "connectors": {"loopyard.kernel", "loopyard.transport", "loopyard.protocols"},
}  # fmt: skip
SHARED = {"simulators.cbs.engine", "simulators.participant"}
"""Packages of simulators that siblings may import: the one engine of accounts under every bank, and what peer institutions
of the scheme have in common."""


def modules() -> Iterator[tuple[str, Path]]:
    for top in ("loopyard", "simulators", "connectors"):
        for path in sorted((ROOT / top).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative imports hide where an arrow points"
            yield node.module


def needed(path: Path, known: Mapping[str, Path]) -> Iterator[str]:
    """The modules of the house that a module takes something from: a package only when it is not for one of its modules."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            inside = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in known else node.module for name in inside if name in known or node.module in known)


def layer(module: str) -> str:
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "loopyard" else parts[0]


def system(module: str) -> str:
    """The simulator or connector that a module belongs to: `simulators.hub`, `simulators.cbs.mojaloop_reference`."""
    parts = module.split(".")
    depth = 3 if parts[:2] in (["simulators", "cbs"], ["simulators", "gateways"], ["simulators", "accounting"]) else 2
    return ".".join(parts[:depth])


def illegal(module: str, target: str) -> bool:
    if target.split(".")[0] not in ("loopyard", "simulators", "connectors") or target == "loopyard":
        return False
    here, there = layer(module), layer(target)
    if here == there:
        inside = here in ("simulators", "connectors")
        return inside and system(target) != system(module) and system(target) not in SHARED and target != here
    return there not in ALLOWED.get(here, set())


@pytest.mark.parametrize(("module", "path"), [pytest.param(*each, id=each[0]) for each in modules()])
def test_imports_point_down(module: str, path: Path) -> None:
    upwards = [target for target in imports(path) if illegal(module, target)]
    assert not upwards, f"{module} must not import {', '.join(upwards)}"


def test_the_rule_itself_can_fail() -> None:
    assert illegal("loopyard.kernel.money", "loopyard.engine.traffic")
    assert illegal("loopyard.engine.server", "loopyard.protocols.ilp")
    assert illegal("simulators.hub.state", "simulators.dfsp.wire")
    assert illegal("connectors.core_connector", "connectors.mojaloop_connector")
    assert illegal("connectors.core_connector.cbs", "loopyard.engine.site")
    assert not illegal("simulators.cbs.mojaloop_reference.state", "simulators.cbs.engine.accounts")
    assert not illegal("simulators.fxp.state.houses", "simulators.participant.behaviour")
    assert illegal("simulators.participant.behaviour", "simulators.fxp.state.houses")
    assert not illegal("simulators.hub.state", "loopyard.kernel.money")


def test_no_module_needs_itself() -> None:
    paths = dict(modules())
    needs = {name: set(needed(path, paths)) for name, path in paths.items()}

    def circle(name: str, way: tuple[str, ...], done: set[str]) -> tuple[str, ...] | None:
        if name in way:
            return (*way[way.index(name) :], name)
        if name in done:
            return None
        done.add(name)
        found = (circle(target, (*way, name), done) for target in sorted(needs[name]))
        return next((each for each in found if each is not None), None)

    done: set[str] = set()
    circles = [each for name in sorted(needs) if (each := circle(name, (), done)) is not None]
    assert not circles, f"these modules go round in a circle: {' -> '.join(circles[0])}"
