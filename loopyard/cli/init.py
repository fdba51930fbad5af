"""`loopyard init`: a team's own repository with a world, a first feature and what pytest needs. It never overwrites a file."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Final

from loopyard.kernel.errors import UsageError
from loopyard.world.defaults import default_world

STARTER: Final = (
    "loopyard.toml", "conftest.py", "pytest.ini", "features/payments.feature", "features/acceptance.toml",
    "features/test_payments.py",
)  # fmt: skip
WORLD: Final = "world.toml"
SETTINGS: Final = "pytest.ini"
SETTLED: Final = ((".pytest.ini", "[pytest]"), ("pytest.toml", "[pytest]"), (".pytest.toml", "[pytest]"),
                  ("pyproject.toml", "[tool.pytest"), ("tox.ini", "[pytest]"), ("setup.cfg", "[tool:pytest]"))  # fmt: skip
"""Where a team may have told pytest its settings already; a pytest.ini beside them would silence them."""
BY_HAND: Final = {
    "conftest.py": 'it must hold  pytest_plugins = ("loopyard.testing.plugin",)',
    "features/acceptance.toml": "it must hold the ids of the scenarios",
    SETTINGS: "it should hold  addopts = --import-mode=importlib --strict-markers",
}
"""What a file that is kept must say for the scenarios to run."""
NEXT: Final = """
next
  pytest                      the scenarios against the reference connectors: green from the start
  loopyard up --world world.toml --without core_connector
                              a world to develop yours against; it prints the environment that yours needs
  loopyard doctor --sut url   ports, addresses, callbacks, clocks, media types, signatures, before the first scenario
  pytest --sut url            the same scenarios against yours; write runs = "url" in loopyard.toml to keep it so"""


def run(folder: Path) -> int:
    """Write what is not there yet, and say what was written, what was kept, and what to do next. Raises UsageError."""
    written, kept = [], []
    try:
        for name, text in _contents():
            place, settled = folder / name, _settled(folder) if name == SETTINGS else None
            if place.exists() or settled:
                kept.append(settled or name)
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
            written.append(name)
    except OSError as error:
        problem = f"cannot be written: {error.strerror or error}"
        raise UsageError(str(error.filename or folder), "(file)", problem, "name a folder that you may write to") from error
    _tell(folder, written, kept)
    return 0


def _contents() -> Iterator[tuple[str, str]]:
    """Every file of a new repository by name. The world is the default world itself, so that there is one source of it."""
    starter = files("loopyard.cli") / "starter"
    yield WORLD, default_world().read_text(encoding="utf-8")
    for name in STARTER:
        yield name, starter.joinpath(*name.split("/")).read_text(encoding="utf-8")


def _settled(folder: Path) -> str | None:
    """The file of this folder in which pytest has its settings already."""
    for name, section in SETTLED:
        file = folder / name
        if file.is_file() and section in file.read_text(encoding="utf-8", errors="replace"):
            return name
    return None


def _tell(folder: Path, written: list[str], kept: list[str]) -> None:
    for name in written:
        print(f"  wrote  {folder / name}")
    for name in kept:
        hint = BY_HAND[SETTINGS] if name in dict(SETTLED) else BY_HAND.get(name, "")
        print(f"  kept   {folder / name}" + (f": {hint}" if hint else ""))
    print(NEXT)
