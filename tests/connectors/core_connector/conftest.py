"""Fixtures of the core connector's tests."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

# Tests are imported by path, without packages: the shared stubs are put where they can be imported by name.
for _name in ("core_connector_bank", "core_connector_mojaloop", "core_connector_yard"):
    if _name not in sys.modules:
        _spec = importlib.util.spec_from_file_location(_name, Path(__file__).with_name(f"{_name}.py"))
        assert _spec is not None
        assert _spec.loader is not None
        _module = importlib.util.module_from_spec(_spec)
        sys.modules[_name] = _module
        _spec.loader.exec_module(_module)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "core.sqlite"
