"""`loopyard init`, run as a user runs it: an empty folder becomes a repository whose plain `pytest` is green."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from loopyard.cli.init import STARTER, WORLD
from loopyard.testing.config import Config, load
from loopyard.world.defaults import default_world

ROOT = Path(__file__).parents[2]


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, timeout=120, check=False, cwd=folder, env=environment
    )


def init(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(folder, "-c", "from loopyard.cli.main import main; main()", "init", *arguments)


def test_a_new_repository_is_green_at_once(tmp_path: Path) -> None:
    done = init(tmp_path, "team")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("wrote") == len(STARTER) + 1
    for command in ("pytest ", "loopyard up", "loopyard doctor"):
        assert f"  {command}" in done.stdout
    tested = run(tmp_path / "team", "-m", "pytest")
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert "3 passed" in tested.stdout
    assert "arning" not in tested.stdout + tested.stderr


def test_a_scenario_that_is_wrong_fails_there(tmp_path: Path) -> None:
    init(tmp_path)
    feature = tmp_path / "features" / "payments.feature"
    feature.write_text(feature.read_text().replace("Bob has received 99 MWK, once", "Bob has received 98 MWK, once"))
    tested = run(tmp_path, "-m", "pytest")
    assert tested.returncode == 1
    assert "1 failed, 2 passed" in tested.stdout


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("# ours\n")
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    done = init(tmp_path)
    assert (tmp_path / "conftest.py").read_text() == "# ours\n"
    assert 'conftest.py: it must hold  pytest_plugins = ("loopyard.testing.plugin",)' in done.stdout
    assert "pyproject.toml: it should hold  addopts" in done.stdout
    assert not (tmp_path / "pytest.ini").exists()
    again = init(tmp_path)
    assert (again.returncode, again.stdout.count("wrote")) == (0, 0)


def test_a_folder_that_cannot_be_written_is_the_users(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = init(tmp_path, "file")
    assert done.returncode == 2
    assert "cannot be written" in done.stderr


def test_the_world_is_the_default_world_and_the_configuration_is_the_default(tmp_path: Path) -> None:
    init(tmp_path)
    assert (tmp_path / WORLD).read_bytes() == default_world().read_bytes()
    assert load(tmp_path) == Config(world=str(tmp_path / WORLD))


@pytest.mark.parametrize("part", ["[sut.faces]", "[sut.capabilities]"])
def test_what_is_commented_out_can_be_switched_on(tmp_path: Path, part: str) -> None:
    init(tmp_path)
    file = tmp_path / "loopyard.toml"
    before, table, after = file.read_text().partition(f"# {part}")
    own, gap, rest = (table + after).partition("\n\n")
    switched = "\n".join(line.removeprefix("# ") for line in own.splitlines())
    file.write_text(before + switched + gap + rest)
    sut = load(tmp_path).sut
    assert sut.faces or sut.capabilities


def test_the_wheel_carries_what_init_copies() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert build["force-include"] == {"fixtures": "loopyard/fixtures"}
    assert "loopyard" in build["packages"]
    for name in STARTER:
        assert (ROOT / "loopyard" / "cli" / "starter" / name).is_file()
