"""How a process runs that serves: on the fastest event loop there is, with a collector set for a server. Nothing is served
here, and libraries change no setting of a process: the commands do, through `run`."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

Result = TypeVar("Result")

_YOUNG: Final = 20_000
"""Objects made before the collector looks for cycles. At Python's 700 it looks several times a call, and at all that the
traffic log keeps every few seconds; a fifth of a world's CPU went there."""


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a program to its end on uvloop, or on asyncio's own loop where that is not installed."""
    gc.freeze()  # what was imported stays, and need not be looked at again
    gc.set_threshold(_YOUNG, 20, 50)
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(work)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
