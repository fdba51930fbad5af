"""A world in this process, on a thread and event loop of its own, with synchronous access for tests."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Any, TypeVar

from anyio.from_thread import BlockingPortal, start_blocking_portal

from loopyard.world import control
from loopyard.world.client import World
from loopyard.world.composition import Composition
from loopyard.world.file import WorldFile
from loopyard.world.listening import Listening

Result = TypeVar("Result")


class Lab:
    """Starts a world on entry and stops it on exit. `world` is its client."""

    def __init__(
        self,
        file: WorldFile,
        *,
        without: tuple[str, ...] = (),
        parts: Mapping[str, Mapping[str, Any]] | None = None,
        listening: Listening | None = None,
        uvloop: bool = True,
    ) -> None:
        self.file = file
        self._without = without
        self._parts = parts
        self._listening = listening
        self._uvloop = uvloop
        self._stack = ExitStack()
        self._portal: BlockingPortal | None = None
        self.composition: Composition
        self.world = World(self._control)

    def __enter__(self) -> Lab:
        self._portal = self._stack.enter_context(
            start_blocking_portal(backend="asyncio", backend_options={"use_uvloop": self._uvloop and _has_uvloop()})
        )
        try:
            self._portal.call(self._start)
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        try:
            self._call(self.composition.stop)
        finally:
            self._stack.close()
            self._portal = None

    async def _start(self) -> None:
        self.composition = Composition(self.file, without=self._without, parts=self._parts, listening=self._listening)
        await self.composition.start()

    def _call(self, work: Callable[..., Coroutine[Any, Any, Result]], *arguments: Any) -> Result:
        assert self._portal is not None, "the lab is not open: use it in a with statement"
        result: Result = self._portal.call(work, *arguments)
        return result

    def _control(self, name: str, arguments: Mapping[str, Any]) -> Any:
        return self._call(control.call, self.composition, name, arguments)

    def look(self, at: Callable[[Composition], Result]) -> Result:
        """Read the composition on its own thread: for tests of the harness itself, never for scenarios."""

        async def read() -> Result:
            return at(self.composition)

        return self._call(read)

    def run(self, work: Callable[[Composition], Coroutine[Any, Any, Result]]) -> Result:
        """Do something with the composition on its own loop: for tests of the harness itself."""
        return self._call(work, self.composition)


def _has_uvloop() -> bool:
    try:
        import uvloop  # noqa: F401
    except ImportError:
        return False
    return True
