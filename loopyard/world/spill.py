"""Where interactions go that the log has no room for any more: to a file, an interaction a line, to the byte."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import orjson

from loopyard.engine.traffic import Interaction
from loopyard.world.wire import raw_interaction_json


class Spill:
    """Appends to one NDJSON file, which it opens with the first interaction; the form is `wire.raw_interaction_json`."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._open: BinaryIO | None = None

    def __call__(self, row: Interaction) -> None:
        if self._open is None:
            self._open = self._file.open("ab")
        self._open.write(orjson.dumps(raw_interaction_json(row), option=orjson.OPT_APPEND_NEWLINE))

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None
