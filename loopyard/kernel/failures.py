"""How an exception that nobody foresaw is told in a log: its kind and its places in the code, never its text. What went wrong
was often about a message, and the text of such an exception quotes it: a path with a customer's number, a header, a body."""

from __future__ import annotations

import logging
import traceback
from typing import Final

LOG = logging.getLogger("loopyard.failures")
PROGRAMS: Final = ("loopyard", "simulators", "connectors")
"""Names under which the programs of a world log."""
_DEEP: Final = 8


def told(error: BaseException) -> str:
    """The kind and the places of an exception, and of those that it came of."""
    parts: list[str] = []
    at: BaseException | None = error
    while at is not None and len(parts) < _DEEP:
        places = "".join(traceback.format_list(traceback.extract_tb(at.__traceback__)))
        parts.append(f"{type(at).__module__}.{type(at).__qualname__} at\n{places}".removeprefix("builtins."))
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return "which came of ".join(parts).rstrip()


def log(error: BaseException, what: str = "a task", to: logging.Logger = LOG) -> None:
    """Say what an exception has ended that nobody waits for. `what` names nobody: no path and no id."""
    to.error("%s failed in a way that nobody foresaw: %s", what, told(error))
