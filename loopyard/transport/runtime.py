"""How a process runs that serves: on the fastest event loop there is, with a collector set for a server, and what nobody
foresaw told to its terminal. Nothing is served here, and libraries change no setting of a process: the commands do, through
`run`."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from loopyard.kernel.failures import LOG, PROGRAMS, told

Result = TypeVar("Result")

_YOUNG: Final = 20_000
"""Objects made before the collector looks for cycles. At Python's 700 it looks several times a call, and at all that the
traffic log keeps every few seconds; a fifth of a world's CPU went there."""


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a program to its end on uvloop, or on asyncio's own loop where that is not installed."""
    gc.freeze()  # what was imported stays, and need not be looked at again
    gc.set_threshold(_YOUNG, 20, 50)
    with _errors_on_the_terminal(), asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.get_loop().set_exception_handler(_failed)
        return runner.run(work)


@contextmanager
def _errors_on_the_terminal() -> Iterator[None]:
    handler = logging.StreamHandler()
    handler.setLevel(logging.ERROR)
    handler.setFormatter(logging.Formatter("%(name)s: %(message)s"))
    programs = [logging.getLogger(name) for name in PROGRAMS]
    for program in programs:
        program.addHandler(handler)
    try:
        yield
    finally:
        for program in programs:
            program.removeHandler(handler)


def _failed(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Tell what the event loop has to say. With an exception, its own words may quote what somebody sent."""
    error = context.get("exception")
    LOG.error("the event loop met a failure: %s", context["message"] if error is None else told(error))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
