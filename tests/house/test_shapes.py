"""Every simulated system is a folder of the same shape: who has seen one knows them all."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GROUPS = ("cbs", "gateways", "accounting")
NOT_SYSTEMS = {"engine", "participant"}
MODULES = {"__init__", "state", "wire", "operations", "settings"}
"""What every system has, as a module or as a folder of that name."""
OPTIONAL = {"webhooks"}
LONGEST = 350


def systems() -> list[Path]:
    simulators = ROOT / "simulators"
    single = [path for path in simulators.iterdir() if path.is_dir() and path.name not in (*GROUPS, "__pycache__")]
    grouped = [path for group in GROUPS if (simulators / group).is_dir() for path in (simulators / group).iterdir()]
    return sorted(path for path in single + grouped if path.is_dir() and path.name not in NOT_SYSTEMS | {"__pycache__"})


@pytest.mark.parametrize("folder", systems(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_system_has_the_shape_of_its_siblings(folder: Path) -> None:
    names = {path.stem for path in folder.iterdir() if path.suffix == ".py" or (path.is_dir() and path.name != "__pycache__")}
    assert names >= MODULES, f"{folder.name} lacks {', '.join(sorted(MODULES - names))}"
    strangers = names - MODULES - OPTIONAL
    assert not strangers, (
        f"{folder.name} has {', '.join(sorted(strangers))}: split by resource inside state/, wire/ or operations/"
    )
    assert (folder / "README.md").is_file(), f"{folder.name} lacks its README.md"


@pytest.mark.parametrize("folder", systems(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_system_declares_what_it_serves_in_literal_tables(folder: Path) -> None:
    tables = [path for path in folder.rglob("operations*") if path.suffix == ".py"] + list((folder / "operations").glob("*.py"))
    assert any("OPERATIONS" in path.read_text(encoding="utf-8") for path in tables), f"{folder.name} has no table of operations"


@pytest.mark.parametrize("top", ["loopyard", "simulators", "connectors"])
def test_no_module_grows_past_its_limit(top: str) -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in (ROOT / top).rglob("*.py")}
    long = {str(path.relative_to(ROOT)): lines for path, lines in lengths.items() if lines > LONGEST}
    assert not long, f"split by resource: {long}"
