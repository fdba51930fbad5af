"""Puts the miniature world of these tests where they can import it by name, and opens one for each test that asks."""

from __future__ import annotations

import importlib.util
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

_NAME = "mojaloop_connector_yard"
if _NAME not in sys.modules:
    _spec = importlib.util.spec_from_file_location(_NAME, Path(__file__).with_name("yard.py"))
    assert _spec is not None
    assert _spec.loader is not None
    _module = importlib.util.module_from_spec(_spec)
    sys.modules[_NAME] = _module
    _spec.loader.exec_module(_module)

from mojaloop_connector_yard import Yard  # noqa: E402


@pytest.fixture
def open_yard(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Callable[..., Yard]]:
    """Opens a yard with the given settings of each connector; what nobody foresaw fails the test."""
    with ExitStack() as stack:

        def make(**connectors: Any) -> Yard:
            return stack.enter_context(Yard(tmp_path, **connectors))

        yield make
    unforeseen = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert not unforeseen, unforeseen
