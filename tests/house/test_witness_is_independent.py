"""The witness shares no code with what it judges: every module under tests/witness imports the standard library and its own
siblings, nothing else."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

WITNESS = Path(__file__).parents[1] / "witness"
OWN = "tests.witness"


def modules() -> list[Path]:
    return sorted(WITNESS.rglob("*.py"))


def imports(source: str) -> Iterator[str]:
    """The modules that a source names: in import statements anywhere, and in calls that import by name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")
        elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("import_module", "__import__"):
            yield f"by name: {ast.unparse(node)}"


def foreign(module: str) -> bool:
    return module != OWN and not module.startswith(f"{OWN}.") and module.split(".")[0] not in sys.stdlib_module_names


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.stem)
def test_a_witness_imports_the_standard_library_and_its_siblings_only(path: Path) -> None:
    strangers = [module for module in imports(path.read_text(encoding="utf-8")) if foreign(module)]
    assert not strangers, f"{path.name} must not import {', '.join(strangers)}: the witness has to err on its own"


def test_both_witnesses_are_there() -> None:
    assert {path.stem for path in modules()} >= {"wire_audit", "peer"}


@pytest.mark.parametrize(
    "source",
    [
        "import loopyard.kernel.money",
        "from simulators.hub import SIMULATOR",
        "def late():\n    from connectors import core_connector",
        "import orjson",
        "import pytest",
        "from tests.testing import samples",
        "from . import peer",
        "import importlib\nimportlib.import_module('loopyard')",
        "__import__('loopyard')",
    ],
)
def test_the_rule_itself_can_fail(source: str) -> None:
    assert any(foreign(module) for module in imports(source))


def test_the_rule_lets_the_standard_library_and_siblings_pass() -> None:
    source = "import http.client\nfrom decimal import Decimal\nfrom tests.witness.seen import Seen"
    assert not any(foreign(module) for module in imports(source))
