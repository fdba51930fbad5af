from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

# Tests are imported by path, without packages: the shared yard is put where it can be imported by name.
_NAME = "peers_yard"
if _NAME not in sys.modules:
    _spec = importlib.util.spec_from_file_location(_NAME, Path(__file__).parents[1] / "dfsp" / "yard.py")
    assert _spec is not None
    assert _spec.loader is not None
    sys.modules[_NAME] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules[_NAME])
