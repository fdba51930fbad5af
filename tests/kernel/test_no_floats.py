"""No float on a money path: no `float(...)` and no float literal in a module that knows Money."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MONEY = "loopyard.kernel.money"
ALWAYS = ("loopyard/kernel/money.py", "loopyard/kernel/ledger.py")
ON_PURPOSE = ("connectors/core_connector/like_template.py",)
"""The template's own defect, brought back by a setting: it compares amounts as floats."""
IF_THEY_IMPORT_MONEY = (
    "simulators/**/state*.py",
    "simulators/**/state*/**/*.py",
    "connectors/**/*.py",
    "loopyard/protocols/**/*.py",
)


def imports_money(tree: ast.AST) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and any(alias.name == MONEY for alias in node.names):
            return True
        if isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            if node.module == MONEY or MONEY in names:
                return True
    return False


def floats(tree: ast.AST) -> list[int]:
    """The lines with a float literal or a call of float."""
    lines = []
    for node in ast.walk(tree):
        literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
        call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
        if literal or call:
            lines.append(getattr(node, "lineno", 0))
    return sorted(lines)


def found_in(root: Path) -> list[str]:
    always = {root / name for name in ALWAYS}
    paths = always | {path for pattern in IF_THEY_IMPORT_MONEY for path in root.glob(pattern)}
    found = []
    for path in sorted(paths - {root / name for name in ON_PURPOSE}):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if path in always or imports_money(tree):
            found += [f"{path.relative_to(root).as_posix()}:{line}" for line in floats(tree)]
    return found


def test_no_module_that_knows_money_has_a_float() -> None:
    assert found_in(ROOT) == []


@pytest.mark.parametrize(
    "place",
    ["simulators/hub/state.py", "simulators/hub/state/transfers.py", "connectors/core/a.py", "loopyard/protocols/f.py"],
)
@pytest.mark.parametrize(
    "line",
    ["from loopyard.kernel.money import Money", "import loopyard.kernel.money", "from loopyard.kernel import money"],
)
def test_the_search_finds_literals_and_calls_wherever_money_is_imported(tmp_path: Path, place: str, line: str) -> None:
    for name in (*ALWAYS, place):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / place).write_text(f"{line}\n\nrate = 1.5\nshare = float('2')\nname: float\n")
    assert found_in(tmp_path) == [f"{place}:3", f"{place}:4"]


def test_the_search_looks_at_the_kernel_always_and_at_others_only_if_they_import_money(tmp_path: Path) -> None:
    (tmp_path / "loopyard/kernel").mkdir(parents=True)
    (tmp_path / "connectors").mkdir()
    (tmp_path / "connectors/timing.py").write_text("pause = 0.5\n")
    for name in ALWAYS:
        (tmp_path / name).write_text("x = 1e3\n")
    assert found_in(tmp_path) == ["loopyard/kernel/ledger.py:1", "loopyard/kernel/money.py:1"]
